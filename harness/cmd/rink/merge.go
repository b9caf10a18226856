package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/report/github"
	"github.com/webrtc-rink/rink/harness/run"
)

type mergeCmd struct {
	Runs []string `arg:"" name:"run" help:"The runs: each a folder, or its report.json with the traces beside it."`
	Out  string   `default:"reports/out" placeholder:"DIR" help:"Where the folder of the whole is made (${default})."`
}

// Help is what `rink merge --help` says beyond the flags.
func (mergeCmd) Help() string {
	return `Puts runs together into one: the shards of a plan (rink run --shard), or runs of different pairs or scenarios with the
same --seed. Traces are copied, all views are written, and DIR/latest points at the new run.

In any order, in several steps or with a run given twice, the same report comes out; its id follows from the runs. What
was made of a run later, such as a comparison with a baseline, is not taken over: rink report makes it anew of the whole.

A shard that is missing or was not whole is named, and the run is incomplete: exit code 2. With every shard there, the
report and the exit code are those that the plan has when it is not split, unused expectations too.

Runs that do not fit are not put together, nothing is written, and every reason is named: another version of Rink or of a
peer, another seed, network, timeout scale or plan, other requirements or expectations, the same session or the same
shard from two runs, one that is anonymised and one that is not. The exit code then is 2; else it is that of the report.`
}

// Run implements the command.
func (c *mergeCmd) Run(s streams) error {
	r, notes, err := files.Merge(c.Out, c.Runs)
	for _, note := range notes {
		_, _ = fmt.Fprintln(s.err, "rink: "+note) // there is nowhere left to say that it failed
	}
	if r == nil {
		return exit{report.ExitError, err}
	}
	newProgress(s.out, false).result(r, run.FolderOf(c.Out, r.Run.ID))
	if github.Active() {
		err = errors.Join(err, github.Publish(r, s.out))
	}
	if err != nil {
		return exit{report.ExitError, err}
	}
	if code := report.ExitCode(r); code != report.ExitOK {
		return exit{code: code}
	}
	return nil
}

type durationsCmd struct {
	Reports []string `arg:"" name:"report" help:"Runs: each a report.json, or a folder of a run."`
	Out     string   `placeholder:"FILE" help:"The file to write (default: standard output)."`
}

// Help is what `rink durations --help` says beyond the flags.
func (durationsCmd) Help() string {
	return `Writes how long a session of each scenario took: the median over the pairs of the runs. rink run --shard splits by
such a list; fixtures/durations.tsv is the one that comes with Rink, and rink run --durations takes reports themselves.`
}

// Run implements the command.
func (c *durationsCmd) Run(s streams) error {
	d, err := run.ReadDurations(c.Reports...)
	if err != nil {
		return exit{report.ExitError, err}
	}
	if c.Out == "" {
		return d.WriteScenarios(s.out)
	}
	f, err := os.Create(filepath.Clean(c.Out))
	if err != nil {
		return exit{report.ExitError, err}
	}
	if err := errors.Join(d.WriteScenarios(f), f.Close()); err != nil {
		return exit{report.ExitError, fmt.Errorf("%s: %w", c.Out, err)}
	}
	return nil
}
