package run_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
)

// listed is a roster that nobody starts.
func listed(ids ...string) run.Roster {
	var r run.Roster
	for _, id := range ids {
		r = append(r, run.Entry{ID: id})
	}
	return r
}

func arrows(pairs []run.Pair) []string {
	var out []string
	for _, p := range pairs {
		out = append(out, p.String())
	}
	return out
}

func TestSelectPairsReadsNamesAndGlobs(t *testing.T) {
	roster := listed("pion", "pion@v4", "chrome", "firefox")
	for patterns, want := range map[string][]string{
		"pion->chrome":                {"pion->chrome"},
		"chrome->chrome":              {"chrome->chrome"},
		" pion->chrome , firefox->*,": {"pion->chrome", "firefox->pion", "firefox->pion@v4", "firefox->chrome", "firefox->firefox"},
		"pion*->chrome,pion->chrome":  {"pion->chrome", "pion@v4->chrome"},
		"[cf]*->pion?v4":              {"chrome->pion@v4", "firefox->pion@v4"},
		"":                            nil,
	} {
		got, err := run.SelectPairs(roster, patterns)
		if err != nil {
			t.Errorf("%q: %v", patterns, err)
		}
		if diff := cmp.Diff(want, arrows(got)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", patterns, diff)
		}
	}
}

func TestSelectPairsTellsEveryMistake(t *testing.T) {
	roster := listed("pion", "chrome")
	for patterns, want := range map[string][]string{
		"pion":                      {`pair "pion": want OFFERER->ANSWERER`},
		"pion->":                    {`pair "pion->": peer "": matches none of: pion, chrome`},
		"pion->opera":               {`peer "opera": matches none of: pion, chrome`},
		"[->chrome":                 {`pair "[->chrome": peer pattern "["`, "syntax error"},
		"netscape->opera,pion":      {`"netscape"`, `"opera"`, `pair "pion": want`},
		"pion->chrome,chrome->opra": {`pair "chrome->opra"`},
	} {
		_, err := run.SelectPairs(roster, patterns)
		has(t, err, want...)
	}
}

func TestSelectPeersCrossesThem(t *testing.T) {
	roster := listed("pion", "pion@v4", "chrome")
	for patterns, want := range map[string][]string{
		"pion":         {"pion->pion"},
		"chrome,pion":  {"chrome->pion", "pion->chrome"},
		"pion*,pion":   {"pion->pion@v4", "pion@v4->pion"},
		"*@*, chrome ": {"pion@v4->chrome", "chrome->pion@v4"},
		"":             nil,
	} {
		got, err := run.SelectPeers(roster, patterns)
		if err != nil {
			t.Errorf("%q: %v", patterns, err)
		}
		if diff := cmp.Diff(want, arrows(got)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", patterns, diff)
		}
	}
	_, err := run.SelectPeers(roster, "pion,opera,x[")
	has(t, err, `peer "opera": matches none of: pion, pion@v4, chrome`, `peer pattern "x["`)
}

func TestOrderedMakesEveryDirectedPair(t *testing.T) {
	for _, tc := range []struct {
		ids  []string
		self bool
		want []string
	}{
		{nil, true, nil},
		{[]string{"a"}, false, []string{"a->a"}},
		{[]string{"a"}, true, []string{"a->a"}},
		{[]string{"a", "b"}, false, []string{"a->b", "b->a"}},
		{[]string{"b", "a"}, true, []string{"b->b", "b->a", "a->b", "a->a"}},
		{[]string{"a", "b", "c"}, false, []string{"a->b", "a->c", "b->a", "b->c", "c->a", "c->b"}},
	} {
		if diff := cmp.Diff(tc.want, arrows(run.Ordered(tc.ids, tc.self))); diff != "" {
			t.Errorf("%v, self %v (-want +got):\n%s", tc.ids, tc.self, diff)
		}
	}
}

func names(all []scenario.Scenario) []string {
	var out []string
	for _, s := range all {
		out = append(out, s.Name)
	}
	return out
}

func TestSelectScenariosReadsNamesGlobsAndFamilies(t *testing.T) {
	for patterns, want := range map[string][]string{
		"connect-data":                          {"connect-data"},
		"connect-*, trickle-none":               {"trickle-none", "connect-data", "connect-media"}, // in the catalogue's order
		"gathering":                             {"gathering-not-started", "gathering-silent-servers", "gathering-probes"},
		"connectivity,connect-data,":            {"connect-data", "connect-media"},
		"candidates-max-[bc]*":                  {"candidates-max-bundle", "candidates-max-compat"},
		"trickle-*-media":                       {"trickle-full-media", "trickle-half-media", "trickle-mirror-media", "trickle-none-media", "trickle-repaired-media"},
		"":                                      names(scenario.All()),
		"*":                                     names(scenario.All()),
		strings.Join(scenario.Families(), ", "): names(scenario.All()),
	} {
		got, err := run.SelectScenarios(patterns)
		if err != nil {
			t.Errorf("%q: %v", patterns, err)
		}
		if diff := cmp.Diff(want, names(got)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", patterns, diff)
		}
	}
}

