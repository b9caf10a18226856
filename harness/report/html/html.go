// Package html writes report.html: one file that needs nothing else, not even
// JavaScript, to be read. A strict content security policy keeps whatever a peer
// put into the report from being anything but text.
package html

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
)

//go:embed report.css
var layoutCSS string

//go:embed theme.css
var themeCSS string

var css = layoutCSS + themeCSS

// theme runs in the head of every page: it sets the theme before anything is painted.
//
//go:embed theme.js
var theme string

//go:embed report.js
var script string

//go:embed report.html.tmpl
var page string

// maxSessionBars is the width, in percent, of the longest session's bar.
const maxSessionBars = 100

var tmpl = template.Must(template.New("report").Funcs(template.FuncMap{
	"glyph":   view.Glyph,
	"meaning": view.Meaning,
	"anchor":  view.Anchor,
	"seconds": func(ms float64) string { return fmt.Sprintf("%.2f s", ms/1000) },
	"join":    strings.Join,
	"link":    link,
	"plural":  report.Plural,
	"word": func(o check.Outcome) string {
		if o == "" {
			return "not graded"
		}
		return string(o)
	},
	"columns": func(pairs []report.Pair) int { return len(pairs) + 1 },
	"nonzero": nonzero,
	"who":     who,
	"of":      of,
	"judged":  judged,
	"cellID":  cellID,
}).Parse(page))

// data is what the template sees.
type data struct {
	R          *report.Report
	CSS        template.CSS
	Theme      template.JS
	Script     template.JS
	Policy     string
	Broken     []view.Break
	Red        []view.Group
	Known      []view.Group
	Unjudged   []view.Group
	Matrix     view.Matrix
	Outcomes   []check.Outcome
	LongestMs  float64
	HostNotice bool
	Observed   []view.Group
	Coverage   []view.GroupCoverage
	InSession  map[string]string // outcomes, by session
}

// Bar is a share of the longest session, in percent.
func (d data) Bar(ms float64) int {
	if d.LongestMs <= 0 {
		return 0
	}
	return int(maxSessionBars * ms / d.LongestMs)
}

// Render returns report.html.
func Render(r *report.Report) ([]byte, error) {
	r = report.Safe(r)
	d := data{
		R: r, CSS: template.CSS(css), Theme: template.JS(theme), Script: template.JS(script), //nolint:gosec // embedded
		Policy: Policy(css, theme, script), InSession: outcomes(r),
		Broken: view.Breaks(r),
		Red:    view.Groups(r, check.Fail, check.Stale), Known: view.Groups(r, check.Known),
		Observed: view.Groups(r, check.Observed),
		Unjudged: view.Groups(r, check.Unsupported, check.Skipped),
		Matrix:   view.MatrixOf(r), Outcomes: check.Outcomes(), HostNotice: r.Run.Network == "host",
	}
	d.Coverage = view.CoverageOf(r, d.Matrix)
	for i := range r.Sessions {
		d.LongestMs = max(d.LongestMs, r.Sessions[i].DurationMs)
	}
	var b bytes.Buffer
	if err := tmpl.Execute(&b, d); err != nil {
		return nil, fmt.Errorf("report.html: %w", err)
	}
	return b.Bytes(), nil
}

// link lets only web addresses be followed: a report may come from anywhere.
func link(url string) string {
	if strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://") {
		return url
	}
	return "#"
}

// nonzero shows counts in the order of outcomes: "12 pass, 1 fail".
func nonzero(c report.Counts) string {
	var parts []string
	for _, o := range check.Outcomes() {
		if n := c.Of(o); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	return strings.Join(parts, ", ")
}
