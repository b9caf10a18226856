package spec

import (
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
)

func TestOptionsThatCannotBeUsedAreAllNamed(t *testing.T) {
	_, err := New(Options{
		Pairs:     []run.Pair{{Offerer: "pion", Answerer: "lynx"}},
		Scenarios: "tickle-*", Checks: "CAND-999", Expectations: "no-such-directory",
		Constraints: []Constraint{{Check: "CAND-998", Component: "pion", Versions: "*"}},
	})
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{`"lynx"`, `"tickle-*"`, `"CAND-999"`, "no-such-directory", "CAND-998"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s in it", err, want)
		}
	}
}

func TestTheDefaultIsPionAndChromeInBothDirections(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := len(s.plan.Pairs); got != 2 || s.plan.ExpectationsFrom != run.ExpectBuiltin || len(s.plan.Scenarios) != len(scenario.All()) {
		t.Errorf("got %+v", s.plan)
	}
}

func TestEveryScenarioHasGraders(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, sc := range scenario.All() {
		if len(s.graders(sc)) == 0 {
			t.Errorf("%s: no check says anything about it", sc.Name)
		}
	}
}

func TestWhatRunsAheadIsWhatTheFlagsAskFor(t *testing.T) {
	p := planned{
		texts:  []string{"connects pion->chrome (trickle-full) A [CAND-002]", "connects pion->chrome (trickle-full) B [CAND-003]"},
		labels: [][]string{{"trickle", "pion", "chrome", "CAND-002", "must"}, {"trickle", "pion", "chrome", "CAND-003", "should"}},
	}
	for name, tc := range map[string]struct {
		config types.SuiteConfig
		want   bool
	}{
		"nothing asked":       {types.SuiteConfig{}, true},
		"focus":               {types.SuiteConfig{FocusStrings: []string{"chrome->pion", `trickle-full\) B`}}, true},
		"focus elsewhere":     {types.SuiteConfig{FocusStrings: []string{"chrome->pion"}}, false},
		"skip all":            {types.SuiteConfig{SkipStrings: []string{"trickle-full"}}, false},
		"skip one":            {types.SuiteConfig{SkipStrings: []string{"CAND-002"}}, true},
		"label":               {types.SuiteConfig{LabelFilter: "CAND-002 && must"}, true},
		"labels of two specs": {types.SuiteConfig{LabelFilter: "CAND-002 && should"}, false},
		"unreadable focus":    {types.SuiteConfig{FocusStrings: []string{"("}}, true},
	} {
		if got := selection(tc.config)(p); got != tc.want {
			t.Errorf("%s: got %t, want %t", name, got, tc.want)
		}
	}
}
