package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
)

// Against says what changed in a run since the runs of a baseline, as a report
// carries it. Peers are matched by MatchPeers, and are named as the run names them.
//
// A report says what the peers do otherwise. What the two runs were about is said
// in notes instead, with how much it is: requirements, scenarios, pairs and peers
// that one side alone has, and cells that were flaky in the baseline already, whose
// outcome now tells nothing.
func Against(now *report.Report, before []report.Report) *report.Comparison {
	to := []report.Report{*now}
	options, _ := MatchPeers(before, to)
	d := Reports(before, to, options)
	a := against{
		diff: d, options: options, before: outline(before, options.From), now: outline(to, options.To),
		real: map[string]string{}, c: &report.Comparison{Unchanged: d.Unchanged, Undecided: len(d.Repeats)},
	}
	for id, name := range options.To {
		a.real[name] = id
	}
	a.changes()
	a.times()
	a.notes()
	a.c.Against = a.lines()
	a.c.Verdict = a.verdict()
	return a.c
}

type against struct {
	diff        Diff
	options     Options
	before, now scope
	real        map[string]string // ids of this run's peers by the name they share with the baseline's
	early       []string          // requirements that were flaky before
	c           *report.Comparison
}

// scope is what runs were about, by the names that are compared.
type scope struct {
	checks, scenarios, pairs map[string]bool
	places                   map[string]bool // pair and scenario
	peers                    []peer.Description
	runs                     []string
}

func outline(reports []report.Report, names map[string]string) scope {
	s := scope{checks: map[string]bool{}, scenarios: map[string]bool{}, pairs: map[string]bool{}, places: map[string]bool{}, peers: describe(safe(reports))}
	shown := func(id string) string { return cmp.Or(names[id], id) }
	for i := range reports {
		r := &reports[i]
		s.runs = append(s.runs, r.Run.ID)
		for _, c := range r.Checks {
			s.checks[builtinAliases.Check(c.ID)] = true
		}
		for _, n := range r.Sessions {
			pair, scenario := shown(n.Pair.Offerer)+"->"+shown(n.Pair.Answerer), builtinAliases.Scenario(n.Scenario)
			s.scenarios[scenario], s.pairs[pair], s.places[pair+" "+scenario] = true, true, true
		}
	}
	return s
}

// has reports whether the runs were about the cell of a change at all.
func (s scope) has(c Change) bool {
	return (c.Check == SessionCheck || s.checks[c.Check]) && s.places[c.Pair+" "+c.Scenario]
}

// changes lists what the peers do otherwise.
func (a *against) changes() {
	for _, list := range [][]Change{a.diff.Regressed, a.diff.Flaky, a.diff.Changed, a.diff.Fixed, a.diff.Gone, a.diff.New} {
		var told []Change
		for _, c := range list {
			switch {
			case c.Class == Gone && !a.now.has(c), c.Class == New && !a.before.has(c):
			case c.Class == Flaky && c.Where != "to":
				a.early = add(a.early, c.Check)
			default:
				told = append(told, c)
			}
		}
		a.c.Changes = append(a.c.Changes, a.merged(told)...)
	}
}

// merged makes one change of all of a requirement, a peer and a class: what differs
// by the scenario (the mids of its sections, say) is no change of its own.
func (a *against) merged(changes []Change) []report.Change {
	var list []report.Change
	var from, to []Observed
	for _, c := range changes {
		at := slices.IndexFunc(list, func(o report.Change) bool { return o.Check == c.Check && o.Subject == a.own(c.Subject) })
		if at < 0 {
			at = len(list)
			list = append(list, report.Change{Class: report.ChangeClass(c.Class), Check: c.Check, Title: c.Title, Subject: a.own(c.Subject)})
			from, to = append(from, Observed{}), append(to, Observed{})
		}
		m := &list[at]
		m.Pairs, m.Scenarios = add(m.Pairs, a.ownPair(c.Pair)), add(m.Scenarios, c.Scenario)
		m.Sure = m.Sure || c.Sure // somewhere, which is enough
		from[at].merge(c.Evidence.From)
		to[at].merge(c.Evidence.To)
		if c.Class == Flaky || c.P > 0 {
			m.Rates = rates(from[at], to[at])
		}
	}
	for i := range list {
		list[i].Before, list[i].Now = from[i].first(to[i]).say(), to[i].first(from[i]).say()
		if list[i].Class == report.New { // why it was not graded before hardly matters
			list[i].Before = "not graded"
		}
		slices.Sort(list[i].Scenarios)
	}
	return list
}

