package scenario

import (
	"context"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// The courses of family lifecycle.
const (
	closing   Course = "closing"
	left      Course = "left"
	completes Course = "completes"
)

// lifecycleScenarios are the scenarios of family lifecycle that this file has the acts of.
func lifecycleScenarios() []Scenario {
	return []Scenario{
		{
			Name: "close-alone", Family: "lifecycle", Course: closing, Alone: true, Traits: trace.Traits{trace.TraitClosing},
			Title: "closes for good, and refuses calls afterwards",
		},
		{
			Name: "close-one-end", Family: "lifecycle", Course: left, Alone: true, Slow: true, Traits: trace.Traits{trace.TraitLeft},
			Title: "notices that the other end has closed",
		},
		{
			Name: "ice-completed", Family: "lifecycle", Course: completes, Slow: true, Traits: trace.Traits{trace.TraitCompletes},
			Title: "says that ICE is completed once both ends have ended their candidates",
		},
	}
}

func lifecycleActs() map[Course]act {
	return map[Course]act{
		closing:   {alone: (*session).closing},
		left:      {together: (*session).left},
		completes: {together: (*session).completes},
	}
}

// completes watches both ends until they say that ICE is completed, or for so long
// that all pairs of a private network have been checked: those that answer do so at
// once.
func (s *session) completes(ctx context.Context) error {
	if err := s.established(ctx); err != nil {
		return err
	}
	s.drain(ctx)
	err := s.await(ctx, "ICE completes", 3*s.opt.Timeouts.Settle, each(func(st *state) (bool, string) {
		return st.silent || st.ice == "completed", "says iceConnectionState completed, is " + shown(st.ice)
	}))
	if err := s.lenient(err); err != nil {
		return err
	}
	return s.finish(ctx)
}

// consentLimit is how long an end may take to notice that the other is gone: consent
// expires after 30 s (RFC 7675 section 5.1).
const consentLimit = 35 * time.Second

// left connects two pairs of further connections. One end of each closes, and the
// other is watched.
func (s *session) left(ctx context.Context) error {
	for _, at := range trace.Sides() {
		if !s.has(at, peer.FeatureDataChannel) {
			return s.final(ctx)
		}
	}
	defer s.watching()()
	var parts []part
	for _, at := range trace.Sides() {
		parts = append(parts, func(ctx context.Context) error { return s.leave(ctx, at) })
	}
	if err := s.tries(ctx, "", parts...); err != nil {
		return err
	}
	return s.final(ctx)
}

// leave closes the connection of one end and watches that of the other.
func (s *session) leave(ctx context.Context, at trace.Side) error {
	name := "left-by-" + string(at)
	return s.trial(ctx, trace.Offerer, name, func(o *extra) error {
		return s.trial(ctx, trace.Answerer, name, func(a *extra) error {
			if err := meet(ctx, o, a); err != nil {
				return err
			}
			if err := bothUp(ctx, o, a); err != nil {
				return err
			}
			leaving, staying := o, a
			if at == trace.Answerer {
				leaving, staying = a, o
			}
			if err := leaving.shut(ctx); err != nil {
				return err
			}
			return s.noticed(ctx, staying)
		})
	})
}

func (s *session) noticed(ctx context.Context, x *extra) error {
	gone := func(st *state) bool {
		_, open := st.open(channelLabel)
		return !open
	}
	if _, err := x.until(ctx, x.opt.App, gone); err != nil {
		return err
	}
	if _, err := x.until(ctx, time.Duration(float64(consentLimit)*x.opt.Scale), func(st *state) bool { return st.silent || !st.iceConnected() }); err != nil {
		return err
	}
	_, err := x.conn.snapshot(ctx, trace.MomentFinal)
	return err
}
