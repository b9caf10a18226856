// Package view arranges a report for readers: equal results as one group, what
// broke by its reason, the matrix of requirements and pairs, and what was graded
// by whom. The renderers (harness/report/html, markdown, junit, github) show what
// it arranges.
package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Group is the results of one check for one peer with one outcome, over all
// scenarios, pairs and roles.
type Group struct {
	Check        report.Check
	Subject      string // the peer's id
	Outcome      check.Outcome
	Variants     []Variant // the distinct findings, the most frequent first
	More         int       // findings that the report leaves to the traces
	Reasons      []string  // of unsupported and skipped
	Expectations []report.Expectation
	Scenarios    []string
	Pairs        []report.Pair
	Roles        []trace.Side
	Results      []*report.Result

	report *report.Report
}

// Variant is a finding that sessions have in common.
type Variant struct {
	report.Finding
	Scenarios []string
}

// Reproduce is the command that runs one session of the group again.
func (g Group) Reproduce() string {
	first := g.Results[0]
	return g.report.Reproduce(first.Pair, first.Scenario, first.Check)
}

// Anchor names the group within a document.
func (g Group) Anchor() string { return Anchor(g.Check.ID, g.Subject, string(g.Outcome)) }

// Anchor names something within a document, in letters that need no escaping.
func Anchor(parts ...string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '.' || (r >= '0' && r <= '9') || (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') {
			return r
		}
		return '-'
	}, strings.Join(parts, "-"))
}

// Groups groups the results with one of the outcomes, in the order of outcomes,
// checks and peers.
func Groups(r *report.Report, outcomes ...check.Outcome) []Group {
	checks := map[string]report.Check{}
	for _, c := range r.Checks {
		checks[c.ID] = c
	}
	type key struct {
		outcome        check.Outcome
		check, subject string
	}
	var groups []Group
	index := map[key]int{}
	seen := []map[variantKey]int{} // of each group
	for i := range r.Results {
		res := &r.Results[i]
		if !slices.Contains(outcomes, res.Outcome) {
			continue
		}
		k := key{res.Outcome, res.Check, res.Subject}
		at, ok := index[k]
		if !ok {
			at = len(groups)
			index[k] = at
			c, known := checks[res.Check]
			if !known {
				c = report.Check{ID: res.Check, Title: res.Check}
			}
			groups = append(groups, Group{Check: c, Subject: res.Subject, Outcome: res.Outcome, report: r})
			seen = append(seen, map[variantKey]int{})
		}
		groups[at].add(res, seen[at])
	}
	for i := range groups {
		slices.SortStableFunc(groups[i].Variants, func(a, b Variant) int { return len(b.Scenarios) - len(a.Scenarios) })
	}
	slices.SortStableFunc(groups, func(a, b Group) int {
		return cmp.Or(
			cmp.Compare(slices.Index(outcomes, a.Outcome), slices.Index(outcomes, b.Outcome)),
			cmp.Compare(a.Check.ID, b.Check.ID), cmp.Compare(a.Subject, b.Subject),
		)
	})
	return groups
}

// variantKey is what findings have in common that are one variant.
type variantKey struct {
	object, got, want string
	joint             bool
}

func (g *Group) add(res *report.Result, seen map[variantKey]int) {
	g.Results = append(g.Results, res)
	g.More += res.MoreFindings
	g.Scenarios = with(g.Scenarios, res.Scenario)
	g.Pairs = with(g.Pairs, res.Pair)
	g.Roles = with(g.Roles, res.Role)
	if res.Reason != "" {
		g.Reasons = with(g.Reasons, res.Reason)
	}
	if res.Expectation != nil {
		g.Expectations = with(g.Expectations, *res.Expectation)
	}
	for _, f := range res.Findings {
		k := variantKey{f.Object, f.Got, f.Want, f.Joint}
		at, ok := seen[k]
		if !ok {
			at = len(g.Variants)
			seen[k] = at
			f.Where = nil // of one session only
			g.Variants = append(g.Variants, Variant{Finding: f})
		}
		g.Variants[at].Scenarios = with(g.Variants[at].Scenarios, res.Scenario)
	}
}

// with appends what is not there yet.
func with[T comparable](list []T, item T) []T {
	if slices.Contains(list, item) {
		return list
	}
	return append(list, item)
}

// Break is sessions, or single checks, in which the harness or the environment
// broke for one reason.
type Break struct {
	Reason    string
	Scenarios []string
	Pairs     []report.Pair
	Checks    []string // those without a verdict
	Session   string   // the id of one of them

	report *report.Report
}

// Reproduce is the command that runs one of the sessions again.
func (b Break) Reproduce() string {
	return b.report.Reproduce(b.Pairs[0], b.Scenarios[0], "")
}

// Breaks groups what broke by its reason.
func Breaks(r *report.Report) []Break {
	var breaks []Break
	index := map[string]int{}
	at := func(reason string) *Break {
		i, ok := index[reason]
		if !ok {
			i = len(breaks)
			index[reason] = i
			breaks = append(breaks, Break{Reason: reason, report: r})
		}
		return &breaks[i]
	}
	ended := map[string]string{}
	for i := range r.Sessions {
		s := &r.Sessions[i]
		if s.Result != trace.EndError {
			continue
		}
		ended[s.ID] = strings.TrimSpace(fmt.Sprintf("%s: %s", cmp.Or(string(s.Stage), "session"), s.Reason))
		b := at(ended[s.ID])
		b.Session = cmp.Or(b.Session, s.ID)
		b.Scenarios, b.Pairs = with(b.Scenarios, s.Scenario), with(b.Pairs, s.Pair)
	}
	for i := range r.Results {
		res := &r.Results[i]
		if res.Outcome != check.Error {
			continue
		}
		b := at(cmp.Or(ended[res.Session], res.Reason))
		b.Session = cmp.Or(b.Session, res.Session)
		b.Scenarios, b.Pairs, b.Checks = with(b.Scenarios, res.Scenario), with(b.Pairs, res.Pair), with(b.Checks, res.Check)
	}
	return breaks
}
