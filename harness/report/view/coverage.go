package view

import (
	"slices"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
)

// GroupCoverage says how much of a group of requirements is judged, and how that
// came out.
type GroupCoverage struct {
	Group string
	// Must, Should and May count the requirements with a check, by level. Observed have
	// one that records, Unobservable have none.
	Must, Should, May, Observed, Unobservable int
	// Of those with a check, by the worst outcome over all sessions.
	Met, Known, Deviating, Broken, NotJudged int
}

// CoverageOf counts each group of the matrix, and then all of them as one that is
// called "all".
func CoverageOf(r *report.Report, m Matrix) []GroupCoverage {
	var groups []GroupCoverage
	find := func(name string) *GroupCoverage {
		at := slices.IndexFunc(groups, func(g GroupCoverage) bool { return g.Group == name })
		if at < 0 {
			at = len(groups)
			groups = append(groups, GroupCoverage{Group: name})
		}
		return &groups[at]
	}
	for _, s := range m.Sections {
		for _, row := range s.Rows {
			find(s.Group).add(row)
		}
	}
	for _, q := range r.Unobservable {
		find(q.Group).Unobservable++
	}
	all := GroupCoverage{Group: "all"}
	for _, g := range groups {
		all.Must, all.Should, all.May = all.Must+g.Must, all.Should+g.Should, all.May+g.May
		all.Observed, all.Unobservable = all.Observed+g.Observed, all.Unobservable+g.Unobservable
		all.Met, all.Known, all.Deviating = all.Met+g.Met, all.Known+g.Known, all.Deviating+g.Deviating
		all.Broken, all.NotJudged = all.Broken+g.Broken, all.NotJudged+g.NotJudged
	}
	return append(groups, all)
}

func (g *GroupCoverage) add(row Row) {
	switch row.Check.Level {
	case check.Must:
		g.Must++
	case check.Should:
		g.Should++
	case check.May:
		g.May++
	default:
		g.Observed++
		return
	}
	switch row.Worst {
	case check.Pass:
		g.Met++
	case check.Known:
		g.Known++
	case check.Fail, check.Stale:
		g.Deviating++
	case check.Error:
		g.Broken++
	default:
		g.NotJudged++
	}
}
