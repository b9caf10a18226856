package scenario

import (
	"context"
	"fmt"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// unverified negotiates with fingerprints that DTLS cannot verify. It is decided when an
// end that was given one says that it failed, or that it is connected all the same. The
// ends are watched from when ICE connects; one that has nothing to say by then is left.
func (s *session) unverified(ctx context.Context) error {
	if err := s.layout(ctx); err != nil {
		return err
	}
	if err := s.negotiate(ctx); err != nil {
		return err
	}
	s.enter(trace.StageCheck)
	decided := func(st *state) bool {
		return st.connection == "failed" || st.connection == "connected" || st.ice == "failed"
	}
	ok, _, err := s.watch(ctx, "ICE connects", s.opt.Timeouts.Connect, func(o, a *state) (bool, []want) {
		return (o.iceConnected() || decided(o)) && (a.iceConnected() || decided(a)), nil
	}, s.lost)
	if err != nil {
		return err
	}
	if ok {
		s.enter(trace.StageDTLS)
		if _, _, err := s.watch(ctx, "DTLS is decided", s.opt.Timeouts.Apart, func(o, a *state) (bool, []want) {
			return decided(o) && decided(a), nil
		}, s.lost); err != nil {
			return err
		}
	}
	if err := s.sendUnverified(ctx); err != nil {
		return err
	}
	stats, err := s.readStats(ctx)
	if err := s.tolerate(err); err != nil {
		return err
	}
	for _, name := range trace.Sides() {
		if st, ok := stats[name]; ok {
			s.rec.Add(trace.Record{Kind: trace.KindStats, Side: name, Stats: &trace.Stats{Moment: trace.MomentFinal, Stats: st}})
		}
	}
	s.drain(ctx)
	return s.final(ctx)
}

// sendUnverified sends from each end whose channel is open: the other must not hand it
// to its application.
func (s *session) sendUnverified(ctx context.Context) error {
	for _, name := range trace.Sides() {
		var h peer.ChannelHandle
		var open bool
		s.board.read(func() { h, open = s.sides[name].state.open(channelLabel) })
		if !open {
			continue
		}
		m := peer.Message{Text: "rink-unverified"}
		if _, err := accepted(s.sides[name].conn.send(ctx, h, m)); err != nil {
			return err
		}
		arrived := func(o, a *state) (bool, []want) {
			return map[trace.Side]*state{trace.Offerer: o, trace.Answerer: a}[name.Other()].has(m), nil
		}
		if _, _, err := s.watch(ctx, "a message crosses", s.opt.Timeouts.Quiet, arrived, s.lost); err != nil {
			return err
		}
	}
	return nil
}

// earlyHello is an ordinary session in which the answer is held back while the answerer
// has all that it needs to begin.
func (s *session) earlyHello(ctx context.Context) error {
	if err := s.layout(ctx); err != nil {
		return err
	}
	offer, err := s.describe(ctx, trace.Offerer, "offer")
	if err != nil {
		return err
	}
	if err := s.sides[trace.Answerer].setRemote(ctx, offer); err != nil {
		return err
	}
	s.link.Ready(trace.Answerer)
	answer, err := s.describe(ctx, trace.Answerer, "answer")
	if err != nil {
		return err
	}
	s.rec.Logf("", "the answer is held back for %v", s.opt.Timeouts.Quiet)
	start := time.Now()
	select {
	case <-time.After(s.opt.Timeouts.Quiet):
		s.waiting.add(time.Since(start))
	case <-ctx.Done():
		return fmt.Errorf("interrupted: %w", context.Cause(ctx))
	}
	if err := s.sides[trace.Offerer].setRemote(ctx, answer); err != nil {
		return err
	}
	s.link.Ready(trace.Offerer)
	if err := s.connect(ctx); err != nil {
		return err
	}
	s.enter(trace.StageApp)
	if err := s.talk(ctx); err != nil {
		return err
	}
	return s.finish(ctx)
}
