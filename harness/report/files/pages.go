package files

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/compare"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/report/html"
	"github.com/webrtc-rink/rink/harness/trace"
)

// maxInline is how much evidence of red sessions report.html has, by the size of their
// pages.
const maxInline = 3 << 20

// pageDirs are the folders of the pages.
func pageDirs() []string { return []string{html.PairsDir, html.SessionsDir} }

// writer writes the pages of one report. Whatever is in the folder of the report, no
// link leads it out of there.
type writer struct {
	dir     string
	root    *os.Root
	report  *report.Report
	results map[string][]report.Result // by session
	before  map[string]string          // traces of the baseline by pair and scenario
	written map[string]bool
}

// pages writes the pages of sessions and pairs, and removes those of an earlier
// rendering.
func (o Options) pages(dir string, r *report.Report) (html.Beside, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return html.Beside{}, fmt.Errorf("folder of the report: %w", err)
	}
	defer func() { _ = root.Close() }() // nothing is written through it
	w := &writer{dir: dir, root: root, report: r, results: map[string][]report.Result{}, written: map[string]bool{}}
	for i := range r.Results {
		id := r.Results[i].Session
		w.results[id] = append(w.results[id], r.Results[i])
	}
	w.before = o.before(r)
	beside, errs := w.sessions(cmp.Or(o.PagesBytes, maxPages))
	errs = errors.Join(errs, w.pairs(beside))
	return beside, errors.Join(errs, w.clean())
}

// before are the traces of the baseline, by what the report calls its sessions.
func (o Options) before(r *report.Report) map[string]string {
	traces := map[string]string{}
	for _, base := range o.Baseline {
		same := counterparts(base.Report, r)
		for i := range base.Report.Sessions {
			s := &base.Report.Sessions[i]
			offerer, answerer := same[s.Pair.Offerer], same[s.Pair.Answerer]
			name := filepath.FromSlash(s.Trace)
			if offerer == "" || answerer == "" || s.Trace == "" || !filepath.IsLocal(name) {
				continue
			}
			at := report.Pair{Offerer: offerer, Answerer: answerer}.String() + " " + s.Scenario
			if _, there := traces[at]; !there {
				traces[at] = filepath.Join(base.Dir, name)
			}
		}
	}
	return traces
}

// counterparts are the peers of a report by the ids that they have in a baseline:
// pion@v3.2.40 may stand for pion.
func counterparts(base, r *report.Report) map[string]string {
	o, _ := compare.MatchPeers([]report.Report{*base}, []report.Report{*r})
	now := map[string]string{}
	for id, name := range o.To {
		now[name] = id
	}
	same := map[string]string{}
	for id, name := range o.From {
		same[id] = now[name]
	}
	return same
}

// made is the page of a session, or why there is none.
type made struct {
	page     []byte
	evidence evidence.Session
	why      string
	err      error
}

// sessions writes the pages of the sessions, the red ones first, until they take as
// many bytes as they may. Which ones there are does not depend on the processors.
func (w *writer) sessions(budget int) (html.Beside, error) {
	beside := html.Beside{Evidence: map[string]evidence.Session{}, Pages: map[string]bool{}, Missing: map[string]string{}}
	inline := map[string]bool{}
	for _, id := range html.Inline(w.report) {
		inline[id] = true
	}
	order := w.order()
	batch := 4 * runtime.GOMAXPROCS(0)
	inside := maxInline
	var errs error
	for first := 0; first < len(order); first += batch {
		some := order[first:min(first+batch, len(order))]
		for i, m := range parallel(some, w.make) {
			s := some[i]
			switch {
			case m.err != nil:
				errs = errors.Join(errs, m.err)
			case m.why != "":
				beside.Missing[s.ID] = m.why
			case len(m.page) > budget:
				return beside, errs // the rest has no pages
			default:
				budget -= len(m.page)
				if err := w.write(html.SessionFile(s), m.page); err != nil {
					errs = errors.Join(errs, err)
					continue
				}
				beside.Pages[s.ID] = true
				if inline[s.ID] && len(m.page) <= inside {
					inside -= len(m.page)
					beside.Evidence[s.ID] = m.evidence
				}
			}
		}
	}
	return beside, errs
}

// order is the sessions with the worst outcomes first.
func (w *writer) order() []*report.Session {
	rank := func(s *report.Session) int {
		worst := 3
		if s.Result == trace.EndError {
			worst = 0
		}
		for _, res := range w.results[s.ID] {
			switch {
			case res.Outcome.Red():
				worst = 0
			case res.Outcome == check.Known:
				worst = min(worst, 1)
			case res.Outcome == check.Observed:
				worst = min(worst, 2)
			}
		}
		return worst
	}
	ranks := map[string]int{}
	all := make([]*report.Session, 0, len(w.report.Sessions))
	for i := range w.report.Sessions {
		s := &w.report.Sessions[i]
		if _, again := ranks[s.ID]; again {
			continue // its page would be another one's
		}
		ranks[s.ID] = rank(s)
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(a, b *report.Session) int { return cmp.Compare(ranks[a.ID], ranks[b.ID]) })
	return all
}

