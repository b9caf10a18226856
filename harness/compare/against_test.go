package compare

import (
	"fmt"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// sinceOld compares a run of the new version, of which each result is a line of
// words, with one of the old version.
func sinceOld(before, now [][5]string) *report.Comparison {
	to := run{pion: newPion, results: now}.report()
	return Against(&to, []report.Report{run{pion: oldPion, results: before}.report()})
}

func TestAReportSaysInItsVerdictWhatRegressed(t *testing.T) {
	for name, tc := range map[string]struct {
		from, to string // see several
		want     string
	}{
		"the same":             {"ppp", "p", "No regression against pion v3.2.40"},
		"once":                 {"ppp", "f", "1 regression against pion v3.2.40, not sure yet"},
		"excused":              {"ppp", "k", "1 regression against pion v3.2.40, not sure yet"},
		"for sure":             {"ppp", "fff", "1 regression against pion v3.2.40"},
		"fixed":                {"kkk", "p", "No regression against pion v3.2.40"},
		"a session that broke": {"ppp", "c", "No regression against pion v3.2.40, as far as both could be compared"},
	} {
		t.Run(name, func(t *testing.T) {
			to := several(newPion, tc.to)
			whole := to[0]
			for _, more := range to[1:] {
				whole.Sessions, whole.Results = append(whole.Sessions, more.Sessions...), append(whole.Results, more.Results...)
			}
			same(t, "verdict", Against(&whole, several(oldPion, tc.from)).Verdict, tc.want)
		})
	}
}

func TestAChangeIsToldOnceForAllItsScenarios(t *testing.T) {
	c := sinceOld(
		[][5]string{{"CAND-002", "connect-data", "offerer", "pass", ""}, {"CAND-002", "connect-media", "offerer", "pass", ""}},
		[][5]string{{"CAND-002", "connect-media", "offerer", "fail", "two"}, {"CAND-002", "connect-data", "offerer", "known", "one"}},
	)
	same(t, "changes", c.Changes, []report.Change{{
		Class: report.Regressed, Check: "CAND-002", Title: "The title of CAND-002", Subject: newPion, Before: "met",
		Now:   "candidates: got one, want a mid; candidates: got two, want a mid",
		Pairs: []string{newPion + "->chrome"}, Scenarios: []string{"connect-data", "connect-media"},
	}})
	same(t, "undecided", c.Undecided, 2)
}

func TestOfWhatChangedTheOtherFindingsComeFirst(t *testing.T) {
	before := run{pion: oldPion, results: [][5]string{{"CAND-002", "connect-data", "offerer", "fail", "old"}}}.report()
	now := run{pion: newPion, results: [][5]string{{"CAND-002", "connect-data", "offerer", "fail", "new"}}}.report()
	both := report.Finding{Object: "candidates", Got: "both", Want: "a mid"}
	before.Results[0].Findings = append([]report.Finding{both}, before.Results[0].Findings...)
	now.Results[0].Findings = append([]report.Finding{both}, now.Results[0].Findings...)
	c := Against(&now, []report.Report{before})
	if len(c.Changes) != 1 || c.Changes[0].Class != report.Changed {
		t.Fatalf("got %+v, want one that changed", c.Changes)
	}
	same(t, "before", c.Changes[0].Before, "candidates: got old, want a mid; candidates: got both, want a mid")
	same(t, "now", c.Changes[0].Now, "candidates: got new, want a mid; candidates: got both, want a mid")
}

func TestChangesAreInTheOrderOfHowMuchTheyMatter(t *testing.T) {
	line := func(check, outcome string) [5]string {
		return [5]string{check, "connect-data", "offerer", outcome, "x"}
	}
	c := sinceOld(
		[][5]string{line("A-1", "skipped"), line("A-2", "pass"), line("A-3", "fail"), line("A-4", "fail"), line("A-5", "pass")},
		[][5]string{line("A-1", "pass"), line("A-2", "skipped"), line("A-3", "pass"), {"A-4", "connect-data", "offerer", "fail", "other"}, line("A-5", "fail")},
	)
	var got []string
	for _, x := range c.Changes {
		got = append(got, fmt.Sprintf("%s %s", x.Class, x.Check))
	}
	same(t, "changes", got, []string{"regressed A-5", "changed A-4", "fixed A-3", "gone A-2", "new A-1"})
}

func TestWhatOneSideAloneHasIsCountedAndNotListed(t *testing.T) {
	var before, now [][5]string
	for i := range 9 {
		before = append(before, [5]string{"CAND-002", fmt.Sprintf("old-%d", i), "offerer", "pass", ""})
	}
	before = append(before, [5]string{"CAND-002", "connect-data", "offerer", "pass", ""}, [5]string{"GONE-001", "connect-data", "offerer", "pass", ""})
	now = append(now, [5]string{"CAND-002", "connect-data", "offerer", "pass", ""})
	for i := range 12 {
		now = append(now, [5]string{fmt.Sprintf("NEW-%03d", i), "connect-data", "offerer", "fail", "x"})
	}
	to := run{pion: newPion, results: now}.report()
	to.Peers = append(to.Peers, peer.Description{ID: "aiortc", Implementation: "aiortc", Version: "1.16"})
	to.Sessions = append(to.Sessions, report.Session{ID: "x", Scenario: "connect-data", Pair: report.Pair{Offerer: "aiortc", Answerer: "chrome"}, Result: trace.EndCompleted})
	c := Against(&to, []report.Report{run{pion: oldPion, results: before}.report()})
	same(t, "changes", c.Changes, []report.Change(nil))
	same(t, "notes", c.Notes, []string{
		"1 peer of this run without a counterpart in the baseline: aiortc.",
		"12 requirements that the baseline did not grade: NEW-000, NEW-001, NEW-002, NEW-003 and 8 more.",
		"1 requirement that the baseline graded and this run did not: GONE-001.",
		"9 scenarios that the baseline played and this run did not: old-0, old-1, old-2, old-3 and 5 more.",
		"1 pair that did not meet in the baseline: aiortc->chrome.",
	})
}

func TestSessionsThatAPartOfARunLacksAreCounted(t *testing.T) {
	both := func(pion string) report.Report {
		r := run{pion: pion, results: [][5]string{{"CAND-002", "one", "offerer", "pass", ""}, {"CAND-002", "two", "offerer", "pass", ""}}}.report()
		back := report.Pair{Offerer: "chrome", Answerer: pion}
		for i := range 2 {
			n, x := r.Sessions[i], r.Results[i]
			n.ID, n.Pair, x.Session, x.Pair, x.Role = "back-"+n.ID, back, "back-"+n.ID, back, trace.Answerer
			r.Sessions, r.Results = append(r.Sessions, n), append(r.Results, x)
		}
		return r
	}
	whole, part := both(oldPion), both(newPion)
	part.Sessions, part.Results = part.Sessions[:3], part.Results[:3] // lacks the way back in two
	c := Against(&part, []report.Report{whole})
	same(t, "changes", c.Changes, []report.Change(nil))
	same(t, "notes", c.Notes, []string{"1 session that the baseline played and this run did not, of pairs and scenarios that it has: chrome->pion two."})
}

func TestWhatWasFlakyBeforeIsANoteAndNoChange(t *testing.T) {
	now := several(newPion, "f")[0]
	c := Against(&now, several(oldPion, "pfp"))
	same(t, "changes", c.Changes, []report.Change(nil))
	same(t, "notes", c.Notes, []string{"1 requirement that went both ways in the baseline, where the outcome now tells nothing: CAND-002."})
}

func TestTheBaselineIsNamedWithItsPeersAndRuns(t *testing.T) {
	c := sinceOld([][5]string{{"CAND-002", "connect-data", "offerer", "pass", ""}}, [][5]string{{"CAND-002", "connect-data", "offerer", "pass", ""}})
	same(t, "against", c.Against, []string{"chrome: Chrome or Chromium 156", "pion@v3.2.40: pion/webrtc v3.2.40, now v3.3.6", "run run of pion@v3.2.40"})
	again := several(newPion, "p")[0]
	same(t, "verdict", Against(&again, several(newPion, "p")).Verdict, "No regression against runs of the same versions")
	other := run{pion: newPion, results: [][5]string{{"ICE-001", "elsewhere", "offerer", "pass", ""}}}.report()
	same(t, "verdict", Against(&other, several(oldPion, "p")).Verdict, "Nothing could be compared with pion v3.2.40")
}

func TestABaselineThatDoesNotFitIsRefused(t *testing.T) {
	older, newer := several(oldPion, "p"), several(newPion, "p")
	ids := func(ids ...string) (list []peer.Description) {
		for _, id := range ids {
			list = append(list, peer.Description{ID: id})
		}
		return list
	}
	for name, tc := range map[string]struct {
		before []report.Report
		peers  []peer.Description
		want   string // empty: it fits
	}{
		"another version":         {older, ids("pion", "chrome"), ""},
		"one of the peers":        {older, ids("aiortc", "chrome"), ""},
		"the same implementation": {older, []peer.Description{{ID: "mine", Implementation: "pion/webrtc"}}, ""},
		"nobody":                  {older, ids("aiortc", "firefox"), "none of its peers (chrome, pion@v3.2.40) takes part in the run (aiortc, firefox)"},
		"two versions":            {append(older, newer...), ids("pion", "chrome"), "pion@v3.2.40 and pion@v3.3.6 could each stand for pion"},
		"two that both play":      {append(older, newer...), ids("pion@v3.2.40", "pion"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := Fits(tc.before, tc.peers)
			if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}