// first has the findings first that the other side lacks: they are what changed.
func (o Observed) first(other Observed) Observed {
	o.Findings = slices.Clone(o.Findings)
	slices.SortStableFunc(o.Findings, func(f, g string) int { return at(other.Findings, f) - at(other.Findings, g) })
	return o
}

func at(list []string, text string) int {
	if slices.Contains(list, text) {
		return 1
	}
	return 0
}

func (o *Observed) merge(other Observed) {
	o.Runs, o.Red = o.Runs+other.Runs, o.Red+other.Red
	for _, f := range other.Findings {
		o.Findings = add(o.Findings, f)
	}
	for _, r := range other.Reasons {
		o.Reasons = add(o.Reasons, r)
	}
}

// own is the id that this run's peer has.
func (a *against) own(name string) string { return cmp.Or(a.real[name], name) }

func (a *against) ownPair(pair string) string {
	offerer, answerer, _ := strings.Cut(pair, "->")
	return a.own(offerer) + "->" + a.own(answerer)
}

func (a *against) times() {
	for _, t := range a.diff.Timing {
		a.c.Times = append(a.c.Times, report.TimeChange{
			Class: report.TimeClass(t.Class), Pair: a.ownPair(t.Pair), Stage: string(t.Stage), FromMs: t.FromMs, ToMs: t.ToMs, Sure: t.Sure,
		})
	}
}

// notes say what the comparison does not cover, each kind in a sentence.
func (a *against) notes() {
	note := func(names []string, noun, say string) {
		if n := len(names); n > 0 {
			a.c.Notes = append(a.c.Notes, fmt.Sprintf("%s %s: %s.", report.Plural(n, noun), say, view.Some(names)))
		}
	}
	a.c.Notes = slices.Clone(a.diff.Notes)
	note(a.now.strangers(a.options.To), "peer", "of this run without a counterpart in the baseline")
	note(a.before.strangers(a.options.From), "peer", "of the baseline without a counterpart in this run")
	note(missing(a.now.checks, a.before.checks), "requirement", "that the baseline did not grade")
	note(missing(a.before.checks, a.now.checks), "requirement", "that the baseline graded and this run did not")
	note(missing(a.now.scenarios, a.before.scenarios), "scenario", "that the baseline did not play")
	note(missing(a.before.scenarios, a.now.scenarios), "scenario", "that the baseline played and this run did not")
	note(missing(a.now.pairs, a.before.pairs), "pair", "that did not meet in the baseline")
	note(missing(a.before.pairs, a.now.pairs), "pair", "that met in the baseline and not in this run")
	note(beyond(a.now, a.before), "session", "that the baseline did not play, of pairs and scenarios that it has")
	note(beyond(a.before, a.now), "session", "that the baseline played and this run did not, of pairs and scenarios that it has")
	note(a.early, "requirement", "that went both ways in the baseline, where the outcome now tells nothing")
	sides := map[string]int{}
	for _, b := range a.diff.Broken {
		if b.Undecided {
			sides[b.Side]++
		}
	}
	for _, s := range [][2]string{{"from", "in the baseline"}, {"to", "in this run"}} {
		if n := sides[s[0]]; n > 0 {
			a.c.Notes = append(a.c.Notes, fmt.Sprintf("Not all could be compared: %s broke or is missing %s.", report.Plural(n, "session or check"), s[1]))
		}
	}
}

