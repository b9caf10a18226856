package upgrade

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/fingerprint"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Probe asks an agent one question: how a check comes out, or what a name of the
// fingerprint says. It runs `rink run`, which makes the network that it needs.
type Probe struct {
	Rink    string // the program
	Against string // the peer that is met
	Network string
	Check   string          // requirement ID, or
	Key     fingerprint.Key // what is asked instead

	cells []cell // where the two ends differ
}

type cell struct {
	pair     string
	scenario string
	role     trace.Side
}

// probed is the ID of the peer that is asked.
const probed = "under-test"

// maxCells is in how many scenarios a version is asked: more agree with each other.
const maxCells = 3

func (p *Probe) pairs() []string {
	return []string{probed + "->" + p.Against, p.Against + "->" + probed}
}

// usual are the scenarios in which most of what a check can find shows.
var usual = []string{"candidates-data", "candidates-bundled", "connect-data", "trickle-full"}

// Narrow finds the sessions in which two agents differ, first among the usual ones.
// The error says that there is none.
func (p *Probe) Narrow(ctx context.Context, good, bad string) error {
	if p.Check == "" {
		return nil
	}
	cells := 0
	for _, scenarios := range [][]string{usual, nil} {
		differ, of, err := p.differ(ctx, good, bad, scenarios)
		if err != nil {
			return err
		}
		if cells = of; len(differ) == 0 {
			continue
		}
		first := differ[0]
		p.cells = slices.DeleteFunc(differ, func(c cell) bool { return c.pair != first.pair || c.role != first.role })
		p.cells = p.cells[:min(len(p.cells), maxCells)]
		return nil
	}
	return fmt.Errorf("%s comes out the same at both ends, in all of %d cells against %s", p.Check, cells, p.Against)
}

// differ lists the cells that come out differently, and counts all.
func (p *Probe) differ(ctx context.Context, good, bad string, scenarios []string) (differ []cell, of int, err error) {
	var grades [2]map[cell]string
	for i, agent := range []string{good, bad} {
		r, err := p.run(ctx, agent, p.pairs(), scenarios)
		if err != nil {
			return nil, 0, err
		}
		grades[i] = p.grades(r.report)
		r.remove()
	}
	for at, outcome := range grades[0] {
		if other, ok := grades[1][at]; ok && other != outcome {
			differ = append(differ, at)
		}
	}
	slices.SortFunc(differ, func(a, b cell) int {
		return strings.Compare(a.pair+a.scenario+string(a.role), b.pair+b.scenario+string(b.role))
	})
	return differ, len(grades[0]), nil
}

// Probe asks an agent.
func (p *Probe) Probe(ctx context.Context, agent string) (string, error) {
	if p.Check == "" {
		return p.value(ctx, agent)
	}
	var scenarios []string
	for _, c := range p.cells {
		scenarios = append(scenarios, c.scenario)
	}
	r, err := p.run(ctx, agent, []string{p.cells[0].pair}, scenarios)
	if err != nil {
		return "", err
	}
	defer r.remove()
	counts := map[string]int{}
	for at, outcome := range p.grades(r.report) {
		if slices.Contains(p.cells, at) {
			counts[outcome]++
		}
	}
	switch {
	case len(counts) == 0:
		return "", skip("%s was not graded: %s", p.Check, r.report.Summary.Verdict)
	case counts["red"] >= counts["green"] && counts["red"] >= counts["broke"]:
		return "red", nil
	case counts["broke"] > counts["green"]:
		return "broke", nil
	}
	return "green", nil
}

// grades are how the check came out for the agent, by cell.
func (p *Probe) grades(r *report.Report) map[cell]string {
	grades := map[cell]string{}
	for _, x := range r.Results {
		if x.Subject != probed || x.Check != p.Check {
			continue
		}
		at := cell{x.Pair.String(), x.Scenario, x.Role}
		switch x.Outcome {
		case check.Fail, check.Known:
			grades[at] = "red"
		case check.Pass, check.Stale:
			grades[at] = "green"
		case check.Error:
			grades[at] = "broke"
		}
	}
	return grades
}