func TestSelectScenariosTellsEveryMistake(t *testing.T) {
	for patterns, want := range map[string][]string{ // one line for each mistake
		"connect-dat":          {`scenario "connect-dat": matches none of the`},
		"trickle-[":            {`scenario pattern "trickle-[": syntax error in pattern`},
		"nope,connect-data,[z": {`scenario "nope": matches none of the`, `scenario pattern "[z": syntax error in pattern`},
	} {
		_, err := run.SelectScenarios(patterns)
		has(t, err, want...)
		if err != nil && strings.Count(err.Error(), "\n")+1 != len(want) {
			t.Errorf("%q: got %q, want %d lines", patterns, err, len(want))
		}
	}
}

func TestJobsBeginWithTheSlowAndLetPairsTakeTurns(t *testing.T) {
	pairs := []run.Pair{{Offerer: "a", Answerer: "b"}, {Offerer: "b", Answerer: "a"}}
	var got []string
	for _, j := range run.Jobs(pairs, []scenario.Scenario{{Name: "one"}, {Name: "slow", Slow: true}, {Name: "two"}}) {
		got = append(got, j.ID())
	}
	want := []string{"a_b_slow", "b_a_slow", "a_b_one", "b_a_one", "a_b_two", "b_a_two"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := run.Jobs(nil, scenario.All()); len(got) != 0 {
		t.Errorf("jobs of no pair: got %d, want none", len(got))
	}
}

func TestAJobIsNamedAsAFileCanBe(t *testing.T) {
	j := run.Job{Pair: run.Pair{Offerer: "go/x", Answerer: "pion@v4"}, Scenario: scenario.Scenario{Name: "connect-data"}}
	if got, want := j.ID(), "go-x_pion@v4_connect-data"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestJobsOfAllPeersHaveIDsOfTheirOwn(t *testing.T) {
	names := []string{"a", "b", "c", "a_b", "b_c", "a_", "_c", "_", "a__b", "1", "a_b_c"}
	jobs := map[string]run.Pair{}
	for _, pair := range run.Ordered(names, true) {
		id := run.Job{Pair: pair, Scenario: scenario.Scenario{Name: "connect-data"}}.ID()
		if was, taken := jobs[id]; taken {
			t.Errorf("%s: is the id of %s and of %s", id, was, pair)
		}
		jobs[id] = pair
	}
	if _, there := jobs["a_b_connect-data"]; !there {
		t.Error("a->b: got another id than a_b_connect-data, want ordinary peers to keep theirs")
	}
	for _, s := range scenario.All() {
		if strings.Contains(s.Name, "_") {
			t.Errorf("scenario %s: has what separates the parts of an id", s.Name)
		}
	}
}

func TestTheNameOfATraceTellsItsPair(t *testing.T) {
	for _, pair := range []run.Pair{{Offerer: "pion", Answerer: "chrome"}, {Offerer: "a_b", Answerer: "c"}, {Offerer: "a", Answerer: "b_c"}, {Offerer: "a_", Answerer: "_"}} {
		dir := t.TempDir()
		id := run.Job{Pair: pair, Scenario: scenario.Scenario{Name: "connect-data"}}.ID()
		if err := os.WriteFile(filepath.Join(dir, id+".jsonl"), nil, 0o600); err != nil { // of a killed run
			t.Fatal(err)
		}
		sessions, err := run.Judge{}.Dir(dir)
		if err != nil || len(sessions) != 1 {
			t.Fatalf("%s: got %d sessions and %v, want one", id, len(sessions), err)
		}
		if got := sessions[0]; got.Pair() != pair || got.Header.Scenario != "connect-data" {
			t.Errorf("%s: got %s and %q, want %s and connect-data", id, got.Pair(), got.Header.Scenario, pair)
		}
	}
}

func TestARosterKnowsItsPeers(t *testing.T) {
	r := listed("pion@v4", "chrome")
	for id, want := range map[string]bool{"pion": true, "pion@v4": true, "pion@v3": false, "chrome": true, "chrom": false, "": false} {
		if got := r.Has(id); got != want {
			t.Errorf("Has(%q): got %v, want %v", id, got, want)
		}
	}
	if e, err := r.ByID("chrome"); err != nil || e.ID != "chrome" {
		t.Errorf("ByID: got %q, %v", e.ID, err)
	}
	_, err := r.ByID("pion")
	has(t, err, `peer "pion": not known; there are: pion@v4, chrome`)
	for _, p := range run.DefaultPairs() {
		for _, id := range []string{p.Offerer, p.Answerer} {
			if !slices.Contains(run.Builtin().IDs(), id) {
				t.Errorf("default pair %s: %s does not come with Rink", p, id)
			}
		}
	}
}
