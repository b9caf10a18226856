package report

import (
	"slices"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Schema names the format; it is the first field of report.json.
const Schema = "rink.report/v1"

// Report is the whole of report.json.
type Report struct {
	Schema      string      `json:"schema"`
	Run         Run         `json:"run"`
	Generator   Generator   `json:"generator"`
	Environment Environment `json:"environment"`
	Summary     Summary     `json:"summary"`
	// Comparison is there when the run was compared with a baseline.
	Comparison *Comparison `json:"comparison,omitempty"`
	Notes      []string    `json:"notes,omitempty"`
	// Unused are expectations that a complete run put to no proof: they excuse
	// nothing and have to go.
	Unused []Expectation      `json:"unusedExpectations,omitempty"`
	Peers  []peer.Description `json:"peers"`  // by id
	Checks []Check            `json:"checks"` // by ID; also those that nothing graded
	// Unobservable are requirements that Rink knows and has no check for; by ID.
	Unobservable []Unobservable `json:"unobservable,omitempty"`
	Scenarios    []Scenario     `json:"scenarios"` // by name
	Sessions     []Session      `json:"sessions"`  // by scenario, pair, id
	Results      []Result       `json:"results"`   // by check, scenario, pair, role

	safe bool // Safe made it
}

// Run says what was asked for and how far it got.
type Run struct {
	ID         string    `json:"id"`
	Seed       int64     `json:"seed"`
	Command    []string  `json:"command"`
	StartedAt  time.Time `json:"startedAt"`
	DurationMs float64   `json:"durationMs"`
	// Complete is false when the run was interrupted or given up: what is
	// missing was not graded.
	Complete         bool    `json:"complete"`
	IncompleteReason string  `json:"incompleteReason,omitempty"`
	FailedFast       bool    `json:"failedFast,omitempty"` // incomplete because it stopped at its first failure, as asked
	Filter           string  `json:"filter,omitempty"`     // what narrowed the run down; empty: nothing
	Network          string  `json:"network"`              // private, host
	NetworkInfo      string  `json:"networkInfo,omitempty"`
	TimeoutScale     float64 `json:"timeoutScale"`
	Expectations     string  `json:"expectations"` // built-in, none, or a directory
	// ExpectationsSHA256 is of their content: the same list has the same anywhere.
	ExpectationsSHA256 string `json:"expectationsSha256,omitempty"`
	// Shard is there when the run was one part of a plan.
	Shard *Shard `json:"shard,omitempty"`
	// Merged is there when the report was put together from several runs.
	Merged *Merged `json:"merged,omitempty"`
	// Proof is there when the run cannot tell itself which expectations are unused.
	Proof *Proof `json:"proof,omitempty"`
	// Since is there when the run was to leave out what earlier runs had green.
	Since *Partial `json:"since,omitempty"`
	// OwnPeers are the programs that the user brought (--peer), by id.
	OwnPeers map[string]string `json:"ownPeers,omitempty"`
	// Anonymised says that private values were replaced, see package anonymise.
	Anonymised bool `json:"anonymised,omitempty"`
}

// AnonymisedNote is the note that the readers of an anonymised report get.
const AnonymisedNote = "This report is anonymised: addresses, host and user names, paths, ICE credentials, foundations, fingerprints and " +
	"ids of media are replaced, the same value by the same one in every file. Names of peers and interfaces, versions, ports and times are real."

// Partial says what a run left out, since it was green in an earlier run and
// nothing that tells of a change had changed.
type Partial struct {
	Reports []string `json:"reports"` // ids of the earlier runs, the newest first
	LeftOut int      `json:"leftOut"` // sessions
}

// Generator is the program that wrote the report.
type Generator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Environment is the machine that the run was on. What is not known is empty.
type Environment struct {
	Go         string      `json:"go,omitempty"`
	OS         string      `json:"os,omitempty"`
	Arch       string      `json:"arch,omitempty"`
	Kernel     string      `json:"kernel,omitempty"`
	CPUs       int         `json:"cpus,omitempty"`
	Interfaces []Interface `json:"interfaces,omitempty"`
	CI         string      `json:"ci,omitempty"` // the CI system's name
}

// Interface is a network interface that was up.
type Interface struct {
	Name  string   `json:"name"`
	Addrs []string `json:"addrs,omitempty"` // with prefix length
}

// Check is a requirement as the report explains it.
type Check struct {
	ID        string      `json:"id"`
	Slug      string      `json:"slug,omitempty"`
	Title     string      `json:"title"`
	Level     check.Level `json:"level"`
	Group     string      `json:"group"`
	Statement string      `json:"statement,omitempty"` // what the clauses ask for, which is why it matters
	Refs      []Ref       `json:"refs,omitempty"`
	WPT       []string    `json:"wpt,omitempty"`   // files of web-platform-tests that test the same step
	Since     string      `json:"since,omitempty"` // Rink's version that brought it
	// Note is there at level observe: which texts disagree.
	Note string `json:"note,omitempty"`
}

// Unobservable is a requirement that no check judges.
type Unobservable struct {
	ID    string      `json:"id"`
	Title string      `json:"title"`
	Level check.Level `json:"level"`
	Group string      `json:"group"`
	Note  string      `json:"note"` // what is missing to observe it
}

// Ref is a clause of a standard.
type Ref struct {
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
}

// Scenario is what a session acts out.
type Scenario struct {
	Name   string       `json:"name"`
	Family string       `json:"family,omitempty"`
	Title  string       `json:"title,omitempty"`
	Traits trace.Traits `json:"traits,omitempty"`
}

// Pair is two peers, directed: the first one makes the offer.
type Pair struct {
	Offerer  string `json:"offerer"`
	Answerer string `json:"answerer"`
}

// String returns the pair as it is written on the command line.
func (p Pair) String() string { return p.Offerer + "->" + p.Answerer }

// Peer returns the peer at a side.
func (p Pair) Peer(side trace.Side) string {
	if side == trace.Answerer {
		return p.Answerer
	}
	return p.Offerer
}

// Session is one run of a scenario by a pair.
type Session struct {
	ID         string          `json:"id"`
	Scenario   string          `json:"scenario"`
	Pair       Pair            `json:"pair"`
	Result     trace.EndResult `json:"result"`
	Stage      trace.Stage     `json:"stage,omitempty"`
	Side       trace.Side      `json:"side,omitempty"` // who it waited for or who broke, where known
	Reason     string          `json:"reason,omitempty"`
	Trace      string          `json:"trace,omitempty"` // path relative to report.json, with slashes
	SHA256     string          `json:"sha256,omitempty"`
	StartedAt  time.Time       `json:"startedAt"`
	DurationMs float64         `json:"durationMs"`
	Timing     Timing          `json:"timing"`
	// Stages is how long the session was in each stage, in milliseconds; one that
	// was entered again counts once, with all its time. Empty: nobody knows.
	Stages map[trace.Stage]float64 `json:"stages,omitempty"`
}

// Timing splits the time of a session, in milliseconds.
type Timing struct {
	PeersMs float64 `json:"peersMs"` // waiting for the peers, purposeful waits included
	RinkMs  float64 `json:"rinkMs"`  // Rink's own: carrying, recording, grading
}

// Result is the outcome of one check for one side of one session.
type Result struct {
	Check        string        `json:"check"`
	Scenario     string        `json:"scenario"`
	Pair         Pair          `json:"pair"`
	Subject      string        `json:"subject"` // id of the peer that is judged
	Role         trace.Side    `json:"role"`
	Outcome      check.Outcome `json:"outcome"`
	Reason       string        `json:"reason,omitempty"` // of unsupported, skipped and error
	Findings     []Finding     `json:"findings,omitempty"`
	MoreFindings int           `json:"moreFindings,omitempty"` // left out here; the trace tells them
	Expectation  *Expectation  `json:"expectation,omitempty"`
	Session      string        `json:"session"`
}

// Finding is one deviation.
type Finding struct {
	Object string `json:"object"`
	Got    string `json:"got"`
	Want   string `json:"want"`
	Where  []int  `json:"where,omitempty"` // record numbers in the trace
	Joint  bool   `json:"joint,omitempty"` // cannot tell which side it is
	Why    string `json:"why,omitempty"`   // why nobody can tell
	// Known findings are covered by an expectation; in a fail, others are not.
	Known bool `json:"known,omitempty"`
}

// String is the one line that people read: object, got, want.
func (f Finding) String() string {
	return f.Object + ": got " + f.Got + ", want " + f.Want
}

// Expectation is the reviewed entry behind a known or stale result, or the one
// that does not cover a fail.
type Expectation struct {
	Check    string `json:"check"`
	Peer     string `json:"peer"`
	Reason   string `json:"reason"`
	Issue    string `json:"issue"`
	Versions string `json:"versions,omitempty"`
	Since    string `json:"since"`
	File     string `json:"file"` // with the line: fixtures/expectations/pion.yaml:12
}

// Pairs returns the directed pairs of the report in order.
func Pairs(r *Report) []Pair {
	var pairs []Pair
	for i := range r.Sessions {
		if p := r.Sessions[i].Pair; !slices.Contains(pairs, p) {
			pairs = append(pairs, p)
		}
	}
	slices.SortFunc(pairs, comparePairs)
	return pairs
}
