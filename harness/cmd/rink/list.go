package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
)

type listCmd struct {
	What     string `arg:"" enum:"checks,scenarios,peers,pairs" help:"checks, scenarios, peers or pairs. For peers each one that is installed is started for a moment and asked for its version."`
	JSON     bool   `help:"Write JSON."`
	Coverage bool   `help:"With checks: count the requirements of each group by state and level."`
}

// Run implements the command.
func (c *listCmd) Run(s streams) error {
	if c.Coverage && c.What != "checks" {
		return usage(fmt.Errorf("--coverage counts checks, and not %s", c.What))
	}
	switch c.What {
	case "checks":
		if c.Coverage {
			return c.coverage(s.out)
		}
		return c.checks(s.out)
	case "scenarios":
		return c.scenarios(s.out)
	case "peers":
		return c.peers(s.out)
	default:
		return c.pairs(s.out)
	}
}

// row is an item of a list: what JSON has under its names and a table as columns.
type row struct {
	columns []string
	value   any
}

func (c *listCmd) write(w io.Writer, rows []row) error {
	if c.JSON {
		values := make([]any, len(rows))
		for i, r := range rows {
			values[i] = r.value
		}
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(values)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		for i, column := range r.columns {
			if i > 0 {
				_, _ = fmt.Fprint(table, "\t") // Flush tells
			}
			_, _ = fmt.Fprint(table, column)
		}
		_, _ = fmt.Fprintln(table)
	}
	return table.Flush()
}

func (c *listCmd) checks(w io.Writer) error {
	mutants := map[string][]string{}
	for _, d := range fake.Defects() {
		mutants[d.Check] = append(mutants[d.Check], d.Name)
	}
	var rows []row
	for _, q := range check.Requirements() {
		mutant := strings.Join(mutants[q.ID], ", ")
		rows = append(rows, row{[]string{q.ID, string(q.Level), string(q.State()), q.Slug, q.Title}, map[string]any{
			"id": q.ID, "level": q.Level, "group": q.Group, "slug": q.Slug, "title": q.Title, "statement": q.Statement, "since": q.Since,
			"state": q.State(), "mutant": mutant, "note": q.Note,
		}})
	}
	return c.write(w, rows)
}

// coverage counts the requirements of each group.
func (c *listCmd) coverage(w io.Writer) error {
	var in report.Input
	for _, q := range check.Requirements() {
		if q.State() == check.Unobservable {
			in.Unobservable = append(in.Unobservable, q)
		} else {
			in.Requirements = append(in.Requirements, q)
		}
	}
	r := report.Build(in)
	rows := []row{}
	if !c.JSON {
		rows = append(rows, row{columns: []string{"group", "executable", "must", "should", "may", "observed", "unobservable"}})
	}
	for _, g := range view.CoverageOf(r, view.MatrixOf(r)) {
		executable := g.Must + g.Should + g.May
		rows = append(rows, row{
			[]string{g.Group, fmt.Sprint(executable), fmt.Sprint(g.Must), fmt.Sprint(g.Should), fmt.Sprint(g.May), fmt.Sprint(g.Observed), fmt.Sprint(g.Unobservable)},
			map[string]any{
				"group": g.Group, "executable": executable, "must": g.Must, "should": g.Should, "may": g.May,
				"observed": g.Observed, "unobservable": g.Unobservable,
			},
		})
	}
	return c.write(w, rows)
}

func (c *listCmd) scenarios(w io.Writer) error {
	var rows []row
	for _, s := range scenario.All() {
		rows = append(rows, row{[]string{s.Name, s.Family, s.Title}, map[string]any{
			"name": s.Name, "family": s.Family, "title": s.Title, "traits": s.Traits, "slow": s.Slow,
		}})
	}
	return c.write(w, rows)
}

// peers starts each peer that is there, since nobody else knows its version.
func (c *listCmd) peers(w io.Writer) error {
	roster, err := allPeers()
	if err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	var rows []row
	for _, p := range roster.Survey(ctx, run.SurveyTimeout) {
		rows = append(rows, row{[]string{p.ID, p.Implementation, cmp.Or(p.Version, "-"), standing(p)}, map[string]any{
			"id": p.ID, "implementation": p.Implementation, "version": p.Version, "available": p.Err == nil, "reason": text(p.Err),
		}})
	}
	return c.write(w, rows)
}

// standing is a line about what a peer can do here.
func standing(p run.Standing) string {
	switch {
	case p.Err != nil && !p.Installed:
		return "missing: " + view.FirstLine(text(p.Err))
	case p.Err != nil:
		return view.FirstLine(text(p.Err))
	case p.Closing != nil:
		return "can be run, but: " + view.FirstLine(text(p.Closing))
	}
	return "can be run"
}

// text is what an error says; nil says nothing.
func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func (c *listCmd) pairs(w io.Writer) error {
	byDefault := map[run.Pair]bool{}
	for _, p := range run.DefaultPairs() {
		byDefault[p] = true
	}
	var rows []row
	roster, err := allPeers()
	if err != nil {
		return err
	}
	for _, p := range run.Ordered(roster.IDs(), true) {
		note := ""
		if byDefault[p] {
			note = "by default"
		}
		rows = append(rows, row{[]string{p.String(), note}, map[string]any{
			"offerer": p.Offerer, "answerer": p.Answerer, "default": byDefault[p],
		}})
	}
	return c.write(w, rows)
}
