package expect

import (
	"iter"
	"slices"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Set is a list of expectations. The zero value is the empty one.
type Set struct {
	entries []*Entry
}

// None returns the empty set: everything that deviates fails.
func None() Set { return Set{} }

// Entries returns the entries in the order of file name and line.
func (s Set) Entries() []*Entry { return slices.Clone(s.entries) }

// Context is what an expectation needs to know of a session.
type Context struct {
	Scenario string
	Offerer  peer.Description
	Answerer peer.Description
}

// ContextOf returns the context of a recorded session.
func ContextOf(h trace.Header) Context {
	return Context{Scenario: h.Scenario, Offerer: h.Offerer, Answerer: h.Answerer}
}

func (s Context) peer(side trace.Side) peer.Description {
	if side == trace.Answerer {
		return s.Answerer
	}
	return s.Offerer
}

// Verdict is a grade after the expectations were looked at.
type Verdict struct {
	Grade   check.Grade   `json:"grade"`   // as the check gave it
	Outcome check.Outcome `json:"outcome"` // the last word
	// Entry is the first expectation that decided, or that applies to a fail
	// without covering it.
	Entry *Entry `json:"entry,omitempty"`
	// Uncovered are the findings of a fail that no expectation explains.
	Uncovered []check.Finding `json:"uncovered,omitempty"`
	// Exercised names the entries that this grade put to the proof.
	Exercised []string `json:"exercised,omitempty"`
}

// Judge gives the last word on a grade. A fail becomes known when expectations
// cover every finding of it; a pass becomes stale when an expectation that is
// not Sometimes says that it fails; every other outcome stays.
func (s Set) Judge(g check.Grade, session Context) Verdict {
	v := Verdict{Grade: g, Outcome: g.Outcome}
	switch g.Outcome {
	case check.Fail:
		s.judgeFail(&v, session)
	case check.Pass:
		s.judgePass(&v, session)
	default: // an error is never excused, and what was not graded is not judged
	}
	return v
}

func (s Set) judgeFail(v *Verdict, session Context) {
	var deciding *Entry
	use := func(e *Entry) {
		if deciding == nil {
			deciding = e
		}
		if !slices.Contains(v.Exercised, e.id()) {
			v.Exercised = append(v.Exercised, e.id())
		}
	}
	entries := s.about(v.Grade, session)
	for _, f := range v.Grade.Findings {
		covered := false
		for _, e := range entries {
			if e.covers(f) {
				covered = true
				use(e)
			}
		}
		if !covered {
			v.Uncovered = append(v.Uncovered, f)
		}
	}
	if len(v.Grade.Findings) > 0 && len(v.Uncovered) == 0 {
		v.Outcome = check.Known
	}
	if v.Entry = deciding; deciding == nil && len(entries) > 0 {
		v.Entry = entries[0]
	}
}

func (s Set) judgePass(v *Verdict, session Context) {
	for _, e := range s.entries {
		if !e.about(v.Grade.Check, session, v.Grade.Side) {
			continue
		}
		v.Exercised = append(v.Exercised, e.id())
		if !e.Sometimes && v.Entry == nil {
			v.Entry, v.Outcome = e, check.Stale
		}
	}
}

// about returns the entries that speak of a fail. An entry about a joint
// deviation speaks of both ends, whichever of them is its peer.
func (s Set) about(g check.Grade, session Context) []*Entry {
	var found []*Entry
	for _, e := range s.entries {
		if e.about(g.Check, session, g.Side) || e.Joint && e.about(g.Check, session, g.Side.Other()) {
			found = append(found, e)
		}
	}
	return found
}

// Unused returns the entries that none of the verdicts put to the proof: they
// covered no finding and met no pass. Only a complete run without filters can
// tell that an entry is of no use.
func (s Set) Unused(verdicts iter.Seq[Verdict]) []*Entry {
	exercised := map[string]bool{}
	for v := range verdicts {
		for _, id := range v.Exercised {
			exercised[id] = true
		}
	}
	return slices.DeleteFunc(s.Entries(), func(e *Entry) bool { return exercised[e.id()] })
}
