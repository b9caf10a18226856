package report_test

import (
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
)

// compared is a run in which one of three requirements is known to fail.
func compared(c *report.Comparison) *report.Report {
	r := &report.Report{Schema: report.Schema, Run: report.Run{Complete: true}}
	for id, o := range map[string]check.Outcome{"A-1": check.Pass, "A-2": check.Pass, "A-3": check.Known} {
		r.Checks = append(r.Checks, report.Check{ID: id, Level: check.Must})
		r.Results = append(r.Results, report.Result{Check: id, Subject: "pion", Outcome: o})
	}
	return r.Compared(c)
}

func TestTheVerdictOfAReportBeginsWithWhatChanged(t *testing.T) {
	r := compared(&report.Comparison{Verdict: "2 regressions against pion v3.3.5"})
	if got, want := r.Summary.Verdict, "2 regressions against pion v3.3.5; no unexpected deviation, 2 of 3 requirements met, 1 known deviation."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if r.Summary.ExitCode != report.ExitOK {
		t.Errorf("got exit code %d, want that of the run alone", r.Summary.ExitCode)
	}
	if again := r.Compared(nil); again.Comparison != nil || strings.Contains(again.Summary.Verdict, "regression") || r.Comparison == nil {
		t.Errorf("without it: got %+v and %q", again.Comparison, again.Summary.Verdict)
	}
	r.Run.Complete = false
	if got := report.Summarize(r).Verdict; !strings.HasPrefix(got, "Incomplete run: 2 regressions against") {
		t.Errorf("got %q", got)
	}
}

func TestAComparisonIsMadeFitToBeShown(t *testing.T) {
	safe := report.Safe(&report.Report{Run: report.Run{Complete: true}})
	r := safe.Compared(&report.Comparison{Verdict: "\x1b[31mred", Notes: []string{strings.Repeat("x", 1<<16)}})
	if strings.Contains(r.Comparison.Verdict, "\x1b") || len(r.Comparison.Notes[0]) > 5000 {
		t.Errorf("got %q and %d bytes", r.Comparison.Verdict, len(r.Comparison.Notes[0]))
	}
}

func TestARequirementCountsOnceForAPeer(t *testing.T) {
	c := report.Comparison{Changes: []report.Change{
		{Class: report.Regressed, Check: "A-1", Subject: "pion"},
		{Class: report.Regressed, Check: "A-1", Subject: "pion", Sure: true},
		{Class: report.Regressed, Check: "A-1", Subject: "chrome"},
		{Class: report.Fixed, Check: "A-2", Subject: "pion", Sure: true},
	}}
	if n, sure := c.Count(report.Regressed), c.Sure(report.Regressed); n != 2 || sure != 1 {
		t.Errorf("got %d, %d of them sure, want 2 and 1", n, sure)
	}
}
