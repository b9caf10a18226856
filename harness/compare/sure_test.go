package compare

import (
	"fmt"
	"math"
	"testing"

	"github.com/webrtc-rink/rink/harness/report"
)

// scenarios makes a run in which CAND-002 has an outcome in each scenario: one
// letter each, p or f.
func scenarios(pion, letters string) report.Report {
	r := run{pion: pion}
	for i, l := range letters {
		outcome := map[rune]string{'p': "pass", 'f': "fail"}[l]
		r.results = append(r.results, [5]string{"CAND-002", fmt.Sprintf("s%d", i+1), "offerer", outcome, "none"})
	}
	return r.report()
}

func TestUndecidedCellsAreAskedForAgain(t *testing.T) {
	oldPair, newPair := report.Pair{Offerer: oldPion, Answerer: "chrome"}, report.Pair{Offerer: newPion, Answerer: "chrome"}
	ask := func(scenario string, runs int, why ...string) Repeat {
		return Repeat{From: oldPair, To: newPair, Scenario: scenario, Runs: runs, Why: why}
	}
	for name, tc := range map[string]struct {
		from, to []report.Report
		want     []Repeat
	}{
		"nothing changed": {several(oldPion, "p"), several(newPion, "p"), []Repeat{}},
		"a change":        {several(oldPion, "p"), several(newPion, "f"), []Repeat{ask("connect-data", 2, "CAND-002 pion regressed?")}},
		"a sure change":   {several(oldPion, "ppp"), several(newPion, "fff"), []Repeat{}},
		"a flake":         {several(oldPion, "pp"), several(newPion, "fp"), []Repeat{ask("connect-data", 8, "CAND-002 pion flaky?")}},
		"a flake for sure": {
			several(oldPion, "pppppppppp"), several(newPion, "fppppppppp"), []Repeat{},
		},
		"flakes in many scenarios": {
			[]report.Report{scenarios(oldPion, "ppp"), scenarios(oldPion, "ppp")},
			[]report.Report{scenarios(newPion, "fff"), scenarios(newPion, "ppp")},
			[]Repeat{ask("s1", 8, "CAND-002 pion flaky?"), ask("s2", 8, "CAND-002 pion flaky?"), ask("s3", 8, "CAND-002 pion flaky?")},
		},
		"the browser broke": {several(oldPion, "p"), several(newPion, "c"), []Repeat{ask("connect-data", 1, "session broke")}},
		"a change in many scenarios": {
			[]report.Report{scenarios(oldPion, "pppp")},
			[]report.Report{scenarios(newPion, "ffff")},
			[]Repeat{ask("s1", 2, "CAND-002 pion regressed?"), ask("s2", 2, "CAND-002 pion regressed?")},
		},
		"one of many is sure": {
			[]report.Report{scenarios(oldPion, "pppp"), scenarios(oldPion, "p"), scenarios(oldPion, "p")},
			[]report.Report{scenarios(newPion, "ffff"), scenarios(newPion, "f"), scenarios(newPion, "f")},
			[]Repeat{ask("s2", 2, "CAND-002 pion regressed?")},
		},
	} {
		t.Run(name, func(t *testing.T) { same(t, "undecided", compared(t, tc.from, tc.to).Undecided(), tc.want) })
	}
}

func TestSureCellsVouchForTheSameChangeElsewhere(t *testing.T) {
	from := []report.Report{scenarios(oldPion, "pppp"), scenarios(oldPion, "pp"), scenarios(oldPion, "pp")}
	to := []report.Report{scenarios(newPion, "ffff"), scenarios(newPion, "ff"), scenarios(newPion, "ff")}
	d := compared(t, from, to)
	same(t, "undecided", d.Undecided(), []Repeat{})
	for _, c := range d.Regressed {
		if !c.Sure {
			t.Errorf("%s: got not sure, want sure: two others are", c.Scenario)
		}
	}
	if len(d.Regressed) != 4 {
		t.Errorf("got %d changes, want 4", len(d.Regressed))
	}
}

// The values are those of R's fisher.test.
func TestFishersExactTest(t *testing.T) {
	for _, tc := range []struct {
		table [4]int
		want  float64
	}{
		{[4]int{0, 2, 2, 0}, 1.0 / 3},
		{[4]int{0, 3, 3, 0}, 0.1},
		{[4]int{0, 10, 6, 4}, 0.0108},
		{[4]int{0, 10, 7, 3}, 0.0031},
		{[4]int{3, 1, 1, 3}, 0.4857},
		{[4]int{5, 5, 5, 5}, 1},
		{[4]int{0, 4, 0, 4}, 1},
	} {
		x := tc.table
		if got := fisher(x[0], x[1], x[2], x[3]); math.Abs(got-tc.want) > 5e-5 {
			t.Errorf("%v: got %.4f, want %.4f", x, got, tc.want)
		}
		if one, other := fisher(x[0], x[1], x[2], x[3]), fisher(x[2], x[3], x[0], x[1]); math.Abs(one-other) > 1e-9 {
			t.Errorf("%v: got %v one way and %v the other", x, one, other)
		}
	}
}

func TestFlakesDoNotVouchForEachOther(t *testing.T) {
	from := []report.Report{scenarios(oldPion, "ppp"), scenarios(oldPion, "ppp")}
	to := []report.Report{scenarios(newPion, "fff"), scenarios(newPion, "ppp")}
	for range FlakyRuns - 2 {
		from, to = append(from, scenarios(oldPion, "pp")), append(to, scenarios(newPion, "pp"))
	}
	same(t, "changes", short(compared(t, from, to)), []string{
		"flaky CAND-002 pion in to", "flaky CAND-002 pion in to", "flaky CAND-002 pion in to?",
	})
}
