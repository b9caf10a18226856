package main

import (
	"errors"
	"os"

	"github.com/webrtc-rink/rink/harness/compare"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/files"
)

type diffCmd struct {
	From     string   `arg:"" name:"old" help:"The old report: a report.json, a folder of a run, or a baseline."`
	To       string   `arg:"" name:"new" help:"The new one."`
	Old      []string `short:"a" sep:"none" placeholder:"FILE" help:"One more run of the old side. Repeatable."`
	New      []string `short:"b" sep:"none" placeholder:"FILE" help:"One more run of the new side. Repeatable."`
	JSON     string   `placeholder:"FILE" help:"Write the comparison as JSON, too; - is standard output, in the place of the text."`
	Markdown string   `placeholder:"FILE" help:"Write it as Markdown, for a pull request."`
	HTML     string   `name:"html" placeholder:"DIR" help:"Write pages of the sessions that changed, each beside what it was, and an index.html that leads to them."`
}

// Help is what `rink diff --help` says beyond the flags.
func (diffCmd) Help() string {
	return `Compares how checks were graded: what deviates is red, whether an expectation excuses it or not. Peers are matched by
their id without the version (pion@v3.2.40 and pion), else by their implementation.

The pages of --html need the traces of both sides, which are in the folder of a run; a baseline has none.

One run of each side does not tell a change from a flake: give more runs with --old and --new. Of a shard alone, what the
others played is not compared; all shards of a plan, or what rink merge makes of them, are compared as the whole.

Exit codes: 0 nothing regressed; 1 something did; 2 a run broke or is incomplete and leaves something undecided, nothing
could be compared, or a file is no report; 64 what was given on the command line cannot be used.`
}

// Run implements the command.
func (c *diffCmd) Run(s streams) error {
	from, err1 := readReports(c.before())
	to, err2 := readReports(c.after())
	if err := errors.Join(err1, err2); err != nil {
		return exit{report.ExitError, err}
	}
	options, notes := compare.MatchPeers(from, to)
	d := compare.Reports(from, to, options)
	d.Notes = append(d.Notes, notes...)
	err := c.write(s, d)
	if err == nil && c.HTML != "" {
		err = c.pages(d, from, to, options)
	}
	if err != nil {
		return exit{report.ExitError, err}
	}
	if d.ExitCode != compare.ExitSame {
		return exit{code: d.ExitCode}
	}
	return nil
}

func (c *diffCmd) before() []string { return append([]string{c.From}, c.Old...) }

func (c *diffCmd) after() []string { return append([]string{c.To}, c.New...) }

func (c *diffCmd) write(s streams, d compare.Diff) error {
	if c.JSON != "" {
		if err := writeJSON(s, c.JSON, d); err != nil {
			return err
		}
	}
	if c.Markdown != "" {
		if err := os.WriteFile(c.Markdown, d.Markdown(), 0o644); err != nil { //nolint:gosec // reports are for everybody
			return err
		}
	}
	if c.JSON == "-" {
		return nil
	}
	return d.WriteText(s.out)
}

// readReports reads report.json files, folders of runs and baselines. The error
// joins all that is wrong.
func readReports(paths []string) ([]report.Report, error) {
	var reports []report.Report
	var errs []error
	for _, path := range paths {
		_, file := files.Locate(path)
		r, err := compare.Read(file)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		reports = append(reports, *r)
	}
	return reports, errors.Join(errs...)
}
