package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/report"
)

var all = []string{"badge.json", "badge.svg", "comment.md", "ctrf.json", "junit.xml", "pairs", "report.html", "report.json", "summary.md"}

func rich(t *testing.T) *report.Report {
	t.Helper()
	r, err := report.Read("../testdata/rich.report.json")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func content(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path) // it is below
		files[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestWriteAllWritesItsFilesForEverybodyAndNothingElse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "reports", "out", "run")
	for _, again := range []bool{false, true} {
		if err := WriteAll(dir, rich(t)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(all, names(t, dir)); diff != "" {
			t.Errorf("again: %v: files (-want +got):\n%s", again, diff)
		}
		for name, text := range content(t, dir) {
			info, err := os.Stat(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode() != 0o644 || text == "" {
				t.Errorf("%s: got mode %v and %d bytes", name, info.Mode(), len(text))
			}
		}
	}
}

func TestAFileThatCannotBeWrittenDoesNotKeepTheOthersBack(t *testing.T) {
	dir := t.TempDir()
	blocked := filepath.Join(dir, "report.html")
	if err := os.MkdirAll(filepath.Join(blocked, "in the way"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := WriteAll(dir, rich(t)); err == nil || !strings.Contains(err.Error(), blocked) {
		t.Errorf("got %v, want that %s cannot be written", err, blocked)
	}
	if diff := cmp.Diff(all, names(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestWriteAllSaysThatTheFolderCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := WriteAll(filepath.Join(file, "run"), rich(t)); err == nil || !strings.Contains(err.Error(), "folder of the report") {
		t.Errorf("got %v", err)
	}
}

func TestRenderWritesTheSameBytesAgain(t *testing.T) {
	hostile := rich(t)
	fresh := *hostile // a report that nothing has made safe yet
	fresh.Notes = []string{strings.Repeat("x", 1<<20), strings.Repeat("\x00", 5000), "a\xffb\u202e"}
	for name, r := range map[string]*report.Report{"rich": hostile, "hostile": remade(&fresh)} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := WriteAll(dir, r); err != nil {
				t.Fatal(err)
			}
			want := content(t, dir)
			for _, lost := range []string{"report.html", "summary.md"} {
				if err := os.Remove(filepath.Join(dir, lost)); err != nil {
					t.Fatal(err)
				}
			}
			got, err := Render(dir)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, content(t, dir)); diff != "" {
				t.Errorf("(-before +after):\n%s", diff)
			}
			if got.Run.ID != r.Run.ID {
				t.Errorf("got the report of %q", got.Run.ID)
			}
		})
	}
}

// remade copies what is exported, as a report is that nobody called Safe on.
func remade(r *report.Report) *report.Report {
	return &report.Report{
		Schema: r.Schema, Run: r.Run, Generator: r.Generator, Environment: r.Environment, Summary: r.Summary, Notes: r.Notes,
		Unused: r.Unused, Peers: r.Peers, Checks: r.Checks, Scenarios: r.Scenarios, Sessions: r.Sessions, Results: r.Results,
	}
}

func TestRenderComputesTheSummaryAnew(t *testing.T) {
	dir := t.TempDir()
	r := rich(t)
	want := r.Summary
	r.Summary = report.Summary{Verdict: "All is well.", Levels: want.Levels}
	if err := WriteAll(dir, r); err != nil {
		t.Fatal(err)
	}
	got, err := Render(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.Summary); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRenderSaysWhichReportIsMissing(t *testing.T) {
	dir := t.TempDir()
	_, err := Render(dir)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), filepath.Join(dir, "report.json")) {
		t.Errorf("got %v", err)
	}
	if got := names(t, dir); got != nil {
		t.Errorf("it left %q", got)
	}
}

// runs are two runs in one folder of reports.
func runs(t *testing.T) string {
	t.Helper()
	out := t.TempDir()
	for _, id := range []string{"run-1", "run-2"} {
		r := rich(t)
		r.Run.ID = id
		if err := WriteAll(filepath.Join(out, id), r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func latestIs(t *testing.T, out, id string) {
	t.Helper()
	if target, err := os.Readlink(filepath.Join(out, LatestName)); err != nil || target != id {
		t.Errorf("latest is %q (%v), want a relative link to %s", target, err, id)
	}
	if r, err := report.Read(filepath.Join(out, LatestName, JSON)); err != nil || r.Run.ID != id {
		t.Errorf("latest cannot be read: %v", err)
	}
	if diff := cmp.Diff([]string{LatestName, "run-1", "run-2"}, names(t, out)); diff != "" {
		t.Errorf("folder (-want +got):\n%s", diff)
	}
}

func TestLatestIsALinkThatTheNextRunReplaces(t *testing.T) {
	out := runs(t)
	for _, id := range []string{"run-1", "run-2", "run-2", "run-1"} {
		if err := Latest(out, id); err != nil {
			t.Fatal(err)
		}
		latestIs(t, out, id)
	}
	moved := filepath.Join(t.TempDir(), "moved")
	if err := os.Rename(out, moved); err != nil {
		t.Fatal(err)
	}
	latestIs(t, moved, "run-1")
}

func TestLatestReplacesWhateverIsThere(t *testing.T) {
	for name, prepare := range map[string]func(out, latest string) error{
		"a folder":                  func(_, latest string) error { return os.MkdirAll(filepath.Join(latest, "traces"), 0o755) },
		"a file":                    func(_, latest string) error { return os.WriteFile(latest, []byte("x"), 0o644) },
		"a link to a run that went": func(_, latest string) error { return os.Symlink("gone", latest) },
		"a copy":                    func(out, latest string) error { return copyReport(filepath.Join(out, "run-1"), latest) },
		"a leftover of a killed run": func(out, latest string) error {
			return errors.Join(os.Symlink("run-1", latest), os.Symlink("run-2", latest+".run-2"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			out := runs(t)
			before := content(t, filepath.Join(out, "run-1"))
			if err := prepare(out, filepath.Join(out, LatestName)); err != nil {
				t.Fatal(err)
			}
			if err := Latest(out, "run-2"); err != nil {
				t.Fatal(err)
			}
			latestIs(t, out, "run-2")
			if diff := cmp.Diff(before, content(t, filepath.Join(out, "run-1"))); diff != "" {
				t.Errorf("the earlier run changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestWhereNoLinkCanBeMadeLatestIsACopyWithoutTraces(t *testing.T) {
	out := runs(t)
	from, to := filepath.Join(out, "run-2"), filepath.Join(out, LatestName)
	if err := os.Mkdir(filepath.Join(from, "traces"), 0o755); err != nil {
		t.Fatal(err)
	}
	before := content(t, filepath.Join(out, "run-1"))
	if err := os.Symlink("run-1", to); err != nil { // of a time when links could be made
		t.Fatal(err)
	}
	for range 2 {
		if err := copyReport(from, to); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(before, content(t, filepath.Join(out, "run-1"))); diff != "" {
		t.Errorf("the earlier run changed (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(content(t, from), content(t, to)); diff != "" {
		t.Errorf("(-run +copy):\n%s", diff)
	}
	if diff := cmp.Diff(all, names(t, to)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if _, ok := content(t, to)["pairs/pion--chrome.html"]; !ok {
		t.Error("the copy has no page of the pair")
	}
}
