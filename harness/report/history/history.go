// Package history writes history.html: how every requirement came out over several
// versions of a peer, on one page that needs nothing else, not even JavaScript. It
// is made of baselines; whatever these hold stays text, as in report.html.
package history

import (
	"bytes"
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/html"
	"github.com/webrtc-rink/rink/harness/report/view"
)

//go:embed history.html.tmpl
var page string

//go:embed history.css
var own string

var tmpl = template.Must(template.New("history").Funcs(template.FuncMap{
	"glyph": view.Glyph, "anchor": view.Anchor,
}).Parse(page))

// Table is the history of one peer.
type Table struct {
	Peer    string   // the id without a version
	Caption string   // of a part
	Columns []string // versions, oldest first
	Rows    []Row
	Over    string            // what the columns are
	Links   map[string]string // of columns; may be nil
}

// Row is one requirement.
type Row struct {
	Check report.Check
	Cells []Cell // in the order of Table.Columns
	Moved bool   // the share that met it is not the same everywhere
	Spark Spark
}

// Cell is one requirement for one version: all scenarios, pairs, roles and runs.
type Cell struct {
	Version string
	Counts  report.Counts
	ByRun   bool // of a run and not of a version: an expectation that excuses makes a difference
}

// Met is how often the peer did what is asked.
func (c Cell) Met() int { return c.Counts.Pass + c.Counts.Stale }

// Red is how often it deviated, excused or not.
func (c Cell) Red() int { return c.Counts.Fail + c.Counts.Known }

// Share is the part of the judged runs in which the peer did what is asked.
func (c Cell) Share() float64 { return float64(c.Met()) / float64(max(1, c.Met()+c.Red())) }

// Outcome is how the cell is shown: a deviation is a deviation whether an
// expectation excuses it or not.
func (c Cell) Outcome() check.Outcome {
	switch {
	case c.ByRun:
		return c.Counts.Worst()
	case c.Red() > 0 && c.Met() > 0:
		return check.Known
	case c.Red() > 0:
		return check.Fail
	case c.Met() > 0:
		return check.Pass
	}
	return c.Counts.Worst()
}

// Word says the outcome.
func (c Cell) Word() string {
	switch n := c.Met() + c.Red(); {
	case c.ByRun && n > 0 && c.Counts.Worst() != check.Pass:
		return fmt.Sprintf("%s, %d of %d met", c.Counts.Worst(), c.Met(), n)
	case n > 0 && c.Red() == 0:
		return "met"
	case n > 0:
		return fmt.Sprintf("%d of %d met", c.Met(), n)
	}
	return cmp.Or(string(c.Counts.Worst()), "not graded")
}

// Part returns the rows that changed over the versions, or those that did not.
func (t Table) Part(moved bool) Table {
	t.Over = cmp.Or(t.Over, "Over versions")
	t.Caption = "Requirements that came out differently."
	if !moved {
		t.Caption = "Requirements that came out the same, or were never judged."
	}
	t.Rows = slices.DeleteFunc(slices.Clone(t.Rows), func(r Row) bool { return r.Moved != moved })
	return t
}

// Tables arranges the reports: one table for each peer, ids without their version.
// The order of the columns is that of the versions.
func Tables(reports []report.Report) []Table {
	sources := make([]Source, len(reports))
	for i := range reports {
		sources[i] = SourceOf(&reports[i])
	}
	return versionTables(sources)
}

func versionTables(sources []Source) []Table {
	var tables []Table
	for i := range sources {
		for _, p := range sources[i].Peers {
			name, _, _ := strings.Cut(p.ID, "@")
			at := slices.IndexFunc(tables, func(t Table) bool { return t.Peer == name })
			if at < 0 {
				at = len(tables)
				tables = append(tables, Table{Peer: name})
			}
			if t := &tables[at]; !slices.Contains(t.Columns, p.Version) {
				t.Columns = append(t.Columns, p.Version)
			}
		}
	}
	slices.SortStableFunc(tables, func(a, b Table) int { // who changes most comes first
		return cmp.Or(len(b.Columns)-len(a.Columns), cmp.Compare(a.Peer, b.Peer))
	})
	for i := range tables {
		slices.SortFunc(tables[i].Columns, versions)
		tables[i].fill(sources)
	}
	return tables
}

