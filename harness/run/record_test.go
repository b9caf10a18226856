package run

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/expect"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/progress"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

func jobs() []Job {
	one := scenario.Scenario{Name: "one"}
	return []Job{{Pair: Pair{"a", "b"}, Scenario: one}, {Pair: Pair{"b", "a"}, Scenario: one}, {Pair: Pair{"a", "b"}, Scenario: scenario.Scenario{Name: "two"}}}
}

func TestTheRecordTellsWhatIsRedAsItComes(t *testing.T) {
	dir := t.TempDir()
	var said []string
	told := Progress{Note: func(text string) { said = append(said, text) }}
	r := startRecord(Plan{Notes: []string{"before"}, Command: []string{"rink", "run"}}, Folder{ID: "run", Dir: dir}, time.Now(), jobs(), &told)
	covered, uncovered := check.Finding{Object: "x", Got: "covered", Want: "z"}, check.Finding{Object: "x", Got: "uncovered", Want: "z"}
	s := Session{End: trace.End{Result: trace.EndStopped, Reason: "nobody came", DurationMs: 12}, Header: trace.Header{
		ID: "a_b_one", Scenario: "one", Offerer: peer.Description{ID: "a"}, Answerer: peer.Description{ID: "b"},
	}}
	s.Verdicts = []expect.Verdict{
		{Outcome: check.Pass, Grade: check.Grade{Check: "CAND-001", Side: trace.Offerer}},
		{
			Outcome: check.Fail, Uncovered: []check.Finding{uncovered},
			Grade: check.Grade{Check: "CAND-002", Side: trace.Answerer, Findings: []check.Finding{covered, uncovered}},
		},
	}
	r.session(s, 1, 3)
	told.note("in its course")
	if missing := r.missing(); len(missing) > 0 {
		t.Errorf("got %q, want nothing missing", missing)
	}
	r.end(&report.Report{Summary: report.Summary{Verdict: "so and so", ExitCode: 1}, Run: report.Run{Complete: true}})
	f, err := os.Open(filepath.Join(dir, progress.File))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	lines, err := progress.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	var state progress.State
	for _, l := range lines {
		state.Add(l)
	}
	if p := state.Started.Pairs; state.Started.Sessions != 3 || len(p) != 2 || p[0].String() != "a->b" || p[0].Sessions != 2 || p[1].Sessions != 1 {
		t.Errorf("start: got %+v", state.Started)
	}
	if len(state.Sessions) != 1 || len(state.Sessions[0].Red) != 1 {
		t.Fatalf("got %+v, want one session with one red result", state.Sessions)
	}
	got := state.Sessions[0]
	if got.Reason != "nobody came" || got.Worst != check.Fail || got.Outcomes.Pass != 1 || got.Outcomes.Fail != 1 || got.Done != 1 || got.Total != 3 {
		t.Errorf("session: got %+v", got)
	}
	if red := got.Red[0]; red.Check != "CAND-002" || red.Subject != "b" || !strings.Contains(red.Finding, "got uncovered") {
		t.Errorf("got %+v, want the finding that nothing explains", red)
	}
	if strings.Join(state.Notes, ", ") != "before, in its course" || strings.Join(said, ", ") != "in its course" {
		t.Errorf("notes: got %q in the record and %q besides", state.Notes, said)
	}
	if state.End == nil || state.End.Verdict != "so and so" || state.End.ExitCode != 1 || !state.End.Complete {
		t.Errorf("end: got %+v", state.End)
	}
}

func TestARunGoesOnWithoutItsRecordAndSaysSo(t *testing.T) {
	var said []string
	told := Progress{Note: func(text string) { said = append(said, text) }}
	r := startRecord(Plan{}, Folder{ID: "run", Dir: filepath.Join(t.TempDir(), "gone")}, time.Now(), jobs(), &told)
	r.session(Session{}, 1, 3)
	told.note("in its course")
	missing := r.missing()
	r.end(&report.Report{})
	if len(missing) != 1 || !strings.Contains(missing[0], "progress.jsonl") || len(said) != 2 || said[1] != missing[0] {
		t.Errorf("got the notes %q for the report and %q besides, want that the record is missing", missing, said)
	}
}
