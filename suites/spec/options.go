// Package spec turns scenarios into Ginkgo specs: one ordered container for each
// pair and scenario, whose session is brought up once, and in it one spec for each
// requirement that the session's trace is graded by. The families beside it
// (suites/gathering and so on) use it to register themselves; suites.Run puts all
// together.
package spec

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
)

// Options say what the specs run. The zero value runs pion and Chrome in both
// directions through every scenario.
type Options struct {
	// Roster is the peers that there are; nil is run.Builtin(). A peer of your
	// own is an entry of it.
	Roster run.Roster
	// Pairs are directed; nil is pion->chrome and chrome->pion.
	Pairs []run.Pair
	// Scenarios by name, glob or family, separated by commas; empty is all.
	Scenarios string
	// Checks by ID, glob or group, separated by commas; empty is all.
	Checks string
	// Expectations is a directory, run.ExpectBuiltin (as is "") or
	// run.ExpectNone.
	Expectations string
	// Out is where the run's folder is made; empty is reports/out.
	Out string
	// Constraints are requirements that hold for some versions of a component
	// only. Ginkgo's --sem-ver-filter="pion=3.2.40" leaves the others out.
	Constraints []Constraint
}

// Constraint says that the specs of a requirement are for some versions only.
type Constraint struct {
	Check     string // requirement ID
	Component string // peer id, such as pion
	Versions  string // constraint, such as ">= 3.2.0"
}

// plan turns options into a plan. The error joins all that is wrong with them.
func (o Options) plan() (run.Plan, error) {
	p := run.Plan{
		Roster: o.Roster, Pairs: o.Pairs, ExpectationsFrom: o.Expectations,
		Out: cmp.Or(o.Out, "reports/out"), Command: append([]string{filepath.Base(os.Args[0])}, os.Args[1:]...),
		Seed: time.Now().UnixNano() % 1_000_000,
	}
	if p.Roster == nil {
		p.Roster = run.Builtin()
	}
	if p.Pairs == nil {
		p.Pairs = run.DefaultPairs()
	}
	if p.ExpectationsFrom == "" {
		p.ExpectationsFrom = run.ExpectBuiltin
	}
	var filter []string
	for _, f := range [][2]string{{"scenarios", o.Scenarios}, {"checks", o.Checks}} {
		if f[1] != "" {
			filter = append(filter, f[0]+" "+f[1])
		}
	}
	p.Filter = strings.Join(filter, ", ")
	var errs [5]error
	p.Out, errs[4] = filepath.Abs(p.Out) // what is printed can be opened from anywhere
	p.Scenarios, errs[0] = run.SelectScenarios(o.Scenarios)
	p.Checks, errs[1] = check.Select(o.Checks)
	p.Expectations, errs[2] = run.LoadExpectations(p.ExpectationsFrom, p.Roster)
	p.Timeouts, errs[3] = scenario.TimeoutsFromEnv()
	all := errs[:]
	for _, pair := range p.Pairs {
		for _, id := range []string{pair.Offerer, pair.Answerer} {
			if _, err := p.Roster.ByID(id); err != nil {
				all = append(all, fmt.Errorf("pair %s: %w", pair, err))
			}
		}
	}
	for _, c := range o.Constraints {
		if !check.Exists(c.Check) || c.Component == "" || c.Versions == "" {
			all = append(all, fmt.Errorf("constraint %+v: want a requirement's ID, a component and versions", c))
		}
	}
	return p, errors.Join(all...)
}
