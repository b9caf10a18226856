package run_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/report/anonymise"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/trace"
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

func TestNothingPrivateStaysHoweverARunEnds(t *testing.T) {
	t.Parallel()
	private := []string{"alice", "laptop", "192.168.7.9"}
	died := errors.New("/home/alice/agent: dial 192.168.7.9:4444: laptop hung up on alice")
	dies := func(context.Context, int) error { return died }
	for name, tc := range map[string]struct {
		of        *member
		interrupt bool
	}{
		"a peer does not start":             {of: &member{start: dies}},
		"a peer dies in a session":          {of: &member{open: dies}},
		"interrupted after a peer had died": {of: &member{open: dies}, interrupt: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.of.id = "b"
			p := plan(t, crew(&member{id: "a"}, tc.of), "connect-data,trickle-full")
			p.Anonymise = anonymise.New(anonymise.Options{Users: []string{"alice"}, Hosts: []string{"laptop"}, Dirs: []string{"/home/alice"}})
			ctx, interrupt := context.WithCancelCause(t.Context())
			defer interrupt(nil)
			seen := false
			r, folder, err := run.Execute(ctx, p, run.Progress{Session: func(s run.Session, _, _ int) {
				seen = seen || strings.Contains(s.End.Reason, "192.168.7.9")
				if tc.interrupt {
					interrupt(errors.New("got the signal of alice"))
				}
			}})
			if err != nil || r == nil {
				t.Fatal(err)
			}
			if !seen || !r.Run.Anonymised || r.Run.Complete == tc.interrupt {
				t.Errorf("got it seen %t, anonymised %t, complete %t", seen, r.Run.Anonymised, r.Run.Complete)
			}
			if _, err := os.Stat(filepath.Join(folder.Dir, "report.json")); err != nil {
				t.Error(err)
			}
			err = filepath.WalkDir(p.Out, func(path string, d fs.DirEntry, err error) error {
				if err != nil || !d.Type().IsRegular() { // latest is a link
					return err
				}
				data, err := trace.ReadUnpacked(path)
				for _, word := range private {
					if strings.Contains(path, word) || strings.Contains(string(data), word) {
						t.Errorf("%s has %q", path, word)
					}
				}
				if d.Name() == "progress.jsonl" {
					t.Errorf("%s is still there", path)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
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
