package compare

import (
	"slices"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Schema names the format of a Diff as JSON.
const Schema = "rink.diff/v1"

// Class says what became of a cell.
type Class string

// The classes; Unchanged cells are only counted.
const (
	Regressed Class = "regressed" // green before, red now
	Fixed     Class = "fixed"     // red before, green now
	New       Class = "new"       // graded now, and not before
	Gone      Class = "gone"      // graded before, and not now
	Flaky     Class = "flaky"     // red and green on a side
	Changed   Class = "changed"   // red before and now, with other findings
)

// Diff is what changed. All lists are in the order of check, subject, pair,
// scenario, and none is nil.
type Diff struct {
	Schema    string   `json:"schema"`
	Verdict   string   `json:"verdict"` // one sentence
	ExitCode  int      `json:"exitCode"`
	From      Side     `json:"from"`
	To        Side     `json:"to"`
	Notes     []string `json:"notes,omitempty"` // what besides the peers under test differs, one sentence each
	Regressed []Change `json:"regressed"`
	Fixed     []Change `json:"fixed"`
	New       []Change `json:"new"`
	Gone      []Change `json:"gone"`
	Flaky     []Change `json:"flaky"`
	Changed   []Change `json:"changed"`
	Unchanged int      `json:"unchanged"` // cells
	Timing    []Timing `json:"timing"`
	Broken    []Broken `json:"broken"`
	Repeats   []Repeat `json:"undecided"`
}

// Side is one side of a comparison.
type Side struct {
	Runs     []string `json:"runs"` // ids, in the order given
	Peers    []Peer   `json:"peers"`
	Complete bool     `json:"complete"` // every run got to its end
}

// Peer is who stood for a name.
type Peer struct {
	Name    string `json:"name"` // as shown
	ID      string `json:"id"`
	Version string `json:"version"`
}

// Change is a cell that is not what it was.
type Change struct {
	Class    Class      `json:"class"`
	Check    string     `json:"check"` // or SessionCheck
	Title    string     `json:"title,omitempty"`
	Pair     string     `json:"pair"` // offerer->answerer, as shown
	Scenario string     `json:"scenario"`
	Subject  string     `json:"subject"`         // as shown; empty of a session where nobody knows who broke it
	Role     trace.Side `json:"role,omitempty"`  // of the subject
	Where    string     `json:"where,omitempty"` // of a flaky cell: from, to, both
	Sure     bool       `json:"sure"`
	P        float64    `json:"p,omitempty"` // of Fisher's exact test, where shares were compared
	Evidence Evidence   `json:"evidence"`
}

// Evidence is what both sides showed of a cell.
type Evidence struct {
	From Observed `json:"from"`
	To   Observed `json:"to"`
}

// Observed is what the runs of one side showed of a cell.
type Observed struct {
	Runs     int      `json:"runs"` // in which it was graded
	Red      int      `json:"red"`
	Ungraded int      `json:"ungraded,omitempty"` // runs without a grade
	Findings []string `json:"findings,omitempty"` // object, got, want; of a session: stage and reason
	Reasons  []string `json:"reasons,omitempty"`  // why it was not graded
	Traces   []string `json:"traces,omitempty"`   // of the red runs, else of the green ones; relative to their report.json
}

// Broken is what says nothing about the peers under test: the harness, the
// environment or another peer broke.
type Broken struct {
	Side     string `json:"side"` // from, to
	Check    string `json:"check"`
	Pair     string `json:"pair,omitempty"`
	Scenario string `json:"scenario,omitempty"`
	Reason   string `json:"reason"`
	// Undecided says that no other run of the side tells.
	Undecided bool `json:"undecided"`
}

// Repeat asks for more runs of a scenario by a pair.
type Repeat struct {
	From     report.Pair `json:"from"` // with the ids of the old side; zero: it was not played there
	To       report.Pair `json:"to"`
	Scenario string      `json:"scenario"`
	Runs     int         `json:"runs"` // more, on each side
	Why      []string    `json:"why"`  // check and subject of what is not sure, as shown
}

// Undecided returns the sessions that have to be played again before it is sure
// what changed and what is noise, by scenario and pair. What repeats too many of
// could tell is not asked for twice: see the package.
func (d Diff) Undecided() []Repeat { return d.Repeats }

// Changes returns all changes, worst first.
func (d Diff) Changes() []Change {
	return slices.Concat(d.Regressed, d.Flaky, d.Changed, d.Gone, d.New, d.Fixed)
}

// The exit codes of a comparison. What regressed for sure is no less sure for
// what broke elsewhere, so it comes first.
const (
	ExitSame      = 0 // nothing regressed
	ExitRegressed = 1
	ExitError     = 2 // a run is incomplete or broke, or nothing could be compared
)

// Reports compares the reports of one side with those of the other. Several
// reports of a side are repeats, or parts, of one plan.
func Reports(from, to []report.Report, o Options) Diff {
	o = o.withDefaults()
	from, to = safe(from), safe(to)
	under := tested(from, to, o)
	a, b := read(from, o.From, o.FromPairs, under, o), read(to, o.To, o.ToPairs, under, o)
	d := Diff{Schema: Schema, From: a.describe(), To: b.describe(), Notes: notes(a, b)}
	judge := judge{options: o, from: a, to: b, diff: &d, pairs: map[string]report.Pair{}}
	judge.all()
	d.Timing = compareTimes(a, b, o.SureRuns)
	d.finish(judge.compared, o.Between)
	return d
}

// safe makes what peers said fit to be shown: a report may come from anywhere.
func safe(reports []report.Report) []report.Report {
	clean := make([]report.Report, len(reports))
	for i := range reports {
		clean[i] = *report.Safe(&reports[i])
	}
	return clean
}

func (s *side) describe() Side {
	d := Side{Runs: []string{}, Peers: []Peer{}, Complete: len(s.unfinished) == 0}
	for i := range s.reports {
		d.Runs = append(d.Runs, s.reports[i].Run.ID)
	}
	for _, p := range describe(s.reports) {
		d.Peers = append(d.Peers, Peer{Name: s.name(p.ID), ID: p.ID, Version: p.Version})
	}
	return d
}
