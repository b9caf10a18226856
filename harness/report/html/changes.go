package html

import (
	"cmp"
	"slices"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
)

// maxChanges is how many changes the page lists; report.json has all.
const maxChanges = 400

// change is a row of what changed, with links to the cells where it shows.
type change struct {
	report.Change
	Href      string // what the requirement asks; empty where this report does not have it
	Where     []target
	MoreWhere int
	P         string
}

// target is a pair with the cell or page that shows it; Href may be empty.
type target struct{ Name, Href string }

// changes are those of the report's comparison, in its order.
func (c *content) changes() {
	if c.R.Comparison == nil {
		return
	}
	all := c.R.Comparison.Changes
	if len(all) > maxChanges {
		c.MoreChanges = len(all) - maxChanges
		all = all[:maxChanges]
	}
	for _, x := range all {
		row := change{Change: x, P: tokens(slices.Concat([]string{x.Subject}, x.Pairs))}
		if slices.ContainsFunc(c.R.Checks, func(one report.Check) bool { return one.ID == x.Check }) {
			row.Href = "#" + view.Anchor("coverage", x.Check)
		}
		for _, p := range x.Pairs[:min(len(x.Pairs), maxPairs)] {
			to := target{Name: p}
			if id, ok := c.cellOf[x.Check+" "+p]; ok {
				to.Href = "#" + id
			}
			row.Where = append(row.Where, to)
		}
		row.MoreWhere = len(x.Pairs) - len(row.Where)
		c.Changes = append(c.Changes, row)
	}
}

// changeStyle is the outcome whose colours a class of changes has.
func changeStyle(c report.ChangeClass) string {
	return cmp.Or(map[report.ChangeClass]string{
		report.Regressed: "fail", report.Fixed: "pass", report.Flaky: "stale", report.Changed: "known",
	}[c], "empty")
}
