package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/compare"
	"github.com/webrtc-rink/rink/harness/offline"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/baseline"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/report/schema"
	"github.com/webrtc-rink/rink/harness/run"
)

type checkCmd struct {
	Traces       []string `arg:"" name:"file" help:"Traces (trace.jsonl, also compressed), folders of them, a dump of chrome://webrtc-internals, or an offer and an answer (two SDP files, in this order)."`
	Checks       string   `placeholder:"IDS" help:"Requirement IDs, globs or groups (default: all)."`
	Expectations string   `default:"built-in" placeholder:"DIR" help:"Directory of reviewed deviations; built-in, or none."`
	JSON         bool     `help:"Write a report.json to standard output."`
	HTML         string   `name:"html" placeholder:"PATH" help:"Write the session's page, too: a file *.html for one session, else a folder with a page of each and an index."`
	Verbose      bool     `short:"v" help:"Show every finding."`
}

// Help is what `rink check --help` says beyond the flags.
func (checkCmd) Help() string {
	return `Grades what is at hand, without any peer, as far as it tells:

  rink check trace.jsonl --html session.html        one session, and the page of it
  rink check reports/out/latest/traces --html pages  many: pages/index.html leads to them
  rink check webrtc_internals_dump.gz               what chrome://webrtc-internals saves
  rink check offer.sdp answer.sdp                   two descriptions; "rink sdp --answer" compares them

Exit codes: 0 no unexpected deviation; 1 a peer fails; 2 a file cannot be read; 3 nothing was judged;
64 what was given on the command line cannot be used.`
}

// Run implements the command.
func (c *checkCmd) Run(s streams) error {
	judge := run.Judge{}
	var err1, err2 error
	judge.Checks, err1 = check.Select(c.Checks)
	judge.Expectations, err2 = run.LoadExpectations(c.Expectations, run.Builtin())
	if err := errors.Join(err1, err2); err != nil {
		return usage(err)
	}
	all, err := c.read(judge)
	if err != nil {
		return exit{report.ExitError, err}
	}
	build := func(sessions ...run.Session) *report.Report {
		p := run.Recorded(judge, sessions)
		p.ExpectationsFrom = c.Expectations
		return run.BuildReport(p, run.Folder{ID: "check", Dir: "."}, run.Outcome{Started: time.Now(), Sessions: sessions})
	}
	if c.HTML != "" {
		// A report of each alone: two files may hold sessions of the same name.
		if err := writePages(c.HTML, all, func(one run.Session) *report.Report { return build(one) }); err != nil {
			return err
		}
	}
	var sessions []run.Session
	for _, g := range all {
		sessions = append(sessions, g.Session)
	}
	r := build(sessions...)
	if c.JSON {
		data, err := report.Encode(r)
		if err != nil {
			return err
		}
		if _, err := s.out.Write(data); err != nil {
			return err
		}
	} else {
		writeFindings(s.out, paletteFor(isTerminal(s.out)), r, c.Verbose)
		where := ""
		if c.HTML != "" {
			where = pageOf(c.HTML) + "\n"
		}
		if _, err := fmt.Fprintf(s.out, "%s%s\n%s\n%s", untold(sessions), r.Summary.Verdict, counts(r.Summary.Outcomes), where); err != nil {
			return err
		}
	}
	if code := report.ExitCode(r); code != report.ExitOK {
		return exit{code: code}
	}
	return nil
}

// read judges every file and folder that was named.
func (c *checkCmd) read(judge run.Judge) ([]graded, error) {
	var sessions []graded
	var errs []error
	files, pairs, err := descriptions(c.Traces)
	if err != nil {
		return nil, err
	}
	for _, p := range pairs {
		records, err := offline.ReadPair(p[0], p[1])
		if err == nil {
			sessions = append(sessions, held(judge.Session(records), records))
		}
		errs = append(errs, err)
	}
	for _, path := range files {
		var some []graded
		info, err := os.Stat(path)
		switch {
		case err != nil:
		case info.IsDir():
			var in []run.Session
			if in, err = judge.Dir(path); err == nil && len(in) == 0 {
				err = fmt.Errorf("%s: no *.jsonl or *.jsonl.gz file in this folder", path)
			}
			for _, one := range in {
				some = append(some, filed(one))
			}
		default:
			some, err = judgeFile(judge, path)
		}
		errs = append(errs, err)
		sessions = append(sessions, some...)
	}
	return sessions, errors.Join(errs...)
}