// value asks for a name of the fingerprint, twice: what differs from run to run is
// told as such.
func (p *Probe) value(ctx context.Context, agent string) (string, error) {
	pair := p.pairs()[0]
	if p.Key.Side == trace.Answerer {
		pair = p.pairs()[1]
	}
	key := p.Key
	key.Opponent = p.Against
	var prints []fingerprint.Print
	for range 2 {
		more, err := p.prints(ctx, agent, pair, key)
		if err != nil {
			return "", err
		}
		prints = append(prints, more...)
	}
	merged := fingerprint.Merge(prints...)
	if values, varies := merged.Unstable[key.String()]; varies {
		return "varies: " + strings.Join(values, " or "), nil
	}
	if value, ok := merged.Values[key.String()]; ok {
		return value, nil
	}
	return "nothing", nil
}

// prints plays the session that shows the key and reads what the agent did.
func (p *Probe) prints(ctx context.Context, agent, pair string, key fingerprint.Key) ([]fingerprint.Print, error) {
	r, err := p.run(ctx, agent, []string{pair}, []string{key.Scenario})
	if err != nil {
		return nil, err
	}
	defer r.remove()
	var prints []fingerprint.Print
	for _, s := range r.report.Sessions {
		records, err := trace.ReadFile(filepath.Join(r.folder, s.Trace))
		if err != nil {
			return nil, err
		}
		print, err := fingerprint.Of(records, key.Side)
		if err != nil {
			return nil, skip("%w", err)
		}
		prints = append(prints, print)
	}
	return prints, nil
}

// played is a run of which only what it says is wanted.
type played struct {
	report *report.Report
	folder string
	remove func()
}

// run plays sessions with an agent.
func (p *Probe) run(ctx context.Context, agent string, pairs, scenarios []string) (r played, err error) {
	dir, err := os.MkdirTemp("", "rink-probe-")
	if err != nil {
		return r, err
	}
	r.folder = filepath.Join(dir, files.LatestName)
	r.remove = func() { _ = os.RemoveAll(dir) }
	defer func() {
		if err != nil {
			r.remove()
		}
	}()
	link := filepath.Join(dir, "agent") // whatever its path is: --peer splits at spaces
	if err := os.Symlink(agent, link); err != nil {
		return r, err
	}
	args := []string{
		"run", "--peer", probed + "=" + link, "--pairs", strings.Join(pairs, ","), "--expectations", "none",
		"--out", dir, "--network", p.Network,
	}
	if len(scenarios) > 0 {
		args = append(args, "--scenarios", strings.Join(scenarios, ","))
	}
	if p.Check != "" {
		args = append(args, "--checks", p.Check)
	}
	cmd := exec.CommandContext(ctx, p.Rink, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	failed := cmd.Run() // its exit code says how the run came out; the report does, too
	if r.report, err = report.Read(filepath.Join(r.folder, files.JSON)); err != nil {
		return r, errors.Join(fmt.Errorf("rink run: %w", failed), err, errors.New(tail(out.String())))
	}
	return r, nil
}

// tail is the end of what a program said.
func tail(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}

// Command is the command line that plays the difference.
func (p *Probe) Command(c *Culprit) string {
	what := []string{"rink", "upgrade", "--from", c.last.own(), "--to", c.first.own()}
	for _, module := range slices.Sorted(maps.Keys(c.first.With)) {
		what = append(what, "--with", module+"="+c.first.With[module])
	}
	if p.Against != "chrome" {
		what = append(what, "--against", p.Against)
	}
	if p.Check != "" {
		return strings.Join(append(what, "--checks", p.Check), " ")
	}
	return strings.Join(append(what, "--scenarios", p.Key.Scenario), " ")
}
