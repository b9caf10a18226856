package html

import (
	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
)

// Index is a page that leads to pages of sessions beside it.
type Index struct {
	Title  string
	Lead   []string // paragraphs
	Rows   []IndexRow
	Groups []IndexGroup
}

// IndexRow is a session by itself.
type IndexRow struct {
	Outcome check.Outcome // the worst
	Scenario,
	Pair string
	File     string // relative to the index
	Outcomes report.Counts
}

// IndexGroup is what sessions have in common.
type IndexGroup struct {
	Title       string
	Change      report.ChangeClass
	Before, Now string
	Pages       []IndexPage
	Without     []string // why others have no page
}

// IndexPage is the page of a session.
type IndexPage struct {
	Text string
	File string // relative to the index
}

// RenderIndex returns the page.
func RenderIndex(i Index) ([]byte, error) {
	i.Title, i.Lead = report.SafeText(i.Title), report.SafeValue(i.Lead)
	rows := make([]IndexRow, 0, len(i.Rows))
	for _, r := range i.Rows {
		r.Scenario, r.Pair = report.SafeText(r.Scenario), report.SafeText(r.Pair)
		rows = append(rows, r)
	}
	i.Rows = rows
	groups := make([]IndexGroup, 0, len(i.Groups))
	for _, g := range i.Groups {
		g.Title, g.Before, g.Now, g.Without = report.SafeText(g.Title), report.SafeText(g.Before), report.SafeText(g.Now), report.SafeValue(g.Without)
		pages := make([]IndexPage, 0, len(g.Pages))
		for _, p := range g.Pages {
			pages = append(pages, IndexPage{report.SafeText(p.Text), p.File})
		}
		g.Pages = pages
		groups = append(groups, g)
	}
	i.Groups = groups
	return execute("index-page", struct {
		frame
		Index Index
	}{newFrame(i.Title+": Rink", plainCSS), i})
}
