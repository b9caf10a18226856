package view

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

func TestWhatIsRedBesideTheResultsIsACaseOfItsOwn(t *testing.T) {
	broken := func(id string) report.Session {
		return report.Session{ID: id, Result: trace.EndError, Stage: trace.StageClose, Reason: "it hangs"}
	}
	r := &report.Report{
		Run:      report.Run{IncompleteReason: "interrupted"},
		Sessions: []report.Session{broken("graded before it broke"), broken("told by its results"), {ID: "whole", Result: trace.EndCompleted}},
		Results: []report.Result{
			{Check: "A-1", Session: "graded before it broke", Outcome: check.Pass}, {Check: "A-1", Session: "told by its results", Outcome: check.Error},
		},
		Unused: []report.Expectation{{Check: "A-1", Peer: "pion", File: "pion.yaml:3", Reason: "long ago"}},
	}
	want := []Apart{
		{Name: "the run is complete", Outcome: check.Error, Message: "interrupted"},
		{Name: "session graded before it broke", Outcome: check.Error, Message: "close: it hangs"},
		{Name: "expectation A-1 [pion]", Outcome: check.Stale, Message: "no session put it to the proof: delete it, or correct what it matches", Text: "pion.yaml:3: long ago"},
	}
	if diff := cmp.Diff(want, AllApart(r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := AllApart(&report.Report{Run: report.Run{Complete: true}}); len(got) > 0 {
		t.Errorf("of a run with nothing red: got %+v", got)
	}
}
