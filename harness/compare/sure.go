package compare

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// witnesses is how many cells with the same change have to be sure on their own.
const witnesses = 2

// sameChange is what cells have in common that vouch for each other.
type sameChange struct {
	class                Class
	check, pair, subject string
	role                 trace.Side
}

// groupChanges returns the indexes of the changes that vouch for each other. What
// flips vouches for nothing.
func groupChanges(changes []Change) map[sameChange][]int {
	groups := map[sameChange][]int{}
	for i, c := range changes {
		if c.Class != Flaky && c.P == 0 {
			k := sameChange{c.Class, c.Check, c.Pair, c.Subject, c.Role}
			groups[k] = append(groups[k], i)
		}
	}
	return groups
}

// corroborate makes a change sure that is sure in other scenarios.
func corroborate(changes []Change, groups map[sameChange][]int) {
	for _, group := range groups {
		if sure(changes, group) < witnesses {
			continue
		}
		for _, i := range group {
			changes[i].Sure = true
		}
	}
}

func sure(changes []Change, group []int) int {
	n := 0
	for _, i := range group {
		if changes[i].Sure {
			n++
		}
	}
	return n
}

// repeats asks for what would make the changes sure, and for what broke.
func (j *judge) repeats(changes []Change, groups map[sameChange][]int) {
	wanted := map[place]*Repeat{}
	want := func(at place, runs int, why string) {
		r := wanted[at]
		if r == nil {
			r = &Repeat{From: j.from.played[at], To: j.to.played[at], Scenario: at.scenario}
			wanted[at] = r
		}
		r.Runs, r.Why = max(r.Runs, runs), add(r.Why, why)
	}
	for _, b := range j.diff.Broken {
		if b.Undecided && b.Scenario != "" {
			want(place{j.pairs[b.Pair], b.Scenario}, 1, b.Check+" broke")
		}
	}
	at := func(c Change) place { return place{j.pairs[c.Pair], c.Scenario} }
	ask := func(c Change, runs int) {
		least := min(c.Evidence.From.Runs+c.Evidence.From.Ungraded, c.Evidence.To.Runs+c.Evidence.To.Ungraded)
		want(at(c), max(1, runs-least), fmt.Sprintf("%s %s %s?", c.Check, c.Subject, c.Class))
	}
	for _, c := range changes {
		if !c.Sure && (c.Class == Flaky || c.P > 0) {
			ask(c, j.options.FlakyRuns)
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(groups), compareGroups) {
		open := slices.DeleteFunc(slices.Clone(groups[k]), func(i int) bool { return changes[i].Sure })
		slices.SortStableFunc(open, func(a, b int) int { // what is played again anyway comes first
			return chosen(wanted[at(changes[b])]) - chosen(wanted[at(changes[a])])
		})
		for n, i := range open {
			if n < witnesses-sure(changes, groups[k]) {
				ask(changes[i], j.options.SureRuns)
			}
		}
	}
	for _, where := range slices.SortedFunc(maps.Keys(wanted), comparePlaces) {
		j.diff.Repeats = append(j.diff.Repeats, *wanted[where])
	}
}

func chosen(r *Repeat) int {
	if r == nil {
		return 0
	}
	return 1
}

func compareGroups(a, b sameChange) int {
	return cmp.Or(cmp.Compare(a.check, b.check), cmp.Compare(a.subject, b.subject), cmp.Compare(a.pair, b.pair),
		cmp.Compare(a.role, b.role), cmp.Compare(a.class, b.class))
}

func comparePlaces(a, b place) int {
	return cmp.Or(cmp.Compare(a.scenario, b.scenario), cmp.Compare(a.pair.String(), b.pair.String()))
}

// notes say what besides the peers under test differs between the sides.
func notes(a, b *side) []string {
	var list []string
	differ := func(what string, of func(*report.Report) string) {
		was, is := a.values(of), b.values(of)
		known := !slices.Contains(was, "") && !slices.Contains(is, "") // a baseline does not know all
		if known && !slices.Equal(was, is) {
			list = append(list, fmt.Sprintf("%s: %s before, %s now; what changed may be due to that", what, strings.Join(was, " and "), strings.Join(is, " and ")))
		}
	}
	differ("the network", func(r *report.Report) string { return r.Run.Network })
	differ("the scale of timeouts", func(r *report.Report) string {
		if r.Run.TimeoutScale == 0 { // nobody knows
			return ""
		}
		return fmt.Sprint(r.Run.TimeoutScale)
	})
	differ("Rink", func(r *report.Report) string { return r.Generator.Version })
	for name, s := range map[string]*side{"old": a, "new": b} {
		if s.leftOut > 0 {
			list = append(list, fmt.Sprintf("the %s runs left out %s that earlier runs had green: what they would show is not compared", name, report.Plural(s.leftOut, "session")))
		}
		if len(s.shards) > 0 {
			list = append(list, fmt.Sprintf("of the plan of the %s runs only %s is there: what the other shards would show is not compared", name, strings.Join(s.shards, ", ")))
		}
	}
	slices.Sort(list)
	return list
}
