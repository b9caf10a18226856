package report

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/expect"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// maxFindings is how many findings of one result the report repeats.
const maxFindings = 50

// Input is what a run knows when it ends, however it ends.
type Input struct {
	Run         Run
	Generator   Generator
	Environment Environment
	// Peers adds peers that no session brought up; the others are taken from
	// the sessions.
	Peers []peer.Description
	// Requirements are those that the run wanted to grade, so that what nothing
	// graded shows as a hole.
	Requirements []check.Requirement
	// Unobservable are those that Rink has no check for.
	Unobservable []check.Requirement
	// Scenarios adds scenarios that no session ran.
	Scenarios []Scenario
	Sessions  []SessionInput
	Notes     []string // what a reader must know besides, one sentence each
	Unused    []*expect.Entry
}

// SessionInput is one session with its verdicts.
type SessionInput struct {
	Header    trace.Header
	End       trace.End
	Trace     string // path relative to the report's folder; empty: not kept
	SHA256    string // of the trace file, in hex
	StartedAt time.Time
	Duration  time.Duration
	Timing    Timing
	Stages    map[trace.Stage]float64 // milliseconds
	Verdicts  []expect.Verdict
}

// Build makes the report. The same input, in whatever order its sessions
// finished, gives the same report.
func Build(in Input) *Report {
	r := &Report{
		Schema: Schema, Run: in.Run, Generator: in.Generator, Environment: in.Environment,
		Notes: slices.Clone(in.Notes),
	}
	r.Run.StartedAt = r.Run.StartedAt.UTC().Round(0)
	r.Run.DurationMs = roundMs(r.Run.DurationMs)
	if r.Run.Command == nil {
		r.Run.Command = []string{}
	}
	for _, q := range in.Requirements {
		r.Checks = append(r.Checks, checkOf(q))
	}
	for _, q := range in.Unobservable {
		r.Unobservable = append(r.Unobservable, Unobservable{ID: q.ID, Title: q.Title, Level: q.Level, Group: q.Group, Note: q.Note})
	}
	scenarios := map[string]Scenario{}
	for _, s := range in.Scenarios {
		scenarios[s.Name] = s
	}
	peers := map[string]peer.Description{}
	sessions := slices.Clone(in.Sessions)
	slices.SortStableFunc(sessions, compareInputs) // else the order tells which description of a peer counts
	for i := range sessions {
		s := &sessions[i]
		h := &s.Header
		scenarios[h.Scenario] = Scenario{Name: h.Scenario, Family: h.Family, Title: h.Title, Traits: h.Traits}
		for _, side := range trace.Sides() {
			r.addPeer(peers, h.Peer(side))
		}
		r.Sessions = append(r.Sessions, sessionOf(s))
		for _, v := range s.Verdicts {
			r.Results = append(r.Results, resultOf(h, v))
		}
	}
	for _, p := range in.Peers {
		r.addPeer(peers, p)
	}
	for _, e := range in.Unused {
		r.Unused = append(r.Unused, ExpectationOf(e))
	}
	r.Peers = slices.Collect(maps.Values(peers))
	r.Scenarios = slices.Collect(maps.Values(scenarios))
	return Finished(r)
}

// Finished puts every list into its documented order, makes every string safe and
// computes the summary.
func Finished(r *Report) *Report {
	r.sort()
	r = Safe(r)
	r.Summary = Summarize(r)
	return r
}

// addPeer notes a peer once, and says so if it was another one the next time. A
// peer that did not come up has no version, which is no change.
func (r *Report) addPeer(peers map[string]peer.Description, p peer.Description) {
	if p.Features = slices.Clone(p.Features); p.Features == nil {
		p.Features = peer.Features{}
	}
	seen, ok := peers[p.ID]
	if !ok || seen.Version == peer.Unknown && p.Version != peer.Unknown {
		peers[p.ID] = p
		return
	}
	if seen.Version == p.Version || p.Version == peer.Unknown {
		return
	}
	versions := []string{seen.Version, p.Version}
	slices.Sort(versions)
	note := fmt.Sprintf("peer %s changed its version during the run: %s and %s", p.ID, versions[0], versions[1])
	if !slices.Contains(r.Notes, note) {
		r.Notes = append(r.Notes, note)
	}
	if p.Version < seen.Version {
		peers[p.ID] = p
	}
}

func checkOf(q check.Requirement) Check {
	c := Check{
		ID: q.ID, Slug: q.Slug, Title: q.Title, Level: q.Level, Group: q.Group,
		Statement: q.Statement, WPT: q.WPT, Since: q.Since, Note: q.Note,
	}
	for _, ref := range q.Refs {
		c.Refs = append(c.Refs, Ref{Title: ref.Title, URL: ref.URL})
	}
	return c
}

