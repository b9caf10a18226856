package scenario

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	repairing "github.com/webrtc-rink/rink/harness/repair"
	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

// channelLabel is the label of the session's data channel.
const channelLabel = "rink"

// course runs what happens in the scenario, up to the close.
func (s *session) course(ctx context.Context) error {
	s.enter(trace.StageSignal)
	if a, ok := acts()[s.scenario.Course]; ok {
		if a.alone != nil {
			return s.alone(ctx, a.alone)
		}
		return a.together(s, ctx)
	}
	if err := s.layout(ctx); err != nil {
		return err
	}
	if s.scenario.Course == CreateOnly {
		return s.createOnly(ctx)
	}
	if err := s.negotiate(ctx); err != nil {
		return err
	}
	if s.scenario.Course == Apart {
		return s.apart(ctx)
	}
	if err := s.connectAndTalk(ctx); err != nil {
		return err
	}
	if s.scenario.Course == AddSection {
		s.enter(trace.StageSignal)
		if err := s.addSection(ctx); err != nil {
			return err
		}
	}
	return s.finish(ctx)
}

// layout makes the sections of the first offer. The answerer adds its tracks
// before the offer comes, so that media flows both ways.
func (s *session) layout(ctx context.Context) error {
	if s.scenario.Layout == Media {
		for _, name := range trace.Sides() {
			for _, kind := range s.scenario.kinds(name) {
				if err := s.sides[name].conn.addTrack(ctx, kind); err != nil {
					return err
				}
			}
		}
	}
	o := s.sides[trace.Offerer]
	h, err := o.conn.createDataChannel(ctx, channelLabel)
	if err != nil {
		return err
	}
	s.board.update(func() { o.state.channel(h).label = channelLabel })
	return nil
}

// createOnly creates an offer and an answer, sets no local description, and
// waits for nothing to happen.
func (s *session) createOnly(ctx context.Context) error {
	o, a := s.sides[trace.Offerer].conn, s.sides[trace.Answerer].conn
	offer, err := o.create(ctx, "offer")
	if err != nil {
		return err
	}
	carried, err := s.carried(trace.Offerer, offer)
	if err != nil {
		return err
	}
	if err := s.sides[trace.Answerer].setRemote(ctx, carried); err != nil {
		return err
	}
	if _, err := a.create(ctx, "answer"); err != nil {
		return err
	}
	s.rec.Logf("", "nothing is to happen for %v", s.opt.Timeouts.Quiet)
	if err := s.quiet(ctx); err != nil {
		return err
	}
	return s.final(ctx)
}

// quiet lets the time pass in which nothing is to happen.
func (s *session) quiet(ctx context.Context) error {
	start := time.Now()
	defer func() { s.waiting.add(time.Since(start)) }()
	return sleep(ctx, s.opt.Timeouts.Quiet)
}

// negotiate carries one offer and its answer.
func (s *session) negotiate(ctx context.Context) error {
	return s.negotiateWith(ctx, func(_, _ peer.SessionDescription) error { return nil })
}

// negotiateWith is negotiate with a step before the offerer gets the answer; its error
// ends the negotiation there.
func (s *session) negotiateWith(ctx context.Context, before func(offer, answer peer.SessionDescription) error) error {
	later := false
	s.board.read(func() { later = s.sides[trace.Offerer].state.described > 0 })
	if later {
		s.link.Renegotiate()
	}
	offer, err := s.describe(ctx, trace.Offerer, "offer")
	if err != nil {
		return err
	}
	s.link.Seal(trace.Answerer)
	if err := s.sides[trace.Answerer].setRemote(ctx, offer); err != nil {
		return err
	}
	s.link.Ready(trace.Answerer)
	if s.scenario.Traits.Has(trace.TraitEarly) {
		if err := s.awaitSettled(ctx, trace.Answerer, "a candidate reaches the answerer before its answer"); err != nil {
			return err
		}
	}
	answer, err := s.describe(ctx, trace.Answerer, "answer")
	if err != nil {
		return err
	}
	if s.scenario.Traits.Has(trace.TraitOvertaking) {
		if err := s.awaitSettled(ctx, trace.Offerer, "a candidate overtakes the answer"); err != nil {
			return err
		}
	}
	if err := before(offer, answer); err != nil {
		return err
	}
	s.link.Seal(trace.Offerer)
	if err := s.sides[trace.Offerer].setRemote(ctx, answer); err != nil {
		return err
	}
	s.link.Ready(trace.Offerer)
	return nil
}

