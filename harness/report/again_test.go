package report

import (
	"testing"

	"github.com/webrtc-rink/rink/harness/trace"
)

func TestACommandPlaysTheSessionAsItWasPlayed(t *testing.T) {
	own := map[string]string{"mine": "./my-agent --fast", "other": "./other"}
	for name, tc := range map[string]struct {
		run    Run
		pair   Pair
		checks string
		want   string
	}{
		"by the defaults": {
			Run{Network: "private", TimeoutScale: 1, Expectations: "built-in", Seed: 7},
			Pair{"pion", "chrome"},
			"",
			"rink run --pairs 'pion->chrome' --scenarios plain",
		},
		"of one check": {Run{}, Pair{"pion", "chrome"}, "CAND-001", "rink run --pairs 'pion->chrome' --scenarios plain --checks CAND-001"},
		"with a peer of one's own": {
			Run{OwnPeers: own},
			Pair{"pion", "mine"},
			"",
			"rink run --pairs 'pion->mine' --scenarios plain --peer 'mine=./my-agent --fast'",
		},
		"with two, and one that meets itself": {
			Run{OwnPeers: own},
			Pair{"other", "other"},
			"",
			"rink run --pairs 'other->other' --scenarios plain --peer other=./other",
		},
		"with everything else": {
			Run{Network: "host", TimeoutScale: 2.5, Expectations: "it's/mine"},
			Pair{"pion", "chrome"},
			"CAND-*",
			`rink run --pairs 'pion->chrome' --scenarios plain --checks 'CAND-*' --network host --expectations 'it'\''s/mine' --timeout-scale 2.5`,
		},
	} {
		r := &Report{Run: tc.run, Scenarios: []Scenario{{Name: "drawn", Traits: trace.Traits{trace.TraitReordered}}, {Name: "plain"}}}
		if got := r.Reproduce(tc.pair, "plain", tc.checks); got != tc.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, tc.want)
		}
	}
	drawn := &Report{Run: Run{Seed: 7}, Scenarios: []Scenario{{Name: "drawn", Traits: trace.Traits{trace.TraitReordered}}}}
	if got, want := drawn.Reproduce(Pair{"a", "b"}, "drawn", ""), "rink run --pairs 'a->b' --scenarios drawn --seed 7"; got != want {
		t.Errorf("a scenario that draws: got %s, want %s", got, want)
	}
}
