package view_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
	"github.com/webrtc-rink/rink/harness/trace"
)

func TestThePairTableCountsRequirementsAndSaysWhatWasNotPlayed(t *testing.T) {
	ab, ba := report.Pair{Offerer: "a", Answerer: "b"}, report.Pair{Offerer: "b", Answerer: "a"}
	r := &report.Report{
		Checks:   []report.Check{{ID: "A-1"}, {ID: "A-2"}},
		Sessions: []report.Session{{Pair: ab}, {Pair: ba}},
		Results: []report.Result{
			{Check: "A-1", Pair: ab, Outcome: check.Pass},
			{Check: "A-1", Pair: ab, Outcome: check.Fail},
			{Check: "A-2", Pair: ab, Outcome: check.Known},
			{Check: "A-2", Pair: ba, Outcome: check.Pass},
		},
	}
	want := view.PairTable{
		Answerers: []string{"a", "b"},
		Rows: []view.PairRow{
			{Offerer: "a", Cells: []view.PairCell{
				{Pair: report.Pair{Offerer: "a", Answerer: "a"}},
				{Pair: ab, Played: true, Requirements: report.Counts{Fail: 1, Known: 1}},
			}},
			{Offerer: "b", Cells: []view.PairCell{
				{Pair: ba, Played: true, Requirements: report.Counts{Pass: 1}},
				{Pair: report.Pair{Offerer: "b", Answerer: "b"}},
			}},
		},
	}
	if diff := cmp.Diff(want, view.PairsOf(view.MatrixOf(r))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTimesAreOfSessionsThatRanToTheirEndInTheOrderOfTheStages(t *testing.T) {
	ab := report.Pair{Offerer: "a", Answerer: "b"}
	var r report.Report
	for i := range 20 {
		r.Sessions = append(r.Sessions, report.Session{
			Pair: ab, Result: trace.EndCompleted, DurationMs: float64(20 - i),
			Stages: map[trace.Stage]float64{trace.StageSignal: float64(i), trace.StageLaunch: 1},
		})
	}
	r.Sessions = append(r.Sessions, report.Session{Pair: ab, Result: trace.EndStopped, DurationMs: 1e6, Stages: map[trace.Stage]float64{trace.StageClose: 1}},
		report.Session{Pair: report.Pair{Offerer: "b", Answerer: "a"}, Result: trace.EndError})
	want := []view.PairTimes{{
		Pair: ab, Session: view.Spread{N: 20, Median: 10, P95: 19},
		Stages: []view.StageSpread{
			{Stage: trace.StageLaunch, Spread: view.Spread{N: 20, Median: 1, P95: 1}},
			{Stage: trace.StageSignal, Spread: view.Spread{N: 20, Median: 9, P95: 18}},
		},
	}}
	if diff := cmp.Diff(want, view.TimesOf(&r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOfManySessionsTheSlowestAreListedAndAllThatEndedEarly(t *testing.T) {
	several := func(completed, stopped int) view.SessionPick {
		var r report.Report
		for i := range completed {
			r.Sessions = append(r.Sessions, report.Session{ID: fmt.Sprint("c", i), Result: trace.EndCompleted, DurationMs: float64(i)})
		}
		for i := range stopped {
			r.Sessions = append(r.Sessions, report.Session{ID: fmt.Sprint("s", i), Result: trace.EndStopped})
		}
		lacking := report.Session{Result: trace.EndUnsupported, Reason: "no media"}
		r.Sessions = append(r.Sessions, lacking, lacking)
		return view.PickSessions(&r)
	}
	few := several(3, 1)
	if len(few.Slowest) != 3 || few.Slowest[0].ID != "c2" || !few.Complete || few.Rest != 0 || len(few.Ended) != 1 {
		t.Errorf("few: got %+v", few)
	}
	if diff := cmp.Diff([]view.Lack{{Reason: "no media", Sessions: 2}}, few.Lacking); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	many := several(9000, 500)
	if len(many.Slowest) != 20 || many.Slowest[0].ID != "c8999" || many.Complete || many.Rest != 8980 || len(many.Ended) != 200 || many.Left != 300 {
		t.Errorf("many: %d slowest, %d rest, %d ended, %d left", len(many.Slowest), many.Rest, len(many.Ended), many.Left)
	}
}

func TestTheOldestKnownDeviationComesFirst(t *testing.T) {
	known := func(id string, since ...string) []report.Result {
		var all []report.Result
		for _, day := range since {
			all = append(all, report.Result{Check: id, Subject: "a", Outcome: check.Known, Expectation: &report.Expectation{Check: id, Since: day}})
		}
		return all
	}
	r := &report.Report{Run: report.Run{StartedAt: time.Date(2026, 3, 4, 1, 0, 0, 0, time.UTC)}}
	for _, list := range [][]report.Result{
		known("A-1", "2026-03-05"), known("A-2", "some day"), known("A-3", "2026-03-01", "2026-02-01"), known("A-4", "2026-03-03"),
	} {
		r.Results = append(r.Results, list...)
	}
	var got []string
	for _, d := range view.Deviations(r) {
		got = append(got, fmt.Sprintf("%s %s %d", d.Check.ID, d.Since, d.Days))
	}
	want := []string{"A-3 2026-02-01 31", "A-4 2026-03-03 1", "A-1 2026-03-05 0", "A-2 some day -1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
