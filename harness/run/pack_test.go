package run_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/expect"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/trace"
)

// What is red is there to be looked at, and the rest shrinks.
func TestPackedTracesGiveTheVerdictsOfTheirRun(t *testing.T) {
	t.Parallel()
	p := plan(t, crew(&member{id: "a", defects: []fake.Defect{defect(t, "index-always-zero")}}, &member{id: "b"}), "candidates-bundled,connect-data")
	p.Pairs, p.Pack = []run.Pair{between}, true
	sessions := map[string]run.Session{}
	r, folder, err := run.Execute(t.Context(), p, run.Progress{Session: func(s run.Session, _, _ int) { sessions[s.Header.ID] = s }})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range r.Sessions {
		if packed, red := strings.HasSuffix(s.Trace, ".jsonl.gz"), sessions[s.ID].Worst().Red(); packed == red {
			t.Errorf("%s: got the trace %s of a session that is red: %v", s.ID, s.Trace, red)
		}
		if _, err := os.Stat(filepath.Join(folder.Dir, filepath.FromSlash(s.Trace))); err != nil {
			t.Error(err)
		}
	}
	again, err := run.Judge{Checks: check.All()}.Dir(folder.Traces)
	if err != nil || len(again) != 2 {
		t.Fatalf("got %d sessions, %v, want 2", len(again), err)
	}
	for _, got := range again {
		if diff := cmp.Diff(sessions[got.Header.ID], got, cmpopts.IgnoreFields(run.Session{}, "Grading"), cmpopts.IgnoreUnexported(expect.Entry{}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-run +again):\n%s", got.Header.ID, diff)
		}
	}
}

// A process may be killed when a trace is there both ways.
func TestATraceThatIsThereTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	judge, dir, sessions := recorded(t)
	plain := sessions["a_b_connect-data"].Trace
	content, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := trace.Pack(plain); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(plain, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if again, err := judge.Dir(dir); err != nil || len(again) != len(sessions) {
		t.Errorf("got %d sessions, %v, want %d", len(again), err, len(sessions))
	}
}
