package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/baseline"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/report/schema"
	"github.com/webrtc-rink/rink/harness/run"
)

type checkCmd struct {
	Traces       []string `arg:"" name:"trace" help:"Traces (trace.jsonl, also compressed), or folders of them."`
	Checks       string   `placeholder:"IDS" help:"Requirement IDs, globs or groups (default: all)."`
	Expectations string   `default:"built-in" placeholder:"DIR" help:"Directory of reviewed deviations; built-in, or none."`
	JSON         bool     `help:"Write a report.json to standard output."`
	Verbose      bool     `short:"v" help:"Show every finding."`
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
	sessions, err := c.read(judge)
	if err != nil {
		return exit{report.ExitError, err}
	}
	r := run.BuildReport(run.Plan{
		Checks: judge.Checks, Expectations: judge.Expectations, ExpectationsFrom: c.Expectations,
		Filter: "recorded traces",
	}, run.Folder{ID: "check", Dir: "."}, run.Outcome{Started: time.Now(), Sessions: sessions})
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
		if _, err := fmt.Fprintf(s.out, "%s\n%s\n", r.Summary.Verdict, counts(r.Summary.Outcomes)); err != nil {
			return err
		}
	}
	if code := report.ExitCode(r); code != report.ExitOK {
		return exit{code: code}
	}
	return nil
}

// read judges every file and folder that was named.
func (c *checkCmd) read(judge run.Judge) ([]run.Session, error) {
	var sessions []run.Session
	var errs []error
	for _, path := range c.Traces {
		var some []run.Session
		info, err := os.Stat(path)
		switch {
		case err != nil:
		case info.IsDir():
			if some, err = judge.Dir(path); err == nil && len(some) == 0 {
				err = fmt.Errorf("%s: no *.jsonl or *.jsonl.gz file in this folder", path)
			}
		default:
			var one run.Session
			if one, err = judge.File(path); err == nil {
				some = []run.Session{one}
			}
		}
		errs = append(errs, err)
		sessions = append(sessions, some...)
	}
	return sessions, errors.Join(errs...)
}

type reportCmd struct {
	Dir string `arg:"" type:"path" help:"Folder of a run, with its report.json."`
}

// Run implements the command.
func (c *reportCmd) Run(s streams) error {
	r, err := files.Render(c.Dir)
	if err != nil {
		return exit{report.ExitError, err}
	}
	_, err = fmt.Fprintf(s.out, "%s\n%s\n", r.Summary.Verdict, filepath.Join(c.Dir, files.HTML))
	return err
}

type validateCmd struct {
	File   string `arg:"" optional:"" help:"The report.json, or the baseline, to validate."`
	Schema bool   `help:"Print the schema instead."`
}

// Run implements the command.
func (c *validateCmd) Run(s streams) error {
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
