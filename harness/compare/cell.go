package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// SessionCheck stands in the place of a check's ID for the session itself: did it
// come to an end without a crash, a hang or a leak?
const SessionCheck = "session"

const sessionTitle = "The session comes to its end without a crash, a hang or a leak"

// key names a cell. Names are those that are shown.
type key struct {
	check, scenario string
	pair            report.Pair
	role            trace.Side // empty of a session
	subject         string     // empty of a session
}

func compareKeys(a, b key) int {
	return cmp.Or(cmp.Compare(a.check, b.check), cmp.Compare(a.subject, b.subject),
		cmp.Compare(a.pair.String(), b.pair.String()), cmp.Compare(a.scenario, b.scenario), -cmp.Compare(a.role, b.role))
}

// tally is what the runs of one side say of a cell.
type tally struct {
	red, green, ungraded int
	errors               int // of red: sessions that broke
	broken               int // sessions that broke where no peer under test is to blame, checks that broke
	covered              int // results of sessions that broke: the session's own cell tells
	findings             []string
	variants             map[string]int // of what a red run found: how often
	blamed               string         // who broke the session, as shown
	reasons              []string       // of what is not graded, and of what broke
	redTraces            []string
	greenTraces          []string
	pair                 report.Pair // with the real ids
}

func (t *tally) graded() int { return t.red + t.green }

// side is all runs of one side.
type side struct {
	reports    []report.Report
	names      map[string]string
	pairs      map[report.Pair][]report.Pair
	tested     map[string]bool // by shown name; nil: all
	cells      map[key]*tally
	titles     map[string]string     // of the checks that the runs wanted to grade
	played     map[place]report.Pair // with the real ids
	times      map[timed]samples
	leftOut    int      // sessions that partial runs left out, since they were green before
	shards     []string // of plans of which others are missing
	unfinished []string // why runs did not get to their end
}

// place is where sessions are played.
type place struct {
	pair     report.Pair
	scenario string
}

// read sorts the reports of a side into cells.
func read(reports []report.Report, names map[string]string, pairs map[report.Pair][]report.Pair, tested map[string]bool, o Options) *side {
	s := &side{
		reports: reports, names: names, pairs: pairs, tested: tested, cells: map[key]*tally{}, titles: map[string]string{SessionCheck: sessionTitle},
		played: map[place]report.Pair{}, times: map[timed]samples{},
	}
	s.shards = lone(reports)
	for i := range reports {
		r := &reports[i]
		if !r.Run.Complete {
			s.unfinished = append(s.unfinished, cmp.Or(r.Run.IncompleteReason, "it does not say why"))
		}
		if r.Run.Since != nil {
			s.leftOut += r.Run.Since.LeftOut
		}
		for _, c := range r.Checks {
			s.titles[o.Aliases.Check(c.ID)] = c.Title
		}
		sessions := map[string]*report.Session{}
		for j := range r.Sessions {
			n := &r.Sessions[j]
			sessions[n.ID] = n
			for _, pair := range s.shown(n.Pair) {
				s.session(n, place{pair, o.Aliases.Scenario(n.Scenario)}, i)
			}
		}
		for j := range r.Results {
			res := &r.Results[j]
			for _, pair := range s.shown(res.Pair) {
				k := key{o.Aliases.Check(res.Check), o.Aliases.Scenario(res.Scenario), pair, res.Role, pair.Peer(res.Role)}
				s.result(k, res, sessions[res.Session])
			}
		}
	}
	return s
}

// lone lists the shards whose plan is not there as a whole. A merged run that lacks some
// is incomplete, and says so itself.
func lone(reports []report.Report) []string {
	plans := map[string]map[int]bool{}
	for i := range reports {
		if s := reports[i].Run.Shard; s != nil {
			if plans[s.Of] == nil {
				plans[s.Of] = map[int]bool{}
			}
			plans[s.Of][s.Index] = true
		}
	}
	var names []string
	for i := range reports {
		if s := reports[i].Run.Shard; s != nil && len(plans[s.Of]) < s.Count {
			names = add(names, s.String())
		}
	}
	return names
}

func (s *side) name(id string) string { return cmp.Or(s.names[id], id) }

