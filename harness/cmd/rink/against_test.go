package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
)

// earlier writes the report of an older version, which met CAND-002 and had no check
// for CAND-004 yet, and returns its file.
func earlier(t *testing.T, r *report.Report) string {
	t.Helper()
	was := *report.Safe(r)
	was.Run.ID, was.Comparison = "earlier", nil
	was.Peers = append(was.Peers[:0:0], was.Peers...)
	for i := range was.Peers {
		was.Peers[i].Version = "v3.2.40"
	}
	was.Checks, was.Results = nil, nil
	for _, c := range r.Checks {
		if c.ID != "CAND-004" {
			was.Checks = append(was.Checks, c)
		}
	}
	for _, res := range r.Results {
		if res.Check == "CAND-002" {
			res.Outcome, res.Findings, res.Expectation = check.Pass, nil, nil
		}
		if res.Check != "CAND-004" {
			was.Results = append(was.Results, res)
		}
	}
	was.Summary = report.Summarize(&was)
	data, err := report.Encode(&was)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "earlier.json")
	write(t, file, string(data))
	return file
}

// latest reads the report of the newest run.
func latest(t *testing.T, out string) *report.Report {
	t.Helper()
	r, err := report.Read(filepath.Join(out, "latest", "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestARunSaysWhatChangedSinceItsBaseline(t *testing.T) {
	out := t.TempDir()
	expect(t, 0, session(out))
	before := earlier(t, latest(t, out))
	const verdict = "1 regression against pion v3.2.40, not sure yet; no unexpected deviation, "
	expect(t, 0, session(out, "--baseline", before), "✗ regressed CAND-002 pion", "before: met", `now:    candidates: got sdpMid ""`,
		"note: 1 requirement that the baseline did not grade: CAND-004.", verdict)
	r := latest(t, out)
	if r.Comparison == nil || r.Comparison.Count(report.Regressed) != 1 || !strings.HasPrefix(r.Summary.Verdict, verdict) {
		t.Errorf("report.json: got %q and %+v", r.Summary.Verdict, r.Comparison)
	}
	dir := filepath.Join(out, "latest")
	expect(t, 0, []string{"validate", filepath.Join(dir, "report.json")}, "valid")
	for _, name := range []string{"summary.md", "comment.md"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !strings.Contains(string(text), "| ✗ regressed, not sure yet | CAND-002 ") {
			t.Errorf("%s: got %.300s, %v", name, text, err)
		}
	}

	expect(t, 1, session(out, "--baseline", before, "--fail-on-regression"), verdict)
	expect(t, 0, session(out, "--baseline", dir, "--fail-on-regression"), "No regression against runs of the same versions; ")
}

func TestARunAndAReportShowTheSameEvidenceOfTheBaseline(t *testing.T) {
	out := t.TempDir()
	expect(t, 0, session(out))
	before, err := filepath.EvalSymlinks(filepath.Join(out, "latest"))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, 0, session(out, "--baseline", before))
	dir := filepath.Join(out, "latest")
	page := filepath.Join(dir, "sessions", "pion_pion_trickle-full.html")
	made, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(made), "The offer of the baseline and of this run") {
		t.Fatalf("the page of the session says nothing of the baseline (%v)", err)
	}
	expect(t, 0, []string{"report", dir, "--baseline", before})
	if again, err := os.ReadFile(page); err != nil || string(again) != string(made) {
		t.Errorf("rink report makes another page than rink run (%v)", err)
	}

	expect(t, 0, session(out, "--baseline", before, "--anonymise"))
	made, err = os.ReadFile(page)
	if err != nil || strings.Contains(string(made), "of the baseline and of this run") {
		t.Errorf("an anonymised run shows what the baseline's traces say, which is not anonymised (%v)", err)
	}
}

