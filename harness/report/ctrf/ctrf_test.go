package ctrf

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

func TestEachOutcomeHasItsStatus(t *testing.T) {
	r := &report.Report{
		Run:       report.Run{ID: "one", StartedAt: time.UnixMilli(1000), DurationMs: 500},
		Generator: report.Generator{Name: "rink", Version: "v1"},
		Sessions: []report.Session{
			{ID: "s", Pair: report.Pair{Offerer: "a", Answerer: "b"}, Result: trace.EndCompleted, DurationMs: 70},
			{ID: "t", Pair: report.Pair{Offerer: "a", Answerer: "b"}, Result: trace.EndError, Stage: trace.StageDTLS, Reason: "gone"},
		},
		Unused: []report.Expectation{{Check: "X-1", Peer: "a", File: "a.yaml:1", Reason: "long ago"}},
	}
	want := map[check.Outcome]string{
		check.Pass: "passed", check.Fail: "failed", check.Stale: "failed", check.Error: "failed", check.Known: "other",
		check.Observed: "other", check.Skipped: "pending", check.Unsupported: "skipped",
	}
	for o := range want {
		r.Checks = append(r.Checks, report.Check{ID: string(o), Title: "of " + string(o), Level: check.Must})
		r.Results = append(r.Results, report.Result{
			Check: string(o), Subject: "a", Pair: r.Sessions[0].Pair, Session: "s", Scenario: "x", Outcome: o, Reason: "because",
			Findings: []report.Finding{{Object: "o", Got: "g", Want: "w"}},
		})
	}
	if n := len(check.Outcomes()); n != len(want) {
		t.Fatalf("got %d outcomes, want %d", n, len(want))
	}
	data, err := Render(r)
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	if d.ReportFormat != "CTRF" || d.SpecVersion != specVersion {
		t.Errorf("got %q %q", d.ReportFormat, d.SpecVersion)
	}
	statuses := map[check.Outcome]string{}
	for _, one := range d.Results.Tests {
		if one.Suite[1] != "a->b" {
			continue
		}
		statuses[check.Outcome(one.RawStatus)] = one.Status
		if one.Duration != 70 || !strings.Contains(one.Trace, "o: got g, want w") || one.Name != one.RawStatus+" of "+one.RawStatus+" [a]" {
			t.Errorf("got %+v", one)
		}
	}
	if diff := cmp.Diff(want, statuses); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	// Beside the results: an incomplete run, a session without a result, an expectation.
	sum := summary{Tests: 11, Passed: 1, Failed: 6, Skipped: 1, Pending: 1, Other: 2, Start: 1000, Stop: 1500}
	if diff := cmp.Diff(sum, d.Results.Summary); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
}

func TestATestSaysWhatBecameOfItSinceTheBaseline(t *testing.T) {
	pair := report.Pair{Offerer: "a", Answerer: "b"}
	r := &report.Report{
		Run: report.Run{Complete: true}, Sessions: []report.Session{{ID: "s", Pair: pair, Result: trace.EndCompleted}},
		Results: []report.Result{
			{Check: "X-1", Subject: "a", Pair: pair, Session: "s", Outcome: check.Fail},
			{Check: "X-2", Subject: "a", Pair: pair, Session: "s", Outcome: check.Pass},
		},
	}
	said := func(r *report.Report) string {
		data, err := Render(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	if plain := said(r); strings.Contains(plain, "extra") {
		t.Errorf("without a baseline: got %s", plain)
	}
	var d document
	with := said(r.Compared(&report.Comparison{
		Verdict: "1 regression against a v1", Changes: []report.Change{{Class: report.Regressed, Check: "X-1", Subject: "a", Pairs: []string{"a->b"}}},
	}))
	if err := json.Unmarshal([]byte(with), &d); err != nil {
		t.Fatal(err)
	}
	if d.Results.Extra == nil || d.Results.Extra.Baseline != "1 regression against a v1" {
		t.Errorf("the whole: got %+v", d.Results.Extra)
	}
	for i, want := range []*extra{{"regressed"}, nil} {
		if diff := cmp.Diff(want, d.Results.Tests[i].Extra); diff != "" {
			t.Errorf("test %d (-want +got):\n%s", i, diff)
		}
	}
}
