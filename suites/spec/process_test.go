package spec_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/suites"
)

// A process runs its specs once, so every suite of these tests is a process of
// its own: this binary again, with the folder of its report and a defect of its
// first peer in the environment.
const (
	envOut    = "RINK_TEST_SUITE_OUT"
	envDefect = "RINK_TEST_SUITE_DEFECT"
)

// TestSuite is the suite of the other process.
func TestSuite(t *testing.T) {
	out := os.Getenv(envOut)
	if out == "" {
		t.Skip("run by the other tests, in a process of its own")
	}
	suites.Run(t, suites.Options{
		Roster: roster(os.Getenv(envDefect)), Pairs: []run.Pair{{Offerer: "one", Answerer: "two"}},
		Expectations: run.ExpectNone, Out: out,
		Constraints: []suites.Constraint{{Check: "GRAM-002", Component: "one", Versions: ">= 2.0.0"}},
	})
}

// roster is two scripted peers. The first has the defect that the check of that
// ID notices at the offerer, or cannot be started.
func roster(defect string) run.Roster {
	network := fake.NewNetwork()
	entry := func(id string, defects ...fake.Defect) run.Entry {
		return run.Entry{ID: id, Implementation: "fake", Available: func() error { return nil }, Start: func(context.Context, func(string)) (peer.Peer, error) {
			if defect == "cannot start" {
				return nil, errors.New("it cannot start")
			}
			return network.Peer(id, defects...), nil
		}}
	}
	var defects []fake.Defect
	for _, d := range fake.Defects() {
		if d.Name == defect {
			defects = append(defects, d)
		}
	}
	return run.Roster{entry("one", defects...), entry("two")}
}

// play runs the suite in a process of its own.
func play(t *testing.T, defect string, flags ...string) (passed bool, said string, r *report.Report) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	cmd := exec.Command(self, append([]string{"-test.run=^TestSuite$", "-ginkgo.no-color"}, flags...)...)
	cmd.Env = append(os.Environ(), envOut+"="+out, envDefect+"="+defect)
	data, err := cmd.CombinedOutput()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	r, readErr := report.Read(filepath.Join(out, "latest", "report.json"))
	if readErr != nil && !errors.Is(readErr, os.ErrNotExist) {
		t.Fatal(readErr)
	}
	return err == nil, string(data), r
}

func wants(t *testing.T, said string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(said, part) {
			t.Errorf("want it to say %q; it said:\n%s", part, said)
		}
	}
}

func TestConformingPeersAreGreen(t *testing.T) {
	passed, said, r := play(t, "", "-ginkgo.label-filter=candidates || connectivity")
	if !passed {
		t.Fatalf("got a failure:\n%s", said)
	}
	wants(t, said, "No unexpected deviation", "report.html", "SUCCESS!")
	if r.Summary.ExitCode != report.ExitOK || !strings.Contains(r.Run.Filter, "--label-filter='candidates || connectivity'") {
		t.Errorf("got exit code %d, filter %q", r.Summary.ExitCode, r.Run.Filter)
	}
}

func TestADeviationFailsItsSpecAlone(t *testing.T) {
	var defect fake.Defect
	for _, d := range fake.Defects() {
		if d.Check == "CAND-003" {
			defect = d
		}
	}
	passed, said, r := play(t, defect.Name, "-ginkgo.focus=\\("+defect.Scenario+"\\)")
	if passed || r.Summary.ExitCode != report.ExitFailed {
		t.Errorf("got success %t and exit code %d", passed, r.Summary.ExitCode)
	}
	wants(t, said, "1 Failed", "fail CAND-003 one as offerer: ", ", want ", "https://", "trace: ", "again: rink run --pairs 'one->two' --scenarios "+defect.Scenario)
}

func TestAnEmptySelectionIsAnError(t *testing.T) {
	passed, said, r := play(t, "", "-ginkgo.label-filter=nothing-of-this-name")
	if passed || r != nil {
		t.Errorf("got success %t and report %v", passed, r)
	}
	wants(t, said, "no specs ran")
}

func TestAPeerThatCannotStartIsAnErrorOfTheHarness(t *testing.T) {
	passed, said, r := play(t, "cannot start", "-ginkgo.focus=\\(trickle-full\\)")
	if passed || r.Summary.ExitCode != report.ExitError {
		t.Errorf("got success %t and exit code %d", passed, r.Summary.ExitCode)
	}
	wants(t, said, "the harness or the environment broke in stage launch", "peer one: it cannot start")
}

func TestSpecsForSomeVersionsOnlyAreLeftOut(t *testing.T) {
	_, said, _ := play(t, "", "-ginkgo.sem-ver-filter=one=1.0.0", "-ginkgo.label-filter=GRAM-002")
	wants(t, said, "no specs ran")
	passed, said, _ := play(t, "", "-ginkgo.sem-ver-filter=one=2.1.0", "-ginkgo.label-filter=GRAM-002")
	if !passed {
		t.Errorf("got a failure:\n%s", said)
	}
}
