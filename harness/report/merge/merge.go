// Package merge puts the reports of several runs together: the shards of one plan,
// or runs of different pairs or scenarios.
//
// What comes out depends on the runs alone, and not on how they are put together:
// in any order, in several steps, one of them twice. A merged report therefore
// keeps of each run what the whole does not tell (report.Part), and everything that
// is said of the whole is made anew from that.
//
// The package knows no files; harness/report/files has those.
package merge

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// maxNamed is how many of a kind are named, so that a reader sees the end of it.
const maxNamed = 10

// merger gathers what the inputs have, by its name, and what does not fit.
type merger struct {
	inputs    []*report.Report // by id, each once
	parts     map[string]report.Part
	scenarios map[string]report.Scenario
	peers     map[string]peer.Description
	sessions  map[string]played // by pair and scenario
	conflicts []string
}

// played is a session with its results, and which input it is of.
type played struct {
	session report.Session
	results []report.Result
	in      *report.Report
}

// Reports puts reports together. The error names every conflict, and then there is
// no report. One run alone, however often it is given, comes out as it is; one shard
// alone is a whole in which the others are missing.
func Reports(in []*report.Report) (*report.Report, error) {
	if len(in) == 0 {
		return nil, errors.New("merge: got no report")
	}
	m := merger{
		parts: map[string]report.Part{}, scenarios: map[string]report.Scenario{},
		peers: map[string]peer.Description{}, sessions: map[string]played{},
	}
	m.take(in)
	m.agree()
	m.agreePlans()
	m.shardsOnce()
	for _, r := range m.inputs {
		m.addScenarios(r)
		m.addPeers(r)
		m.addSessions(r)
	}
	m.sessionIDs()
	if len(m.conflicts) > 0 {
		slices.Sort(m.conflicts)
		return nil, fmt.Errorf("these runs cannot be put together:\n  %s", strings.Join(slices.Compact(m.conflicts), "\n  "))
	}
	if run := m.inputs[0].Run; len(m.parts) == 1 && run.Merged == nil && run.Shard == nil {
		return named(m.inputs[0]), nil
	}
	return m.whole(), nil
}

func (m *merger) conflict(format string, args ...any) {
	m.conflicts = append(m.conflicts, fmt.Sprintf(format, args...))
}

// take notes the inputs, each run once, and their parts.
func (m *merger) take(in []*report.Report) {
	sorted := make([]*report.Report, len(in))
	for i, r := range in {
		sorted[i] = report.Safe(r)
	}
	slices.SortStableFunc(sorted, func(a, b *report.Report) int {
		return cmp.Or(cmp.Compare(a.Run.ID, b.Run.ID), cmp.Compare(content(a), content(b)))
	})
	for _, r := range sorted {
		if n := len(m.inputs); n > 0 && m.inputs[n-1].Run.ID == r.Run.ID {
			if content(m.inputs[n-1]) != content(r) {
				m.conflict("run %s was given twice, with different content", r.Run.ID)
			}
			m.inputs[n-1] = withTraces(m.inputs[n-1], r)
			continue
		}
		m.inputs = append(m.inputs, r)
	}
	for _, r := range m.inputs {
		parts := partsOf(r)
		if len(parts) == 0 {
			m.conflict("run %s: it was put together from nothing", r.Run.ID)
		}
		for _, p := range parts {
			if was, ok := m.parts[p.ID]; ok && text(was) != text(p) {
				m.conflict("run %s was given twice, with different content", p.ID)
			}
			m.parts[p.ID] = p
		}
	}
}

// content is all of a report that a run found: what was made of it later does not
// count.
func content(r *report.Report) string {
	c := *r
	c.Comparison, c.Summary = nil, report.Summary{}
	c.Sessions = slices.Clone(c.Sessions)
	for i := range c.Sessions {
		c.Sessions[i].Trace = ""
	}
	return text(c)
}

