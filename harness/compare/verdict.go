package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
)

// finish fills what sums the rest up.
func (d *Diff) finish(compared int, between string) {
	for _, list := range []*[]Change{&d.Regressed, &d.Fixed, &d.New, &d.Gone, &d.Flaky, &d.Changed} {
		if *list == nil {
			*list = []Change{}
		}
	}
	if d.Broken == nil {
		d.Broken = []Broken{}
	}
	if d.Repeats == nil {
		d.Repeats = []Repeat{}
	}
	undecided := slices.ContainsFunc(d.Broken, func(b Broken) bool { return b.Undecided })
	switch {
	case len(d.Regressed) > 0:
		d.ExitCode = ExitRegressed
	case undecided || compared == 0:
		d.ExitCode = ExitError
	}
	d.Verdict = d.verdict(compared, undecided, cmp.Or(between, d.between()))
}

func (d *Diff) verdict(compared int, undecided bool, between string) string {
	if compared == 0 {
		return "Nothing could be compared: no check of the same scenario and pair was graded on both sides."
	}
	var b strings.Builder
	if undecided {
		b.WriteString("Not all could be compared: ")
	}
	if len(d.Regressed) > 0 {
		fmt.Fprintf(&b, "%s regressed %s", view.Some(checksOf(d.Regressed)), between)
		if !slices.ContainsFunc(d.Regressed, func(c Change) bool { return c.Sure }) {
			b.WriteString(", which more runs have to confirm")
		}
	} else {
		fmt.Fprintf(&b, "nothing regressed %s", between)
	}
	var parts []string
	for _, p := range []struct {
		class   Class
		changes []Change
	}{{Fixed, d.Fixed}, {Flaky, d.Flaky}, {Changed, d.Changed}, {Gone, d.Gone}, {New, d.New}} {
		if names := checksOf(p.changes); len(names) > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", p.class, view.Some(names)))
		}
	}
	parts = append(parts, report.Plural(d.Unchanged, "cell")+" unchanged")
	text := b.String() + ": " + strings.Join(parts, "; ") + "."
	return strings.ToUpper(text[:1]) + text[1:]
}

func checksOf(changes []Change) []string {
	var ids []string
	for _, c := range changes {
		ids = add(ids, c.Check)
	}
	return ids
}

// between names the peers that differ: from pion v3.2.40 to v3.3.6.
func (d *Diff) between() string {
	var moved []string
	for _, p := range d.From.Peers {
		for _, q := range d.To.Peers {
			if p.Name == q.Name && p.Version != q.Version {
				moved = append(moved, fmt.Sprintf("from %s %s to %s", p.Name, p.Version, q.Version))
			}
		}
	}
	if len(moved) == 0 {
		return "between runs of the same versions"
	}
	return strings.Join(moved, " and ")
}

// Group is equal changes: one check, one peer, the same before and now.
type Group struct {
	Class        Class
	Check, Title string
	Subject      string
	Where        string // of what is flaky: from, to, both
	Before, Now  string // what was found, or why there is no grade
	Pairs        []string
	Scenarios    []string
	Changes      []Change
	Sure         bool   // all are
	Rates        string // of what is flaky, or was told by Fisher's test: red runs of all, on both sides
	From, To     [2]int // red runs, all runs
}

// Groups merges equal changes over pairs, scenarios and roles, in their order.
func Groups(changes []Change) []Group {
	var groups []Group
	for _, c := range changes {
		g := Group{
			Class: c.Class, Check: c.Check, Title: c.Title, Subject: c.Subject, Where: c.Where, Sure: true,
			Before: c.Evidence.From.say(), Now: c.Evidence.To.say(),
		}
		if c.Class == New { // why it was not graded before hardly matters, and often names the end
			g.Before = "not graded"
		}
		at := slices.IndexFunc(groups, func(o Group) bool {
			return o.Class == g.Class && o.Check == g.Check && o.Subject == g.Subject && o.Where == g.Where && o.Before == g.Before && o.Now == g.Now
		})
		if at < 0 {
			at = len(groups)
			groups = append(groups, g)
		}
		groups[at].add(c)
	}
	return groups
}

func (g *Group) add(c Change) {
	g.Changes = append(g.Changes, c)
	g.Pairs, g.Scenarios = add(g.Pairs, c.Pair), add(g.Scenarios, c.Scenario)
	g.Sure = g.Sure && c.Sure
	g.From = [2]int{g.From[0] + c.Evidence.From.Red, g.From[1] + c.Evidence.From.Runs}
	g.To = [2]int{g.To[0] + c.Evidence.To.Red, g.To[1] + c.Evidence.To.Runs}
	if c.Class == Flaky || c.P > 0 {
		g.Rates = rates(Observed{Red: g.From[0], Runs: g.From[1]}, Observed{Red: g.To[0], Runs: g.To[1]})
	}
}

// rates compares how often two sides were red.
func rates(from, to Observed) string {
	return fmt.Sprintf("red in %d of %d runs before, in %d of %d now", from.Red, from.Runs, to.Red, to.Runs)
}

// say is what a side showed, in one line.
func (o Observed) say() string {
	switch {
	case o.Runs == 0:
		return "not graded: " + cmp.Or(view.Some(o.Reasons), "no session")
	case o.Red == 0:
		return "met"
	}
	return strings.Join(o.Findings[:min(len(o.Findings), maxFindings)], "; ") + more(len(o.Findings)-maxFindings)
}

// maxFindings is how many findings of a group are named.
const maxFindings = 3

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf("; and %d more", n)
}

// Glyph is the sign of a class.
func (c Class) Glyph() string { return view.ChangeGlyph(report.ChangeClass(c)) }

// values are what the reports of a side have in some place, each once.
func (s *side) values(of func(*report.Report) string) []string {
	var list []string
	for i := range s.reports {
		if v := s.plain(of(&s.reports[i])); !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	slices.Sort(list)
	return list
}
