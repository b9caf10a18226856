package view_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
	"github.com/webrtc-rink/rink/harness/trace"
)

func TestCoverageCountsEachRequirementOnce(t *testing.T) {
	r := &report.Report{Unobservable: []report.Unobservable{{ID: "CONN-008", Group: "Connectivity", Level: check.Must, Note: "a NAT"}}}
	pair := report.Pair{Offerer: "a", Answerer: "b"}
	for id, c := range map[string]struct {
		level    check.Level
		outcomes []check.Outcome
	}{
		"GATHER-001": {check.Must, []check.Outcome{check.Pass, check.Unsupported}},
		"GATHER-002": {check.Must, []check.Outcome{check.Pass, check.Known}},
		"GATHER-003": {check.Should, []check.Outcome{check.Pass, check.Fail}},
		"GATHER-004": {check.May, []check.Outcome{check.Unsupported}},
		"GATHER-005": {check.Must, []check.Outcome{check.Error}},
		"GATHER-006": {check.Observe, []check.Outcome{check.Observed}},
		"GATHER-007": {check.Must, nil},
	} {
		r.Checks = append(r.Checks, report.Check{ID: id, Group: "Gathering", Level: c.level})
		for _, o := range c.outcomes {
			r.Results = append(r.Results, report.Result{Check: id, Pair: pair, Subject: "a", Role: trace.Offerer, Outcome: o})
		}
	}
	got := view.CoverageOf(r, view.MatrixOf(r))
	gathering := view.GroupCoverage{
		Group: "Gathering", Must: 4, Should: 1, May: 1, Observed: 1, Met: 1, Known: 1, Deviating: 1, Broken: 1, NotJudged: 2,
	}
	all := gathering
	all.Group, all.Unobservable = "all", 1
	want := []view.GroupCoverage{gathering, {Group: "Connectivity", Unobservable: 1}, all}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
