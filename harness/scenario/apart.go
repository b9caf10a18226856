package scenario

import (
	"context"
	"fmt"

	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

// apart shows that two ends do not connect. It is decided once both have gathered
// and signalling has delivered all that it ever will; then the ends are watched
// until one says that it is connected, until both say that they failed, or until
// the time is over. An end that is connected by then stops the session.
func (s *session) apart(ctx context.Context) error {
	for _, name := range trace.Sides() {
		if side := s.sides[name]; side.mode == signaling.Hasty { // the others have waited
			if _, err := s.gathered(ctx, side); err != nil {
				return err
			}
		}
	}
	s.drain(ctx)
	s.enter(trace.StageCheck)
	s.rec.Logf("", "both ends have gathered and signalling has nothing left to deliver; for %v neither is to connect", s.opt.Timeouts.Apart)
	_, _, err := s.watch(ctx, "stay apart", s.opt.Timeouts.Apart, func(o, a *state) (bool, []want) {
		joined := o.connection == "connected" || a.connection == "connected"
		return joined || (o.failed() && a.failed()), nil
	}, s.lost)
	if err != nil {
		return err
	}
	if joined := s.joined(); joined != "" {
		return &stopError{side: joined, reason: fmt.Sprintf("stay apart: the %s connects", joined)}
	}
	return s.final(ctx)
}

// failed reports whether the end says of itself that it failed.
func (s *state) failed() bool { return s.connection == "failed" || s.ice == "failed" }

// joined names an end that says that it is connected. Its ICE state counts too, but
// only in the end: werift says completed when it has gathered, and then checking.
func (s *session) joined() (joined trace.Side) {
	s.board.read(func() {
		for _, name := range trace.Sides() {
			if st := &s.sides[name].state; st.connected() || st.iceConnected() {
				joined = name
			}
		}
	})
	return joined
}
