package run_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/trace"
)

// The only worker does all that can be done before the slow starter is up, and a
// start that waited for the worker would never end.
func TestASlowStarterHoldsUpNobody(t *testing.T) {
	t.Parallel()
	others := make(chan struct{})
	slow := &member{id: "slow", start: func(ctx context.Context, _ int) error {
		select {
		case <-others:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}}
	roster := crew(slow, &member{id: "a"}, &member{id: "b"})
	r := runner(t, roster)
	jobs := run.Jobs(run.Ordered(roster.IDs(), false), scenarios(t, "trickle-half,connect-data"))
	ran := 0
	err := r.Run(t.Context(), jobs, func(s run.Session) {
		passes(t, s)
		with := s.Header.Offerer.ID == "slow" || s.Header.Answerer.ID == "slow"
		if ran++; with != (ran > 4) {
			t.Errorf("session %d: got %s", ran, s.Header.ID)
		}
		if ran == 4 {
			close(others)
		}
	})
	if err != nil || ran != 12 {
		t.Errorf("got %d sessions, %v, want 12", ran, err)
	}
}

func TestAPeerThatDiesIsStartedAgainBesideTheSessionsOfOthers(t *testing.T) {
	t.Parallel()
	dies := &member{id: "dies"}
	again := make(chan struct{})
	dies.start = func(ctx context.Context, n int) error {
		if n == 1 {
			return nil
		}
		select {
		case <-again:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	dies.open = func(context.Context, int) error {
		if starts, _ := dies.count(); starts == 1 {
			return &peer.GoneError{Peer: "dies", Reason: "signal: segmentation fault"}
		}
		return nil
	}
	roster := crew(dies, &member{id: "a"}, &member{id: "b"})
	r := runner(t, roster)
	jobs := run.Jobs(run.Ordered(roster.IDs(), false), scenarios(t, "trickle-half,connect-data"))
	broken, healthy := 0, 0
	err := r.Run(t.Context(), jobs, func(s run.Session) {
		with := s.Header.Offerer.ID == "dies" || s.Header.Answerer.ID == "dies"
		switch {
		case s.End.Result == trace.EndError:
			broken++
		case !with:
			if healthy++; healthy == 4 {
				close(again)
			}
		}
	})
	if starts, _ := dies.count(); err != nil || broken != 1 || starts != 2 {
		t.Errorf("got %d errors and %d starts, %v; want 1 and 2", broken, starts, err)
	}
}

func TestStartsThatFailAreCountedInARow(t *testing.T) {
	t.Parallel()
	m := &member{id: "a", start: func(_ context.Context, n int) error {
		if n%2 == 1 {
			return fmt.Errorf("no port, for the %dth time", n)
		}
		return nil
	}}
	pool := run.NewPool(crew(m), time.Minute, nil)
	for n := 1; n <= 6; n += 2 {
		_, err := pool.Peer(t.Context(), "a")
		has(t, err, fmt.Sprintf("for the %dth time", n))
		up, err := pool.Peer(t.Context(), "a")
		if err != nil {
			t.Fatalf("start %d: %v", n+1, err)
		}
		pool.Replace("a", up, errors.New("no answer"))
	}
	if err := pool.Close(); err != nil {
		t.Error(err)
	}
}

func TestAPeerThatHadToBeKilledIsALeftoverAndNoError(t *testing.T) {
	t.Parallel()
	p := plan(t, crew(&member{id: "a", closing: &peer.UntidyError{Peer: "a", Reason: "did not end and was killed"}}), "connect-data")
	var noted []string
	r, _, err := run.Execute(t.Context(), p, run.Progress{Note: func(text string) { noted = append(noted, text) }})
	if err != nil {
		t.Fatal(err)
	}
	exits(t, r, 0)
	const want = "Peer a did not end and was killed. Its sessions were over and are not touched by that."
	if len(noted) != 1 || noted[0] != want || len(r.Notes) != 1 || r.Notes[0] != want {
		t.Errorf("got %q on the terminal and %q in the report, want %q", noted, r.Notes, want)
	}
}
