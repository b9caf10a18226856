package scenario

import (
	"context"

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
	s.keepStats(trace.MomentFinal, stats)
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
	err := s.negotiateWith(ctx, func(_, _ peer.SessionDescription) error {
		s.rec.Logf("", "the answer is held back for %v", s.opt.Timeouts.Quiet)
		return s.quiet(ctx)
	})
	if err != nil {
		return err
	}
	if err := s.connectAndTalk(ctx); err != nil {
		return err
	}
	return s.finish(ctx)
}
