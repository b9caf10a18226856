// Package html writes report.html: one file that needs nothing else, not even
// JavaScript, to be read; and the pages beside it, of every pair and every session.
// A strict content security policy keeps whatever a peer put into the report from
// being anything but text.
package html

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/report/view"
)

// theme runs in the head of every page: it sets the theme before anything is painted.
//
//go:embed theme.js
var theme string

//go:embed report.js
var script string

//go:embed *.tmpl
var pages embed.FS

// tmpl has a template for each kind of page, "report-page", "pair-page",
// "session-page", "index-page", and what they are made of.
var tmpl = template.Must(template.New("pages").Funcs(template.FuncMap{
	"glyph":       view.Glyph,
	"changeGlyph": view.ChangeGlyph,
	"changeStyle": changeStyle,
	"meaning":     view.Meaning,
	"anchor":      view.Anchor,
	"duration":    duration,
	"join":        strings.Join,
	"link":        link,
	"issue":       issueName,
	"plural":      report.Plural,
	"word":        word,
	"nonzero":     nonzero,
	"judged":      judged,
	"few":         func(list []string) cut { return cutAt(list, maxFew) },
	"bar":         share,
	"why":         why,
}).Funcs(sessionFuncs).Funcs(sdpFuncs).ParseFS(pages, "*.tmpl"))

// Beside says what lies beside report.html, and which evidence goes into it.
type Beside struct {
	// Evidence is shown inside report.html, by the session's id.
	Evidence map[string]evidence.Session
	// Pages are the sessions that have a page of their own, by id.
	Pages map[string]bool
	// Missing says why a session has none, by id.
	Missing map[string]string
}

// Render returns report.html of a report that has nothing beside it but its traces.
func Render(r *report.Report) ([]byte, error) { return Beside{}.Render(r) }

// Render returns report.html.
func (b Beside) Render(r *report.Report) ([]byte, error) {
	return execute("report-page", b.content(report.Safe(r)))
}

// execute fills one of the templates.
func execute(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(64 << 10)
	if err := tmpl.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return b.Bytes(), nil
}

// frame is what every page has: its title, its style, its scripts and the policy that
// lets these in and nothing else.
type frame struct {
	Title  string
	CSS    template.CSS
	Theme  template.JS
	Script template.JS // of report.html
	Policy string
}

func newFrame(title, css string, scripts ...string) frame {
	f := frame{Title: title, CSS: template.CSS(css), Theme: template.JS(theme), Policy: Policy(css, append([]string{theme}, scripts...)...)} //nolint:gosec // embedded
	for _, s := range scripts {
		f.Script += template.JS(s) //nolint:gosec // embedded
	}
	return f
}

// link lets only web addresses be followed: a report may come from anywhere.
func link(url string) string {
	if strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://") {
		return url
	}
	return "#"
}

// issueName is what people call an issue, pion/webrtc#1833, or a line of code,
// pion/webrtc peerconnection.go#L1777.
func issueName(url string) string {
	short, ok := strings.CutPrefix(url, "https://")
	if !ok {
		return url
	}
	path, github := strings.CutPrefix(short, "github.com/")
	parts := strings.Split(path, "/")
	switch n := len(parts); {
	case github && n == 4 && (parts[2] == "issues" || parts[2] == "pull"):
		return parts[0] + "/" + parts[1] + "#" + parts[3]
	case github && n > 4 && parts[2] == "blob":
		return parts[0] + "/" + parts[1] + " " + parts[n-1]
	case n > 2:
		return parts[0] + "/…/" + parts[n-1]
	}
	return short
}

func word(o check.Outcome) string {
	if o == "" {
		return "not graded"
	}
	return string(o)
}

// duration writes how long something took, with about three digits.
func duration(ms float64) string {
	switch {
	case ms == 0:
		return "0 ms"
	case ms < 0.1:
		return "under 0.1 ms"
	case ms < 10:
		return fmt.Sprintf("%.1f ms", ms)
	case ms < 1000:
		return fmt.Sprintf("%.0f ms", ms)
	}
	return fmt.Sprintf("%.2f s", ms/1000)
}

// nonzero shows counts in the order of outcomes: "1 fail, 12 pass".
func nonzero(c report.Counts) string {
	var parts []string
	for _, o := range check.Outcomes() {
		if n := c.Of(o); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	return strings.Join(parts, ", ")
}

// judged shows the counts of what was judged alone, for where there is little room.
func judged(c report.Counts) string {
	return nonzero(report.Counts{Error: c.Error, Fail: c.Fail, Stale: c.Stale, Known: c.Known, Pass: c.Pass})
}

// why says why an end was not judged, where it was not.
func why(c view.Coverage) []string {
	if c.Counts.Judged()+c.Counts.Observed > 0 {
		return nil
	}
	return c.Reasons
}

// maxFew is how many names a list shows where the rest is a click away.
const maxFew = 6

// cut is the beginning of a list, and how many items it leaves out.
type cut struct {
	Shown []string
	More  int
}

func cutAt(list []string, n int) cut {
	if len(list) <= n+1 { // "and 1 more" is no shorter
		return cut{Shown: list}
	}
	return cut{list[:n], len(list) - n}
}

// share is a part in percent.
func share(part, whole float64) int {
	if whole <= 0 || part <= 0 {
		return 0
	}
	return min(100, int(100*part/whole))
}
