package mutant

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/trace"
)

// change is one thing altered in a trace.
type change struct {
	class  string // drop-event, sdp-line, ...
	object string // what it is done to: icecandidate, ice-ufrag
	apply  func() []trace.Record
}

// Class counts what became of the mutants of one class and object.
type Class struct {
	Class   string `json:"class"`
	Object  string `json:"object"`
	Tried   int    `json:"tried"`
	Noticed int    `json:"noticed"`
	// Checks are those that noticed, the most frequent first.
	Checks []string `json:"checks,omitempty"`
}

// Score is what became of all mutants.
type Score struct {
	Seed    int64    `json:"seed"`
	Tried   int      `json:"tried"`
	Noticed int      `json:"noticed"`
	Classes []Class  `json:"classes"`
	Traces  []string `json:"traces"`
	// Broken are the checks that a mutant brought to an error, which is a mistake in the
	// check: whatever a peer does is judged or is no evidence.
	Broken []string `json:"broken,omitempty"`
}

// Trace is a recorded session.
type Trace struct {
	Name    string
	Records []trace.Record
}

// Try makes at least want mutants of the traces, the same for the same seed, and
// grades each. Classes take turns, so that a frequent one does not stand for all.
func Try(traces []Trace, seed int64, want, parallel int) (Score, error) {
	score, checks := Score{Seed: seed}, check.All()
	var drawn []attempt
	for _, t := range traces {
		score.Traces = append(score.Traces, t.Name)
		before, broken, err := marks(t.Records, checks)
		if err != nil || len(broken) > 0 {
			return score, fmt.Errorf("%s: %v %w", t.Name, broken, err)
		}
		for _, c := range changes(t.Records) {
			drawn = append(drawn, attempt{change: c, before: before, trace: t.Name})
		}
	}
	drawn = draw(drawn, rand.New(rand.NewPCG(uint64(seed), 1)), want) //nolint:gosec // reproducible, not secret
	if len(drawn) < want {
		return score, fmt.Errorf("the traces give %d mutants, want at least %d", len(drawn), want)
	}
	err := each(len(drawn), parallel, func(i int) error {
		a := &drawn[i]
		after, broken, err := marks(a.apply(), checks)
		if err != nil {
			return fmt.Errorf("%s: %s %s: %w", a.trace, a.class, a.object, err)
		}
		for _, text := range broken {
			a.broken = append(a.broken, fmt.Sprintf("%s: %s %s: %s", a.trace, a.class, a.object, text))
		}
		for mark, id := range after {
			if _, had := a.before[mark]; !had && !slices.Contains(a.by, id) {
				a.by = append(a.by, id)
			}
		}
		return nil
	})
	score.count(drawn)
	return score, err
}

type attempt struct {
	change
	trace  string
	before map[string]string
	by     []string // the checks that noticed
	broken []string
}

// marks are the red findings of a trace: the text of each and the check it is of.
// broken are the checks that made an error.
func marks(records []trace.Record, checks []check.Check) (found map[string]string, broken []string, err error) {
	grades, err := check.GradeTrace(records, checks)
	if err != nil {
		return nil, nil, err
	}
	found = map[string]string{}
	for _, g := range grades {
		if g.Outcome == check.Error {
			broken = append(broken, fmt.Sprintf("%s at the %s: %s", g.Check, g.Side, g.Reason))
		}
		for _, f := range g.Findings {
			if g.Outcome == check.Fail {
				found[g.Check+" "+string(g.Side)+" "+f.String()] = g.Check
			}
		}
	}
	return found, broken, nil
}

// draw shuffles the mutants and takes one of each class in turn, until want.
func draw(all []attempt, rng *rand.Rand, want int) []attempt {
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	byClass := map[string][]attempt{}
	var order []string
	for _, a := range all {
		if byClass[a.class] == nil {
			order = append(order, a.class)
		}
		byClass[a.class] = append(byClass[a.class], a)
	}
	slices.Sort(order)
	var drawn []attempt
	for left := true; left && len(drawn) < want; {
		left = false
		for _, class := range order {
			if rest := byClass[class]; len(rest) > 0 {
				drawn, byClass[class], left = append(drawn, rest[0]), rest[1:], true
			}
		}
	}
	return drawn
}

func (s *Score) count(all []attempt) {
	type tally struct {
		Class
		by map[string]int
	}
	tallies := map[string]*tally{}
	for _, a := range all {
		s.Broken = append(s.Broken, a.broken...)
		key := a.class + "\x00" + a.object
		t := tallies[key]
		if t == nil {
			t = &tally{Class{Class: a.class, Object: a.object}, map[string]int{}}
			tallies[key] = t
		}
		t.Tried++
		s.Tried++
		if len(a.by) > 0 {
			t.Noticed++
			s.Noticed++
		}
		for _, id := range a.by {
			t.by[id]++
		}
	}
	for _, t := range tallies {
		for id := range t.by {
			t.Checks = append(t.Checks, id)
		}
		slices.SortFunc(t.Checks, func(a, b string) int { return cmp.Or(t.by[b]-t.by[a], strings.Compare(a, b)) })
		s.Classes = append(s.Classes, t.Class)
	}
	slices.SortFunc(s.Classes, func(a, b Class) int {
		return cmp.Or(strings.Compare(a.Class, b.Class), strings.Compare(a.Object, b.Object))
	})
}
