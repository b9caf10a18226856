package junit

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

func rich(t *testing.T) *report.Report {
	t.Helper()
	r, err := report.Read("../testdata/rich.report.json")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func rendered(t *testing.T, r *report.Report) suites {
	t.Helper()
	data, err := Render(r)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(data), xml.Header) {
		t.Errorf("no XML declaration: %.60q", data)
	}
	var all suites
	if err := xml.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEachCaseSaysWhatBecameOfItsCheck(t *testing.T) {
	const why = "fixtures/expectations/pion.yaml:12: pion leaves sdpMid empty https://github.com/pion/webrtc/issues/1"
	want := []suite{
		{Name: "chrome->pion", Tests: 2, Skipped: 2, Cases: []tc{
			{Name: "CAND-002 The title of CAND-002 [pion]", ClassName: "rink.chrome->pion", Skipped: &message{
				Message: `known: candidate: got sdpMid "", want one of ["0"]`,
				Text:    `candidate: got sdpMid "", want one of ["0"]` + "\n" + why + "\nin trickle",
			}},
			{Name: "CONN-001 The title of CONN-001 [chrome]", ClassName: "rink.chrome->pion", Skipped: &message{
				Message: "skipped: the reason for skipped", Text: "the reason for skipped\nin refused",
			}},
		}},
		{Name: "pion->chrome", Tests: 7, Failures: 1, Errors: 2, Skipped: 2, Cases: []tc{
			// An error in one session stands before a fail in another.
			{Name: "CAND-001 The title of CAND-001 [pion]", ClassName: "rink.pion->chrome", Error: &message{
				Message: "the reason for error", Text: "the reason for error\nin nominate",
			}},
			{Name: "CAND-002 The title of CAND-002 [pion]", ClassName: "rink.pion->chrome", Skipped: &message{
				Message: `known: candidate: got sdpMid "", want one of ["0"]`,
				Text:    `candidate: got sdpMid "", want one of ["0"]` + "\n" + why + "\nin trickle",
			}},
			{Name: "CAND-003 The title of CAND-003 [pion]", ClassName: "rink.pion->chrome", Failure: &message{
				Message: "passes, although an expectation says that it fails: delete the entry",
				Text:    "passes, although an expectation says that it fails: delete the entry\n" + why + "\nin trickle",
			}},
			{Name: "CAND-004 The title of CAND-004 [chrome]", ClassName: "rink.pion->chrome"},
			{Name: "CAND-004 The title of CAND-004 [pion]", ClassName: "rink.pion->chrome"},
			{Name: "CONN-001 The title of CONN-001 [chrome]", ClassName: "rink.pion->chrome", Error: &message{
				Message: "the reason for error", Text: "the reason for error\nin nominate",
			}},
			{Name: "MEDIA-001 The title of MEDIA-001 [pion]", ClassName: "rink.pion->chrome", Skipped: &message{
				Message: "unsupported: the reason for unsupported", Text: "the reason for unsupported\nin video",
			}},
		}},
		{Name: "run", Tests: 2, Failures: 1, Errors: 1, Cases: []tc{
			{Name: "the run is complete", ClassName: "rink", Error: &message{Message: "interrupted"}},
			{Name: "expectation CAND-009 [chrome]", ClassName: "rink", Failure: &message{
				Message: "no session put it to the proof: delete it, or correct what it matches", Text: "chrome.yaml:3: long ago",
			}},
		}},
	}
	got := rendered(t, rich(t))
	if diff := cmp.Diff(want, got.Suites); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Name != "rink" || got.Tests != 11 || got.Failures != 2 || got.Errors != 3 || got.Skipped != 4 {
		t.Errorf("got %s with %d tests, %d failures, %d errors, %d skipped", got.Name, got.Tests, got.Failures, got.Errors, got.Skipped)
	}
}

func TestAFailTellsItsFindingsOnceAndWhereTheyWereSeen(t *testing.T) {
	finding := report.Finding{Object: "candidate", Got: "a", Want: "b"}
	result := func(scenario string, o check.Outcome, f ...report.Finding) report.Result {
		return report.Result{Check: "A-1", Scenario: scenario, Subject: "pion", Outcome: o, Findings: f}
	}
	r := &report.Report{Run: report.Run{Complete: true}, Sessions: []report.Session{{}}, Results: []report.Result{
		result("one", check.Fail, finding), result("two", check.Fail, finding), result("three", check.Pass),
	}}
	got := rendered(t, r)
	want := []tc{{Name: "A-1  [pion]", ClassName: "rink.->", Failure: &message{
		Message: "candidate: got a, want b", Text: "candidate: got a, want b\nin one, two",
	}}}
	if diff := cmp.Diff(want, got.Suites[0].Cases); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// CI systems tell the history of a case by its name.
func TestNamesAreUniqueAndStayFromRunToRun(t *testing.T) {
	names := func(r *report.Report) []string {
		var all []string
		for _, s := range rendered(t, r).Suites {
			for _, c := range s.Cases {
				all = append(all, c.ClassName+" "+c.Name)
			}
		}
		return all
	}
	before := names(rich(t))
	if sorted := slices.Sorted(slices.Values(before)); len(slices.Compact(sorted)) != len(before) {
		t.Errorf("not unique: %q", before)
	}
	later := rich(t)
	later.Run.ID, later.Run.Seed, later.Peers[0].Version = "another", 8, "157.0"
	for i := range later.Results {
		later.Results[i].Outcome, later.Results[i].Findings = check.Fail, nil
	}
	for i := range later.Sessions { // one that broke without a result has a case of its own
		later.Sessions[i].Result = trace.EndCompleted
	}
	slices.Reverse(later.Results)
	slices.Reverse(later.Sessions)
	if diff := cmp.Diff(before, names(later)); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestNamesHaveNoSeedTimeVersionOrRunInThem(t *testing.T) {
	r := rich(t)
	r.Run.ID, r.Run.Seed, r.Run.Command, r.Run.Filter = "20261128T000000Z-beef", 918273, []string{"--label=nightly"}, "--label=nightly"
	for i := range r.Peers {
		r.Peers[i].Version = "v9.8.7"
	}
	for _, s := range rendered(t, r).Suites {
		for _, c := range s.Cases {
			for _, volatile := range []string{r.Run.ID, "918273", "nightly", "v9.8.7", r.Run.StartedAt.Format("2006-01-02")} {
				if strings.Contains(s.Name+c.ClassName+c.Name, volatile) {
					t.Errorf("%s %s: the name has %s", c.ClassName, c.Name, volatile)
				}
			}
		}
	}
}

func TestEqualNamesAreNumbered(t *testing.T) {
	one := report.Expectation{Check: "CAND-009", Peer: "chrome"}
	r := &report.Report{Run: report.Run{Complete: true}, Unused: []report.Expectation{one, one, one}}
	var got []string
	for _, c := range rendered(t, r).Suites[0].Cases {
		got = append(got, c.Name)
	}
	if diff := cmp.Diff([]string{"expectation CAND-009 [chrome]", "expectation CAND-009 [chrome] (2)", "expectation CAND-009 [chrome] (3)"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestACaseSaysWhatBecameOfItSinceTheBaseline(t *testing.T) {
	here := []string{"pion->chrome"}
	r := rich(t).Compared(&report.Comparison{Verdict: "1 regression", Changes: []report.Change{
		{Class: report.Regressed, Check: "CAND-001", Subject: "pion", Pairs: here},
		{Class: report.Fixed, Check: "CAND-001", Subject: "pion", Pairs: here},
		{Class: report.New, Check: "CAND-004", Subject: "chrome", Pairs: here},
		{Class: report.Gone, Check: "CAND-002", Subject: "pion", Pairs: []string{"chrome->pion"}},
	}})
	got := map[string]string{}
	for _, s := range rendered(t, r).Suites {
		for _, c := range s.Cases {
			for _, p := range c.Properties {
				got[s.Name+" "+c.Name[:8]+" "+p.Name] += p.Value
			}
		}
	}
	want := map[string]string{
		"pion->chrome CAND-001 baseline": "regressed", "pion->chrome CAND-004 baseline": "new", "chrome->pion CAND-002 baseline": "gone",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestACompleteRunHasNoCaseOfItsOwn(t *testing.T) {
	r := rich(t)
	r.Run.Complete, r.Unused = true, nil
	got := rendered(t, r)
	if slices.ContainsFunc(got.Suites, func(s suite) bool { return s.Name == "run" }) || got.Errors != 2 || got.Tests != 9 {
		t.Errorf("got %d tests, %d errors in %+v", got.Tests, got.Errors, got.Suites)
	}
}

func TestASessionThatBrokeWithoutAResultIsAnError(t *testing.T) {
	r := &report.Report{Run: report.Run{Complete: true}, Sessions: []report.Session{
		{ID: "one", Result: trace.EndError, Stage: trace.StageLaunch, Reason: "no browser"}, {ID: "two", Result: trace.EndCompleted},
	}}
	want := []tc{{Name: "session one", ClassName: "rink", Error: &message{Message: "launch: no browser"}}}
	got := rendered(t, r)
	if diff := cmp.Diff(want, got.Suites[len(got.Suites)-1].Cases); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