// shown returns what a pair is shown as.
func (s *side) shown(p report.Pair) []report.Pair {
	if others := s.pairs[p]; len(others) > 0 {
		return others
	}
	return []report.Pair{{Offerer: s.name(p.Offerer), Answerer: s.name(p.Answerer)}}
}

// plain writes shown names into a text in the place of ids that carry a version:
// else every finding that names its peer would change with the version.
func (s *side) plain(text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	ids := make([]string, 0, len(s.names))
	for id, name := range s.names {
		if id != name && strings.Contains(id, "@") {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	for _, id := range ids {
		text = strings.ReplaceAll(text, id, s.names[id])
	}
	return text
}

func (s *side) cell(k key, real report.Pair) *tally {
	t := s.cells[k]
	if t == nil {
		t = &tally{variants: map[string]int{}, pair: real}
		s.cells[k] = t
	}
	return t
}

// session counts one session as a cell of its own.
func (s *side) session(n *report.Session, at place, run int) {
	s.played[at] = n.Pair
	t := s.cell(key{check: SessionCheck, scenario: at.scenario, pair: at.pair}, n.Pair)
	switch n.Result {
	case trace.EndUnsupported:
		t.ungraded++
		t.reason(s.plain(n.Reason))
	case trace.EndCompleted, trace.EndStopped:
		t.green++
		t.greenTraces = add(t.greenTraces, n.Trace)
		if n.Result == trace.EndCompleted {
			s.time(n, at, run)
		}
	default:
		blamed := ""
		if n.Side != "" {
			blamed = at.pair.Peer(n.Side)
		}
		said := cmp.Or(string(n.Stage), "session") + ": " + s.plain(n.Reason)
		t.reason(said)
		t.redTraces = add(t.redTraces, n.Trace)
		if blamed != "" && (s.tested == nil || s.tested[blamed]) {
			t.red++
			t.errors++
			t.blamed = blamed
			t.found([]string{said})
			return
		}
		t.broken++
	}
}

// result counts what one check said.
func (s *side) result(k key, r *report.Result, n *report.Session) {
	if !s.grades(k.check) {
		s.titles[k.check] = ""
	}
	t := s.cell(k, r.Pair)
	path := ""
	if n != nil {
		path = n.Trace
	}
	switch r.Outcome {
	case check.Pass, check.Stale:
		t.green++
		t.greenTraces = add(t.greenTraces, path)
	case check.Fail, check.Known:
		t.red++
		t.redTraces = add(t.redTraces, path)
		var found []string
		for _, f := range r.Findings {
			found = add(found, s.plain(f.String()))
		}
		if r.MoreFindings > 0 {
			found = append(found, report.Plural(r.MoreFindings, "more finding"))
		}
		t.found(found)
	case check.Unsupported, check.Skipped, check.Observed:
		t.ungraded++
		t.reason(fmt.Sprintf("%s: %s", r.Outcome, s.plain(r.Reason)))
	default:
		if n != nil && n.Result != trace.EndCompleted && n.Result != trace.EndStopped {
			t.covered++
			return
		}
		t.broken++
		t.reason(s.plain(r.Reason))
	}
}

func (t *tally) reason(text string) { t.reasons = add(t.reasons, text) }

func (t *tally) found(list []string) {
	for _, f := range list {
		t.findings = add(t.findings, f)
	}
	sorted := slices.Clone(list)
	slices.Sort(sorted)
	t.variants[strings.Join(sorted, "\n")]++
}

// add appends what says something and is not there yet.
func add(list []string, text string) []string {
	if text == "" || slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

// tested names the peers whose id or version differs between the sides. Where
// none does, all are under test: nil.
func tested(from, to []report.Report, o Options) map[string]bool {
	identity := func(reports []report.Report, names map[string]string) map[string]string {
		m := map[string]string{}
		for _, p := range describe(reports) {
			m[cmp.Or(names[p.ID], p.ID)] = p.ID + " " + p.Version
		}
		return m
	}
	a, b := identity(from, o.From), identity(to, o.To)
	var differ map[string]bool
	for name, was := range a {
		if is, ok := b[name]; ok && is != was {
			if differ == nil {
				differ = map[string]bool{}
			}
			differ[name] = true
		}
	}
	return differ
}
