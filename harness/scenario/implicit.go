package scenario

import (
	"context"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// implicit sets local descriptions that are not given, in each state that takes one.
func (s *session) implicit(ctx context.Context, at trace.Side) error {
	if !s.has(at, peer.FeatureImplicit) {
		return nil
	}
	texts, err := s.exchange(ctx, at)
	if err != nil {
		return err
	}
	offered := func(ctx context.Context, x *extra) error { return x.conn.setRemote(ctx, texts.offer) }
	parts := []part{
		s.implied(at, "implicit-in-stable", started),
		s.implied(at, "implicit-in-have-local-offer", func(ctx context.Context, x *extra) error {
			_, err := x.offering(ctx)
			return err
		}),
		s.implied(at, "implicit-in-have-remote-offer", offered),
	}
	if s.has(at, peer.FeaturePranswer) {
		parts = append(parts, s.implied(at, "implicit-in-have-local-pranswer", func(ctx context.Context, x *extra) error {
			if err := offered(ctx, x); err != nil {
				return err
			}
			_, err := x.pranswer(ctx)
			return err
		}))
	}
	return s.tries(ctx, at, parts...)
}

func started(ctx context.Context, x *extra) error {
	_, err := x.content(ctx)
	return err
}

// pranswer creates an answer and sets it as a provisional one. What it returns is the
// answer.
func (x *extra) pranswer(ctx context.Context) (peer.SessionDescription, error) {
	d, err := x.conn.create(ctx, "answer")
	if err != nil {
		return d, err
	}
	return d, x.conn.setLocal(ctx, peer.SessionDescription{Type: "pranswer", SDP: d.SDP})
}

func (s *session) implied(at trace.Side, name string, ready func(context.Context, *extra) error) part {
	return func(ctx context.Context) error {
		return s.trial(ctx, at, name, func(x *extra) error {
			if err := ready(ctx, x); err != nil {
				return err
			}
			if _, err := x.conn.snapshot(ctx, trace.MomentProbing); err != nil {
				return err
			}
			if err := x.conn.setLocalImplicit(ctx); err != nil {
				return err
			}
			_, err := x.conn.snapshot(ctx, trace.MomentImplied)
			return err
		})
	}
}
