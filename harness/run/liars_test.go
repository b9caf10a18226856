package run_test

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/fixtures"
	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
	"github.com/webrtc-rink/rink/harness/peer/pion"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/trace"
)

// atATime is how many runs with a liar go on at a time: they wait more than they
// work.
const atATime = 12

// played is a run with a liar as it was.
type played struct {
	sessions []run.Session
	report   *report.Report
	err      error
	pids     string // file with a line for each process that was started
}

// withLiar is the plan of a run of an agent with pion, as a user would run it.
func withLiar(t *testing.T, name, pids, patterns string, sides ...trace.Side) run.Plan {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	honestEnd, err := run.Builtin().ByID(pion.DefaultID)
	if err != nil {
		t.Fatal(err)
	}
	p := plan(t, run.Roster{honestEnd, run.Agent("liar", self, beLiar, name, pids)}, patterns)
	p.Pairs = nil
	for _, side := range sides {
		pair := run.Pair{Offerer: "liar", Answerer: pion.DefaultID}
		if side == trace.Answerer {
			pair = run.Pair{Offerer: pion.DefaultID, Answerer: "liar"}
		}
		p.Pairs = append(p.Pairs, pair)
	}
	if p.Expectations, err = run.LoadExpectations(liarsExpectations(t), p.Roster); err != nil {
		t.Fatal(err)
	}
	// Long enough for pion on a busy machine, and no longer than a liar is waited for.
	limits := &p.Timeouts
	limits.Open, limits.Call, limits.Close, limits.Gather = 8*time.Second, 8*time.Second, 12*time.Second, 15*time.Second
	limits.Connect, limits.App, limits.Settle = 15*time.Second, 6*time.Second, 2*time.Second
	return p
}

// liarsExpectations is a folder with the expectations of pion and the same for the
// liar, which is pion in a program of its own. Candidates are the lie's: what is
// expected of pion's sdpMid and sdpMLineIndex is not expected of the liar.
func liarsExpectations(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	text, err := fs.ReadFile(fixtures.Expectations(), "pion.yaml")
	if err != nil {
		t.Fatal(err)
	}
	entries := strings.Split(strings.Replace(string(text), "peer: pion", "peer: liar", 1), "\n  - ")
	entries = slices.DeleteFunc(entries, func(e string) bool {
		return strings.HasPrefix(e, "checks: [CAND-002") || strings.HasPrefix(e, "check: CAND-007") || strings.HasPrefix(e, "check: CAND-008")
	})
	for name, data := range map[string]string{"pion.yaml": string(text), "liar.yaml": strings.Join(entries, "\n  - ")} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func play(ctx context.Context, p run.Plan, pids string) played {
	out := played{pids: pids}
	out.report, _, out.err = run.Execute(ctx, p, run.Progress{Session: func(s run.Session, _, _ int) { out.sessions = append(out.sessions, s) }})
	return out
}

// TestNoLiarIsGreen: every run with an agent that lies or breaks is red, for what
// the agent did and at the agent, and leaves nothing behind.
func TestNoLiarIsGreen(t *testing.T) {
	t.Parallel()
	all := liars()
	names := slices.Sorted(maps.Keys(all))
	plans, pids := map[string]run.Plan{}, map[string]string{}
	for _, name := range names {
		pids[name] = filepath.Join(t.TempDir(), "pids")
		p := withLiar(t, name, pids[name], all[name].in(), all[name].at())
		if all[name].patient {
			p.Timeouts.Call = time.Minute
		}
		plans[name] = p
	}
	var mu sync.Mutex
	results := map[string]played{}
	free := make(chan struct{}, atATime)
	var playing sync.WaitGroup
	for _, name := range names {
		playing.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			p := play(t.Context(), plans[name], pids[name])
			mu.Lock()
			defer mu.Unlock()
			results[name] = p
		})
	}
	playing.Wait()
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			got, want := results[name], all[name]
			ends(t, got, want)
			if want.check == "" {
				breaks(t, got, want)
			} else {
				fails(t, got, want)
			}
			leavesNoProcess(t, got.pids)
		})
	}
}

