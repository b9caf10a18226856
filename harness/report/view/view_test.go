package view

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

var (
	pionChrome = report.Pair{Offerer: "pion", Answerer: "chrome"}
	chromePion = report.Pair{Offerer: "chrome", Answerer: "pion"}
	noMid      = report.Finding{Object: "candidate", Got: "no sdpMid", Want: `"0"`, Where: []int{3}}
	noFrag     = report.Finding{Object: "candidate", Got: "no ufrag", Want: "abcd"}
	entry      = report.Expectation{Check: "A-1", Peer: "pion", File: "pion.yaml:1"}
)

func result(id, scenario string, pair report.Pair, role trace.Side, outcome check.Outcome, findings ...report.Finding) report.Result {
	return report.Result{
		Check: id, Scenario: scenario, Pair: pair, Role: role, Subject: pair.Peer(role), Outcome: outcome,
		Findings: findings, Session: pair.String() + scenario,
	}
}

func TestGroupsMergeWhatSessionsHaveInCommon(t *testing.T) {
	elsewhere := noMid
	elsewhere.Where = []int{99}
	joint := noMid
	joint.Joint = true
	known := result("A-1", "three", pionChrome, trace.Offerer, check.Known, noMid)
	known.Expectation, known.Reason = &entry, "why"
	again := known
	again.Expectation = &report.Expectation{Check: "A-1", Peer: "pion", File: "pion.yaml:1"}
	r := &report.Report{
		Checks: []report.Check{{ID: "A-1", Title: "The title"}},
		Results: []report.Result{
			result("B-1", "one", pionChrome, trace.Answerer, check.Fail, noMid),
			result("A-1", "one", pionChrome, trace.Offerer, check.Fail, noFrag, noMid),
			result("A-1", "two", chromePion, trace.Answerer, check.Fail, elsewhere, joint),
			result("A-1", "two", chromePion, trace.Offerer, check.Fail, noMid),
			result("A-1", "two", pionChrome, trace.Offerer, check.Pass),
			known, again,
		},
	}
	merged := noMid
	merged.Where = nil
	jointly := joint
	jointly.Where = nil
	results := func(numbers ...int) []*report.Result {
		var list []*report.Result
		for _, n := range numbers {
			list = append(list, &r.Results[n])
		}
		return list
	}
	title := report.Check{ID: "A-1", Title: "The title"}
	want := []Group{
		{
			Check: title, Subject: "pion", Outcome: check.Known, Variants: []Variant{{merged, []string{"three"}}},
			Reasons: []string{"why"}, Expectations: []report.Expectation{entry}, Scenarios: []string{"three"},
			Pairs: []report.Pair{pionChrome}, Roles: []trace.Side{trace.Offerer}, Results: results(5, 6),
		},
		{
			Check: title, Subject: "chrome", Outcome: check.Fail, Variants: []Variant{{merged, []string{"two"}}},
			Scenarios: []string{"two"}, Pairs: []report.Pair{chromePion}, Roles: []trace.Side{trace.Offerer}, Results: results(3),
		},
		{
			Check: title, Subject: "pion", Outcome: check.Fail, // the most frequent first
			Variants:  []Variant{{merged, []string{"one", "two"}}, {noFrag, []string{"one"}}, {jointly, []string{"two"}}},
			Scenarios: []string{"one", "two"}, Pairs: []report.Pair{pionChrome, chromePion},
			Roles: []trace.Side{trace.Offerer, trace.Answerer}, Results: results(1, 2),
		},
		{
			Check: report.Check{ID: "B-1", Title: "B-1"}, Subject: "chrome", Outcome: check.Fail,
			Variants: []Variant{{merged, []string{"one"}}}, Scenarios: []string{"one"}, Pairs: []report.Pair{pionChrome},
			Roles: []trace.Side{trace.Answerer}, Results: results(0),
		},
	}
	groups := Groups(r, check.Known, check.Fail)
	if diff := cmp.Diff(want, groups, cmpopts.IgnoreUnexported(Group{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, want := groups[2].Reproduce(), "rink run --pairs 'pion->chrome' --scenarios one --checks A-1"; got != want {
		t.Errorf("reproduce: got %q, want %q", got, want)
	}
	if got, want := groups[2].Anchor(), "A-1-pion-fail"; got != want {
		t.Errorf("anchor: got %q, want %q", got, want)
	}
	if r.Results[1].Findings[1].Where == nil {
		t.Error("grouping took the evidence out of the report")
	}
	if got := Groups(r, check.Stale); got != nil {
		t.Errorf("got %+v, want none", got)
	}
}

func TestBreaksGroupWhatBrokeByItsReason(t *testing.T) {
	session := func(scenario string, pair report.Pair, result trace.EndResult, stage trace.Stage, reason string) report.Session {
		return report.Session{ID: pair.String() + scenario, Scenario: scenario, Pair: pair, Result: result, Stage: stage, Reason: reason}
	}
	broken := func(id, scenario string, pair report.Pair, reason string) report.Result {
		res := result(id, scenario, pair, trace.Offerer, check.Error)
		res.Reason = reason
		return res
	}
	r := &report.Report{
		Sessions: []report.Session{
			session("one", pionChrome, trace.EndError, trace.StageGather, "died"),
			session("two", pionChrome, trace.EndError, trace.StageGather, "died"),
			session("two", chromePion, trace.EndError, "", "disk full"),
			session("three", pionChrome, trace.EndCompleted, trace.StageClose, ""),
			session("four", pionChrome, trace.EndStopped, trace.StageSignal, "refused"),
		},
		Results: []report.Result{
			broken("A-1", "one", pionChrome, "the session broke: died"),
			broken("A-1", "two", pionChrome, "the session broke: died"),
			broken("A-2", "one", pionChrome, "the session broke: died"),
			broken("A-2", "three", pionChrome, "check A-2 panicked"),
			broken("A-2", "three", chromePion, "check A-2 panicked"),
			result("A-1", "three", pionChrome, trace.Offerer, check.Fail, noMid),
		},
	}
	want := []Break{
		{Reason: "gather: died", Scenarios: []string{"one", "two"}, Pairs: []report.Pair{pionChrome}, Checks: []string{"A-1", "A-2"}, Session: "pion->chromeone"},
		{Reason: "session: disk full", Scenarios: []string{"two"}, Pairs: []report.Pair{chromePion}, Session: "chrome->piontwo"},
		{Reason: "check A-2 panicked", Scenarios: []string{"three"}, Pairs: []report.Pair{pionChrome, chromePion}, Checks: []string{"A-2"}, Session: "pion->chromethree"},
	}
	breaks := Breaks(r)
	if diff := cmp.Diff(want, breaks, cmpopts.IgnoreUnexported(Break{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, want := breaks[0].Reproduce(), "rink run --pairs 'pion->chrome' --scenarios one"; got != want {
		t.Errorf("reproduce: got %q, want %q", got, want)
	}
}

func TestTheMatrixHasEveryCheckAndThePeerWithTheWorstOutcome(t *testing.T) {
	skipped := result("A-1", "two", chromePion, trace.Offerer, check.Skipped)
	skipped.Reason = "no evidence"
	r := &report.Report{
		Checks:   []report.Check{{ID: "A-1", Group: "a"}, {ID: "A-2", Group: "a"}, {ID: "B-1", Group: "b"}},
		Sessions: []report.Session{{Pair: pionChrome}, {Pair: chromePion}, {Pair: pionChrome}},
		Results: []report.Result{
			result("A-1", "one", pionChrome, trace.Offerer, check.Pass),
			result("A-1", "one", pionChrome, trace.Answerer, check.Fail, noMid),
			result("A-1", "two", pionChrome, trace.Offerer, check.Known, noMid),
			skipped, skipped,
			result("B-1", "one", pionChrome, trace.Offerer, check.Pass),
		},
	}
	none := func(pairs ...report.Pair) []Cell { return []Cell{{Pair: pairs[0]}, {Pair: pairs[1]}} }
	want := Matrix{
		Pairs: []report.Pair{chromePion, pionChrome},
		Sections: []Section{
			{Group: "a", Rows: []Row{
				{
					Check: r.Checks[0], Scenarios: []string{"one", "two"}, Worst: check.Fail,
					Cells: []Cell{
						{Pair: chromePion, Counts: report.Counts{Skipped: 2}, Outcome: check.Skipped, Reasons: []string{"no evidence"}, Subject: "chrome"},
						{Pair: pionChrome, Counts: report.Counts{Pass: 1, Fail: 1, Known: 1}, Outcome: check.Fail, Subject: "chrome"},
					},
					By: []Coverage{
						{Subject: "chrome", Role: trace.Offerer, Counts: report.Counts{Skipped: 2}, Outcome: check.Skipped, Reasons: []string{"no evidence"}},
						{Subject: "chrome", Role: trace.Answerer, Counts: report.Counts{Fail: 1}, Outcome: check.Fail},
						{Subject: "pion", Role: trace.Offerer, Counts: report.Counts{Pass: 1, Known: 1}, Outcome: check.Known},
					},
				},
				{Check: r.Checks[1], Cells: none(chromePion, pionChrome)},
			}},
			{Group: "b", Rows: []Row{{
				Check: r.Checks[2], Scenarios: []string{"one"}, Worst: check.Pass,
				Cells: []Cell{{Pair: chromePion}, {Pair: pionChrome, Counts: report.Counts{Pass: 1}, Outcome: check.Pass, Subject: "pion"}},
				By:    []Coverage{{Subject: "pion", Role: trace.Offerer, Counts: report.Counts{Pass: 1}, Outcome: check.Pass}},
			}}},
		},
	}
	got := MatrixOf(r)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, want := got.Sections[0].Rows[0].Cells[1].Anchor("A-1"), "A-1-chrome-fail"; got != want {
		t.Errorf("anchor: got %q, want the group's %q", got, want)
	}
}

func TestEveryOutcomeHasASignAndAMeaningOfItsOwn(t *testing.T) {
	signs, meanings := map[string]bool{}, map[string]bool{}
	for _, o := range check.Outcomes() {
		signs[Glyph(o)], meanings[Meaning(o)] = true, true
	}
	if n := len(check.Outcomes()); len(signs) != n || len(meanings) != n || signs[Glyph("")] || meanings[Meaning("")] {
		t.Errorf("got %v and %v", signs, meanings)
	}
}

func TestAnAnchorNeedsNoEscaping(t *testing.T) {
	plain := regexp.MustCompile(`^[-.0-9A-Za-z]*$`)
	for _, s := range []string{"pion@v4.0.8", `"><img src=x>`, "日本 \x00\xff", "a%20b#c", ""} {
		if got := Anchor("A-1", s, "fail"); !plain.MatchString(got) {
			t.Errorf("%q: got %q", s, got)
		}
	}
	if got, want := Anchor("A-1", "pion@v4.0.8", "fail"), "A-1-pion-v4.0.8-fail"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
