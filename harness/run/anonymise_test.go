package run_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/webrtc-rink/rink/harness/report/anonymise"
	"github.com/webrtc-rink/rink/harness/run"
)

func TestAnAnonymisedRunLeavesNoFileOfBefore(t *testing.T) {
	t.Parallel()
	p := plan(t, crew(&member{id: "a"}, &member{id: "b"}), "connect-data")
	p.Pairs, p.Anonymise, p.Pack = []run.Pair{between}, anonymise.New(anonymise.Options{}), true
	var before []byte
	r, folder, err := run.Execute(t.Context(), p, run.Progress{Session: func(s run.Session, _, _ int) {
		dir := filepath.Dir(filepath.Dir(s.Trace))
		if err := os.WriteFile(filepath.Join(dir, "progress.jsonl"), []byte("as it was"), 0o600); err != nil {
			t.Error(err)
		}
		var err error
		if before, err = os.ReadFile(s.Trace); err != nil {
			t.Error(err)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder.Dir, "progress.jsonl")); !os.IsNotExist(err) {
		t.Errorf("the file of before is still there (%v)", err)
	}
	after, err := os.ReadFile(filepath.Join(folder.Dir, filepath.FromSlash(r.Sessions[0].Trace)))
	if err != nil || len(after) == 0 || string(after) == string(before) {
		t.Errorf("the trace is as it was (%v)", err)
	}
}

func TestARunThatCannotBeAnonymisedLeavesNothing(t *testing.T) {
	t.Parallel()
	p := plan(t, crew(&member{id: "a"}, &member{id: "b"}), "connect-data")
	p.Pairs, p.Anonymise = []run.Pair{between}, anonymise.New(anonymise.Options{})
	_, folder, err := run.Execute(t.Context(), p, run.Progress{Session: func(s run.Session, _, _ int) {
		if err := os.WriteFile(s.Trace, []byte("no trace\n"), 0o600); err != nil {
			t.Error(err)
		}
	}})
	if err == nil {
		t.Error("no error")
	}
	if _, err := os.Stat(folder.Dir); !os.IsNotExist(err) {
		t.Errorf("the folder is still there (%v)", err)
	}
}