func sessionOf(s *SessionInput) Session {
	return Session{
		ID: s.Header.ID, Scenario: s.Header.Scenario,
		Pair:   Pair{Offerer: s.Header.Offerer.ID, Answerer: s.Header.Answerer.ID},
		Result: s.End.Result, Stage: s.End.Stage, Side: s.End.Side, Reason: s.End.Reason,
		Trace: s.Trace, SHA256: s.SHA256, StartedAt: s.StartedAt.UTC().Round(0),
		DurationMs: roundMs(float64(s.Duration) / float64(time.Millisecond)),
		Timing: Timing{
			PeersMs: roundMs(s.Timing.PeersMs), RinkMs: roundMs(s.Timing.RinkMs),
		},
		Stages: roundStages(s.Stages),
	}
}

func resultOf(h *trace.Header, v expect.Verdict) Result {
	res := Result{
		Check: v.Grade.Check, Scenario: h.Scenario,
		Pair:    Pair{Offerer: h.Offerer.ID, Answerer: h.Answerer.ID},
		Subject: h.Peer(v.Grade.Side).ID, Role: v.Grade.Side,
		Outcome: v.Outcome, Reason: v.Grade.Reason, Session: h.ID,
	}
	findings := v.Grade.Findings
	if len(findings) > maxFindings {
		res.MoreFindings = len(findings) - maxFindings
		findings = findings[:maxFindings]
	}
	uncovered := map[string]bool{}
	for _, f := range v.Uncovered {
		uncovered[f.String()] = true
	}
	for _, f := range findings {
		res.Findings = append(res.Findings, Finding{
			Object: f.Object, Got: f.Got, Want: f.Want, Where: f.Where, Joint: f.Joint, Why: f.Why,
			Known: v.Outcome == check.Known || v.Outcome == check.Fail && !uncovered[f.String()],
		})
	}
	if e := v.Entry; e != nil {
		known := ExpectationOf(e)
		res.Expectation = &known
	}
	return res
}

// ExpectationOf returns an entry as the report repeats it.
func ExpectationOf(e *expect.Entry) Expectation {
	return Expectation{
		Check: e.Check, Peer: e.Peer, Reason: e.Reason, Issue: e.Issue, Versions: e.Versions, Since: e.Since, File: e.Where(),
	}
}

// sort puts every list into its documented order, and turns a nil list into an
// empty one: readers expect a list.
func (r *Report) sort() {
	r.Peers = sorted(r.Peers, func(a, b peer.Description) int { return cmp.Compare(a.ID, b.ID) })
	r.Unobservable = slices.SortedFunc(slices.Values(r.Unobservable), func(a, b Unobservable) int { return cmp.Compare(a.ID, b.ID) })
	r.Checks = sorted(r.Checks, func(a, b Check) int { return cmp.Compare(a.ID, b.ID) })
	r.Scenarios = sorted(r.Scenarios, func(a, b Scenario) int { return cmp.Compare(a.Name, b.Name) })
	r.Sessions = sorted(r.Sessions, func(a, b Session) int {
		return cmp.Or(cmp.Compare(a.Scenario, b.Scenario), comparePairs(a.Pair, b.Pair), cmp.Compare(a.ID, b.ID))
	})
	r.Results = sorted(r.Results, func(a, b Result) int {
		return cmp.Or(cmp.Compare(a.Check, b.Check), cmp.Compare(a.Scenario, b.Scenario), comparePairs(a.Pair, b.Pair),
			-cmp.Compare(a.Role, b.Role), cmp.Compare(a.Session, b.Session)) // the offerer first
	})
	r.Unused = slices.SortedStableFunc(slices.Values(r.Unused), CompareExpectations)
	r.Notes = slices.Sorted(slices.Values(r.Notes))
}

func compareInputs(a, b SessionInput) int {
	return cmp.Or(cmp.Compare(a.Header.Scenario, b.Header.Scenario),
		cmp.Compare(a.Header.Offerer.ID, b.Header.Offerer.ID), cmp.Compare(a.Header.Answerer.ID, b.Header.Answerer.ID),
		cmp.Compare(a.Header.ID, b.Header.ID))
}

// sorted leaves the list as it is, which may be another report's.
func sorted[T any](list []T, compare func(a, b T) int) []T {
	if len(list) == 0 {
		return []T{}
	}
	return slices.SortedStableFunc(slices.Values(list), compare)
}

func comparePairs(a, b Pair) int {
	return cmp.Or(cmp.Compare(a.Offerer, b.Offerer), cmp.Compare(a.Answerer, b.Answerer))
}

// roundMs keeps microseconds.
func roundMs(ms float64) float64 { return math.Round(ms*1000) / 1000 }

func roundStages(stages map[trace.Stage]float64) map[trace.Stage]float64 {
	rounded := maps.Clone(stages)
	for stage, ms := range rounded {
		rounded[stage] = roundMs(ms)
	}
	return rounded
}
