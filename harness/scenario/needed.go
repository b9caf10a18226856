package scenario

import (
	"context"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// negotiationNeeded makes changes that have to be negotiated: many at once, some
// while an offer is out that has none of them, and none.
func (s *session) negotiationNeeded(ctx context.Context, at trace.Side) error {
	if !s.has(at, peer.FeatureNegotiationNeeded) || !s.has(at, peer.FeatureDataChannel) {
		return nil
	}
	return s.tries(ctx, at, func(ctx context.Context) error {
		return s.trial(ctx, at, "needed-partner", func(partner *extra) error {
			return s.trial(ctx, at, "needed", func(x *extra) error { return s.needed(ctx, x, partner) })
		})
	})
}

func (s *session) needed(ctx context.Context, x, partner *extra) error {
	media := x.desc.Features.Has(peer.FeatureMedia) && x.desc.Features.Has(peer.FeatureRenegotiation)
	if err := x.burst(ctx, media); err != nil {
		return err
	}
	if err := x.asked(ctx, 1); err != nil {
		return err
	}
	between := func() error {
		if !media {
			return nil
		}
		return x.conn.addTransceiver(ctx, peer.Audio, peer.TransceiverInit{})
	}
	if err := agree(ctx, x, partner, between); err != nil {
		return err
	}
	if media {
		if err := x.asked(ctx, 2); err != nil {
			return err
		}
		if err := agree(ctx, x, partner, func() error { return nil }); err != nil {
			return err
		}
	}
	s.rec.Logf(x.name, "nothing is to be asked for during %v", s.opt.Timeouts.Quiet)
	return sleep(ctx, s.opt.Timeouts.Quiet)
}

// burst changes much at once.
func (x *extra) burst(ctx context.Context, media bool) error {
	for _, label := range []string{channelLabel, "second", "third"} {
		if _, err := x.conn.createDataChannel(ctx, label); err != nil {
			return err
		}
	}
	if !media {
		return nil
	}
	for _, kind := range []peer.Kind{peer.Audio, peer.Video} {
		if err := x.conn.addTransceiver(ctx, kind, peer.TransceiverInit{}); err != nil {
			return err
		}
	}
	return nil
}

// asked waits until negotiationneeded has fired that often, for as long as it may
// take; whether it did is for the checks.
func (x *extra) asked(ctx context.Context, times int) error {
	_, err := x.until(ctx, x.opt.Apart, func(st *state) bool { return st.asked >= times })
	return err
}

// agree carries one offer and its answer, without candidates, so that a connection
// never comes up: whether negotiation is needed does not depend on it. What between
// does is done while the offer is out.
func agree(ctx context.Context, a, b *extra, between func() error) error {
	offer, err := a.describe(ctx, "offer")
	if err != nil {
		return err
	}
	if err := between(); err != nil {
		return err
	}
	if offer, err = withoutCandidates(a.name, offer); err != nil {
		return err
	}
	if err := b.conn.setRemote(ctx, offer); err != nil {
		return err
	}
	answer, err := b.describe(ctx, "answer")
	if err != nil {
		return err
	}
	if answer, err = withoutCandidates(b.name, answer); err != nil {
		return err
	}
	return a.conn.setRemote(ctx, answer)
}
