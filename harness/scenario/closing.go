package scenario

import (
	"context"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// closing closes connections in several states and then calls them.
func (s *session) closing(ctx context.Context, at trace.Side) error {
	texts, err := s.exchange(ctx, at)
	if err != nil {
		return err
	}
	return s.tries(
		ctx, at,
		func(ctx context.Context) error {
			return s.trial(ctx, at, "closed-new", func(x *extra) error {
				h, err := x.content(ctx)
				if err != nil {
					return err
				}
				offer, err := x.conn.create(ctx, "offer")
				if err != nil {
					return err
				}
				return x.closed(ctx, h, offer, texts.offer)
			})
		},
		func(ctx context.Context) error {
			return s.trial(ctx, at, "closed-gathering", func(x *extra) error {
				h, err := x.content(ctx)
				if err != nil {
					return err
				}
				offer, err := x.describe(ctx, "offer")
				if err != nil {
					return err
				}
				return x.closed(ctx, h, offer, texts.offer)
			})
		},
		func(ctx context.Context) error {
			return s.trial(ctx, at, "closed-partner", func(partner *extra) error {
				return s.trial(ctx, at, "closed-connected", func(x *extra) error { return s.closedConnected(ctx, x, partner, texts) })
			})
		},
	)
}

func (s *session) closedConnected(ctx context.Context, x, partner *extra, texts exchange) error {
	if err := meet(ctx, x, partner); err != nil {
		return err
	}
	if err := bothUp(ctx, x, partner); err != nil {
		return err
	}
	var h peer.ChannelHandle
	x.board.read(func() { h, _ = x.state.open(channelLabel) })
	offer, err := x.conn.create(ctx, "offer")
	if err != nil {
		return err
	}
	return x.closed(ctx, h, offer, texts.offer)
}

// closed closes the connection, reads it, closes it again and calls it: own is an
// offer of its own, remote one of another connection.
func (x *extra) closed(ctx context.Context, h peer.ChannelHandle, own, remote peer.SessionDescription) error {
	shut := func() error {
		return x.conn.settle(ctx, trace.Call{Method: "close"}, x.conn.Close)
	}
	if err := shut(); err != nil {
		return err
	}
	if _, err := x.conn.snapshot(ctx, trace.MomentAfterClose); err != nil {
		return err
	}
	if h != "" && x.desc.Features.Has(peer.FeatureChannelState) {
		if _, err := accepted(second(x.conn.channel(ctx, h))); err != nil {
			return err
		}
	}
	if _, err := accepted(shut()); err != nil {
		return err
	}
	return x.afterClose(ctx, h, own, remote)
}

// afterClose calls a connection that was closed.
func (x *extra) afterClose(ctx context.Context, h peer.ChannelHandle, own, remote peer.SessionDescription) error {
	c := x.conn.probing(trace.ProbeAfterClose)
	f := x.desc.Features
	mid, index := "0", uint16(0)
	candidate := peer.ICECandidateInit{
		Candidate: "candidate:1 1 udp 2130706431 192.0.2.1 9 typ host", SDPMid: &mid, SDPMLineIndex: &index,
	}
	calls := []func() error{
		func() error { return second(c.create(ctx, "offer")) },
		func() error { return second(c.create(ctx, "answer")) },
		func() error { return c.setLocal(ctx, own) },
		func() error { return c.setRemote(ctx, remote) },
		func() error { return c.addCandidate(ctx, asJSON(candidate), &candidate, "") },
	}
	if f.Has(peer.FeatureDataChannel) {
		calls = append(calls, func() error { return second(c.createDataChannel(ctx, "late")) })
	}
	if h != "" {
		calls = append(calls, func() error { return c.send(ctx, h, peer.Message{Text: "late"}) })
	}
	if f.Has(peer.FeatureMedia) {
		calls = append(calls, func() error { return c.addTransceiver(ctx, peer.Audio, peer.TransceiverInit{Direction: "recvonly"}) })
	}
	if f.Has(peer.FeatureImplicit) {
		calls = append(calls, func() error { return c.setLocalImplicit(ctx) })
	}
	if f.Has(peer.FeatureSetConfiguration) {
		calls = append(calls, func() error { return c.setConfiguration(ctx, peer.Configuration{}) })
	}
	for _, call := range calls {
		if _, err := accepted(call()); err != nil {
			return err
		}
	}
	return nil
}
