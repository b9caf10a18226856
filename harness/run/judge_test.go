package run_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/expect"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/trace"
)

// recorded is a run with passes, a failure, what is known and what is stale.
func recorded(t *testing.T) (run.Judge, string, map[string]run.Session) {
	t.Helper()
	roster := crew(&member{id: "a", defects: []fake.Defect{defect(t, "null-index"), defect(t, "candidate-with-a=")}}, &member{id: "b"})
	r := runner(t, roster)
	r.Judge.Expectations = expectations(t, roster, entry("a", "CAND-001", "candidates-*"), entry("b", "CAND-002", "connect-data"))
	jobs := run.Jobs([]run.Pair{between}, scenarios(t, "candidates-data,connect-data,trickle-none,candidates-unbundled"))
	sessions, err := all(t.Context(), r, jobs)
	if err != nil {
		t.Fatal(err)
	}
	return r.Judge, r.TraceDir, sessions
}

func TestTracesGiveTheVerdictsOfTheirRun(t *testing.T) {
	t.Parallel()
	judge, dir, sessions := recorded(t)
	again, err := judge.Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(again) != len(sessions) {
		t.Fatalf("got %d sessions, want %d", len(again), len(sessions))
	}
	seen := map[check.Outcome]int{}
	previous := ""
	for _, got := range again {
		want := sessions[got.Header.ID]
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(run.Session{}, "Grading"), cmpopts.IgnoreUnexported(expect.Entry{}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-run +again):\n%s", got.Header.ID, diff)
		}
		if got.Trace <= previous {
			t.Errorf("%s comes after %s, want them in the order of their names", got.Trace, previous)
		}
		previous = got.Trace
		for o, n := range outcomes(got.Verdicts) {
			seen[o] += n
		}
		one, err := judge.File(got.Trace)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got.Verdicts, one.Verdicts, cmpopts.IgnoreUnexported(expect.Entry{})); diff != "" {
			t.Errorf("%s alone (-folder +file):\n%s", got.Header.ID, diff)
		}
	}
	for _, o := range []check.Outcome{check.Pass, check.Fail, check.Known, check.Stale} {
		if seen[o] == 0 {
			t.Errorf("got %v, want some %s: the comparison would prove little", seen, o)
		}
	}
}

func TestATraceThatWasCutIsAnErrorAndNoCrash(t *testing.T) {
	t.Parallel()
	judge, dir, sessions := recorded(t)
	whole, err := os.ReadFile(sessions["a_b_connect-data"].Trace)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(whole, []byte("\n"))
	for name, kept := range map[string][]byte{
		"its last line torn":      whole[:len(whole)-10],
		"only its end torn off":   whole[:len(whole)-1],
		"cut in the middle":       append(bytes.Join(lines[:len(lines)/2], nil), lines[len(lines)/2][:20]...),
		"its last record missing": bytes.Join(lines[:len(lines)-2], nil),
		"its header alone":        lines[0],
	} {
		path := filepath.Join(t.TempDir(), "cut.jsonl")
		if err := os.WriteFile(path, kept, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := judge.File(path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if s.End.Result != trace.EndError || s.End.Reason != "the trace has no end: the run was killed" || s.Worst() != check.Error {
			t.Errorf("%s: got %+v, worst %s", name, s.End, s.Worst())
		}
		if counts := outcomes(s.Verdicts); len(s.Verdicts) == 0 || counts[check.Error] != len(s.Verdicts) {
			t.Errorf("%s: got %v, want errors only", name, counts)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "z-cut.jsonl"), whole[:len(whole)-10], 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := judge.Dir(dir)
	if err != nil || len(again) != len(sessions)+1 {
		t.Errorf("the folder with a trace that was cut: got %d sessions, %v", len(again), err)
	}
}

func TestWhatIsNoTraceIsAnErrorThatNamesTheFile(t *testing.T) {
	t.Parallel()
	judge := run.Judge{Checks: check.All()}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"empty.jsonl": "", "no-header.jsonl": `{"n":0,"kind":"log","log":"x"}` + "\n", "words.jsonl": "hello\n",
		"future.jsonl": `{"n":0,"kind":"session","session":{"schema":"rink.trace/v9"}}` + "\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := judge.File(path)
		has(t, err, path+":1: ")
	}
	_, err := judge.Dir(dir)
	has(t, err, "future.jsonl:1: ")
	_, err = judge.File(filepath.Join(dir, "absent.jsonl"))
	has(t, err, "absent.jsonl", "no such file")
	if none, err := judge.Dir(t.TempDir()); err != nil || len(none) != 0 {
		t.Errorf("a folder without traces: got %d sessions, %v", len(none), err)
	}
	for _, records := range [][]trace.Record{nil, {{Kind: trace.KindLog, Log: "x"}}} {
		if s := judge.Session(records); s.End.Result != trace.EndError || s.End.Reason != "the trace has no header" || len(s.Verdicts) != 0 {
			t.Errorf("%d records without a header: got %+v", len(records), s)
		}
	}
}

// A process that is killed before it wrote the header must not take the report of
// all others with it.
func TestAnEmptyTraceIsAnErrorOfItsSession(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "pion_chrome_trickle-full.jsonl"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	sessions, err := run.Judge{Checks: check.All()}.Dir(dir)
	if err != nil || len(sessions) != 1 {
		t.Fatalf("got %d sessions, %v", len(sessions), err)
	}
	s := sessions[0]
	if s.Pair() != (run.Pair{Offerer: "pion", Answerer: "chrome"}) || s.Header.Scenario != "trickle-full" || s.Worst() != check.Error {
		t.Errorf("got %+v", s)
	}
	has(t, errors.New(s.End.Reason), "the trace is empty")
}

func TestTheWorstOutcomeOfASession(t *testing.T) {
	t.Parallel()
	verdicts := func(outcomes ...check.Outcome) (all []expect.Verdict) {
		for _, o := range outcomes {
			all = append(all, expect.Verdict{Outcome: o})
		}
		return all
	}
	for _, tc := range []struct {
		result   trace.EndResult
		outcomes []check.Outcome
		want     check.Outcome
		red      bool
	}{
		{trace.EndCompleted, nil, check.Skipped, false},
		{trace.EndError, []check.Outcome{check.Pass}, check.Error, true},
		{trace.EndCompleted, []check.Outcome{check.Pass, check.Pass}, check.Pass, false},
		{trace.EndCompleted, []check.Outcome{check.Pass, check.Known}, check.Known, false},
		{trace.EndCompleted, []check.Outcome{check.Known, check.Stale}, check.Stale, true},
		{trace.EndStopped, []check.Outcome{check.Stale, check.Fail, check.Skipped}, check.Fail, true},
		{trace.EndStopped, []check.Outcome{check.Fail, check.Error}, check.Error, true},
		{trace.EndUnsupported, []check.Outcome{check.Unsupported, check.Unsupported}, check.Unsupported, false},
	} {
		s := run.Session{End: trace.End{Result: tc.result}, Verdicts: verdicts(tc.outcomes...)}
		if got := s.Worst(); got != tc.want || got.Red() != tc.red {
			t.Errorf("%s with %v: got %s, red %v; want %s, red %v", tc.result, tc.outcomes, got, got.Red(), tc.want, tc.red)
		}
	}
}
