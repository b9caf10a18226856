package view

import (
	"cmp"
	"slices"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

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

// Anchor names the group that the cell's outcome belongs to.
func (c Cell) Anchor(check string) string { return Anchor(check, c.Subject, string(c.Outcome)) }

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