// withTraces is a report with the traces that only another copy of it has still.
func withTraces(r, other *report.Report) *report.Report {
	c := *r
	c.Sessions = slices.Clone(r.Sessions)
	for i := range min(len(c.Sessions), len(other.Sessions)) {
		c.Sessions[i].Trace = cmp.Or(c.Sessions[i].Trace, other.Sessions[i].Trace)
	}
	return &c
}

// text makes any part of the model comparable.
func text(v any) string {
	data, _ := json.Marshal(v) // of strings, numbers and times: cannot fail
	return string(data)
}

// partsOf are the runs that a report is of.
func partsOf(r *report.Report) []report.Part {
	if r.Run.Merged != nil {
		return r.Run.Merged.Parts
	}
	return []report.Part{{
		ID: r.Run.ID, Shard: r.Run.Shard, StartedAt: r.Run.StartedAt, DurationMs: r.Run.DurationMs,
		Complete: r.Run.Complete, IncompleteReason: r.Run.IncompleteReason, FailedFast: r.Run.FailedFast,
		Filter: r.Run.Filter, NetworkInfo: r.Run.NetworkInfo, Since: r.Run.Since,
		Environment: r.Environment, Notes: r.Notes,
	}}
}

// sorted are the parts in the order of the report.
func (m *merger) sorted() []report.Part {
	index := func(p report.Part) int {
		if p.Shard == nil {
			return 0
		}
		return p.Shard.Index
	}
	return slices.SortedFunc(maps.Values(m.parts), func(a, b report.Part) int {
		return cmp.Or(cmp.Compare(index(a), index(b)), a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.ID, b.ID))
	})
}

// whole makes the report once there is no conflict.
func (m *merger) whole() *report.Report {
	parts, first := m.sorted(), m.inputs[0]
	r := &report.Report{
		Schema: report.Schema, Generator: first.Generator,
		Run: report.Run{
			Seed: first.Run.Seed, Network: first.Run.Network, TimeoutScale: first.Run.TimeoutScale,
			Expectations: first.Run.Expectations, ExpectationsSHA256: first.Run.ExpectationsSHA256, Anonymised: first.Run.Anonymised,
			Merged: &report.Merged{Parts: parts},
		},
		Checks: first.Checks, Unobservable: first.Unobservable,
	}
	if s := parts[0].Shard; s != nil {
		r.Run.Merged.Plan, r.Run.Merged.Count = s.Of, s.Count
	}
	m.times(r)
	r.Run.Command = []string{"rink", "merge"}
	var filters, infos []string
	for _, p := range parts {
		r.Run.Command = append(r.Run.Command, p.ID)
		filters, infos = append(filters, p.Filter), append(infos, p.NetworkInfo)
		r.Notes = append(r.Notes, p.Notes...)
	}
	r.Run.Filter, r.Run.NetworkInfo = distinct(filters), distinct(infos)
	r.Run.Since = since(parts)
	r.Notes = append(r.Notes, remarks(parts)...)
	if r.Run.Anonymised {
		r.Notes = append(r.Notes, report.AnonymisedNote, anonymisedApart)
	}
	slices.Sort(r.Notes)
	r.Notes = slices.Compact(r.Notes)
	r.Environment = common(parts)
	r.Peers = slices.Collect(maps.Values(m.peers))
	r.Scenarios = slices.Collect(maps.Values(m.scenarios))
	for _, s := range m.sessions {
		r.Sessions, r.Results = append(r.Sessions, s.session), append(r.Results, s.results...)
	}
	for _, in := range m.inputs {
		for id, command := range in.Run.OwnPeers {
			if r.Run.OwnPeers == nil {
				r.Run.OwnPeers = map[string]string{}
			}
			if was, ok := r.Run.OwnPeers[id]; !ok || command < was { // the path may be another one on each machine
				r.Run.OwnPeers[id] = command
			}
		}
	}
	complete(r)
	m.prove(r)
	return named(report.Finished(r))
}

