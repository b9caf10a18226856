package scenario

import (
	"context"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// alteration is one way in which a description that a peer made is altered before it
// is handed to another connection of the same peer. Its name is that of the probe and
// of the connection.
type alteration struct {
	name  string
	media bool // of a description with audio, video and data; else of data alone
	// Exactly one of the two is set. Text is for what is no description any more.
	edit func(d *wire.Description)
	text func(sdp string) string
}

func (a alteration) apply(d peer.SessionDescription) (peer.SessionDescription, error) {
	if a.text != nil {
		d.SDP = a.text(d.SDP)
		return d, nil
	}
	parsed, err := wire.ParseDescription(d.SDP)
	if err != nil {
		return d, err
	}
	a.edit(parsed)
	d.SDP = parsed.String()
	return d, nil
}

// spoiltOffers hands each spoilt offer to a connection of its own, looks what it
// changed, and hands over the right one.
func (s *session) spoiltOffers(ctx context.Context, at trace.Side) error {
	return s.eachOffer(ctx, at, offersSpoilt(), func(x *extra, a alteration, right peer.SessionDescription) error {
		spoilt, err := a.apply(right)
		if err != nil {
			return s.unreadable(at, right, err)
		}
		return s.spoilt(ctx, x, a, spoilt, right)
	})
}

// eachOffer makes an offer for each alteration that the end can be asked for, and a
// connection to take it.
func (s *session) eachOffer(ctx context.Context, at trace.Side, all []alteration, try func(*extra, alteration, peer.SessionDescription) error) error {
	offers := map[bool]peer.SessionDescription{}
	for _, a := range all {
		if !s.canBeAsked(at, a) {
			continue
		}
		right, made := offers[a.media]
		if !made {
			maker, err := s.offering(ctx, at, map[bool]string{false: "offer of data", true: "offer of media"}[a.media], a.media)
			if err != nil {
				return err
			}
			if right, err = maker.conn.create(ctx, "offer"); err != nil {
				return err
			}
			offers[a.media] = right
		}
		x, err := s.extra(ctx, at, a.name, peer.Configuration{})
		if err != nil {
			return err
		}
		if err := try(x, a, right); err != nil {
			return err
		}
		if err := s.finished(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) canBeAsked(at trace.Side, a alteration) bool {
	f := s.sides[at].desc.Features
	return f.Has(peer.FeatureDataChannel) && (!a.media || f.Has(peer.FeatureMedia))
}

// offering opens a connection that has something to offer.
func (s *session) offering(ctx context.Context, at trace.Side, name string, media bool) (*extra, error) {
	x, err := s.extra(ctx, at, name, peer.Configuration{})
	if err != nil {
		return nil, err
	}
	if media {
		for _, kind := range []peer.Kind{peer.Audio, peer.Video} {
			if err := x.conn.addTransceiver(ctx, kind, peer.TransceiverInit{Direction: "recvonly"}); err != nil {
				return nil, err
			}
		}
	}
	_, err = x.conn.createDataChannel(ctx, channelLabel)
	return x, err
}

// unreadable says that what the peer made is no description, so that nothing can be
// altered in it.
func (s *session) unreadable(at trace.Side, d peer.SessionDescription, err error) error {
	return &stopError{side: at, reason: string(at) + ": the " + d.Type + " cannot be read: " + err.Error()}
}

// The moments around a spoilt description.
const (
	momentBefore = "before"
	momentAfter  = "after"
)

// spoilt hands over a description that is to be refused, and the right one once it
// is. A description that is taken is answered, to show what was made of it.
func (s *session) spoilt(ctx context.Context, x *extra, a alteration, spoilt, right peer.SessionDescription) error {
	if _, err := x.conn.snapshot(ctx, momentBefore); err != nil {
		return err
	}
	taken, err := accepted(x.conn.probing(a.name).setRemote(ctx, spoilt))
	if err != nil {
		return err
	}
	if _, err := x.conn.snapshot(ctx, momentAfter); err != nil {
		return err
	}
	if !taken {
		_, err := accepted(x.conn.setRemote(ctx, right))
		return err
	}
	if right.Type == "offer" {
		_, err = x.conn.create(ctx, "answer")
		_, err = accepted(err)
	}
	return err
}

// spoiltAnswers does the same with answers, each to an offer of its own.
func (s *session) spoiltAnswers(ctx context.Context, at trace.Side) error {
	for _, a := range answersSpoilt() {
		if !s.canBeAsked(at, a) {
			continue
		}
		x, err := s.offering(ctx, at, a.name, a.media)
		if err != nil {
			return err
		}
		right, far, err := s.answered(ctx, at, x, "answer for "+a.name)
		if err != nil {
			return err
		}
		spoilt, err := a.apply(right)
		if err != nil {
			return s.unreadable(at, right, err)
		}
		if err := s.spoilt(ctx, x, a, spoilt, right); err != nil {
			return err
		}
		for _, done := range []*extra{x, far} {
			if err := s.finished(ctx, done); err != nil {
				return err
			}
		}
	}
	return nil
}

// answered sets the offer of a connection and returns the answer that another
// connection of the same end makes to it, which that has not set.
func (s *session) answered(ctx context.Context, at trace.Side, x *extra, name string) (peer.SessionDescription, *extra, error) {
	var none peer.SessionDescription
	offer, err := x.conn.create(ctx, "offer")
	if err != nil {
		return none, nil, err
	}
	if err := x.conn.setLocal(ctx, offer); err != nil {
		return none, nil, err
	}
	far, err := s.extra(ctx, at, name, peer.Configuration{})
	if err != nil {
		return none, nil, err
	}
	if err := far.conn.setRemote(ctx, offer); err != nil {
		return none, nil, err
	}
	answer, err := far.conn.create(ctx, "answer")
	return answer, far, err
}
