package scenario

import (
	"context"
	"fmt"

	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

// apart shows that two ends do not connect. It is decided once both have gathered
// and signalling has delivered all that it ever will; then the ends are watched
// until one connects, which stops the session, until both say that they failed,
// or until the time is over.
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
	var joined trace.Side
	_, _, err := s.watch(ctx, "stay apart", s.opt.Timeouts.Apart, func(o, a *state) (bool, []want) {
		switch {
		case o.connected() || o.iceConnected():
			joined = trace.Offerer
		case a.connected() || a.iceConnected():
			joined = trace.Answerer
		}
		return joined != "" || (o.failed() && a.failed()), nil
	}, s.lost)
	if err != nil {
		return err
	}
	if joined != "" {
		return &stopError{side: joined, reason: fmt.Sprintf("stay apart: %s connects", joined)}
	}
	return s.final(ctx)
}

// failed reports whether the end says of itself that it failed.
func (s *state) failed() bool { return s.connection == "failed" || s.ice == "failed" }
