package compare

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/aclements/go-moremath/stats"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
)

// judge puts every cell into its class.
type judge struct {
	options  Options
	from, to *side
	diff     *Diff
	pairs    map[string]report.Pair // as shown
	compared int                    // cells that both sides graded
}

func (j *judge) all() {
	keys := map[key]bool{}
	for _, s := range []*side{j.from, j.to} {
		for k := range s.cells {
			keys[k] = true
		}
	}
	none := &tally{}
	var changes []Change
	for _, k := range slices.SortedFunc(maps.Keys(keys), compareKeys) {
		a, b := j.from.cells[k], j.to.cells[k]
		if a == nil {
			a = none
		}
		if b == nil {
			b = none
		}
		if c, ok := j.cell(k, a, b); ok {
			changes = append(changes, c)
		}
	}
	j.incomplete("from", j.from, j.to)
	j.incomplete("to", j.to, j.from)
	groups := groupChanges(changes)
	corroborate(changes, groups)
	for _, c := range changes {
		list := j.diff.list(c.Class)
		*list = append(*list, c)
	}
	j.repeats(changes, groups)
}

// cell returns what became of one cell; false: nothing that is to be shown.
func (j *judge) cell(k key, a, b *tally) (Change, bool) {
	if k.check == SessionCheck {
		j.steady(a)
		j.steady(b)
	}
	j.broke("from", k, a)
	j.broke("to", k, b)
	c := Change{
		Check: k.check, Title: cmp.Or(j.to.titles[k.check], j.from.titles[k.check]), Pair: k.pair.String(), Scenario: k.scenario, Subject: k.subject, Role: k.role,
		Evidence: Evidence{From: a.observed(), To: b.observed()},
	}
	if k.check == SessionCheck {
		c.Subject = cmp.Or(b.blamed, a.blamed)
	}
	j.pairs[c.Pair] = k.pair
	switch {
	case a.graded() == 0 && b.graded() == 0:
		return c, false
	case b.graded() == 0:
		return j.oneSided(c, k, a, b, j.to)
	case a.graded() == 0:
		return j.oneSided(c, k, b, a, j.from)
	}
	j.compared++
	c.Class, c.P = classify(a, b)
	least := min(a.graded(), b.graded())
	switch c.Class {
	case Regressed, Fixed, Changed:
		c.Sure = least >= j.options.SureRuns
		if a.mixed() || b.mixed() {
			c.Sure = least >= j.options.FlakyRuns
		}
	case Flaky:
		c.Sure, c.Where = least >= j.options.FlakyRuns, flakyWhere(a, b)
	default:
		j.diff.Unchanged++
		return c, false
	}
	return c, true
}

// steady takes a break that happened in every run, and often enough, for what the
// peers do, whoever is to blame.
func (j *judge) steady(t *tally) {
	if t.broken >= j.options.SureRuns && t.graded() == 0 {
		t.red, t.broken = t.broken, 0
		t.errors = t.red
		t.findings, t.reasons = t.reasons, nil
		t.variants[strings.Join(t.findings, "\n")] = t.red
	}
}

func (j *judge) broke(name string, k key, t *tally) {
	if t.broken > 0 {
		j.pairs[k.pair.String()] = k.pair
		j.diff.Broken = append(j.diff.Broken, Broken{
			Side: name, Check: k.check, Pair: k.pair.String(), Scenario: k.scenario, Reason: strings.Join(t.reasons, "; "),
			Undecided: t.graded() == 0,
		})
	}
}

// incomplete notes the runs of a side that did not get to their end. They leave
// something undecided where the side lacks what the other side played.
func (j *judge) incomplete(name string, s, other *side) {
	lacks := false
	for at := range other.played {
		_, played := s.played[at]
		lacks = lacks || !played
	}
	for _, reason := range s.unfinished {
		j.diff.Broken = append(j.diff.Broken, Broken{Side: name, Check: "run", Reason: "the run is incomplete: " + reason, Undecided: lacks})
	}
}