// describe creates and sets a local description and returns what the other end
// gets of it.
func (s *session) describe(ctx context.Context, name trace.Side, typ string) (peer.SessionDescription, error) {
	side := s.sides[name]
	d, err := side.conn.create(ctx, typ)
	if err != nil {
		return d, err
	}
	if err := side.setLocal(ctx, d); err != nil {
		return d, err
	}
	switch side.mode {
	case signaling.Wait:
		if d, err = s.gathered(ctx, side); err != nil {
			return d, err
		}
	case signaling.Repair:
		return s.repaired(ctx, side)
	}
	return s.carried(name, d)
}

// carried is what the other end gets of a description. One that signalling
// cannot read is the doing of the peer that made it.
func (s *session) carried(name trace.Side, d peer.SessionDescription) (peer.SessionDescription, error) {
	d, err := s.link.Describe(name, d)
	if err != nil {
		return d, &stopError{side: name, reason: err.Error()}
	}
	return d, nil
}

// gathered waits for the end of gathering and returns the local description.
func (s *session) gathered(ctx context.Context, side *side) (peer.SessionDescription, error) {
	stage := s.stage
	s.enter(trace.StageGather)
	start := time.Now()
	waiting, cancel := context.WithTimeout(ctx, s.opt.Timeouts.Gather)
	d, err := side.gatherer.Wait(waiting)
	expired := waiting.Err() != nil && ctx.Err() == nil
	cancel()
	s.waiting.add(time.Since(start))
	if expired {
		return d, &stopError{side: side.name, reason: fmt.Sprintf("%s: %v", side.name, err)}
	}
	if err != nil {
		return d, s.gatherError(ctx, side.name, err)
	}
	if _, err := side.conn.snapshot(ctx, trace.MomentGathered); err != nil {
		return d, err
	}
	s.enter(stage)
	return d, nil
}

func (s *session) gatherError(ctx context.Context, name trace.Side, err error) error {
	var refused *peer.Error
	if errors.As(err, &refused) {
		return &refusedError{side: name, method: "snapshot", err: refused}
	}
	return broke(ctx, name, "wait for candidates", err)
}

// repaired sends the description and its candidates as the repair component
// offers them.
func (s *session) repaired(ctx context.Context, side *side) (peer.SessionDescription, error) {
	local, err := s.gathered(ctx, side)
	if err != nil {
		return local, err
	}
	candidates, err := repairing.Candidates(local)
	if err != nil {
		return local, &stopError{side: side.name, reason: fmt.Sprintf("%s: %v", side.name, err)}
	}
	carried, err := s.carried(side.name, local)
	if err != nil {
		return local, err
	}
	for _, c := range candidates {
		raw, err := rawCandidate(c)
		if err != nil {
			return local, err
		}
		s.link.Candidate(side.name, raw)
	}
	return carried, nil
}

// awaitSettled waits until one candidate was delivered to the end, or the other
// end has none.
func (s *session) awaitSettled(ctx context.Context, to trace.Side, name string) error {
	return s.await(ctx, name, s.opt.Timeouts.Gather, func(o, a *state) (bool, []want) {
		receiver, sender := o, a
		if to == trace.Answerer {
			receiver, sender = a, o
		}
		none := sender.gathering == "complete" && sender.candidates == 0
		return receiver.settled > 0 || none, []want{{to.Other(), "surfaces a candidate"}}
	})
}

// addSection carries a second offer with one more section.
func (s *session) addSection(ctx context.Context) error {
	for _, name := range []trace.Side{trace.Answerer, trace.Offerer} {
		if err := s.sides[name].conn.addTrack(ctx, peer.Audio); err != nil {
			return err
		}
	}
	return s.negotiate(ctx)
}
