package serve

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/html"
	"github.com/webrtc-rink/rink/harness/report/view"
)

//go:embed serve.css
var ownCSS string

//go:embed live.js
var liveScript string

//go:embed pages.html.tmpl
var pages string

var tmpl = template.Must(template.New("pages").Funcs(template.FuncMap{
	"glyph":  view.Glyph,
	"plural": report.Plural,
	"when":   func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 MST") },
	"iso":    func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"lasted": lasted,
	"first":  func(text string) string { line, _, _ := strings.Cut(text, "\n"); return line },
	"join":   strings.Join,
}).Parse(pages))

// lasted is a duration in words.
func lasted(ms float64) string {
	d := time.Duration(ms * float64(time.Millisecond))
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 100*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 100*time.Minute:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// page is what every page of the server needs.
type page struct {
	Title    string
	CSS      template.CSS
	Theme    template.JS
	Script   template.JS
	Refresh  int // seconds, for browsers without JavaScript; 0: the page does not change
	Outcomes []check.Outcome
	Body     any
}

// show writes a page. Live pages have the script, and may be told of what happens.
func (s *Server) show(w http.ResponseWriter, code int, name, title string, refresh int, body any) {
	css, theme := html.CSS()+ownCSS, html.ThemeScript()
	p := page{Title: title, CSS: template.CSS(css), Theme: template.JS(theme), Refresh: refresh, Outcomes: check.Outcomes(), Body: body} //nolint:gosec // embedded
	allowed := fmt.Sprintf("%s; style-src %s; img-src data:; script-src %s", policy, html.Hash(css), html.Hash(theme))
	if refresh > 0 {
		p.Script = template.JS(liveScript) //nolint:gosec // embedded
		allowed += " " + html.Hash(liveScript) + "; connect-src 'self'"
	}
	var b bytes.Buffer
	if err := tmpl.ExecuteTemplate(&b, name, p); err != nil {
		http.Error(w, fmt.Sprintf("the page cannot be made: %v", err), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", allowed)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	_, _ = w.Write(b.Bytes()) // the client has gone
}

// refreshEvery is how often a page that changes is loaded again without JavaScript.
const refreshEvery = 5

// runsPage lists the runs.
func (s *Server) runsPage(w http.ResponseWriter, _ *http.Request) {
	all, err := s.runs()
	if err != nil {
		http.Error(w, fmt.Sprintf("the folder of the runs cannot be read: %v", err), http.StatusInternalServerError)
		return
	}
	body := struct {
		Dir    string
		Seen   string
		Going  []live
		Ended  []run
		Charts []chart
	}{Dir: report.SafeOf(s.dir), Seen: seen(all), Charts: charts(all)}
	for _, r := range all {
		if r.Going {
			body.Going = append(body.Going, liveOf(r))
		} else {
			body.Ended = append(body.Ended, r)
		}
	}
	s.show(w, http.StatusOK, "runs", "Rink: runs", refreshEvery, body)
}

// live is a run as a page that follows it shows it.
type live struct {
	run
	standing
	Lines int // where the page goes on
	Lanes []lane
	Reds  []step // the newest first
	Older int    // red sessions that are not among them
	Most  int    // red sessions that a page shows at a time
}

// maxReds is how many red sessions a page tells about; each has its sign besides.
const maxReds = 200

// lane is what one pair has played.
type lane struct {
	Pair  string
	Total int
	Steps []step
}

// liveOf arranges a run that has a record.
func liveOf(r run) live {
	l := live{run: r, standing: standingOf(r.State), Lines: r.State.Lines}
	for _, p := range r.State.Started.Pairs {
		l.Lanes = append(l.Lanes, lane{Pair: p.Pair.String(), Total: p.Sessions})
	}
	for i := range r.State.Sessions {
		at := stepOf(r.Path, r.State, &r.State.Sessions[i])
		if at.Lane >= 0 {
			l.Lanes[at.Lane].Steps = append(l.Lanes[at.Lane].Steps, at)
		}
		if at.Worst.Red() {
			l.Reds = append(l.Reds, at)
		}
	}
	l.Older, l.Most = max(0, len(l.Reds)-maxReds), maxReds
	l.Reds = l.Reds[l.Older:]
	slices.Reverse(l.Reds)
	return l
}

// livePage shows a run as it goes.
func (s *Server) livePage(w http.ResponseWriter, req *http.Request) {
	name := strings.TrimSuffix(req.PathValue("run"), "/")
	if to := s.target(name); to != "" {
		redirect(w, req, "/live/"+escape(to))
		return
	}
	r, there := s.run(name)
	if !there {
		s.missing(w, name)
		return
	}
	if r.State == nil { // it ended a while ago
		if state, err := s.state(name); err == nil {
			r.State = state
		}
	}
	if r.State == nil || r.State.Lines == 0 { // it began without a record
		redirect(w, req, "/runs/"+escape(name)+"/")
		return
	}
	refresh := refreshEvery
	if r.State.End != nil {
		refresh = 0
	}
	s.show(w, http.StatusOK, "live", "Rink: "+r.Name, refresh, liveOf(r))
}

func (s *Server) missing(w http.ResponseWriter, name string) {
	s.show(w, http.StatusNotFound, "missing", "Rink: not found", 0, report.SafeOf(name))
}

// redirect leads on for this time only.
func redirect(w http.ResponseWriter, r *http.Request, to string) {
	http.Redirect(w, r, to, http.StatusTemporaryRedirect)
}