// oneSided is a cell that one side alone graded. What a broken session or an
// incomplete run kept from being graded is neither gone nor new, nor is what is
// graded now and then.
func (j *judge) oneSided(c Change, k key, graded, other *tally, s *side) (Change, bool) {
	why := s.absent(k, other)
	if other.broken+other.covered > 0 || why == "" || s.broke(k) {
		return c, false
	}
	seldom := graded.ungraded > 0 && other.ungraded > 0
	if seldom && fisher(graded.graded(), graded.ungraded, 0, other.ungraded) > Alpha {
		return c, false
	}
	c.Class = Gone
	empty := &c.Evidence.To
	if s == j.from {
		c.Class, empty = New, &c.Evidence.From
	}
	empty.Reasons = []string{why}
	declared := !slices.ContainsFunc(other.reasons, func(r string) bool { return strings.HasPrefix(r, string(check.Skipped)) })
	c.Sure = declared || min(graded.graded(), other.ungraded) >= j.options.SureRuns
	return c, true
}

// broke reports whether a side has no session of a cell that did not break.
func (s *side) broke(k key) bool {
	t := s.cells[key{check: SessionCheck, scenario: k.scenario, pair: k.pair}]
	return t != nil && t.errors+t.broken > 0 && t.green+t.ungraded == 0
}

// absent says why a side has no grade of a cell; empty: because it is
// incomplete, left the session out, or is a part of a plan.
func (s *side) absent(k key, t *tally) string {
	_, played := s.played[place{k.pair, k.scenario}]
	switch {
	case t.ungraded > 0:
		return strings.Join(t.reasons, "; ")
	case !played && len(s.unfinished)+s.leftOut+len(s.shards) > 0:
		return ""
	case !played:
		return "the scenario was not played by this pair"
	case !s.grades(k.check):
		return "the check is not part of the run"
	}
	return "the check does not apply to this session"
}

// grades reports whether the runs of a side wanted to grade a check.
func (s *side) grades(check string) bool {
	_, ok := s.titles[check]
	return ok
}

func (t *tally) mixed() bool { return t.red > 0 && t.green > 0 }

func (t *tally) observed() Observed {
	o := Observed{Runs: t.graded(), Red: t.red, Ungraded: t.ungraded, Findings: t.findings, Traces: t.redTraces}
	if len(o.Traces) == 0 {
		o.Traces = t.greenTraces
	}
	if t.graded() == 0 {
		o.Reasons = t.reasons
	}
	return o
}

// classify compares two tallies that have grades; the class is empty where nothing
// changed. P is zero where no test was needed.
func classify(a, b *tally) (Class, float64) {
	switch {
	case a.red == 0 && b.green == 0:
		return Regressed, 0
	case a.green == 0 && b.red == 0:
		return Fixed, 0
	case a.red == 0 && b.red == 0:
		return "", 0
	case a.green == 0 && b.green == 0:
		if otherFindings(a, b) {
			return Changed, 0
		}
		return "", 0
	}
	p := fisher(a.red, a.green, b.red, b.green)
	switch {
	case p > Alpha:
		return Flaky, p
	case a.red*b.graded() < b.red*a.graded():
		return Regressed, p
	}
	return Fixed, p
}

func flakyWhere(a, b *tally) string {
	switch {
	case a.mixed() && b.mixed():
		return "both"
	case a.mixed():
		return "from"
	}
	return "to"
}

// otherFindings reports whether no run of the one side found what a run of the
// other found, and the findings of each side are not other ones in each run.
func otherFindings(a, b *tally) bool {
	for text := range a.variants {
		if b.variants[text] > 0 {
			return false
		}
	}
	return a.repeats() && b.repeats()
}

func (t *tally) repeats() bool { return t.red == 1 || len(t.variants) < t.red }

// fisher is Fisher's exact test, two-sided: how probable a table with these
// margins is that is no more probable than this one.
func fisher(red1, green1, red2, green2 int) float64 {
	n1 := red1 + green1
	d := stats.HypergeometicDist{N: n1 + red2 + green2, K: red1 + red2, Draws: n1}
	limit := d.PMF(float64(red1)) * (1 + 1e-7)
	low, high := d.Bounds()
	p := 0.0
	for k := low; k <= high; k++ {
		if q := d.PMF(k); q <= limit {
			p += q
		}
	}
	return math.Min(p, 1)
}

func (d *Diff) list(c Class) *[]Change {
	switch c {
	case Regressed:
		return &d.Regressed
	case Fixed:
		return &d.Fixed
	case New:
		return &d.New
	case Gone:
		return &d.Gone
	case Flaky:
		return &d.Flaky
	case Changed:
		return &d.Changed
	}
	panic(fmt.Sprintf("compare: no list for %q", c))
}
