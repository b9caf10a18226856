package run_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/trace"
)

var between = run.Pair{Offerer: "a", Answerer: "b"}

func TestARunJudgesEveryJob(t *testing.T) {
	t.Parallel()
	r := runner(t, crew(&member{id: "a"}, &member{id: "b"}))
	r.Parallel = 0 // as many as it likes
	jobs := run.Jobs([]run.Pair{between, {Offerer: "b", Answerer: "a"}, {Offerer: "a", Answerer: "a"}}, scenarios(t, "connect-*,trickle-half"))
	sessions, err := all(t.Context(), r, jobs)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		s, ok := sessions[j.ID()]
		if !ok {
			t.Errorf("%s: no session", j.ID())
			continue
		}
		passes(t, s)
		if s.Pair() != j.Pair || s.Header.Scenario != j.Scenario.Name || s.Header.Network != "host" {
			t.Errorf("%s: got the header %+v", j.ID(), s.Header)
		}
		if want := filepath.Join(r.TraceDir, j.ID()+".jsonl"); s.Trace != want || len(s.SHA256) != 64 {
			t.Errorf("%s: got the trace %q with hash %q, want %q", j.ID(), s.Trace, s.SHA256, want)
		}
	}
	if err := r.Run(t.Context(), nil, func(run.Session) { t.Error("a session of no job") }); err != nil {
		t.Errorf("a run of no jobs: %v", err)
	}
}

func TestASessionHasTheSameSeedInEveryRun(t *testing.T) {
	t.Parallel()
	job := run.Jobs([]run.Pair{between}, scenarios(t, "trickle-reordered"))[0]
	other := run.Jobs([]run.Pair{between}, scenarios(t, "trickle-none"))[0]
	seed := func(of int64, job run.Job) int64 {
		r := runner(t, crew(&member{id: "a"}, &member{id: "b"}))
		r.Seed, r.TraceDir = of, ""
		s := r.Session(t.Context(), job)
		if s.Trace != "" || s.SHA256 != "" {
			t.Errorf("got the trace %q, want it in memory only", s.Trace)
		}
		passes(t, s)
		return s.Header.Seed
	}
	first := seed(7, job)
	if again := seed(7, job); again != first || first < 0 {
		t.Errorf("got the seeds %d and %d, want one that is not negative", first, again)
	}
	if seed(8, job) == first || seed(7, other) == first {
		t.Errorf("another run or another job has the seed %d as well", first)
	}
}

func TestAPeerThatDiesCostsOneSession(t *testing.T) {
	t.Parallel()
	dies := &member{id: "b"}
	dies.open = func(_ context.Context, n int) error {
		if starts, _ := dies.count(); starts == 1 && n >= 2 { // the second session, and the question that follows
			return &peer.GoneError{Peer: "b", Reason: "signal: segmentation fault"}
		}
		return nil
	}
	survivor := &member{id: "a"}
	r := runner(t, crew(survivor, dies))
	jobs := run.Jobs([]run.Pair{between}, scenarios(t, "candidates-data,trickle-half,trickle-none,connect-data"))
	sessions, err := all(t.Context(), r, jobs)
	if err != nil {
		t.Fatal(err)
	}
	for i, j := range jobs {
		s := sessions[j.ID()]
		if i != 1 {
			passes(t, s)
			continue
		}
		end := trace.End{Result: trace.EndError, Stage: trace.StageLaunch, Side: trace.Answerer, Reason: "answerer: open: b is gone: signal: segmentation fault"}
		if s.End.Result != end.Result || s.End.Stage != end.Stage || s.End.Side != end.Side || s.End.Reason != end.Reason {
			t.Errorf("got %+v, want %+v", s.End, end)
		}
		if counts := outcomes(s.Verdicts); counts[check.Error] != len(s.Verdicts) || s.Worst() != check.Error {
			t.Errorf("got %v, worst %s, want error only", counts, s.Worst())
		}
	}
	if starts, _ := dies.count(); starts != 2 {
		t.Errorf("the peer that died: got %d starts, want 2", starts)
	}
	if starts, _ := survivor.count(); starts != 1 {
		t.Errorf("the other one: got %d starts, want 1", starts)
	}
}

