package run_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/expect"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/run"
)

// entry writes an expectation of one peer as a file of its own.
func entry(peer, check, scenarios string) [2]string {
	return [2]string{peer + "-" + check + ".yaml", fmt.Sprintf(`peer: %s
expectations:
  - check: %s
    scenarios: ["%s"]
    since: 2026-11-25
    reason: somebody looked at this and it is so
    issue: https://example.org/issues/1
`, peer, check, scenarios)}
}

// against narrows an entry to one other peer.
func against(entry [2]string, other string) [2]string {
	entry[1] = strings.Replace(entry[1], "    since:", fmt.Sprintf("    against: [%q]\n    since:", other), 1)
	return entry
}

// folder writes the files into a directory.
func folder(t *testing.T, entries ...[2]string) string {
	t.Helper()
	dir := t.TempDir()
	for _, e := range entries {
		if err := os.WriteFile(filepath.Join(dir, e[0]), []byte(e[1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func expectations(t *testing.T, r run.Roster, entries ...[2]string) expect.Set {
	t.Helper()
	set, err := run.LoadExpectations(folder(t, entries...), r)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestTheExpectationsThatComeWithRinkNameChecksThatExist(t *testing.T) {
	t.Parallel()
	set, err := run.LoadExpectations(run.ExpectBuiltin, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Entries()) == 0 {
		t.Error("got no entries")
	}
	for _, e := range set.Entries() {
		if !check.Exists(e.Check) {
			t.Errorf("%s: check %s does not exist", e.Where(), e.Check)
		}
		// The others are programs, each with a folder.
		if _, err := os.Stat(filepath.Join("../../fixtures/peers", e.Peer, "peer.json")); err != nil && !run.Builtin().Has(e.Peer) {
			t.Errorf("%s: peer %s does not come with Rink: %v", e.Where(), e.Peer, err)
		}
		for _, glob := range e.Scenarios {
			if _, err := run.SelectScenarios(glob); err != nil {
				t.Errorf("%s: %v", e.Where(), err)
			}
		}
	}
	same, err := run.LoadExpectations("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(set.Entries(), same.Entries(), cmpopts.IgnoreUnexported(expect.Entry{})); diff != "" {
		t.Errorf("those of a run that names none (-want +got):\n%s", diff)
	}
}

func TestExpectNoneIsEmpty(t *testing.T) {
	t.Parallel()
	set, err := run.LoadExpectations(run.ExpectNone, nil)
	if err != nil || len(set.Entries()) != 0 {
		t.Errorf("got %d entries, %v", len(set.Entries()), err)
	}
}

func TestADirectoryOfExpectationsMayNamePeersOfTheRosterAndOfRink(t *testing.T) {
	t.Parallel()
	set := expectations(t, crew(&member{id: "mine@v2"}), entry("mine", "CAND-001", "*"), entry("pion", "CAND-001", "*"), entry("chrome-mdns", "CAND-002", "*"))
	if got := len(set.Entries()); got != 3 {
		t.Errorf("got %d entries, want 3", got)
	}
}

func TestAMistakeInExpectationsIsToldWithFileAndLine(t *testing.T) {
	t.Parallel()
	roster := crew(&member{id: "a"})
	for name, tc := range map[string]struct {
		entries [][2]string
		want    string // after the directory
	}{
		"malformed":     {[][2]string{{"a.yaml", "peer: a\nexpectations: [\n"}}, "/a.yaml:2: "},
		"unknown check": {[][2]string{entry("a", "CAND-999", "*")}, `/a-CAND-999.yaml:3: check "CAND-999" does not exist`},
		"unknown peer":  {[][2]string{entry("opera", "CAND-001", "*")}, `/opera-CAND-001.yaml:1: peer "opera": no peer of that name`},
		"one of two":    {[][2]string{entry("a", "CAND-001", "*"), {"b.yaml", "peer: a\nexpectations:\n  - check: CAND-002\n"}}, "/b.yaml:3: no reason"},
	} {
		dir := folder(t, tc.entries...)
		set, err := run.LoadExpectations(dir, roster)
		has(t, err, filepath.ToSlash(dir)+tc.want)
		if len(set.Entries()) != 0 {
			t.Errorf("%s: got %d entries beside the error, want none", name, len(set.Entries()))
		}
	}
	_, err := run.LoadExpectations(filepath.Join(t.TempDir(), "absent"), roster)
	has(t, err, "absent", "no such file")
	_, err = run.LoadExpectations(t.TempDir(), roster)
	has(t, err, "no *.yaml file")
}

// unused runs candidates-data between a, which has a defect, and b.
func unused(t *testing.T, change func(p *run.Plan, a, b *member)) *report.Report {
	t.Helper()
	a, b := &member{id: "a", defects: []fake.Defect{defect(t, "null-index")}}, &member{id: "b"}
	roster := crew(a, b)
	p := plan(t, roster, "candidates-data")
	p.Pairs, p.Filter = []run.Pair{between}, ""
	p.Expectations = expectations(t, roster, entry("a", "CAND-001", "*"), entry("b", "CAND-001", "never-*"), entry("pion", "CAND-001", "*"),
		against(entry("b", "CAND-002", "*"), "pion"))
	if change != nil {
		change(&p, a, b)
	}
	return executed(t.Context(), t, p)
}

func TestACompleteRunTellsWhichExpectationsAreOfNoUse(t *testing.T) {
	t.Parallel()
	r := unused(t, nil)
	if len(r.Unused) != 1 || r.Unused[0].Peer != "b" || !strings.HasSuffix(r.Unused[0].File, "b-CAND-001.yaml:3") {
		t.Errorf("got %+v, want that of b: that of a was met, and pion is not in the run, nor what b does against it", r.Unused)
	}
	exits(t, r, report.ExitFailed)
}

func TestOnlyACompleteRunCanTellThatAnExpectationIsOfNoUse(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(p *run.Plan, a, b *member)
		code   int
	}{
		"a filter": {func(p *run.Plan, _, _ *member) { p.Filter = "--scenarios candidates-data" }, report.ExitOK},
		"a session broke": {func(_ *run.Plan, _, b *member) {
			b.open = func(context.Context, int) error { return errors.New("broken pipe") }
		}, report.ExitError},
		"a peer did not come": {func(_ *run.Plan, a, _ *member) {
			a.start = func(context.Context, int) error { return errors.New("no such file") }
		}, report.ExitError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := unused(t, tc.change)
			if len(r.Unused) != 0 {
				t.Errorf("got %+v, want nothing said of expectations", r.Unused)
			}
			exits(t, r, tc.code)
		})
	}
}
