package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/compare"
	"github.com/webrtc-rink/rink/harness/report/markdown"
)

// baselines are the committed ones, which are real reports.
func baselines(t *testing.T) (older, newer string) {
	t.Helper()
	dir := "../../../reports/baseline"
	return filepath.Join(dir, "pion@v3.2.40.json"), filepath.Join(dir, "pion@v4.2.26.json")
}

func TestDiffSaysWhatChanged(t *testing.T) {
	older, newer := baselines(t)
	dir := t.TempDir()
	asJSON, asMarkdown := filepath.Join(dir, "diff.json"), filepath.Join(dir, "diff.md")
	expect(t, 0, []string{"diff", older, older}, "Nothing regressed between runs of the same versions")
	expect(t, 1, []string{"diff", newer, older, "--json", asJSON, "--markdown", asMarkdown}, "CAND-002", "regressed from pion v4.2.26 to v3.2.40", `got sdpMid ""`)

	data, err := os.ReadFile(asJSON)
	if err != nil {
		t.Fatal(err)
	}
	var d compare.Diff
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Regressed) == 0 || d.Schema != compare.Schema || d.ExitCode != 1 {
		t.Errorf("JSON: got %d regressed, schema %q, exit code %d", len(d.Regressed), d.Schema, d.ExitCode)
	}
	sure := map[string]bool{}
	for _, c := range d.Regressed {
		if c.Check == "" || c.Pair == "" || c.Scenario == "" || c.Subject == "" || c.Evidence.To.Red == 0 {
			t.Errorf("JSON: got %+v, want every member", c)
		}
		sure[c.Check] = sure[c.Check] || c.Sure
		// What was not graded in all of the runs lacks evidence, and that alone may keep
		// a change that is the same in every run from being sure.
		if enough := min(c.Evidence.From.Runs, c.Evidence.To.Runs) >= compare.SureRuns; enough && c.P == 0 && !c.Sure {
			t.Errorf("JSON: got %+v, want it sure: it came out the same in all runs of a side", c)
		}
	}
	if !sure["CAND-002"] {
		t.Error("JSON: CAND-002 did not regress for sure")
	}
	text, err := os.ReadFile(asMarkdown)
	if err != nil || !bytes.HasPrefix(text, []byte("# "+markdown.Text(d.Verdict)+"\n")) || !bytes.Contains(text, []byte("| CAND-002 ")) {
		t.Errorf("Markdown: got %.100s, %v, want the verdict and CAND-002", text, err)
	}
	_, stdout, _ := rink(t, "diff", older, older, "--json", "-")
	if !json.Valid([]byte(stdout)) {
		t.Errorf("--json -: got %.200s, want JSON alone", stdout)
	}
}

func TestDiffTakesMoreRunsOfEachSide(t *testing.T) {
	older, newer := baselines(t)
	fixed := func(args ...string) compare.Evidence {
		_, stdout, _ := rink(t, append([]string{"diff", older, newer, "--json", "-"}, args...)...)
		var d compare.Diff
		if err := json.Unmarshal([]byte(stdout), &d); err != nil {
			t.Fatal(err)
		}
		if len(d.Fixed) == 0 {
			t.Fatalf("got %s, want something fixed", d.Verdict)
		}
		return d.Fixed[0].Evidence
	}
	once, twice := fixed(), fixed("--old", older, "--new", newer)
	if twice.From.Runs != 2*once.From.Runs || twice.To.Runs != 2*once.To.Runs || once.From.Runs == 0 {
		t.Errorf("got %+v and then %+v, want twice as many runs", once, twice)
	}
}

func TestDiffNamesFilesThatCannotBeCompared(t *testing.T) {
	older, _ := baselines(t)
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.json")
	write(t, bad, `{"schema": "rink.report/v2"}`)
	expect(t, 2, []string{"diff", bad, older}, bad, "another version of Rink")
	expect(t, 2, []string{"diff", dir, older}, filepath.Join(dir, "report.json"), "no such file")
	expect(t, exitUsage, []string{"diff", older}, "<new>")
	expect(t, exitUsage, []string{"diff"}, "<old>")
	expect(t, 0, []string{"diff", "--help"}, "--old", "--new", "--json", "Exit codes")
}

func TestABaselineIsWrittenAndItsHistoryDrawn(t *testing.T) {
	older, newer := baselines(t)
	dir := t.TempDir()
	out := filepath.Join(dir, "pion.json")
	expect(t, 0, []string{"baseline", older, "--out", out}, out)
	expect(t, 0, []string{"validate", out}, "is a valid rink.baseline/v2")
	expect(t, 0, []string{"baseline", newer, "--out", filepath.Join(dir, "newer.json")}, "newer.json")
	write(t, filepath.Join(dir, "bad.txt"), "no report")
	expect(t, 2, []string{"baseline", filepath.Join(dir, "bad.txt"), "--out", out}, "bad.txt", "no report")
	write(t, filepath.Join(dir, "bad.txt"), `{"schema": "rink.baseline/v2"}`)
	expect(t, 1, []string{"validate", filepath.Join(dir, "bad.txt")}, "is no valid rink.baseline/v2", "missing properties")
	expect(t, 2, []string{"baseline", filepath.Join(dir, "none"), "--out", out}, "none")
	expect(t, 0, []string{"history", dir}, "history.html")
	page, err := os.ReadFile(filepath.Join(dir, "history.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"v3.2.40", "v4.2.26", "CAND-002", "<svg"} {
		if !strings.Contains(string(page), part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	expect(t, 2, []string{"history", t.TempDir()}, "no *.json file")
}
