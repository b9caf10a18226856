package scenario

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// stopError says that a peer did not do what the session needs to go on. What
// that means is for the checks to say.
type stopError struct {
	side   trace.Side // empty where both are waited for
	reason string
}

func (e *stopError) Error() string { return e.reason }

// condition looks at both ends; missing says what it still wants, of whom.
type condition func(offerer, answerer *state) (ok bool, missing []want)

type want struct {
	side trace.Side
	what string
}

// await blocks until the condition holds, a peer is gone or says failed, or the
// limit passes; the error then says what was still missing.
func (s *session) await(ctx context.Context, name string, limit time.Duration, hold condition) error {
	ok, missing, err := s.watch(ctx, name, limit, hold, s.broken)
	if err != nil || ok {
		return err
	}
	return missed(name, limit, missing)
}

// watch blocks until the condition holds, the limit passes (then ok is false) or
// useless, which is called with the board locked, says that waiting is.
func (s *session) watch(ctx context.Context, name string, limit time.Duration, hold condition, useless func() error) (ok bool, missing []want, err error) {
	start := time.Now()
	defer func() { s.waiting.add(time.Since(start)) }()
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	tick := time.NewTicker(max(s.opt.Timeouts.Failed/4, 10*time.Millisecond))
	defer tick.Stop()
	for {
		changed := s.board.read(func() {
			ok, missing = hold(&s.sides[trace.Offerer].state, &s.sides[trace.Answerer].state)
			err = useless()
		})
		if ok {
			return true, nil, nil
		}
		if err != nil {
			return false, missing, err
		}
		select {
		case <-changed:
		case <-tick.C:
		case <-deadline.C:
			return false, missing, nil
		case <-ctx.Done():
			return false, missing, fmt.Errorf("%s: interrupted: %w", name, context.Cause(ctx))
		}
	}
}

// sleep lets time pass. The error says that it was cut off.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return fmt.Errorf("interrupted: %w", context.Cause(ctx))
	}
}

func missed(name string, limit time.Duration, missing []want) error {
	stop := &stopError{}
	var texts []string
	for i, w := range missing {
		texts = append(texts, fmt.Sprintf("%s %s", w.side, w.what))
		if i == 0 {
			stop.side = w.side
		} else if stop.side != w.side {
			stop.side = ""
		}
	}
	stop.reason = fmt.Sprintf("%s: deadline after %v: still want: %s", name, limit, strings.Join(texts, "; "))
	return stop
}

// broken reports what makes further waiting useless. The board is locked.
func (s *session) broken() error {
	if err := s.lost(); err != nil {
		return err
	}
	for _, name := range trace.Sides() {
		st := &s.sides[name].state
		if !st.failedSince.IsZero() && time.Since(st.failedSince) > s.opt.Timeouts.Failed {
			return &stopError{side: name, reason: fmt.Sprintf("%s says connectionState failed", name)}
		}
	}
	return nil
}

// lost reports an end that takes no further part. The board is locked.
func (s *session) lost() error {
	for _, name := range trace.Sides() {
		side := s.sides[name]
		if err := side.gone(); err != nil {
			return err
		}
		switch st := &side.state; {
		case st.excess != "":
			return &stopError{side: name, reason: fmt.Sprintf("%s surfaced %s", name, st.excess)}
		}
	}
	return nil
}

// gone is the error of a peer that said that it died. The board is locked.
func (s *side) gone() error {
	if s.state.gone == "" {
		return nil
	}
	return &brokenError{side: s.name, err: &peer.GoneError{Peer: fmt.Sprintf("%s (%s)", s.desc.ID, s.name), Reason: s.state.gone}}
}

// each makes a condition of one that looks at a single end.
func each(hold func(*state) (ok bool, missing string)) condition {
	return func(offerer, answerer *state) (bool, []want) {
		var missing []want
		for _, at := range []struct {
			name trace.Side
			st   *state
		}{{trace.Offerer, offerer}, {trace.Answerer, answerer}} {
			if ok, what := hold(at.st); !ok {
				missing = append(missing, want{at.name, what})
			}
		}
		return len(missing) == 0, missing
	}
}

func shown(state string) string {
	if state == "" {
		return "new"
	}
	return state
}
