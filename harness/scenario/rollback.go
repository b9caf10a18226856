package scenario

import (
	"context"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// rollingBack takes offers back: local and remote ones, first and later ones.
func (s *session) rollingBack(ctx context.Context, at trace.Side) error {
	if !s.has(at, peer.FeatureRollback) {
		return nil
	}
	texts, err := s.exchange(ctx, at)
	if err != nil {
		return err
	}
	local := func(ctx context.Context, x *extra) error { return x.conn.setLocal(ctx, rollback) }
	remote := func(ctx context.Context, x *extra) error { return x.conn.setRemote(ctx, rollback) }
	offer := func(ctx context.Context, x *extra) error {
		_, err := x.describe(ctx, "offer")
		return err
	}
	offered := func(ctx context.Context, x *extra) error { return x.conn.setRemote(ctx, texts.offer) }
	return s.tries(
		ctx, at,
		s.rolled(at, "rollback-local", filled, offer, local),
		s.rolled(at, "rollback-remote", nil, offered, remote),
		s.rolled(at, "rollback-later", func(ctx context.Context, x *extra) error {
			if err := offered(ctx, x); err != nil {
				return err
			}
			_, err := x.describe(ctx, "answer")
			return err
		}, offer, local),
		s.probed(at, "rollback-local-in-stable", trace.ProbeWrongState, nil, func(ctx context.Context, c *connection) error { return c.setLocal(ctx, rollback) }),
		s.probed(at, "rollback-remote-in-stable", trace.ProbeWrongState, nil, func(ctx context.Context, c *connection) error { return c.setRemote(ctx, rollback) }),
		s.overridden(at, texts.offer),
	)
}

// has reports whether the peer declares the feature; where it does not, the trace
// says what is left out.
func (s *session) has(at trace.Side, f peer.Feature) bool {
	if s.sides[at].desc.Features.Has(f) {
		return true
	}
	s.rec.Logf(at, "not tried: %s does not declare %s", s.sides[at].desc.ID, f)
	return false
}

// filled gives the connection media beside its data channel, where the peer has both.
func filled(ctx context.Context, x *extra) error {
	_, err := x.content(ctx)
	if err == nil && x.desc.Features.Has(peer.FeatureMedia) && x.desc.Features.Has(peer.FeatureDataChannel) {
		err = x.conn.addTransceiver(ctx, peer.Audio, peer.TransceiverInit{})
	}
	return err
}

// rolled is a part that sets an offer, takes it back, and sets it again.
func (s *session) rolled(at trace.Side, name string, ready func(context.Context, *extra) error, offer, back func(context.Context, *extra) error) part {
	return func(ctx context.Context) error {
		return s.trial(ctx, at, name, func(x *extra) error {
			if ready != nil {
				if err := ready(ctx, x); err != nil {
					return err
				}
			}
			for _, step := range []struct {
				moment string
				do     func(context.Context, *extra) error
			}{{trace.MomentOfferSet, offer}, {trace.MomentTakenBack, back}, {trace.MomentOfferedAgain, offer}} {
				if err := step.do(ctx, x); err != nil {
					return err
				}
				if _, err := x.conn.snapshot(ctx, step.moment); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// overridden is a part in which a remote offer comes while a local one is pending.
func (s *session) overridden(at trace.Side, offer peer.SessionDescription) part {
	return func(ctx context.Context) error {
		return s.trial(ctx, at, "offer-on-offer", func(x *extra) error {
			if _, err := x.offering(ctx); err != nil {
				return err
			}
			if err := x.conn.setRemote(ctx, offer); err != nil {
				return err
			}
			if _, err := x.conn.snapshot(ctx, trace.MomentOfferSet); err != nil {
				return err
			}
			if _, err := x.describe(ctx, "answer"); err != nil {
				return err
			}
			_, err := x.conn.snapshot(ctx, trace.MomentAnswerSet)
			return err
		})
	}
}