func TestAPeerThatCannotStartIsAnErrorOfItsSessions(t *testing.T) {
	t.Parallel()
	for _, side := range trace.Sides() {
		t.Run(string(side), func(t *testing.T) {
			t.Parallel()
			bad := func(context.Context, int) error { return errors.New("chromium: no such file") }
			a, b := &member{id: "a"}, &member{id: "b"}
			id := "a"
			if side == trace.Offerer {
				a.start = bad
			} else {
				b.start, id = bad, "b"
			}
			r := runner(t, crew(a, b))
			sessions, err := all(t.Context(), r, run.Jobs([]run.Pair{between}, scenarios(t, "connectivity")))
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range sessions {
				if s.End.Result != trace.EndError || s.End.Stage != trace.StageLaunch || s.End.Side != side || s.End.Reason != "peer "+id+": chromium: no such file" {
					t.Errorf("got %+v, want an error in stage launch at the %s", s.End, side)
				}
				if s.Pair() != between || s.Trace == "" || s.Worst() != check.Error {
					t.Errorf("got pair %s, trace %q, worst %s", s.Pair(), s.Trace, s.Worst())
				}
			}
			if len(sessions) != 2 {
				t.Errorf("got %d sessions, want 2", len(sessions))
			}
		})
	}
}

func TestFailFastStopsAtTheFirstRedSession(t *testing.T) {
	t.Parallel()
	jobs := run.Jobs([]run.Pair{between}, scenarios(t, "candidates-data,candidates-bundled,trickle-half,connect-data"))
	for _, tc := range []struct {
		name     string
		failFast bool
		defects  []fake.Defect
		want     int
	}{
		{"a failure ends the run", true, []fake.Defect{defect(t, "index-always-zero")}, 2}, // shows in the bundled scenario
		{"a failure does not end another run", false, []fake.Defect{defect(t, "index-always-zero")}, 4},
		{"nothing fails", true, nil, 4},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := runner(t, crew(&member{id: "a", defects: tc.defects}, &member{id: "b"}))
			r.FailFast = tc.failFast
			sessions, err := all(t.Context(), r, jobs)
			if len(sessions) != tc.want {
				t.Errorf("got %d sessions, want %d", len(sessions), tc.want)
			}
			if tc.want == len(jobs) {
				if err != nil {
					t.Error(err)
				}
				return
			}
			has(t, err, "2 of 4 sessions were not run to their end", "a->b: candidates-bundled is fail and the run stops at the first failure")
		})
	}
}

func TestAnInterruptedRunTellsWhatItDidNotRun(t *testing.T) {
	t.Parallel()
	jobs := run.Jobs([]run.Pair{between}, scenarios(t, "candidates-data,trickle-half,connect-data"))
	t.Run("in its course", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		ran := 0
		err := runner(t, crew(&member{id: "a"}, &member{id: "b"})).Run(ctx, jobs, func(s run.Session) {
			ran++
			passes(t, s)
			cancel(errors.New("got the signal interrupt"))
		})
		has(t, err, "2 of 3 sessions were not run to their end: got the signal interrupt")
		if ran != 1 {
			t.Errorf("got %d sessions, want 1", ran)
		}
	})
	t.Run("before it began", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 200 { // no worker may be luckier than the others
			r := runner(t, crew(&member{id: "a"}, &member{id: "b"}))
			r.Parallel = len(jobs)
			sessions, err := all(ctx, r, jobs)
			has(t, err, "3 of 3 sessions were not run to their end: context canceled")
			if t.Failed() || len(sessions) != 0 {
				t.Fatalf("got %d sessions, want none", len(sessions))
			}
		}
	})
}

func TestATraceThatCannotBeWrittenIsAnError(t *testing.T) {
	t.Parallel()
	a := &member{id: "a"}
	r := runner(t, crew(a, &member{id: "b"}))
	r.TraceDir = filepath.Join(r.TraceDir, "not", "there")
	s := r.Session(t.Context(), run.Jobs([]run.Pair{between}, scenarios(t, "connect-data"))[0])
	if s.End.Result != trace.EndError || s.Worst() != check.Error || s.Trace != "" || s.Pair() != between {
		t.Errorf("got %+v, trace %q, pair %s", s.End, s.Trace, s.Pair())
	}
	has(t, errors.New(s.End.Reason), "no such file or directory")
	if starts, _ := a.count(); starts != 0 {
		t.Errorf("got %d starts of a peer, want none for a session without a record", starts)
	}
}
