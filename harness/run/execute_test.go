package run_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/report/progress"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/trace"
)

// executed runs a plan and returns its report as it was written.
func executed(ctx context.Context, t *testing.T, p run.Plan) *report.Report {
	t.Helper()
	made, folder, err := run.Execute(ctx, p, run.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	written, err := report.Read(filepath.Join(p.Out, files.LatestName, files.JSON))
	if err != nil {
		t.Fatal(err)
	}
	if written.Run.ID != folder.ID || made.Run.ID != folder.ID {
		t.Errorf("latest is the run %q and the report that of %q, want %q", written.Run.ID, made.Run.ID, folder.ID)
	}
	if report.ExitCode(written) != report.ExitCode(made) {
		t.Errorf("exit code: got %d as written and %d as made", report.ExitCode(written), report.ExitCode(made))
	}
	return written
}

func exits(t *testing.T, r *report.Report, want int) {
	t.Helper()
	if got := report.ExitCode(r); got != want || r.Summary.ExitCode != want {
		t.Errorf("exit code: got %d (%d in the summary: %s), want %d", got, r.Summary.ExitCode, r.Summary.Verdict, want)
	}
}

func TestARunLeavesItsReport(t *testing.T) {
	t.Parallel()
	p := plan(t, crew(&member{id: "a"}, &member{id: "b"}), "connect-*")
	p.Notes = []string{"a note"}
	var done []int
	var said []string
	made, folder, err := run.Execute(t.Context(), p, run.Progress{
		Log: func(peer, text string) { said = append(said, peer+": "+text) },
		Session: func(s run.Session, n, total int) {
			passes(t, s)
			if done = append(done, n); total != 4 {
				t.Errorf("got %d sessions in all, want 4", total)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	exits(t, made, report.ExitOK)
	slices.Sort(said) // peers start beside each other
	if len(done) != 4 || done[3] != 4 || strings.Join(said, ", ") != "a: start 1, b: start 1" {
		t.Errorf("progress: got %v and %q", done, said)
	}
	if !made.Run.Complete || made.Run.IncompleteReason != "" || made.Run.Filter != p.Filter || len(made.Peers) != 2 || len(made.Checks) != len(check.All()) {
		t.Errorf("got the run %+v with %d peers and %d checks", made.Run, len(made.Peers), len(made.Checks))
	}
	for _, s := range made.Sessions {
		if s.Result != trace.EndCompleted || s.SHA256 == "" {
			t.Errorf("%s: got %s with hash %q", s.ID, s.Result, s.SHA256)
		}
		if _, err := os.Stat(filepath.Join(folder.Dir, filepath.FromSlash(s.Trace))); err != nil {
			t.Errorf("%s: its trace: %v", s.ID, err)
		}
	}
}

func TestARunLeavesARecordOfItsProgress(t *testing.T) {
	t.Parallel()
	p := plan(t, crew(&member{id: "a"}, &member{id: "b"}), "connect-*")
	during := 0
	made, folder, err := run.Execute(t.Context(), p, run.Progress{Session: func(_ run.Session, n, _ int) {
		during = max(during, len(progressOf(t, p.Out))-n)
	}})
	if err != nil {
		t.Fatal(err)
	}
	if during != 1 {
		t.Errorf("in its course the record was %d lines ahead of the sessions, want the first", during)
	}
	lines := progressOf(t, p.Out)
	if len(lines) != 6 || lines[0].Started == nil || lines[5].End == nil {
		t.Fatalf("got %d lines, want a start, 4 sessions and an end", len(lines))
	}
	if s := lines[0].Started; s.ID != folder.ID || s.Sessions != 4 || s.PID != os.Getpid() {
		t.Errorf("start: got %+v", s)
	}
	if e := lines[5].End; e.Verdict != made.Summary.Verdict || e.ExitCode != made.Summary.ExitCode || e.Outcomes != made.Summary.Outcomes || !e.Complete {
		t.Errorf("end: got %+v, want what the report says", e)
	}
}

// progressOf is the record of the one run below out.
func progressOf(t *testing.T, out string) []progress.Line {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(out, "2*", progress.File))
	if err != nil || len(found) != 1 {
		t.Fatalf("got the records %q, %v, want one", found, err)
	}
	f, err := os.Open(found[0])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	lines, err := progress.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestARunThatIsInterruptedLeavesAReportThatSaysSo(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]bool{"before it began": true, "in its course": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			p := plan(t, crew(&member{id: "a"}, &member{id: "b"}), "connect-*")
			want := "4 of 4 sessions were not run to their end: got the signal interrupt"
			if !before {
				want = "3 of 4 sessions were not run to their end: got the signal interrupt"
			} else {
				cancel(errors.New("got the signal interrupt"))
			}
			_, _, err := run.Execute(ctx, p, run.Progress{Session: func(run.Session, int, int) { cancel(errors.New("got the signal interrupt")) }})
			if err != nil {
				t.Fatal(err)
			}
			r, err := report.Read(filepath.Join(p.Out, files.LatestName, files.JSON))
			if err != nil {
				t.Fatal(err)
			}
			if r.Run.Complete || r.Run.IncompleteReason != want {
				t.Errorf("got complete %v, %q; want it incomplete: %s", r.Run.Complete, r.Run.IncompleteReason, want)
			}
			if len(r.Scenarios) != 2 {
				t.Errorf("got %d scenarios, want those that were not run as well", len(r.Scenarios))
			}
			exits(t, r, report.ExitError)
		})
	}
}

// The last session may be under way when the signal comes: nothing is left to be
// run, and the run is not whole all the same.
func TestAnInterruptedLastSessionMakesTheRunIncomplete(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	b := &member{id: "b", open: func(ctx context.Context, _ int) error {
		cancel(errors.New("got the signal interrupt"))
		<-ctx.Done()
		return ctx.Err()
	}}
	p := plan(t, crew(&member{id: "a"}, b), "connect-data")
	p.Pairs = []run.Pair{between}
	r := executed(ctx, t, p)
	if r.Run.Complete || r.Run.IncompleteReason != "1 of 1 sessions were not run to their end: got the signal interrupt" || len(r.Sessions) != 0 {
		t.Errorf("got %+v with %+v, want it incomplete", r.Run, r.Sessions)
	}
	exits(t, r, report.ExitError)
}

func TestARunWithAPeerThatCannotStartExitsWithAnError(t *testing.T) {
	t.Parallel()
	b := &member{id: "b", start: func(context.Context, int) error { return errors.New("chromium: no such file") }}
	r := executed(t.Context(), t, plan(t, crew(&member{id: "a"}, b), "connect-*"))
	exits(t, r, report.ExitError)
	if !r.Run.Complete || len(r.Sessions) != 4 {
		t.Errorf("got complete %v with %d sessions, want every session told of", r.Run.Complete, len(r.Sessions))
	}
	for _, s := range r.Sessions {
		side := trace.Answerer
		if s.Pair.Offerer == "b" {
			side = trace.Offerer
		}
		if s.Result != trace.EndError || s.Stage != trace.StageLaunch || s.Side != side || s.Reason != "peer b: chromium: no such file" {
			t.Errorf("got %+v, want an error in stage launch at the %s", s, side)
		}
	}
	for _, res := range r.Results {
		if res.Outcome != check.Error || !strings.Contains(res.Reason, "launch") {
			t.Errorf("%s: got %s (%s), want an error in stage launch", res.Check, res.Outcome, res.Reason)
		}
	}
	if starts, _ := b.count(); starts != 2 {
		t.Errorf("got %d starts, want 2", starts)
	}
	// The other peer is what it says it is, and no other one in other sessions.
	for _, p := range r.Peers {
		if p.ID == "a" && p.Version != fake.Version {
			t.Errorf("got the version %s of a, want %s", p.Version, fake.Version)
		}
	}
	for _, note := range r.Notes {
		if strings.Contains(note, "changed its version") {
			t.Errorf("got the note %q, and no peer did", note)
		}
	}
}

func TestARunThatJudgesNothingExitsSo(t *testing.T) {
	t.Parallel()
	t.Run("since no peer can", func(t *testing.T) {
		t.Parallel()
		p := plan(t, crew(&member{id: "a", features: peer.Features{peer.FeatureTrickle}}, &member{id: "b"}), "connect-*")
		r := executed(t.Context(), t, p)
		exits(t, r, report.ExitNothing)
		if len(r.Results) == 0 || r.Summary.Sessions.Unsupported != 4 {
			t.Errorf("got %d results and %+v, want them told as unsupported", len(r.Results), r.Summary.Sessions)
		}
	})
	t.Run("since there is nothing to do", func(t *testing.T) {
		t.Parallel()
		p := plan(t, crew(&member{id: "a"}), "connect-*")
		p.Pairs = nil
		exits(t, executed(t.Context(), t, p), report.ExitNothing)
	})
}

func TestAFailureIsToldByTheExitCode(t *testing.T) {
	t.Parallel()
	p := plan(t, crew(&member{id: "a", defects: []fake.Defect{defect(t, "null-index")}}, &member{id: "b"}), "candidates-data")
	p.Pairs = []run.Pair{between}
	exits(t, executed(t.Context(), t, p), report.ExitFailed)
}

func TestAPeerThatDoesNotCloseIsAnErrorBesideTheReport(t *testing.T) {
	t.Parallel()
	p := plan(t, crew(&member{id: "a", closing: errors.New("left a process behind")}), "connect-data")
	r, folder, err := run.Execute(t.Context(), p, run.Progress{})
	has(t, err, "close a: left a process behind")
	if r == nil {
		t.Fatal("got no report")
	}
	exits(t, r, report.ExitOK) // the command makes it an error
	if _, err := os.Stat(filepath.Join(folder.Dir, files.JSON)); err != nil {
		t.Error(err)
	}
}

func TestARunThatHasNowhereToWriteRunsNothing(t *testing.T) {
	t.Parallel()
	a := &member{id: "a"}
	p := plan(t, crew(a), "connect-data")
	p.Out = filepath.Join(t.TempDir(), "taken")
	if err := os.WriteFile(p.Out, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r, _, err := run.Execute(t.Context(), p, run.Progress{})
	has(t, err, "folder of the run", "not a directory")
	if starts, _ := a.count(); r != nil || starts != 0 {
		t.Errorf("got the report %v and %d starts, want none", r, starts)
	}
}

func TestEachRunHasAFolderOfItsOwn(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	f, err := run.NewFolder(out)
	if err != nil {
		t.Fatal(err)
	}
	if f != run.FolderOf(out, f.ID) || filepath.Dir(f.Traces) != f.Dir || filepath.Dir(f.Dir) != out {
		t.Errorf("got %+v", f)
	}
	if info, err := os.Stat(f.Traces); err != nil || !info.IsDir() {
		t.Errorf("the folder of the traces: %v, %v", info, err)
	}
}

// A run that stops where it was asked to stop says what it found.
func TestARunThatFailsFastExitsAsAFailure(t *testing.T) {
	t.Parallel()
	p := plan(t, crew(&member{id: "a", defects: []fake.Defect{defect(t, "index-always-zero")}}, &member{id: "b"}), "candidates-bundled,connect-data")
	p.Pairs, p.FailFast, p.Parallel = []run.Pair{between}, true, 1
	r := executed(t.Context(), t, p)
	if r.Run.Complete || !r.Run.FailedFast || len(r.Sessions) != 1 || r.Summary.HarnessErrors != 0 {
		t.Errorf("got %+v with %d sessions and %d harness errors, want one session and none", r.Run, len(r.Sessions), r.Summary.HarnessErrors)
	}
	exits(t, r, report.ExitFailed)
}
