package check_test

import (
	"context"
	"slices"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/mutant"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/scenario"
)

// session runs a scenario between two fakes and grades it.
func session(t *testing.T, name string, defect fake.Defect) []check.Grade {
	t.Helper()
	sc, ok := scenario.ByName(name)
	if !ok {
		t.Fatalf("scenario %q: there is none", name)
	}
	end, grades, err := mutant.Play(context.Background(), sc, defect)
	if err != nil {
		t.Fatal(err)
	}
	if testing.Verbose() {
		t.Logf("%s ended: %+v", name, end)
	}
	return grades
}

// TestHealthy: two fakes without a defect are red nowhere, and every check is
// judged somewhere.
func TestHealthy(t *testing.T) {
	t.Parallel()
	passed := make(chan string, 10000)
	t.Run("scenarios", func(t *testing.T) {
		for _, sc := range scenario.All() {
			t.Run(sc.Name, func(t *testing.T) {
				t.Parallel()
				for _, g := range session(t, sc.Name, fake.Defect{}) {
					if g.Outcome != check.Pass {
						t.Errorf("%s %s: got %s (%s) %v, want pass", g.Check, g.Side, g.Outcome, g.Reason, g.Findings)
						continue
					}
					passed <- g.Check
				}
			})
		}
	})
	close(passed)
	judged := map[string]bool{}
	for id := range passed {
		judged[id] = true
	}
	for _, c := range check.All() {
		if !judged[c.ID] {
			t.Errorf("%s: no scenario judges it", c.ID)
		}
	}
}

// TestMutants: each defect turns exactly its check red, and at the peer that has
// it.
func TestMutants(t *testing.T) {
	t.Parallel()
	for _, d := range fake.Defects() {
		t.Run(d.Check+"/"+d.Name, func(t *testing.T) {
			t.Parallel()
			red := false
			for _, g := range session(t, d.Scenario, d) {
				switch {
				case g.Outcome == check.Error:
					t.Errorf("%s %s: %s", g.Check, g.Side, g.Reason)
				case g.Outcome != check.Fail && g.Outcome != check.Observed:
				case slices.Contains(d.Also, g.Check) && g.Side == d.Side:
				case d.Spoils && g.Check != d.Check && !slices.ContainsFunc(g.Findings, func(f check.Finding) bool { return !f.Joint }):
				case g.Check != d.Check:
					t.Errorf("trips %s too, at the %s: %v", g.Check, g.Side, g.Findings)
				case g.Side != d.Side:
					t.Errorf("%s blames the %s, and the %s has the defect: %v", g.Check, g.Side, d.Side, g.Findings)
				default:
					red = true
				}
			}
			if !red {
				t.Errorf("%s does not notice", d.Check)
			}
		})
	}
}

// TestEveryCheckHasADefect: a check without a mutant does not merge.
func TestEveryCheckHasADefect(t *testing.T) {
	t.Parallel()
	defects := fake.Defects()
	for _, c := range check.All() {
		if !slices.ContainsFunc(defects, func(d fake.Defect) bool { return d.Check == c.ID }) {
			t.Errorf("%s (%s): no defect of peer/fake turns it red", c.ID, c.Slug)
		}
	}
	for _, d := range defects {
		if !check.Exists(d.Check) {
			t.Errorf("defect %s: check %s does not exist", d.Name, d.Check)
		}
	}
}
