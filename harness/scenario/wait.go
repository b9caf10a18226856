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
	start := time.Now()
	defer func() { s.waiting.add(time.Since(start)) }()
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	tick := time.NewTicker(max(s.opt.Timeouts.Failed/4, 10*time.Millisecond))
	defer tick.Stop()
	for {
		var ok bool
		var missing []want
		var broken error
		changed := s.board.read(func() {
			ok, missing = hold(&s.sides[trace.Offerer].state, &s.sides[trace.Answerer].state)
			broken = s.broken()
		})
		if ok {
			return nil
		}
		if broken != nil {
			return broken
		}
		select {
		case <-changed:
		case <-tick.C:
		case <-deadline.C:
			return missed(name, limit, missing)
		case <-ctx.Done():
			return fmt.Errorf("%s: interrupted: %w", name, context.Cause(ctx))
		}
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
	for _, name := range trace.Sides() {
		side := s.sides[name]
		st := &side.state
		if err := side.gone(); err != nil {
			return err
		}
		switch {
		case st.excess != "":
			return &stopError{side: name, reason: fmt.Sprintf("%s surfaced %s", name, st.excess)}
		case !st.failedSince.IsZero() && time.Since(st.failedSince) > s.opt.Timeouts.Failed:
			return &stopError{side: name, reason: fmt.Sprintf("%s says connectionState failed", name)}
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
