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
	byCheck := make(map[string][]*report.Result, len(r.Checks))
	for i := range r.Results {
		byCheck[r.Results[i].Check] = append(byCheck[r.Results[i].Check], &r.Results[i])
	}
	columns := make(map[report.Pair]int, len(m.Pairs))
	for i, p := range m.Pairs {
		columns[p] = i
	}
	for _, c := range r.Checks {
		at := slices.IndexFunc(m.Sections, func(s Section) bool { return s.Group == c.Group })
		if at < 0 {
			at = len(m.Sections)
			m.Sections = append(m.Sections, Section{Group: c.Group})
		}
		m.Sections[at].Rows = append(m.Sections[at].Rows, rowOf(c, m.Pairs, columns, byCheck[c.ID]))
	}
	return m
}

// end is one peer in one role.
type end struct {
	subject string
	role    trace.Side
}

// rowOf fills one row. A run of many peers has thousands of results for each
// requirement, so that everything is found by key.
func rowOf(c report.Check, pairs []report.Pair, columns map[report.Pair]int, results []*report.Result) Row {
	row := Row{Check: c}
	var all report.Counts
	for _, p := range pairs {
		row.Cells = append(row.Cells, Cell{Pair: p})
	}
	scenarios := map[string]bool{}
	ends := map[end]int{}
	said := noted{}
	for _, res := range results {
		all.Add(res.Outcome)
		if !scenarios[res.Scenario] {
			scenarios[res.Scenario] = true
			row.Scenarios = append(row.Scenarios, res.Scenario)
		}
		e := end{res.Subject, res.Role}
		in, ok := ends[e]
		if !ok {
			in = len(row.By)
			ends[e] = in
			row.By = append(row.By, Coverage{Subject: res.Subject, Role: res.Role})
		}
		row.By[in].add(res, said)
		if at, ok := columns[res.Pair]; ok {
			row.Cells[at].add(res, said)
		}
	}
	row.Worst = all.Worst()
	slices.SortFunc(row.By, func(a, b Coverage) int {
		return cmp.Or(cmp.Compare(a.Subject, b.Subject), -cmp.Compare(a.Role, b.Role))
	})
	return row
}

// noted are the reasons that a list has.
type noted map[saidOf]bool

type saidOf struct {
	what   any
	reason string
}

// add appends a reason that the list of what it is said of does not have yet.
func (n noted) add(list []string, what any, reason string) []string {
	key := saidOf{what, reason}
	if reason == "" || n[key] {
		return list
	}
	n[key] = true
	return append(list, reason)
}

func (c *Cell) add(res *report.Result, said noted) {
	c.Counts.Add(res.Outcome)
	before := c.Outcome
	if c.Outcome = c.Counts.Worst(); c.Outcome != before {
		c.Subject = res.Subject
	}
	c.Reasons = said.add(c.Reasons, res.Pair, res.Reason)
}

// Anchor names the group that the cell's outcome belongs to.
func (c Cell) Anchor(check string) string { return Anchor(check, c.Subject, string(c.Outcome)) }

func (c *Coverage) add(res *report.Result, said noted) {
	c.Counts.Add(res.Outcome)
	c.Outcome = c.Counts.Worst()
	c.Reasons = said.add(c.Reasons, end{res.Subject, res.Role}, res.Reason)
}
