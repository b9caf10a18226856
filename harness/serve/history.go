package serve

import (
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/report/history"
)

// maxHistory is how many runs a history shows: the newest.
const maxHistory = 30

// historyPage shows how every requirement came out over the runs, or over the versions
// of the peers.
func (s *Server) historyPage(w http.ResponseWriter, r *http.Request) {
	sources, notes, err := s.history()
	if err != nil {
		http.Error(w, fmt.Sprintf("the folder of the runs cannot be read: %v", err), http.StatusInternalServerError)
		return
	}
	var data []byte
	if r.URL.Path == "/history/versions" {
		data, err = history.RenderVersions(sources, notes...)
	} else {
		data, err = history.RenderRuns(sources, notes...)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	// The page brings its own policy, with the hash of its style.
	w.Header().Set("Content-Security-Policy", pagePolicy(data))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(data) // the client has gone
}

// history reads what a history needs of the newest runs. Notes say what it leaves out.
func (s *Server) history() (sources []history.Source, notes []string, err error) {
	all, err := s.runs()
	if err != nil {
		return nil, nil, err
	}
	reported := slices.DeleteFunc(slices.Clone(all), func(r run) bool { return r.Head == nil })
	runs := len(reported)
	reported = slices.DeleteFunc(reported, run.isShard)
	if n := runs - len(reported); n > 0 {
		notes = append(notes, fmt.Sprintf("%s left out: what rink merge makes of all shards of a plan is one run.", report.Plural(n, "shard")))
	}
	if left := len(reported) - maxHistory; left > 0 {
		reported = reported[:maxHistory]
		notes = append(notes, fmt.Sprintf("%s left out: only the newest %d are shown.", report.Plural(left, "older run"), maxHistory))
	}
	shown := map[string]bool{}
	for _, r := range reported {
		name := path.Join(r.folder, files.JSON)
		shown[name] = true
		info, err := s.stat(name)
		if err != nil { // gone meanwhile
			continue
		}
		got := s.sources.of(s, name, info, func(in io.Reader, err error) sourceOf {
			if err != nil {
				return sourceOf{err: err}
			}
			source, err := history.ReadSource(in)
			return sourceOf{source, err}
		})
		if got.err != nil {
			notes = append(notes, fmt.Sprintf("%s is left out: %v.", r.Name, got.err))
			continue
		}
		source := got.source
		source.Name, source.Link = r.Name, "/runs/"+r.Path+"/"
		sources = append(sources, source)
	}
	s.sources.keep(shown)
	for _, r := range all {
		if r.Err != nil && r.Head == nil {
			notes = append(notes, fmt.Sprintf("%s is left out: %v.", r.Name, r.Err))
		}
	}
	return sources, report.SafeOf(notes), nil
}

// What a chart measures, in pixels.
const (
	chartBar    = 14
	chartGap    = 4
	chartHeight = 80
	chartRuns   = 60
)

// chart shows how many requirements were met, known to be missed and red, run by run,
// for runs with the same peers.
type chart struct {
	Peers         string
	Runs          int
	Width, Height int
	Label         string
	Bars          []bar
}

type bar struct {
	Class, Title        string
	X, Y, Width, Height int
}

// charts are those of the peers that have met more than once, the newest first. A shard
// would look as if it had met less than the whole.
func charts(all []run) []chart {
	var order []string
	groups := map[string][]run{}
	for _, r := range all {
		if r.Head == nil || r.isShard() {
			continue
		}
		var peers []string
		for _, p := range r.Head.Peers {
			peers = append(peers, p.ID)
		}
		key := strings.Join(peers, ", ")
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], r)
	}
	var list []chart
	for _, key := range order {
		if runs := groups[key]; len(runs) > 1 {
			runs = slices.Clone(runs[:min(len(runs), chartRuns)])
			slices.Reverse(runs)
			list = append(list, chartOf(key, runs))
		}
	}
	return list
}

func chartOf(peers string, runs []run) chart {
	c := chart{Peers: peers, Runs: len(runs), Width: len(runs)*(chartBar+chartGap) - chartGap, Height: chartHeight}
	most := 1
	for _, r := range runs {
		q := r.Head.Summary.Requirements
		most = max(most, q.Met+q.Known+q.Failed+q.Stale+q.Error)
	}
	var words []string
	for i, r := range runs {
		q := r.Head.Summary.Requirements
		bad := q.Failed + q.Stale + q.Error
		title := fmt.Sprintf("%s: %d met, %d known, %d red", r.Name, q.Met, q.Known, bad)
		words = append(words, title)
		top := chartHeight
		for _, part := range []struct {
			class string
			n     int
			inset int // tells them apart without colour
		}{{"met", q.Met, 0}, {"known", q.Known, chartBar / 4}, {"bad", bad, 0}} {
			height := part.n * chartHeight / most
			if part.n > 0 { // also what is rare has to be seen
				height = max(height, 3)
			}
			height = min(height, top)
			top -= height
			if height > 0 {
				c.Bars = append(c.Bars, bar{part.class, title, i*(chartBar+chartGap) + part.inset, top, chartBar - 2*part.inset, height})
			}
		}
	}
	c.Label = strings.Join(words, "; ")
	return c
}