func TestAReportGetsAndLosesItsComparison(t *testing.T) {
	out := t.TempDir()
	expect(t, 0, session(out))
	dir := filepath.Join(out, "latest")
	before := earlier(t, latest(t, out))
	plain, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, 0, []string{"report", dir, "--baseline", before, "--baseline", before}, "✗ regressed CAND-002", "1 regression against pion v3.2.40, not sure yet; ")
	if r := latest(t, out); r.Comparison == nil || r.Comparison.Count(report.Regressed) != 1 {
		t.Errorf("got %+v, want a regression", r.Comparison)
	}
	expect(t, 0, []string{"report", dir}, "1 regression against pion v3.2.40") // it stays
	expect(t, 1, []string{"report", dir, "--baseline", before, "--fail-on-regression"}, "1 regression against pion v3.2.40")
	expect(t, 1, []string{"report", dir, "--fail-on-regression"}, "1 regression against pion v3.2.40")
	expect(t, 0, []string{"report", dir, "--baseline", "none"}, "No unexpected deviation")
	expect(t, exitUsage, []string{"report", dir, "--fail-on-regression"}, "was compared with no baseline")
	if again, err := os.ReadFile(filepath.Join(dir, "report.json")); err != nil || string(again) != string(plain) {
		t.Errorf("without the comparison report.json is not what it was (%v)", err)
	}
}

func TestABaselineThatIsNoneIsToldBeforeTheRun(t *testing.T) {
	out, dir := t.TempDir(), t.TempDir()
	committed := "../../../reports/baseline"
	pion := func(version string) string { return filepath.Join(committed, "pion@"+version+".json") }
	bad := filepath.Join(dir, "bad.json")
	write(t, bad, `{"schema": "rink.report/v2"}`)
	other := filepath.Join(dir, "other.json")
	write(t, other, `{"schema": "rink.report/v1", "run": {"complete": true}, "peers": [{"id": "aiortc", "version": "1.16"}]}`)
	expect(t, exitUsage, session(out, "--baseline", filepath.Join(dir, "none.json")), "--baseline", "none.json", "no such file")
	expect(t, exitUsage, session(out, "--baseline", bad), bad, "another version of Rink")
	expect(t, exitUsage, session(out, "--baseline", committed), "no folder of a run", "pion@v3.3.6.json")
	expect(t, exitUsage, session(out, "--baseline", pion("v3.2.40"), "--baseline", pion("v3.3.6")), "pion@v3.2.40 and pion@v3.3.6 could each stand for pion")
	expect(t, exitUsage, session(out, "--baseline", other), "none of its peers (aiortc) takes part in the run (pion)")
	expect(t, exitUsage, session(out, "--baseline", "none"), "rink report alone has it")
	expect(t, exitUsage, session(out, "--baseline", pion("v3.3.6"), "--shard", "1/2"), "--baseline: a shard lacks what the others play", "rink report FOLDER --baseline")
	shard := filepath.Join(dir, "shard.json")
	write(t, shard, `{"schema": "rink.report/v1", "run": {"id": "r", "complete": true, "shard": {"index": 2, "count": 4, "of": "x"}}, "peers": [{"id": "pion", "version": "v3"}]}`)
	expect(t, exitUsage, session(out, "--baseline", shard), "--baseline "+shard, "run r is shard 2 of 4")
	expect(t, exitUsage, session(out, "--fail-on-regression"), "--fail-on-regression: nothing to compare with")
	if left, err := os.ReadDir(out); err != nil || len(left) > 0 {
		t.Errorf("got %v, %v, want that nothing was played", left, err)
	}
	expect(t, 2, []string{"report", dir, "--baseline", pion("v3.3.6")}, "report.json")
	of := t.TempDir()
	write(t, filepath.Join(of, "report.json"), `{"schema": "rink.report/v1", "run": {"id": "r", "complete": true, "shard": {"index": 2, "count": 4, "of": "x"}}, "peers": []}`)
	expect(t, 2, []string{"report", of, "--baseline", pion("v3.3.6")}, "--baseline: a shard lacks what the others play")
	expect(t, 0, []string{"run", "--help"}, "--baseline", "--fail-on-regression", "comment.md")
}