// untold lists the requirements that files which are no traces say nothing about.
func untold(sessions []run.Session) string {
	judged, skipped := map[string]bool{}, map[string]bool{}
	for _, one := range sessions {
		for _, v := range one.Verdicts {
			if one.Header.Source != "" && v.Outcome == check.Skipped {
				skipped[v.Grade.Check] = true
			} else {
				judged[v.Grade.Check] = true
			}
		}
	}
	maps.DeleteFunc(skipped, func(id string, _ bool) bool { return judged[id] })
	if len(skipped) == 0 {
		return ""
	}
	ids := slices.Sorted(maps.Keys(skipped))
	return fmt.Sprintf("Not judged, since the file does not tell what they need: %s: %s\n", report.Plural(len(ids), "requirement"), strings.Join(ids, ", "))
}

// descriptions takes the session descriptions out of the files, two by two.
func descriptions(paths []string) (files []string, pairs [][2]string, err error) {
	var sdp []string
	for _, path := range paths {
		head := make([]byte, 8)
		f, err := os.Open(path)
		if err == nil {
			n, _ := f.Read(head) // a folder has nothing to read, which is told later
			head = head[:n]
			err = f.Close()
		}
		if err == nil && offline.IsSDP(head) {
			sdp = append(sdp, path)
			continue
		}
		files = append(files, path)
	}
	if len(sdp)%2 != 0 {
		return nil, nil, usage(fmt.Errorf("%s: an offer needs its answer beside it: rink check offer.sdp answer.sdp", sdp[len(sdp)-1]))
	}
	for pair := range slices.Chunk(sdp, 2) {
		pairs = append(pairs, [2]string{pair[0], pair[1]})
	}
	return files, pairs, nil
}

// judgeFile judges a trace or, where the file is none, a dump.
func judgeFile(judge run.Judge, path string) ([]graded, error) {
	one, err := judge.File(path)
	if err == nil {
		return []graded{filed(one)}, nil
	}
	traces, dumpErr := offline.ReadDump(path)
	if errors.Is(dumpErr, offline.ErrNoDump) {
		return nil, fmt.Errorf("%w (and it is no dump of chrome://webrtc-internals, nor a session description)", err)
	}
	if dumpErr != nil {
		return nil, dumpErr
	}
	var sessions []graded
	for _, records := range traces {
		sessions = append(sessions, held(judge.Session(records), records))
	}
	return sessions, nil
}

type reportCmd struct {
	Dir              string   `arg:"" type:"path" help:"Folder of a run, with its report.json."`
	Baseline         []string `sep:"none" placeholder:"FILE" help:"Say what changed since that run: a baseline, a report.json, or the folder of a run; none takes out what the report said. Repeatable."`
	FailOnRegression bool     `help:"Exit with 1 when something regressed since the baseline, as rink run has it."`
	anonymiseFlags
}

// Help is what `rink report --help` says beyond the flags.
func (reportCmd) Help() string {
	return `Everything is written again from report.json, which stays as it is; with --baseline it gets what changed since that run,
as rink run --baseline has it. The pages of sessions show what a baseline's traces say where --baseline names it.

Exit codes: 0 it was written, however the run came out; 1 with --fail-on-regression, something regressed; 2 there is no
report in the folder, or it cannot be written or compared; 64 what was given on the command line cannot be used.

` + anonymiseHelp
}