// make makes the page of a session.
func (w *writer) make(s *report.Session) made {
	if s.Trace == "" {
		return made{why: "no trace was kept"}
	}
	if !filepath.IsLocal(filepath.FromSlash(s.Trace)) {
		return made{why: "the trace is said to be outside of the report's folder"}
	}
	records, err := w.read(filepath.Join(w.dir, filepath.FromSlash(s.Trace)))
	if err != nil {
		return made{why: w.reason(err)}
	}
	var before []trace.Record
	if path := w.before[s.Pair.String()+" "+s.Scenario]; path != "" {
		before, _ = w.read(path) // without it there is nothing to compare with
	}
	own := *w.report // its other results are none of the session's, and many
	own.Results = w.results[s.ID]
	e := evidence.Of(&own, s, records, before)
	page, err := html.RenderSession(&own, e)
	return made{page: page, evidence: e, err: err}
}

// read reads a trace. A pipe would never end.
func (w *writer) read(path string) ([]trace.Record, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err //nolint:wrapcheck // reason tells what of it is worth telling
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no file")
	}
	return trace.ReadFile(path) //nolint:wrapcheck // as above
}

// reason says why a trace cannot be shown, in the same words on every machine.
func (w *writer) reason(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "the trace is missing"
	}
	text := strings.ReplaceAll(err.Error(), w.dir+string(filepath.Separator), "")
	return "the trace cannot be read: " + strings.TrimSuffix(text, ".")
}

// pairs writes the pages of the pairs.
func (w *writer) pairs(beside html.Beside) error {
	own := map[report.Pair]*report.Report{} // a page needs what is of its pair alone
	all := report.Pairs(w.report)
	for _, p := range all {
		one := *w.report
		one.Sessions, one.Results = nil, nil
		own[p] = &one
	}
	for _, s := range w.report.Sessions {
		own[s.Pair].Sessions = append(own[s.Pair].Sessions, s)
	}
	for i := range w.report.Results {
		if one := own[w.report.Results[i].Pair]; one != nil {
			one.Results = append(one.Results, w.report.Results[i])
		}
	}
	var errs error
	for i, err := range parallel(all, func(p report.Pair) error {
		data, err := beside.RenderPair(own[p], p)
		if err != nil {
			return err //nolint:wrapcheck // it says which page
		}
		return w.save(html.PairFile(p), data)
	}) {
		w.written[html.PairFile(all[i])] = true
		errs = errors.Join(errs, err)
	}
	return errs
}

func (w *writer) write(name string, data []byte) error {
	w.written[name] = true
	return w.save(name, data)
}

// save replaces a page in one step. Its name is never longer than a file's may be.
func (w *writer) save(name string, data []byte) error {
	err := w.root.MkdirAll(path.Dir(name), 0o755)
	draft := path.Join(path.Dir(name), "."+path.Base(name)+".new")
	if err == nil {
		err = w.root.WriteFile(draft, data, 0o644)
	}
	if err == nil {
		err = w.root.Rename(draft, name)
	}
	if err != nil {
		return fmt.Errorf("report: %s: %w", filepath.Join(w.dir, filepath.FromSlash(name)), err)
	}
	return nil
}

// clean removes pages that are none of this report.
func (w *writer) clean() error {
	var errs error
	for _, folder := range pageDirs() {
		entries, err := fs.ReadDir(w.root.FS(), folder)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		errs = errors.Join(errs, err)
		left := len(entries)
		for _, e := range entries {
			name := path.Join(folder, e.Name())
			page := strings.HasSuffix(name, ".html") || strings.HasSuffix(name, ".html.new")
			if e.IsDir() || w.written[name] || !page {
				continue
			}
			errs = errors.Join(errs, w.root.Remove(name))
			left--
		}
		if left == 0 {
			errs = errors.Join(errs, w.root.Remove(folder))
		}
	}
	return errs
}

// parallel calls f for each item, on all processors, and returns what it returned in
// the order of the items.
func parallel[T, R any](items []T, f func(T) R) []R {
	results := make([]R, len(items))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(items)) {
		wg.Go(func() {
			for i := range next {
				results[i] = f(items[i])
			}
		})
	}
	for i := range items {
		next <- i
	}
	close(next)
	wg.Wait()
	return results
}
