package files

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/report"
)

// parts are the two halves of the sessions of a report, as shards in folders of
// their own, with a trace for each session that has one.
func parts(t *testing.T) (a, b string) {
	t.Helper()
	dir := t.TempDir()
	for i, name := range []string{"a", "b"} {
		r := remade(rich(t))
		r.Run.ID, r.Run.Complete, r.Run.IncompleteReason, r.Run.Filter = "20260304T05060"+name, true, "", ""
		r.Run.Shard, r.Run.Merged, r.Unused = &report.Shard{Index: i + 1, Count: 2, Of: "plan"}, nil, nil
		mine := map[string]bool{}
		var sessions []report.Session
		for j, s := range r.Sessions {
			if j%2 != i {
				continue
			}
			mine[s.ID] = true
			if s.Trace != "" {
				s.SHA256 = traceOf(t, filepath.Join(dir, name, s.Trace), "the trace of "+s.ID)
			}
			sessions = append(sessions, s)
		}
		var results []report.Result
		for _, res := range r.Results {
			if mine[res.Session] {
				results = append(results, res)
			}
		}
		r.Sessions, r.Results = sessions, results
		if err := WriteAll(filepath.Join(dir, name), report.Finished(r)); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "a"), filepath.Join(dir, "b")
}

// traceOf writes a file and returns its hash.
func traceOf(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// tree is everything in a folder.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func putTogether(t *testing.T, out string, runs ...string) string {
	t.Helper()
	r, notes, err := Merge(out, runs)
	if err != nil || len(notes) > 0 {
		t.Fatalf("got %v and %q", err, notes)
	}
	latest, err := os.Readlink(filepath.Join(out, LatestName))
	if err != nil || latest != r.Run.ID {
		t.Errorf("latest is %q (%v), want %q", latest, err, r.Run.ID)
	}
	return filepath.Join(out, r.Run.ID)
}

func TestAMergedRunHasAllViewsAndTraces(t *testing.T) {
	a, b := parts(t)
	out := t.TempDir()
	dir := putTogether(t, out, a, filepath.Join(b, JSON))
	r, err := report.Read(filepath.Join(dir, JSON))
	if err != nil {
		t.Fatal(err)
	}
	traces := 0
	for _, s := range r.Sessions {
		if s.Trace == "" {
			continue
		}
		traces++
		data, err := os.ReadFile(filepath.Join(dir, s.Trace))
		if sum := sha256.Sum256(data); err != nil || hex.EncodeToString(sum[:]) != s.SHA256 || string(data) != "the trace of "+s.ID {
			t.Errorf("%s: got %q and %v", s.ID, data, err)
		}
	}
	if traces < 2 || len(r.Sessions) != len(rich(t).Sessions) {
		t.Errorf("got %d sessions with %d traces", len(r.Sessions), traces)
	}
	content(t, dir)
	want := tree(t, dir)
	for name, again := range map[string]string{
		"the other way round":    putTogether(t, t.TempDir(), b, a),
		"with a part again":      putTogether(t, t.TempDir(), dir, b),
		"in its own folder":      putTogether(t, out, dir, a),
		"where latest leads":     putTogether(t, out, filepath.Join(out, LatestName), a, b),
		"from a copy of a copy":  putTogether(t, t.TempDir(), putTogether(t, t.TempDir(), dir)),
		"one part several times": putTogether(t, t.TempDir(), a, a, b, b),
	} {
		if diff := cmp.Diff(want, tree(t, again)); diff != "" {
			t.Errorf("%s (-first +again):\n%s", name, diff)
		}
	}
}

func TestAMergeThatCannotBeMadeWritesNothing(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(t *testing.T, dir string, r *report.Report)
		want  []string
	}{
		"another seed": {func(_ *testing.T, _ string, r *report.Report) { r.Run.Seed++ }, []string{"seed: 7 in "}},
		"a trace that was changed": {func(t *testing.T, dir string, r *report.Report) {
			traceOf(t, filepath.Join(dir, r.Sessions[0].Trace), "forged")
		}, []string{"trace of chrome_pion_refused", "SHA-256 differs"}},
		"a trace elsewhere": {func(_ *testing.T, _ string, r *report.Report) { r.Sessions[0].Trace = "../a/report.json" }, []string{"trace of chrome_pion_refused", "escapes"}},
		"a link that leads elsewhere": {func(t *testing.T, dir string, r *report.Report) {
			if err := os.Symlink("/etc/hostname", filepath.Join(dir, "link")); err != nil {
				t.Fatal(err)
			}
			r.Sessions[0].Trace = "link"
		}, []string{"trace of chrome_pion_refused", "escapes"}},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := parts(t)
			r, err := report.Read(filepath.Join(b, JSON))
			if err != nil {
				t.Fatal(err)
			}
			tc.spoil(t, b, r)
			data, err := report.Encode(r)
			if err == nil {
				err = os.WriteFile(filepath.Join(b, JSON), data, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			out := filepath.Join(t.TempDir(), "out")
			_, _, err = Merge(out, []string{a, b})
			for _, part := range tc.want {
				if err == nil || !strings.Contains(err.Error(), part) {
					t.Errorf("got %v, want it to say %q", err, part)
				}
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("it wrote something")
			}
		})
	}
	a, _ := parts(t)
	if _, _, err := Merge(t.TempDir(), []string{a, t.TempDir(), "gone"}); err == nil || strings.Count(err.Error(), "no such file") != 2 {
		t.Errorf("got %v, want what is wrong with both", err)
	}
}

func TestARunWhoseIDIsAPathIsNotWritten(t *testing.T) {
	for _, id := range []string{"../../x", "/x", "a/b", "..", ".", "latest"} {
		r := rich(t)
		r.Run.ID, r.Run.Merged = id, nil
		dir := t.TempDir()
		for i := range r.Sessions {
			r.Sessions[i].Trace = ""
		}
		if err := WriteAll(dir, r); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Merge(filepath.Join(t.TempDir(), "out"), []string{dir}); err == nil || !strings.Contains(err.Error(), "no name of a folder") {
			t.Errorf("%q: got %v", id, err)
		}
	}
}

func TestTheComparisonOfAPartIsLeftOutAndThatIsTold(t *testing.T) {
	a, b := parts(t)
	r, err := report.Read(filepath.Join(a, JSON))
	if err != nil {
		t.Fatal(err)
	}
	r.Comparison = &report.Comparison{Verdict: "2 regressions", Against: []string{"pion v3.3.5"}}
	if err := WriteAll(a, r); err != nil {
		t.Fatal(err)
	}
	got, notes, err := Merge(t.TempDir(), []string{a, b})
	if err != nil || got.Comparison != nil || len(notes) != 1 || !strings.Contains(notes[0], "run "+r.Run.ID+": its comparison with a baseline") {
		t.Errorf("got %q, %v and %+v", notes, err, got.Comparison)
	}
}

func TestTracesThatAreLostAreToldAndTheSessionsStay(t *testing.T) {
	a, b := parts(t)
	if err := os.RemoveAll(filepath.Join(b, "traces")); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	r, notes, err := Merge(out, []string{a, b})
	if err != nil || len(notes) != 1 || !strings.Contains(notes[0], filepath.Join(b, JSON)) || len(r.Sessions) != len(rich(t).Sessions) {
		t.Errorf("got %q and %v", notes, err)
	}
	for _, s := range r.Sessions {
		if _, err := os.Stat(filepath.Join(out, r.Run.ID, s.Trace)); s.Trace != "" && err != nil {
			t.Errorf("%s: %v", s.ID, err)
		}
	}
}
