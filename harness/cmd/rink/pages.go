package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/report/html"
	"github.com/webrtc-rink/rink/harness/report/view"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/trace"
)

// indexFile is the page of a folder of pages that leads to the others.
const indexFile = "index.html"

// graded is a session with the trace that it was graded from.
type graded struct {
	run.Session
	records func() ([]trace.Record, error)
}

// filed is a session whose trace is in its file.
func filed(s run.Session) graded {
	return graded{s, func() ([]trace.Record, error) {
		if s.Trace == "" { // it was empty
			return nil, nil
		}
		return trace.ReadFile(s.Trace)
	}}
}

// held is a session whose trace is no file.
func held(s run.Session, records []trace.Record) graded {
	return graded{s, func() ([]trace.Record, error) { return records, nil }}
}

// isPage reports whether --html names one page, and not a folder of them.
func isPage(path string) bool {
	ext := strings.ToLower(filepath.Ext(path))
	return ext == ".html" || ext == ".htm"
}

// pageOf is the page to open of what --html names.
func pageOf(path string) string {
	if isPage(path) {
		return path
	}
	return filepath.Join(path, indexFile)
}

// writePages writes the page of one session to a file, or those of any number of
// sessions into a folder, with an index.
func writePages(path string, sessions []graded, report func(run.Session) *report.Report) error {
	if isPage(path) {
		if len(sessions) != 1 {
			return usage(fmt.Errorf("--html %s: is one page, and there are %d sessions; name a folder for all of them", path, len(sessions)))
		}
		return writeSession(path, report(sessions[0].Session), sessions[0])
	}
	if err := os.MkdirAll(path, 0o755); err != nil { //nolint:gosec // reports are for everybody
		return fmt.Errorf("--html: %w", err)
	}
	index := html.Index{Title: "Graded sessions", Lead: []string{fmt.Sprintf("%d sessions, graded from what was recorded of them.", len(sessions))}}
	names := names{}
	for _, s := range sessions {
		r := report(s.Session)
		file := names.file(s.Header.ID)
		if err := writeSession(filepath.Join(path, file), r, s); err != nil {
			return err
		}
		worst := s.Worst()
		index.Rows = append(index.Rows, html.IndexRow{
			Outcome: worst, Scenario: s.Header.Scenario, Pair: s.Pair().String(), File: file, Outcomes: r.Summary.Outcomes,
		})
	}
	slices.SortStableFunc(index.Rows, func(a, b html.IndexRow) int {
		return slices.Index(check.Outcomes(), a.Outcome) - slices.Index(check.Outcomes(), b.Outcome)
	})
	return writeIndex(path, index)
}

// names gives each page of a folder a file of its own.
type names map[string]bool

func (n names) file(id string) string {
	const longest = 120
	base := view.Anchor(id)
	if len(base) > longest {
		base = base[len(base)-longest:]
	}
	name := base
	for i := 2; name == "" || n[name] || name+".html" == indexFile; i++ {
		name = fmt.Sprintf("%s-%d", base, i)
	}
	n[name] = true
	return name + ".html"
}

// writeSession writes the page of a session that the report holds alone.
func writeSession(path string, r *report.Report, s graded) error {
	records, err := s.records()
	if err != nil {
		return err
	}
	for _, one := range r.Sessions {
		if one.ID == s.Header.ID {
			return writePage(path, r, one, s.Trace, records, nil)
		}
	}
	return fmt.Errorf("--html %s: the report has no session %s", path, s.Header.ID)
}

// writePage writes a page that is in no folder of a run. file is the trace, empty
// where there is none; before are the records of the other side.
func writePage(path string, r *report.Report, s report.Session, file string, records, before []trace.Record) error {
	alone := *r
	alone.Run.ID = "" // there is no report.html beside it
	s.Trace = fromParent(path, file)
	e := evidence.Of(&alone, &s, records, before)
	e.Alone = true
	if e.Recheck != "" {
		e.Recheck = report.SafeText("rink check " + report.Quote(file))
	}
	data, err := html.RenderSession(&alone, e)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644) //nolint:gosec // reports are for everybody
}

// fromParent is the path of a trace from the folder above the page, by which pages
// name theirs; empty where there is none.
func fromParent(page, file string) string {
	if file == "" {
		return ""
	}
	from, err1 := filepath.Abs(filepath.Join(filepath.Dir(page), ".."))
	to, err2 := filepath.Abs(file)
	rel, err3 := filepath.Rel(from, to)
	if errors.Join(err1, err2, err3) != nil {
		return ""
	}
	return filepath.ToSlash(rel)
}

func writeIndex(dir string, index html.Index) error {
	data, err := html.RenderIndex(index)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, indexFile), data, 0o644) //nolint:gosec // reports are for everybody
}