// Run implements the command.
func (c *reportCmd) Run(s streams) error {
	if err := c.contradictions(); err != nil {
		return usage(err)
	}
	if done, err := c.anonymise(s, c.Dir); done || err != nil {
		return err
	}
	r, err := c.render()
	if err != nil {
		return exit{report.ExitError, err}
	}
	if c.FailOnRegression && r.Comparison == nil {
		return usage(fmt.Errorf("--fail-on-regression: %s was compared with no baseline; give --baseline, too", c.Dir))
	}
	if len(c.Baseline) > 0 {
		writeChanges(s.out, paletteFor(isTerminal(s.out)), r.Comparison)
	}
	_, err = fmt.Fprintf(s.out, "%s\n%s\n", r.Summary.Verdict, filepath.Join(c.Dir, files.HTML))
	if err == nil && c.FailOnRegression && r.Comparison != nil && r.Comparison.Count(report.Regressed) > 0 {
		return exit{code: report.ExitFailed}
	}
	return err
}

// contradictions are flags of which one would be passed over.
func (c *reportCmd) contradictions() error {
	var errs []error
	if c.Anonymise && len(c.Baseline) > 0 {
		errs = append(errs, errors.New("--baseline and --anonymise: expected one of them; what the report says of a baseline is in its copy too"))
	}
	if c.Anonymise && c.FailOnRegression {
		errs = append(errs, errors.New("--fail-on-regression and --anonymise: expected one of them; a copy is not judged again"))
	}
	if c.FailOnRegression && slices.Contains(c.Baseline, noBaseline) {
		errs = append(errs, fmt.Errorf("--fail-on-regression and --baseline %s: nothing to compare with", noBaseline))
	}
	return errors.Join(errs...)
}

func (c *reportCmd) render() (*report.Report, error) {
	if len(c.Baseline) == 0 {
		return files.Render(c.Dir)
	}
	r, err := report.Read(filepath.Join(c.Dir, files.JSON))
	if err != nil {
		return nil, err
	}
	if slices.Equal(c.Baseline, []string{noBaseline}) {
		r = r.Compared(nil)
		return r, files.WriteAll(c.Dir, r)
	}
	if r.Run.Shard != nil {
		return nil, errOfShard
	}
	before, err := readBaselines(c.Baseline)
	if err != nil {
		return nil, err
	}
	if err := fits(c.Baseline, before, r.Peers); err != nil {
		return nil, err
	}
	r = r.Compared(compare.Against(r, before))
	return r, files.Options{Baseline: files.Baselines(c.Baseline, before)}.WriteAll(c.Dir, r)
}

type validateCmd struct {
	File   string `arg:"" optional:"" help:"The report.json, or the baseline, to validate."`
	Schema bool   `help:"Print the schema of report.json instead."`
}

// Help is what `rink validate --help` says beyond the flags.
func (validateCmd) Help() string {
	return `Exit codes: 0 it is valid; 1 it is not, and every reason is named; 2 it cannot be read, or is no JSON; 64 what was given on
the command line cannot be used.`
}

// Run implements the command.
func (c *validateCmd) Run(s streams) error {
	if c.Schema && c.File != "" {
		return usage(fmt.Errorf("--schema prints the schema, and validates nothing: got %s too", c.File))
	}
	if c.Schema {
		_, err := s.out.Write(schema.JSON)
		return err
	}
	if c.File == "" {
		return usage(errors.New("expected a report.json, or --schema"))
	}
	data, err := os.ReadFile(c.File)
	if err != nil {
		return exit{report.ExitError, err}
	}
	kind, validate := report.Schema, schema.Validate
	if baseline.Is(data) {
		kind, validate = baseline.Schema, schema.ValidateBaseline
	}
	if err := validate(data); err != nil {
		code := report.ExitFailed
		if !json.Valid(data) {
			code = report.ExitError
		}
		return exit{code, fmt.Errorf("%s is no valid %s:\n%w", c.File, kind, err)}
	}
	_, err = fmt.Fprintf(s.out, "%s is a valid %s\n", c.File, kind)
	return err
}
