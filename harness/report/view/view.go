// Package view arranges a report for readers: equal results as one group, the
// matrix of requirements and pairs, and what was graded by whom. The renderers
// (harness/report/html, markdown, junit, github) show what it arranges.
package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Group is results of one check for one peer that say the same, over all
// scenarios, pairs and roles.
type Group struct {
	Check       report.Check
	Subject     string // the peer's id
	Outcome     check.Outcome
	Findings    []report.Finding // without the evidence of single sessions
	Reason      string           // of unsupported, skipped and error
	Expectation *report.Expectation
	Scenarios   []string
	Pairs       []report.Pair
	Roles       []trace.Side
	Results     []*report.Result
}

// Reproduce is the command that runs one session of the group again.
func (g Group) Reproduce() string {
	first := g.Results[0]
	return fmt.Sprintf("rink run --pairs '%s' --scenarios %s --checks %s", first.Pair, first.Scenario, first.Check)
}

// Anchor names the group within a document.
func (g Group) Anchor() string { return Anchor(g.Check.ID, g.Subject) }

// Anchor names a check and a peer within a document, in letters that need no
// escaping.
func Anchor(parts ...string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '.' || (r >= '0' && r <= '9') || (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') {
			return r
		}
		return '-'
	}, strings.Join(parts, "-"))
}

// Groups groups the results with one of the outcomes, in the order of outcomes
// and then of checks.
func Groups(r *report.Report, outcomes ...check.Outcome) []Group {
	checks := map[string]report.Check{}
	for _, c := range r.Checks {
		checks[c.ID] = c
	}
	var groups []Group
	index := map[string]int{}
	for i := range r.Results {
		res := &r.Results[i]
		if !slices.Contains(outcomes, res.Outcome) {
			continue
		}
		key := keyOf(res)
		at, ok := index[key]
		if !ok {
			at = len(groups)
			index[key] = at
			c, known := checks[res.Check]
			if !known {
				c = report.Check{ID: res.Check, Title: res.Check}
			}
			groups = append(groups, Group{
				Check: c, Subject: res.Subject, Outcome: res.Outcome, Findings: res.Findings, Reason: res.Reason, Expectation: res.Expectation,
			})
		}
		groups[at].add(res)
	}
	slices.SortStableFunc(groups, func(a, b Group) int {
		return cmp.Or(
			cmp.Compare(slices.Index(outcomes, a.Outcome), slices.Index(outcomes, b.Outcome)),
			cmp.Compare(a.Check.ID, b.Check.ID), cmp.Compare(a.Subject, b.Subject),
		)
	})
	return groups
}

func keyOf(res *report.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\x00%s\x00%s\x00%s", res.Outcome, res.Check, res.Subject, res.Reason)
	for _, f := range res.Findings {
		fmt.Fprintf(&b, "\x00%s\x00%v", f, f.Joint)
	}
	return b.String()
}

func (g *Group) add(res *report.Result) {
	g.Results = append(g.Results, res)
	if !slices.Contains(g.Scenarios, res.Scenario) {
		g.Scenarios = append(g.Scenarios, res.Scenario)
	}
	if !slices.Contains(g.Pairs, res.Pair) {
		g.Pairs = append(g.Pairs, res.Pair)
	}
	if !slices.Contains(g.Roles, res.Role) {
		g.Roles = append(g.Roles, res.Role)
	}
}

// Cell is one requirement for one directed pair: what became of both ends in all
// scenarios.
type Cell struct {
	Pair    report.Pair
	Counts  report.Counts
	Outcome check.Outcome // the worst; "" where nothing graded it
	Reasons []string      // why nothing was judged, where that is so
	Subject string        // the peer with the worst outcome
}

// Row is one requirement.
type Row struct {
	Check     report.Check
	Cells     []Cell // by pair, in the order of Matrix.Pairs
	Scenarios []string
	Worst     check.Outcome
	// By counts outcomes by peer and role: "pion as offerer".
	By []Coverage
}

// Coverage is what became of one requirement for one peer in one role.
type Coverage struct {
	Subject string
	Role    trace.Side
	Counts  report.Counts
	Outcome check.Outcome
	Reasons []string // why it was not judged, where nothing was
}

