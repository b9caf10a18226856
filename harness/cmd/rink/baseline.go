package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/baseline"
	"github.com/webrtc-rink/rink/harness/report/history"
)

type baselineCmd struct {
	Reports []string `arg:"" name:"report" help:"Runs of one plan: each a report.json, or a folder of a run."`
	Out     string   `required:"" placeholder:"FILE" help:"The file to write."`
}

// Help is what `rink baseline --help` says beyond the flags.
func (baselineCmd) Help() string {
	return `A baseline is the compact form of a report, without times and paths, to be committed: rink diff compares with it,
rink history draws it. Several runs tell what a peer does sometimes.`
}

// Run implements the command.
func (c *baselineCmd) Run(s streams) error {
	reports, err := readReports(c.Reports)
	if err != nil {
		return exit{report.ExitError, err}
	}
	b, err := baseline.Of(reports)
	if err != nil {
		return exit{report.ExitError, err}
	}
	data, err := b.Encode()
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.Out, data, 0o644); err != nil { //nolint:gosec // reports are for everybody
		return exit{report.ExitError, err}
	}
	_, err = fmt.Fprintf(s.out, "%s: %s\n", c.Out, report.Plural(len(reports), "run"))
	return err
}

type historyCmd struct {
	Dir string `arg:"" help:"Folder of baselines."`
	Out string `placeholder:"FILE" help:"The page to write (default: history.html in the folder)."`
}

// Help is what `rink history --help` says beyond the flags.
func (historyCmd) Help() string {
	return `Writes one page that shows how every requirement came out in every baseline of the folder, in the order of the
versions. The page needs nothing else, not even JavaScript.`
}

// Run implements the command.
func (c *historyCmd) Run(s streams) error {
	paths, err := filepath.Glob(filepath.Join(c.Dir, "*.json"))
	if err != nil || len(paths) == 0 {
		return exit{report.ExitError, fmt.Errorf("%s: no *.json file in this folder", c.Dir)}
	}
	reports, err := readReports(paths)
	if err != nil {
		return exit{report.ExitError, err}
	}
	page, err := history.Render(reports)
	if err != nil {
		return exit{report.ExitError, err}
	}
	if c.Out == "" {
		c.Out = filepath.Join(c.Dir, "history.html")
	}
	if err := os.WriteFile(c.Out, page, 0o644); err != nil { //nolint:gosec // reports are for everybody
		return exit{report.ExitError, err}
	}
	_, err = fmt.Fprintln(s.out, c.Out)
	return err
}