// TestTheLiarThatTellsTheTruthIsGreen: what is red in TestNoLiarIsGreen is the lie.
func TestTheLiarThatTellsTheTruthIsGreen(t *testing.T) {
	t.Parallel()
	played := map[string]bool{}
	for _, l := range liars() {
		for name := range strings.SplitSeq(l.in(), ",") {
			played[name] = true
		}
	}
	pids := filepath.Join(t.TempDir(), "pids")
	p := withLiar(t, honest, pids, strings.Join(slices.Sorted(maps.Keys(played)), ","), trace.Offerer, trace.Answerer)
	got := play(t.Context(), p, pids)
	ends(t, got, told{})
	exits(t, got.report, report.ExitOK)
	if want := 2 * len(played); len(got.sessions) != want {
		t.Errorf("got %d sessions, want %d", len(got.sessions), want)
	}
	for _, s := range got.sessions {
		for _, v := range s.Verdicts {
			if v.Outcome.Red() {
				t.Errorf("%s: %s at the %s: got %s %v", s.Header.ID, v.Grade.Check, v.Grade.Side, v.Outcome, v.Grade.Findings)
			}
		}
	}
	leavesNoProcess(t, pids)
}

// in is where a lie is told; at is by which end.
func (l told) in() string {
	if l.scenario == "" {
		return "connect-data"
	}
	return l.scenario
}

func (l told) at() trace.Side {
	if l.side == "" {
		return trace.Offerer
	}
	return l.side
}

// ends fails the test unless the run came to its end and closed the agent.
func ends(t *testing.T, got played, want told) {
	t.Helper()
	if got.report == nil || !got.report.Run.Complete {
		t.Fatalf("got no whole run: %v", got.err)
	}
	if got.err == nil {
		return
	}
	if !want.outlives {
		t.Errorf("the run: got %v, want no error", got.err)
	}
	has(t, got.err, "close liar: did not end within")
}

// breaks wants an error at the liar.
func breaks(t *testing.T, got played, want told) {
	t.Helper()
	exits(t, got.report, report.ExitError)
	s := got.sessions[len(got.sessions)-1]
	if s.End.Result != trace.EndError || s.End.Side != want.at() || (want.stage != "" && s.End.Stage != want.stage) {
		t.Errorf("got %s in stage %s at the %q (%s), want an error in stage %s at the %s",
			s.End.Result, s.End.Stage, s.End.Side, s.End.Reason, want.stage, want.at())
	}
	for _, part := range want.says {
		if !strings.Contains(s.End.Reason, part) {
			t.Errorf("reason: got %q, want %q in it", s.End.Reason, part)
		}
	}
	for _, v := range s.Verdicts {
		if v.Outcome != check.Error {
			t.Errorf("%s at the %s: got %s, want an error: nothing can be judged", v.Grade.Check, v.Grade.Side, v.Outcome)
		}
	}
}

// fails wants the check to fail at the liar, and blames the honest end only where
// it is said that the trace cannot tell.
func fails(t *testing.T, got played, want told) {
	t.Helper()
	exits(t, got.report, report.ExitFailed)
	found := false
	var seen []string
	for _, s := range got.sessions {
		for _, v := range s.Verdicts {
			if v.Outcome != check.Fail {
				continue
			}
			g := v.Grade
			for _, f := range g.Findings {
				seen = append(seen, fmt.Sprintf("%s at the %s: %s (joint %t)", g.Check, g.Side, f, f.Joint))
				mayBeEither := want.joint && f.Joint && f.Why != ""
				if g.Side != want.at() && !mayBeEither {
					t.Errorf("the honest end is blamed: %s at the %s: %s", g.Check, g.Side, f)
				}
				found = found || g.Check == want.check && (g.Side == want.at() || mayBeEither) && saysAll(f.String(), want.says)
			}
		}
	}
	if !found {
		t.Errorf("got the findings\n%s\nwant %s with %q", strings.Join(seen, "\n"), want.check, want.says)
	}
}

func saysAll(text string, parts []string) bool {
	return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(text, part) })
}

// leavesNoProcess waits for the end of the processes whose numbers are in a file:
// the kernel ends them in its own time.
func leavesNoProcess(t *testing.T, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for text := range strings.FieldsSeq(string(data)) {
		pid, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(peertest.Patience); lives(pid); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Errorf("process %d: got it alive, want it gone", pid)
				break
			}
		}
	}
}

func lives(pid int) bool {
	p, err := os.FindProcess(pid)
	return err == nil && p.Signal(syscall.Signal(0)) == nil
}
