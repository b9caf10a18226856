package scenario

import (
	"context"
	"errors"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// final reads the states of both ends a last time, and then lets the events that
// belong to them arrive: an implementation may say a change after the call that
// made it has returned.
func (s *session) final(ctx context.Context) error {
	if err := s.snapshots(ctx, trace.MomentFinal); err != nil {
		return err
	}
	err := s.await(ctx, "signalingState is said", s.opt.Timeouts.Settle, each(func(st *state) (bool, string) {
		return st.saidAll(), "says that signalingState is " + st.last.SignalingState
	}))
	return s.lenient(err)
}

// saidAll reports whether as many changes of signalingState were said as calls
// made, and the state that the attribute has among them. A peer without events
// has said all that it will.
func (s *state) saidAll() bool {
	initial := s.described == 0 && s.last.SignalingState == "stable"
	return s.silent || s.last.SignalingState == "" ||
		(s.signalings >= s.described && (initial || s.said[s.last.SignalingState]))
}

// stopped gathers the last evidence of a session that a peer brought to a stop.
// Whatever this meets, the reason of the stop is what counts.
func (s *session) stopped(ctx context.Context, err error) {
	var stop *stopError
	var refused *refusedError
	if (!errors.As(err, &stop) && !errors.As(err, &refused)) || len(s.sides) < 2 {
		return
	}
	if err := s.final(ctx); err != nil {
		s.rec.Logf("", "after the stop: %v", err)
	}
}

// setLocal and setRemote count the descriptions that were set, so that their
// events can be waited for.
func (s *side) setLocal(ctx context.Context, d peer.SessionDescription) error {
	return s.counted(s.conn.setLocal(ctx, d))
}

func (s *side) setRemote(ctx context.Context, d peer.SessionDescription) error {
	return s.counted(s.conn.setRemote(ctx, d))
}

func (s *side) counted(err error) error {
	if err == nil {
		s.board.update(func() { s.state.described++ })
	}
	return err
}
