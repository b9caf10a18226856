package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/webrtc-rink/rink/harness/compare"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/report/html"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Limits of what --html of a comparison writes. The index says what they cut.
const (
	maxPagesOfGroup = 8
	maxPages        = 150
)

// runs are the reports of one side with the folders that their traces are in, and
// what their peers are shown as, by id.
type runs struct {
	dirs    []string
	reports []report.Report
	names   map[string]string
}

func runsOf(paths []string, reports []report.Report, names map[string]string) runs {
	r := runs{reports: reports, names: names}
	for _, path := range paths {
		dir, _ := files.Locate(path)
		r.dirs = append(r.dirs, dir)
	}
	return r
}

// traces are those of a change, and those of its session where it was not graded.
func (r runs) traces(o compare.Observed, c compare.Change) []string {
	if len(o.Traces) > 0 {
		return o.Traces
	}
	var found []string
	for i := range r.reports {
		for _, s := range r.reports[i].Sessions {
			pair := report.Pair{Offerer: cmp.Or(r.names[s.Pair.Offerer], s.Pair.Offerer), Answerer: cmp.Or(r.names[s.Pair.Answerer], s.Pair.Answerer)}
			if s.Scenario == c.Scenario && pair.String() == c.Pair && s.Trace != "" {
				found = append(found, s.Trace)
			}
		}
	}
	return found
}

// find returns the first of the traces that is there, and the report and the
// session that it is of.
func (r runs) find(traces []string) (*report.Report, *report.Session, string) {
	for _, path := range traces {
		if !filepath.IsLocal(filepath.FromSlash(path)) {
			continue // a report may come from anywhere, and names what is beside it
		}
		for i := range r.reports {
			at := slices.IndexFunc(r.reports[i].Sessions, func(s report.Session) bool { return s.Trace == path })
			full := filepath.Join(r.dirs[i], filepath.FromSlash(path))
			if _, err := os.Stat(full); at >= 0 && err == nil {
				return &r.reports[i], &r.reports[i].Sessions[at], full
			}
		}
	}
	return nil, nil, ""
}

// pages writes a page for each session that changed, with what it was before, as
// far as both traces are there.
func (c *diffCmd) pages(d compare.Diff, from, to []report.Report, o compare.Options) error {
	w := pageWriter{
		dir: c.HTML, names: names{}, files: map[string]string{},
		from: runsOf(c.before(), from, o.From), to: runsOf(c.after(), to, o.To),
	}
	if err := os.MkdirAll(w.dir, 0o755); err != nil { //nolint:gosec // reports are for everybody
		return fmt.Errorf("--html: %w", err)
	}
	index := html.Index{Title: d.Verdict, Lead: d.Notes}
	for _, g := range compare.Groups(d.Changes()) {
		shown, err := w.group(g)
		if err != nil {
			return err
		}
		index.Groups = append(index.Groups, shown)
	}
	return writeIndex(w.dir, index)
}

type pageWriter struct {
	dir      string
	from, to runs
	names    names
	files    map[string]string // by the traces that a page is of
}

func (w *pageWriter) group(g compare.Group) (html.IndexGroup, error) {
	shown := html.IndexGroup{
		Title: g.Check + " " + g.Subject + ": " + g.Title, Change: report.ChangeClass(g.Class),
		Before: g.Before, Now: g.Now,
	}
	cut, missing := 0, 0
	for _, c := range g.Changes {
		if len(shown.Pages) >= maxPagesOfGroup {
			cut++
			continue
		}
		file, err := w.page(c)
		switch {
		case err != nil:
			return shown, err
		case file == "" && len(w.files) >= maxPages:
			cut++
		case file == "":
			missing++
		default:
			shown.Pages = append(shown.Pages, html.IndexPage{Text: c.Scenario + ", " + c.Pair, File: file})
		}
	}
	if missing > 0 {
		shown.Without = append(shown.Without, fmt.Sprintf("%s without a page: the trace of one side is not there.", report.Plural(missing, "session")))
	}
	if cut > 0 {
		shown.Without = append(shown.Without, fmt.Sprintf("%s more without a page, of the same change.", report.Plural(cut, "session")))
	}
	return shown, nil
}

// page writes the page of a change, unless it is there already. It is empty where a
// trace is missing or there are enough pages.
func (w *pageWriter) page(c compare.Change) (string, error) {
	_, _, old := w.from.find(w.from.traces(c.Evidence.From, c))
	r, s, now := w.to.find(w.to.traces(c.Evidence.To, c))
	if old == "" || s == nil {
		return "", nil
	}
	key := old + "\n" + now
	if file, ok := w.files[key]; ok || len(w.files) >= maxPages {
		return file, nil
	}
	before, err := trace.ReadFile(old)
	if err != nil {
		return "", err
	}
	records, err := trace.ReadFile(now)
	if err != nil {
		return "", err
	}
	file := w.names.file(s.ID)
	w.files[key] = file
	return file, writePage(filepath.Join(w.dir, file), r, *s, now, records, before)
}
