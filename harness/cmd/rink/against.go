package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/compare"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/report/view"
	"github.com/webrtc-rink/rink/harness/run"
)

// noBaseline takes the comparison out of a report.
const noBaseline = "none"

// baselineFlags are those of a run that is compared with earlier ones.
type baselineFlags struct {
	Baseline         []string `group:"What is told:" sep:"none" placeholder:"FILE" help:"Say what changed since that run: a baseline (reports/baseline/*.json), a report.json, or the folder of a run. Repeatable: runs of the same versions."`
	FailOnRegression bool     `group:"What is told:" help:"Exit with 1 when something regressed since the baseline, an expectation or not."`
}

// read reads the baseline of a plan, and sees to it that the plan can be compared
// with it: what is wrong is to be known before the run.
func (c *baselineFlags) read(p *run.Plan, shard bool) error {
	if shard && len(c.Baseline) > 0 {
		return errOfShard
	}
	if len(c.Baseline) == 0 {
		if c.FailOnRegression {
			return errors.New("--fail-on-regression: nothing to compare with; give --baseline, too")
		}
		return nil
	}
	before, err := readBaselines(c.Baseline)
	if err != nil {
		return err
	}
	var peers []peer.Description
	for _, pair := range p.Pairs {
		for _, id := range []string{pair.Offerer, pair.Answerer} {
			if !slices.ContainsFunc(peers, func(p peer.Description) bool { return p.ID == id }) {
				peers = append(peers, peer.Description{ID: id})
			}
		}
	}
	if err := fits(c.Baseline, before, peers); err != nil {
		return err
	}
	p.Baseline = files.Baselines(c.Baseline, before)
	return nil
}

// errOfShard: what the others play would count as missing.
var errOfShard = errors.New("--baseline: a shard lacks what the others play; merge them, then rink report FOLDER --baseline compares the whole")

func fits(paths []string, before []report.Report, peers []peer.Description) error {
	if err := compare.Fits(before, peers); err != nil {
		return fmt.Errorf("--baseline %s: %w", strings.Join(paths, " --baseline "), err)
	}
	return nil
}

// code is the exit code of a run that was compared.
func (c *baselineFlags) code(r *report.Report) int {
	code := report.ExitCode(r)
	if code == report.ExitOK && c.FailOnRegression && r.Comparison != nil && r.Comparison.Count(report.Regressed) > 0 {
		return report.ExitFailed
	}
	return code
}

// readBaselines reads what --baseline names. The error says which baselines a folder
// has that is none of a run.
func readBaselines(paths []string) ([]report.Report, error) {
	var errs []error
	for _, path := range paths {
		if path == noBaseline {
			errs = append(errs, fmt.Errorf("--baseline %s: it takes out of a report what that says of a baseline: rink report alone has it, beside no other --baseline", noBaseline))
			continue
		}
		inside, _ := filepath.Glob(filepath.Join(path, "*.json")) // a path that is no pattern has none
		_, err := os.Stat(filepath.Join(path, files.JSON))
		if len(inside) > 0 && err != nil {
			for i := range inside {
				inside[i] = filepath.Base(inside[i])
			}
			errs = append(errs, fmt.Errorf("--baseline %s: no folder of a run; name one of its files: %s", path, view.Some(inside)))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	reports, err := readReports(paths)
	if err != nil {
		return nil, fmt.Errorf("--baseline: %w", err)
	}
	return reports, nil
}

// maxChanges is how many changes of a class that hardly matters are written.
const maxChanges = 4

// writeChanges writes what changed since the baseline, the worst first.
func writeChanges(w io.Writer, p palette, c *report.Comparison) {
	if c == nil {
		return
	}
	var b strings.Builder
	written, more := map[report.ChangeClass]int{}, map[report.ChangeClass]int{}
	for _, x := range c.Changes {
		if written[x.Class]++; written[x.Class] > maxChanges && x.Class != report.Regressed {
			more[x.Class]++
			continue
		}
		word := view.ChangeGlyph(x.Class) + " " + string(x.Class)
		if x.Class == report.Regressed {
			word = p.sgr("1;31", word)
		}
		sure := ""
		if !x.Sure {
			sure = " (not sure yet)"
		}
		if x.Rates != "" {
			sure = " (" + x.Rates + ")" + sure
		}
		fmt.Fprintf(&b, "%s %s %s: %s%s\n    before: %s\n    now:    %s\n    in %s: %s\n", word, p.bold(x.Check), x.Subject, x.Title, sure,
			view.FirstLine(x.Before), view.FirstLine(x.Now), view.Some(x.Pairs), view.Some(x.Scenarios))
	}
	for _, class := range report.ChangeClasses() {
		if n := more[class]; n > 0 {
			fmt.Fprintf(&b, "%s %s: %d more\n", view.ChangeGlyph(class), class, n)
		}
	}
	for _, n := range c.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	_, _ = io.WriteString(w, b.String()) // a closed terminal must not end the run
}
