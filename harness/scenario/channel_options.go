package scenario

import (
	"context"
	"strconv"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// channelOptions gives one end options of channels that it has to refuse or take, and
// answers that say a max-message-size or none.
func (s *session) channelOptions(ctx context.Context, at trace.Side) error {
	features := s.peers[at].Describe().Features
	if features.Has(peer.FeatureChannelOptions) {
		if err := s.tryOptions(ctx, at); err != nil {
			return err
		}
	}
	if features.Has(peer.FeatureMaxMessageSize) {
		return s.trySizes(ctx, at)
	}
	return nil
}

func (s *session) tryOptions(ctx context.Context, at trace.Side) error {
	x, err := s.extra(ctx, at, "options", peer.Configuration{})
	if err != nil {
		return s.tolerate(err)
	}
	id := func(n uint16) *uint16 { return &n }
	for _, try := range []struct {
		probe string
		init  peer.DataChannelInit
	}{
		{"", peer.DataChannelInit{Negotiated: true, ID: id(0)}},
		{"", peer.DataChannelInit{Negotiated: true, ID: id(100)}},
		{trace.ProbeNoID, peer.DataChannelInit{Negotiated: true}},
		{trace.ProbeIDTooLarge, peer.DataChannelInit{Negotiated: true, ID: id(65535)}},
		{trace.ProbeTwoLimits, peer.DataChannelInit{MaxPacketLifeTime: id(100), MaxRetransmits: id(1)}},
	} {
		h, err := x.conn.probing(try.probe).openChannel(ctx, "try", try.init)
		ok, err := accepted(err)
		if err != nil {
			return err
		}
		if ok && try.probe == "" && x.desc.Features.Has(peer.FeatureChannelState) {
			if _, err := x.conn.channel(ctx, h); err != nil {
				return s.tolerate(err)
			}
		}
	}
	return s.finished(ctx, x)
}

// trySizes lets an end read what its sctp.maxMessageSize is after answers that differ
// in a=max-message-size alone. A further connection of the same peer makes the answer.
func (s *session) trySizes(ctx context.Context, at trace.Side) error {
	for _, try := range []struct {
		name string
		size int // -1: the attribute is removed
	}{{"size-absent", -1}, {"size-0", 0}, {"size-1000", messageLimit}} {
		if err := s.trySize(ctx, at, try.name, try.size); err != nil {
			return s.tolerate(err)
		}
	}
	return nil
}

func (s *session) trySize(ctx context.Context, at trace.Side, name string, size int) error {
	x, err := s.extra(ctx, at, name, peer.Configuration{})
	if err != nil {
		return err
	}
	other, err := s.extra(ctx, at, name+"-other", peer.Configuration{})
	if err != nil {
		return err
	}
	if _, err := x.conn.createDataChannel(ctx, channelLabel); err != nil {
		return err
	}
	offer, err := x.conn.create(ctx, "offer")
	if err != nil {
		return err
	}
	if err := x.conn.setLocal(ctx, offer); err != nil {
		return err
	}
	if err := other.conn.setRemote(ctx, offer); err != nil {
		return err
	}
	answer, err := other.conn.create(ctx, "answer")
	if err != nil {
		return err
	}
	d, err := wire.ParseDescription(answer.SDP)
	if err != nil {
		return nil // for the checks of the description
	}
	for _, m := range d.Media {
		m.RemoveAttr("max-message-size")
		if size >= 0 {
			m.SetAttr("max-message-size", strconv.Itoa(size))
		}
	}
	answer.SDP = d.String()
	if err := x.conn.setRemote(ctx, answer); err != nil {
		return err
	}
	if _, err := x.conn.snapshot(ctx, trace.MomentFinal); err != nil {
		return err
	}
	if err := s.finished(ctx, other); err != nil {
		return err
	}
	return s.finished(ctx, x)
}