// anonymisedApart limits what report.AnonymisedNote says. What is compared within a
// session is all of one run, and graded as before.
const anonymisedApart = "Each run that this report was put together from may have been anonymised by itself: what was replaced in one of them by a value " +
	"may not be what was replaced by it in another one."

// times: a merged run goes from the first start to the last end, and its id tells
// the first start and follows from its parts.
func (m *merger) times(r *report.Report) {
	parts := r.Run.Merged.Parts
	h := fnv.New32a()
	ids := slices.Sorted(maps.Keys(m.parts))
	_, _ = h.Write([]byte(strings.Join(ids, "\n"))) // never fails
	begin, end := parts[0].StartedAt, time.Time{}
	for _, p := range parts {
		if p.StartedAt.Before(begin) {
			begin = p.StartedAt
		}
		if over := p.StartedAt.Add(time.Duration(max(0, p.DurationMs) * float64(time.Millisecond))); over.After(end) {
			end = over
		}
	}
	r.Run.ID = begin.UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(h.Sum(nil))
	r.Run.StartedAt, r.Run.DurationMs = begin, float64(end.Sub(begin).Microseconds())/1000
}

// complete says whether every shard is there and whole.
func complete(r *report.Report) {
	var reasons []string
	there := map[int]bool{}
	r.Run.FailedFast = true
	for _, p := range r.Run.Merged.Parts {
		name := "run " + p.ID
		if p.Shard != nil {
			name = p.Shard.String()
			there[p.Shard.Index] = true
		}
		if !p.Complete {
			reasons = append(reasons, name+": "+cmp.Or(p.IncompleteReason, "incomplete"))
			r.Run.FailedFast = r.Run.FailedFast && p.FailedFast
		}
	}
	var missing []string
	for i := 1; i <= r.Run.Merged.Count; i++ {
		if !there[i] {
			missing = append(missing, report.Shard{Index: i, Count: r.Run.Merged.Count}.String()+" is missing")
			r.Run.FailedFast = false
		}
	}
	if more := len(missing) - maxNamed; more > 0 {
		missing = append(missing[:maxNamed:maxNamed], fmt.Sprintf("and %d more", more))
	}
	reasons = append(missing, reasons...)
	r.Run.Complete, r.Run.IncompleteReason = len(reasons) == 0, strings.Join(reasons, "; ")
	r.Run.FailedFast = r.Run.FailedFast && !r.Run.Complete
}

// prove finds the expectations of no use. Only all shards of a plan can tell; of
// other runs what each found by itself stays red.
func (m *merger) prove(r *report.Report) {
	met, open, lone := map[string]bool{}, map[string]report.Expectation{}, map[string]report.Expectation{}
	for _, in := range m.inputs {
		for _, e := range in.Unused {
			lone[e.ID()] = e
		}
		if p := in.Run.Proof; p != nil {
			r.Run.Proof = &report.Proof{}
			for _, id := range p.Met {
				met[id] = true
			}
			for _, e := range p.Open {
				open[e.ID()] = e
			}
		}
	}
	if r.Run.Proof != nil {
		r.Run.Proof.Met = append([]string{}, slices.Sorted(maps.Keys(met))...)
		r.Run.Proof.Open = append([]report.Expectation{}, byID(open)...)
	}
	if r.Run.Merged.Plan == "" {
		r.Unused = byID(lone)
		return
	}
	broke := slices.ContainsFunc(r.Sessions, func(s report.Session) bool { return s.Result == trace.EndError })
	if r.Run.Complete && r.Run.Filter == "" && r.Run.Since == nil && !broke {
		maps.DeleteFunc(open, func(id string, _ report.Expectation) bool { return met[id] })
		r.Unused = byID(open)
	}
}

func byID(all map[string]report.Expectation) []report.Expectation {
	return slices.SortedFunc(maps.Values(all), report.CompareExpectations)
}
