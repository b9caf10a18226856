package github

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/markdown"
)

func rich(t *testing.T) *report.Report {
	t.Helper()
	r, err := report.Read("../testdata/rich.report.json")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatIsRedIsAnnotated(t *testing.T) {
	want := `::error title=The harness or the environment broke::gather: the browser died in nominate
::error title=CAND-001 The title of CAND-001 (pion)::candidate: got sdpMid "", want one of ["0"]; session: got no connection, want connected in trickle
::error title=CAND-003 The title of CAND-003 (pion)::passes, although an expectation says that it fails in trickle
::error title=Unused expectation CAND-009::chrome.yaml:3 excuses nothing: long ago
::error title=Incomplete run::interrupted
`
	if diff := cmp.Diff(want, Annotations(rich(t))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatRegressedIsToldFirstAndOnce(t *testing.T) {
	change := func(check string, sure bool) report.Change {
		return report.Change{
			Class: report.Regressed, Check: check, Title: "The title", Subject: "pion", Before: "met", Now: "got x", Sure: sure,
			Pairs: []string{"pion->chrome"}, Scenarios: []string{"trickle"},
		}
	}
	r := rich(t).Compared(&report.Comparison{Verdict: "2 regressions", Changes: []report.Change{
		change("CAND-001", false), change("CAND-002", false), change("CAND-005", true), {Class: report.Fixed, Check: "CAND-006"},
	}})
	want := `::error title=Regressed%3A CAND-001 The title (pion)::got x; before: met; in pion->chrome: trickle
::error title=The harness or the environment broke::gather: the browser died in nominate
::error title=CAND-003 The title of CAND-003 (pion)::passes, although an expectation says that it fails in trickle
::error title=Unused expectation CAND-009::chrome.yaml:3 excuses nothing: long ago
::error title=Incomplete run::interrupted
::warning title=Regressed%3A CAND-002 The title (pion)::got x; before: met; in pion->chrome: trickle (more runs have to confirm it)
::warning title=Regressed%3A CAND-005 The title (pion)::got x; before: met; in pion->chrome: trickle
`
	if diff := cmp.Diff(want, Annotations(r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNothingRedIsNoAnnotation(t *testing.T) {
	r := &report.Report{Run: report.Run{Complete: true}}
	for _, o := range []check.Outcome{check.Pass, check.Known, check.Skipped, check.Unsupported} {
		r.Results = append(r.Results, report.Result{Check: "A-1", Subject: "pion", Outcome: o})
	}
	if got := Annotations(r); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestAtMostTenAnnotationsOfWhichTheLastCountsTheRest(t *testing.T) {
	for given, want := range map[int]string{
		9:  "::error title=A-08  (pion)::o: got g, want w in s",
		10: "::error title=A-09  (pion)::o: got g, want w in s",
		11: "::error title=Rink::and 2 more; the report has all",
		99: "::error title=Rink::and 90 more; the report has all",
	} {
		r := &report.Report{Run: report.Run{Complete: true}}
		for i := range given {
			id := fmt.Sprintf("A-%02d", i)
			r.Checks = append(r.Checks, report.Check{ID: id})
			r.Results = append(r.Results, report.Result{
				Check: id, Subject: "pion", Scenario: "s", Outcome: check.Fail, Findings: []report.Finding{{Object: "o", Got: "g", Want: "w"}},
			})
		}
		lines := strings.Split(strings.TrimSuffix(Annotations(r), "\n"), "\n")
		if len(lines) != min(given, 10) || lines[len(lines)-1] != want {
			t.Errorf("%d: got %d lines, the last %q, want %q", given, len(lines), lines[len(lines)-1], want)
		}
	}
}

func TestCommandsAreEscapedAsDocumented(t *testing.T) {
	const in = "100%: a,b\r\n::error::x"
	if got, want := data(in), "100%25: a,b%0D%0A::error::x"; got != want {
		t.Errorf("data: got %q, want %q", got, want)
	}
	if got, want := property(in), "100%25%3A a%2Cb%0D%0A%3A%3Aerror%3A%3Ax"; got != want {
		t.Errorf("property: got %q, want %q", got, want)
	}
}

func TestPublishAppendsToTheSummaryOfTheStep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "summary")
	if err := os.WriteFile(path, []byte("# before\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GITHUB_STEP_SUMMARY", path)
	r := rich(t)
	var out strings.Builder
	if err := Publish(r, &out); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("# before\n"+string(markdown.Render(r)), string(got)); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Annotations(r), out.String()); diff != "" {
		t.Errorf("annotations (-want +got):\n%s", diff)
	}
}

func TestPublishWithoutAPlaceForTheSummaryAnnotatesAlone(t *testing.T) {
	r := rich(t)
	t.Setenv("GITHUB_STEP_SUMMARY", "")
	var out strings.Builder
	if err := Publish(r, &out); err != nil || out.String() != Annotations(r) {
		t.Errorf("got %q and %v", out.String(), err)
	}
	t.Setenv("GITHUB_STEP_SUMMARY", filepath.Join(t.TempDir(), "missing", "summary"))
	if err := Publish(r, &out); err == nil || !strings.Contains(err.Error(), "step summary") {
		t.Errorf("got %v, want that the step summary cannot be written", err)
	}
}

func TestActiveIsWhatTheRunnerSays(t *testing.T) {
	for value, want := range map[string]bool{"true": true, "": false, "false": false} {
		t.Setenv("GITHUB_ACTIONS", value)
		if got := Active(); got != want {
			t.Errorf("%q: got %v", value, got)
		}
	}
}

func TestOnlyWarningsThatAreLeftOutAreNoError(t *testing.T) {
	c := &report.Comparison{}
	for i := range 12 {
		c.Changes = append(c.Changes, report.Change{Class: report.Regressed, Check: fmt.Sprintf("A-%02d", i), Subject: "pion"})
	}
	lines := strings.Split(strings.TrimSuffix(Annotations(&report.Report{Run: report.Run{Complete: true}, Comparison: c}), "\n"), "\n")
	if want := "::warning title=Rink::and 3 more; the report has all"; len(lines) != 10 || lines[9] != want {
		t.Errorf("got %d lines, the last %q, want %q", len(lines), lines[len(lines)-1], want)
	}
}

func TestTheSummaryOfAShardDoesNotSpeakForTheWhole(t *testing.T) {
	step := filepath.Join(t.TempDir(), "summary.md")
	t.Setenv("GITHUB_STEP_SUMMARY", step)
	r := rich(t)
	whole := len(markdown.Render(r))
	r.Run.Shard = &report.Shard{Index: 2, Count: 4, Of: "plan"}
	r = report.Finished(r)
	if err := Publish(r, &strings.Builder{}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(step)
	text := string(data)
	if err != nil || !strings.HasPrefix(text, "# WebRTC interop: Shard 2 of 4: ") || !strings.Contains(text, "This is shard 2 of 4 of a plan") {
		t.Errorf("got %.300s, %v, want it to begin with which shard it is", text, err)
	}
	if !strings.Contains(text, "CAND-001") || strings.Contains(text, "<details>") || len(text) >= whole {
		t.Errorf("got %d bytes, want what is red and no matrix:\n%s", len(text), text)
	}
}
