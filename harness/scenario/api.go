package scenario

import (
	"context"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// The courses of family api.
const (
	wrongStates       Course = "wrong-states"
	rollingBack       Course = "rollback"
	implicit          Course = "implicit"
	negotiationNeeded Course = "negotiation-needed"
	provisional       Course = "pranswer"
	glare             Course = "glare"
)

// apiScenarios are the scenarios of family api that this file has the acts of.
func apiScenarios() []Scenario {
	family := []Scenario{
		{
			Name: "api-states", Course: wrongStates, Traits: trace.Traits{trace.TraitWrongStates, trace.TraitAltered},
			Title: "refuses descriptions in the wrong state and local ones that were altered",
		},
		{
			Name: "api-rollback", Course: rollingBack, Traits: trace.Traits{trace.TraitRollback},
			Title: "takes offers back, by request and by a remote offer",
		},
		{
			Name: "api-implicit", Course: implicit, Traits: trace.Traits{trace.TraitImplicit},
			Title: "makes the description that the state asks for",
		},
		{
			Name: "api-needed", Course: negotiationNeeded, Slow: true, Traits: trace.Traits{trace.TraitNegotiationNeeded},
			Title: "says once that a negotiation is needed",
		},
		{
			Name: "api-pranswer", Course: provisional, Traits: trace.Traits{trace.TraitPranswer},
			Title: "connects by a provisional answer and an answer",
		},
		{
			Name: "api-glare", Course: glare, Traits: trace.Traits{trace.TraitGlare},
			Title: "converges when both ends offer at the same time",
		},
	}
	for i := range family {
		family[i].Family, family[i].Alone = "api", true
	}
	return family
}

func apiActs() map[Course]act {
	return map[Course]act{
		wrongStates:       {alone: (*session).wrongStates},
		rollingBack:       {alone: (*session).rollingBack},
		implicit:          {alone: (*session).implicit},
		negotiationNeeded: {alone: (*session).negotiationNeeded},
		provisional:       {alone: (*session).provisional},
		glare:             {together: (*session).glare},
	}
}

// wrongStates tries descriptions in states that do not take them.
func (s *session) wrongStates(ctx context.Context, at trace.Side) error {
	texts, err := s.exchange(ctx, at)
	if err != nil {
		return err
	}
	parts := append(s.wrongRemote(at, texts), s.wrongLocal(at, texts)...)
	parts = append(parts, s.altering(at, texts)...)
	return s.tries(ctx, at, parts...)
}

type part = func(context.Context) error

// refused makes a call that has to be refused and leave the state as it is.
func (x *extra) refused(ctx context.Context, probe string, call func(*connection) error) error {
	if _, err := x.conn.snapshot(ctx, trace.MomentProbing); err != nil {
		return err
	}
	if _, err := accepted(call(x.conn.probing(probe))); err != nil {
		return err
	}
	_, err := x.conn.snapshot(ctx, trace.MomentProbed)
	return err
}

// probed is a part with a connection of its own: it is brought into a state, and the
// call is made that the state does not allow.
func (s *session) probed(at trace.Side, name, probe string, ready func(context.Context, *extra) error, call func(context.Context, *connection) error) part {
	return func(ctx context.Context) error {
		return s.trial(ctx, at, name, func(x *extra) error {
			if ready != nil {
				if err := ready(ctx, x); err != nil {
					return err
				}
			}
			return x.refused(ctx, probe, func(c *connection) error { return call(ctx, c) })
		})
	}
}

func (s *session) wrongRemote(at trace.Side, texts exchange) []part {
	set := func(d peer.SessionDescription) func(context.Context, *connection) error {
		return func(ctx context.Context, c *connection) error { return c.setRemote(ctx, d) }
	}
	parts := []part{
		s.probed(at, "remote-answer-in-stable", trace.ProbeWrongState, nil, set(texts.answer)),
		s.probed(at, "remote-answer-in-have-remote-offer", trace.ProbeWrongState, func(ctx context.Context, x *extra) error {
			return x.conn.setRemote(ctx, texts.offer)
		}, set(texts.answer)),
		func(ctx context.Context) error {
			if err := texts.offerer.conn.setRemote(ctx, texts.answer); err != nil {
				return err
			}
			return texts.offerer.refused(ctx, trace.ProbeWrongState, func(c *connection) error { return c.setRemote(ctx, texts.answer) })
		},
	}
	if s.sides[at].desc.Features.Has(peer.FeaturePranswer) {
		early := peer.SessionDescription{Type: "pranswer", SDP: texts.answer.SDP}
		parts = append(parts, s.probed(at, "remote-pranswer-in-stable", trace.ProbeWrongState, nil, set(early)))
	}
	return parts
}

func (s *session) wrongLocal(at trace.Side, texts exchange) []part {
	offering := func(ctx context.Context, x *extra) error {
		_, err := x.offering(ctx)
		return err
	}
	answer := func(ctx context.Context, c *connection) error {
		_, err := c.create(ctx, "answer")
		return err
	}
	var own, answered peer.SessionDescription
	return []part{
		s.probed(at, "create-answer-in-stable", trace.ProbeWrongState, nil, answer),
		s.probed(at, "create-answer-in-have-local-offer", trace.ProbeWrongState, offering, answer),
		s.probed(at, "local-answer-in-have-local-offer", trace.ProbeWrongState, offering, func(ctx context.Context, c *connection) error {
			return c.setLocal(ctx, texts.answer)
		}),
		s.probed(at, "local-answer-in-stable", trace.ProbeWrongState, func(ctx context.Context, x *extra) (err error) {
			if err = x.conn.setRemote(ctx, texts.offer); err == nil {
				answered, err = x.describe(ctx, "answer")
			}
			return err
		}, func(ctx context.Context, c *connection) error { return c.setLocal(ctx, answered) }),
		s.probed(at, "local-offer-in-have-remote-offer", trace.ProbeWrongState, func(ctx context.Context, x *extra) (err error) {
			if _, err = x.content(ctx); err != nil {
				return err
			}
			if own, err = x.conn.create(ctx, "offer"); err != nil {
				return err
			}
			return x.conn.setRemote(ctx, texts.offer)
		}, func(ctx context.Context, c *connection) error { return c.setLocal(ctx, own) }),
	}
}