// strangers are the peers without a counterpart on the other side.
func (s scope) strangers(matched map[string]string) []string {
	var ids []string
	for _, p := range s.peers {
		if matched[p.ID] == "" {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// beyond are the sessions that one side lacks, although it has their pair and their
// scenario: a part of a run.
func beyond(of, in scope) []string {
	return slices.DeleteFunc(missing(of.places, in.places), func(place string) bool {
		pair, scenario, _ := strings.Cut(place, " ")
		return !in.pairs[pair] || !in.scenarios[scenario]
	})
}

// missing are the names of a set that are not in another one.
func missing(from, in map[string]bool) []string {
	var names []string
	for name := range from {
		if !in[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// lines say who the baseline is of: its peers, each with the version that it has now,
// and its runs.
func (a *against) lines() []string {
	list := []string{}
	for _, p := range a.before.peers {
		line := p.ID + ": " + strings.TrimSpace(p.Implementation+" "+p.Version)
		if q, ok := a.counterpart(p); ok && q.Version != p.Version {
			line += ", now " + q.Version
		}
		list = append(list, line)
	}
	for _, id := range a.before.runs {
		if !strings.HasPrefix(id, "baseline of ") { // which names the peers again
			list = append(list, "run "+id)
		}
	}
	return list
}

// counterpart is who stands in this run for a peer of the baseline.
func (a *against) counterpart(p peer.Description) (peer.Description, bool) {
	name := a.options.From[p.ID]
	for _, q := range a.now.peers {
		if name != "" && a.options.To[q.ID] == name {
			return q, true
		}
	}
	return peer.Description{}, false
}

// maxMoved is how many peers of another version a verdict names.
const maxMoved = 3

// whom names what the run is compared with: the peers of the baseline that have
// another version now.
func (a *against) whom() string {
	var moved []string
	for _, p := range a.before.peers {
		if q, ok := a.counterpart(p); ok && q.Version != p.Version {
			moved = append(moved, base(p.ID)+" "+p.Version)
		}
	}
	switch {
	case len(moved) == 0:
		return "runs of the same versions"
	case len(moved) > maxMoved:
		return "other versions of " + report.Plural(len(moved), "peer")
	}
	return strings.Join(moved, " and ")
}

// verdict says how many requirements regressed, each once for a peer.
func (a *against) verdict() string {
	if a.diff.Unchanged+len(a.diff.Regressed)+len(a.diff.Fixed)+len(a.diff.Flaky)+len(a.diff.Changed) == 0 {
		return "Nothing could be compared with " + a.whom()
	}
	regressed, sure := a.c.Count(report.Regressed), a.c.Sure(report.Regressed)
	text := ""
	switch {
	case regressed == 0:
		text = "No regression against " + a.whom()
	case sure == 0:
		text = fmt.Sprintf("%s against %s, not sure yet", report.Plural(regressed, "regression"), a.whom())
	case sure < regressed:
		text = fmt.Sprintf("%s against %s, %d of them not sure yet", report.Plural(regressed, "regression"), a.whom(), regressed-sure)
	default:
		text = report.Plural(sure, "regression") + " against " + a.whom()
	}
	if a.diff.ExitCode == ExitError || slices.ContainsFunc(a.diff.Broken, func(b Broken) bool { return b.Undecided }) {
		text += ", as far as both could be compared"
	}
	return text
}

// Fits reports why a baseline is none for a run of these peers. Of peers that are not
// started yet the id alone is known.
func Fits(before []report.Report, peers []peer.Description) error {
	for i := range before {
		if s := before[i].Run.Shard; s != nil {
			return fmt.Errorf("run %s is %s, which lacks what the others played: rink merge puts them together", before[i].Run.ID, s)
		}
	}
	options, _ := MatchPeers(before, []report.Report{{Peers: peers}})
	for _, q := range peers {
		if options.To[q.ID] != "" {
			continue
		}
		var could []string
		for i := range before {
			for _, p := range before[i].Peers {
				if base(p.ID) == base(q.ID) && options.From[p.ID] == "" {
					could = add(could, p.ID)
					break // the others of the same report met each other, so that no other file helps
				}
			}
		}
		if len(could) > 1 {
			return fmt.Errorf("%s could each stand for %s: compare with the runs of one of them", strings.Join(could, " and "), q.ID)
		}
	}
	if len(options.To) == 0 {
		ids := scope{peers: peers}.strangers(nil)
		return fmt.Errorf("none of its peers (%s) takes part in the run (%s)", view.Some(outline(before, nil).strangers(nil)), view.Some(ids))
	}
	return nil
}
