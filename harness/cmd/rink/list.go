package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
)

type listCmd struct {
	What string `arg:"" enum:"checks,scenarios,peers,pairs" help:"checks, scenarios, peers or pairs. For peers each one that is installed is started for a moment and asked for its version."`
	JSON bool   `help:"Write JSON."`
}

// Run implements the command.
func (c *listCmd) Run(s streams) error {
	switch c.What {
	case "checks":
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
	var rows []row
	for _, q := range check.Requirements() {
		rows = append(rows, row{[]string{q.ID, string(q.Level), q.Slug, q.Title}, map[string]any{
			"id": q.ID, "level": q.Level, "group": q.Group, "slug": q.Slug, "title": q.Title, "statement": q.Statement, "since": q.Since,
		}})
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
		return "missing: " + firstLine(text(p.Err))
	case p.Err != nil:
		return firstLine(text(p.Err))
	case p.Closing != nil:
		return "can be run, but: " + firstLine(text(p.Closing))
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
