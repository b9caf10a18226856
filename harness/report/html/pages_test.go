package html_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/report/history"
	"github.com/webrtc-rink/rink/harness/report/html"
	"github.com/webrtc-rink/rink/harness/trace"
)

// recorded are sessions that the pages of the sessions are made of.
var recorded = []string{"chrome_pion_connect-media", "chrome_pion_candidates-added-section"}

// maxOfAFolder bounds how many pages of one kind are looked at.
const maxOfAFolder = 3

// run writes everything that there is of a run into a folder: the rich report with
// recorded traces, a small and a wide one, and the history.
func run(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	r, err := report.Read("../testdata/rich.report.json")
	if err != nil {
		t.Fatal(err)
	}
	with := 0
	for i := range r.Sessions {
		s := &r.Sessions[i]
		if s.Trace == "" || with == len(recorded) {
			continue
		}
		s.Trace = filepath.Join("traces", s.ID+".jsonl.gz")
		data, err := os.ReadFile("../../../fixtures/traces/" + recorded[with] + ".jsonl.gz")
		put(t, filepath.Join(dir, s.Trace), data, err)
		records, err := trace.ReadFile(filepath.Join(dir, s.Trace))
		if err != nil {
			t.Fatal(err)
		}
		page, err := html.RenderSession(r, evidence.Of(r, s, records, nil))
		put(t, filepath.Join(dir, html.SessionFile(s)), page, err)
		with++
	}
	if err := files.WriteAll(dir, r); err != nil {
		t.Fatal(err)
	}
	page, err := html.Render(html.Small())
	put(t, filepath.Join(dir, "small.html"), page, err)
	page, err = html.Render(html.Wide())
	put(t, filepath.Join(dir, "wide.html"), page, err)
	page, err = history.Render([]report.Report{*r})
	put(t, filepath.Join(dir, "history.html"), page, err)
	return dir
}

func put(t *testing.T, path string, data []byte, err error) {
	t.Helper()
	err = errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o600))
	if err != nil {
		t.Fatal(err)
	}
}

// TestEveryPageIsAccessible: and is quiet, narrow, and fit for paper.
func TestEveryPageIsAccessible(t *testing.T) {
	dir := run(t)
	seen := map[string]int{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".html" {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if folder := filepath.Dir(name); folder != "." {
			if seen[folder]++; seen[folder] > maxOfAFolder {
				return nil
			}
		}
		seen[name]++
		t.Run(name, func(t *testing.T) { html.CheckPage(t, name, path) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, must := range []string{"report.html", "small.html", "wide.html", "history.html", "sessions"} {
		if seen[must] == 0 {
			t.Errorf("no %s among %v", must, slices.Sorted(maps.Keys(seen)))
		}
	}
}