// versions orders semantic versions, and others after them by their text.
func versions(a, b string) int {
	if semver.IsValid(a) && semver.IsValid(b) {
		return cmp.Or(semver.Compare(a, b), cmp.Compare(a, b))
	}
	if semver.IsValid(a) != semver.IsValid(b) {
		if semver.IsValid(a) {
			return -1
		}
		return 1
	}
	return cmp.Compare(a, b)
}

func (t *Table) fill(sources []Source) {
	rows := t.rows(sources)
	for i := range sources {
		version := map[string]int{} // columns by id
		for _, p := range sources[i].Peers {
			if name, _, _ := strings.Cut(p.ID, "@"); name == t.Peer {
				version[p.ID] = slices.Index(t.Columns, p.Version)
			}
		}
		for at, counts := range sources[i].Counts {
			row, known := rows[at.Check]
			column, ours := version[at.Subject]
			if known && ours {
				t.Rows[row].Cells[column].Counts.Sum(counts)
			}
		}
	}
	t.sum()
}

// rows makes an empty row for every requirement, and says where it is.
func (t *Table) rows(sources []Source) map[string]int {
	rows := map[string]int{}
	for i := range sources {
		for _, c := range sources[i].Checks {
			if _, seen := rows[c.ID]; seen {
				continue
			}
			rows[c.ID] = len(t.Rows)
			row := Row{Check: c}
			for _, v := range t.Columns {
				row.Cells = append(row.Cells, Cell{Version: v})
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return rows
}

func (t *Table) sum() {
	slices.SortFunc(t.Rows, func(a, b Row) int { return cmp.Compare(a.Check.ID, b.Check.ID) })
	for i := range t.Rows {
		t.Rows[i].sum()
	}
}

func (r *Row) sum() {
	var judged []Cell
	for _, c := range r.Cells {
		if c.Met()+c.Red() > 0 {
			judged = append(judged, c)
		}
	}
	for _, c := range judged {
		r.Moved = r.Moved || c.Share() != judged[0].Share() || c.Outcome() != judged[0].Outcome()
	}
	r.Moved = r.Moved || len(judged) > 0 && len(judged) < len(r.Cells)
	r.Spark = sparkOf(r.Cells)
}

// Render returns history.html.
func Render(reports []report.Report) ([]byte, error) {
	if len(reports) == 0 {
		return nil, errors.New("history: got no report")
	}
	clean := make([]report.Report, len(reports))
	for i := range reports {
		clean[i] = *report.Safe(&reports[i])
	}
	return render(overVersions("Made of baselines.", "Written by rink history.", Tables(clean)))
}

// RenderVersions returns the same page, of what was read of runs. Notes say what it
// leaves out.
func RenderVersions(sources []Source, notes ...string) ([]byte, error) {
	t := overVersions("Made of the runs of this folder.", "Written by rink serve.", versionTables(sources))
	t.Notes, t.Home = notes, home
	return render(t)
}

// home is where rink serve shows the runs.
const home = "/"

// text is what a page says around its tables.
type text struct {
	Title, Eyebrow, Heading, Lead, Same, Footer string
	Home                                        string // where the runs are; may be empty
	Notes                                       []string
	Tables                                      []Table
}

func overVersions(made, footer string, tables []Table) text {
	return text{
		Title: "Rink: requirements over versions", Eyebrow: "WebRTC interop history", Heading: "What each version does of what the standards ask",
		Lead: made + " A cell counts all scenarios, pairs, roles and runs in which the requirement was judged; a deviation counts as one " +
			"whether a reviewed expectation excuses it or not. In the bars, what was met is below and what deviates above; a thin line is a version that was not judged.",
		Same: "The same in every version that was judged", Footer: footer, Tables: tables,
	}
}

func render(t text) ([]byte, error) {
	css := html.CSS() + own
	var b bytes.Buffer
	err := tmpl.Execute(&b, map[string]any{
		"CSS": template.CSS(css), "Theme": template.JS(html.ThemeScript()), //nolint:gosec // embedded
		"Policy": html.Policy(css, html.ThemeScript()),
		"Text":   t, "Tables": t.Tables,
	})
	if err != nil {
		return nil, fmt.Errorf("history.html: %w", err)
	}
	return b.Bytes(), nil
}
