package html

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
)

//go:embed index.html.tmpl
var indexPage string

var indexTmpl = template.Must(template.New("index").Funcs(template.FuncMap{"glyph": view.Glyph, "nonzero": nonzero}).Parse(indexPage))

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
	Style       string // of the word: the name of an outcome
	Glyph, Word string
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
	i.Title, i.Lead = safeText(i.Title), safeTexts(i.Lead)
	rows := make([]IndexRow, 0, len(i.Rows))
	for _, r := range i.Rows {
		r.Scenario, r.Pair = safeText(r.Scenario), safeText(r.Pair)
		rows = append(rows, r)
	}
	i.Rows = rows
	groups := make([]IndexGroup, 0, len(i.Groups))
	for _, g := range i.Groups {
		g.Title, g.Word, g.Before, g.Now, g.Without = safeText(g.Title), safeText(g.Word), safeText(g.Before), safeText(g.Now), safeTexts(g.Without)
		pages := make([]IndexPage, 0, len(g.Pages))
		for _, p := range g.Pages {
			pages = append(pages, IndexPage{safeText(p.Text), p.File})
		}
		g.Pages = pages
		groups = append(groups, g)
	}
	i.Groups = groups
	var b bytes.Buffer
	err := indexTmpl.ExecuteTemplate(&b, "index-page", struct {
		Index
		CSS    template.CSS
		Policy string
	}{i, template.CSS(css), fmt.Sprintf("default-src 'none'; style-src 'sha256-%s'; img-src data:; base-uri 'none'; form-action 'none'", sum(css))}) //nolint:gosec // embedded
	if err != nil {
		return nil, fmt.Errorf("index of pages: %w", err)
	}
	return b.Bytes(), nil
}

// safeTexts makes texts fit to be shown that are of no report.
func safeTexts(texts []string) []string { return report.Safe(&report.Report{Notes: texts}).Notes }

func safeText(s string) string { return safeTexts([]string{s})[0] }