// Section is the requirements of one group.
type Section struct {
	Group string
	Rows  []Row
}

// Matrix is requirements by pairs.
type Matrix struct {
	Pairs    []report.Pair
	Sections []Section
}

// MatrixOf arranges every check of the report, also those that nothing graded.
func MatrixOf(r *report.Report) Matrix {
	m := Matrix{Pairs: report.Pairs(r)}
	byCheck := map[string][]*report.Result{}
	for i := range r.Results {
		byCheck[r.Results[i].Check] = append(byCheck[r.Results[i].Check], &r.Results[i])
	}
	for _, c := range r.Checks {
		at := slices.IndexFunc(m.Sections, func(s Section) bool { return s.Group == c.Group })
		if at < 0 {
			at = len(m.Sections)
			m.Sections = append(m.Sections, Section{Group: c.Group})
		}
		m.Sections[at].Rows = append(m.Sections[at].Rows, rowOf(c, m.Pairs, byCheck[c.ID]))
	}
	return m
}

func rowOf(c report.Check, pairs []report.Pair, results []*report.Result) Row {
	row := Row{Check: c}
	var all report.Counts
	for _, p := range pairs {
		row.Cells = append(row.Cells, Cell{Pair: p})
	}
	for _, res := range results {
		all.Add(res.Outcome)
		if !slices.Contains(row.Scenarios, res.Scenario) {
			row.Scenarios = append(row.Scenarios, res.Scenario)
		}
		row.cover(res)
		if at := slices.Index(pairs, res.Pair); at >= 0 {
			row.Cells[at].add(res)
		}
	}
	row.Worst = all.Worst()
	slices.SortFunc(row.By, func(a, b Coverage) int {
		return cmp.Or(cmp.Compare(a.Subject, b.Subject), -cmp.Compare(a.Role, b.Role))
	})
	return row
}

func (c *Cell) add(res *report.Result) {
	c.Counts.Add(res.Outcome)
	before := c.Outcome
	if c.Outcome = c.Counts.Worst(); c.Outcome != before {
		c.Subject = res.Subject
	}
	c.Reasons = withReason(c.Reasons, res)
}

func withReason(reasons []string, res *report.Result) []string {
	if res.Reason != "" && !slices.Contains(reasons, res.Reason) {
		return append(reasons, res.Reason)
	}
	return reasons
}

func (row *Row) cover(res *report.Result) {
	at := slices.IndexFunc(row.By, func(c Coverage) bool { return c.Subject == res.Subject && c.Role == res.Role })
	if at < 0 {
		at = len(row.By)
		row.By = append(row.By, Coverage{Subject: res.Subject, Role: res.Role})
	}
	c := &row.By[at]
	c.Counts.Add(res.Outcome)
	c.Outcome = c.Counts.Worst()
	c.Reasons = withReason(c.Reasons, res)
}

// Glyph is the sign of an outcome, so that no reader depends on colour.
func Glyph(o check.Outcome) string {
	switch o {
	case check.Pass:
		return "✓"
	case check.Fail:
		return "✗"
	case check.Known:
		return "≈"
	case check.Stale:
		return "↺"
	case check.Unsupported:
		return "–"
	case check.Skipped:
		return "·"
	case check.Error:
		return "!"
	}
	return " "
}

// Meaning explains an outcome to a reader who sees it for the first time.
func Meaning(o check.Outcome) string {
	switch o {
	case check.Pass:
		return "The peer does what the clause asks for, as far as this session shows."
	case check.Fail:
		return "The peer deviates, and nobody has reviewed that yet. This makes the run exit with 1."
	case check.Known:
		return "The peer deviates; a reviewed expectation says why and links the issue. The run stays green."
	case check.Stale:
		return "An expectation says that the peer deviates, and it does not. Delete the entry. This makes the run exit with 1."
	case check.Unsupported:
		return "A peer of the pair declares that it lacks a feature that this needs."
	case check.Skipped:
		return "The session does not show what the check needs to judge."
	case check.Error:
		return "The harness or the environment broke; nothing is said about the peer. This makes the run exit with 2."
	}
	return ""
}
