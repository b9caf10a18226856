// Package baseline is the compact form of a report that is committed, so that a
// later version of a peer can be compared with it: who was graded, and how every
// check came out. It has no times, no addresses of the machine and no paths, so
// that making it again gives the same file as long as the peers do the same.
//
// A baseline may hold several runs: what happened in some of them only is listed
// with how often. The format is rink.baseline/v2; reports/README.md describes it.
package baseline

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Schema names the format; it is the first member of the file.
const Schema = "rink.baseline/v2"

// SchemaV1 names the format before that, which is still read: one item for each check,
// with the scenarios by name.
const SchemaV1 = "rink.baseline/v1"

// maxRuns bounds how many runs a file may claim to have.
const maxRuns = 100

// Baseline is what the file says; the file itself is more compact.
type Baseline struct {
	Schema    string    `json:"schema"`
	Runs      int       `json:"runs"` // sessions of a scenario and pair, at most
	Network   string    `json:"network"`
	Peers     []Peer    `json:"peers"`
	Checks    []Check   `json:"checks"`
	Scenarios []string  `json:"scenarios"`
	Sessions  []Session `json:"sessions"`
	Results   []Result  `json:"results"`
}

// Peer is who was graded.
type Peer struct {
	ID             string `json:"id"`
	Implementation string `json:"implementation"`
	Version        string `json:"version"`
}

// Check is a requirement that was to be graded.
type Check struct {
	ID    string      `json:"id"`
	Level check.Level `json:"level"`
	Title string      `json:"title"`
}

// Session is how sessions of a pair ended.
type Session struct {
	Pair      string          `json:"pair"` // offerer->answerer
	Result    trace.EndResult `json:"result"`
	Stage     trace.Stage     `json:"stage,omitempty"`
	Side      trace.Side      `json:"side,omitempty"`
	Reason    string          `json:"reason,omitempty"`
	Scenarios map[string]int  `json:"scenarios"` // in how many runs
}

// Result is how a check came out for an end of a pair.
type Result struct {
	Check     string         `json:"check"`
	Pair      string         `json:"pair"`
	Role      trace.Side     `json:"role"`
	Outcome   check.Outcome  `json:"outcome"`
	Reason    string         `json:"reason,omitempty"`
	Findings  []Finding      `json:"findings,omitempty"`
	Scenarios map[string]int `json:"scenarios"` // in how many runs
}

// Finding is one deviation.
type Finding struct {
	Object string `json:"object"`
	Got    string `json:"got"`
	Want   string `json:"want"`
}

// Of makes the baseline of runs of one plan. The error says why they are none.
func Of(reports []report.Report) (*Baseline, error) {
	if len(reports) == 0 {
		return nil, errors.New("baseline: got no report")
	}
	b := &Baseline{Schema: Schema, Network: reports[0].Run.Network}
	played := map[string]int{}
	sessions, results := map[string]Session{}, map[string]Result{}
	peers, checks, scenarios := map[string]Peer{}, map[string]Check{}, map[string]bool{}
	for i := range reports {
		r := report.Safe(&reports[i])
		if !r.Run.Complete {
			return nil, fmt.Errorf("baseline: run %s is incomplete: %s", r.Run.ID, r.Run.IncompleteReason)
		}
		if r.Run.Shard != nil {
			return nil, fmt.Errorf("baseline: run %s is %s: put all of them together with rink merge", r.Run.ID, r.Run.Shard)
		}
		if r.Run.Since != nil && r.Run.Since.LeftOut > 0 {
			return nil, fmt.Errorf("baseline: run %s left out %s: play all of it", r.Run.ID, report.Plural(r.Run.Since.LeftOut, "session"))
		}
		if r.Run.Network != b.Network {
			return nil, fmt.Errorf("baseline: run %s was on the %s network, the first one on the %s network", r.Run.ID, r.Run.Network, b.Network)
		}
		for _, p := range r.Peers {
			was, seen := peers[p.ID]
			if is := (Peer{p.ID, p.Implementation, p.Version}); seen && was != is {
				return nil, fmt.Errorf("baseline: peer %s is %s in one run and %s in another", p.ID, was.Version, is.Version)
			}
			peers[p.ID] = Peer{p.ID, p.Implementation, p.Version}
		}
		for _, c := range r.Checks {
			checks[c.ID] = Check{c.ID, c.Level, c.Title}
		}
		for j := range r.Sessions {
			n := &r.Sessions[j]
			scenarios[n.Scenario] = true
			played[n.Pair.String()+" "+n.Scenario]++
			addSession(sessions, n)
		}
		for j := range r.Results {
			addResult(results, &r.Results[j])
		}
	}
	for _, n := range played {
		b.Runs = max(b.Runs, n)
	}
	if b.Runs < 1 || b.Runs > maxRuns {
		return nil, fmt.Errorf("baseline: got %d sessions of a scenario and pair, want 1 to %d", b.Runs, maxRuns)
	}
	b.Peers, b.Checks, b.Scenarios = byKey(peers), byKey(checks), slices.Sorted(maps.Keys(scenarios))
	b.Sessions, b.Results = byKey(sessions), byKey(results)
	return b, nil
}

// addSession counts a session with those that differ from it in the scenario alone.
func addSession(all map[string]Session, n *report.Session) {
	s := Session{Pair: n.Pair.String(), Result: n.Result, Stage: n.Stage, Side: n.Side, Reason: steady(n.Reason)}
	key := keyOf(s)
	if seen, ok := all[key]; ok {
		s = seen
	} else {
		s.Scenarios = map[string]int{}
		all[key] = s
	}
	s.Scenarios[n.Scenario]++
}

func addResult(all map[string]Result, n *report.Result) {
	r := Result{Check: n.Check, Pair: n.Pair.String(), Role: n.Role, Outcome: n.Outcome, Reason: steady(n.Reason)}
	for _, f := range n.Findings {
		short := Finding{f.Object, f.Got, f.Want}
		if !slices.Contains(r.Findings, short) {
			r.Findings = append(r.Findings, short)
		}
	}
	key := keyOf(r)
	if seen, ok := all[key]; ok {
		r = seen
	} else {
		r.Scenarios = map[string]int{}
		all[key] = r
	}
	r.Scenarios[n.Scenario]++
}

// fingerprints are those of certificates, which every session makes anew.
var fingerprints = regexp.MustCompile(`\b(?:[0-9A-Fa-f]{2}:){15,}[0-9A-Fa-f]{2}\b`)

// steady is a reason without what is another one in each session.
func steady(reason string) string { return fingerprints.ReplaceAllString(reason, "…") }

// keyOf is what items have to have in common to be counted together; it orders
// them by their members, too.
func keyOf(item any) string {
	data, _ := json.Marshal(item) // of strings, numbers and maps: cannot fail
	return string(data)
}

func byKey[T any](all map[string]T) []T {
	list := make([]T, 0, len(all))
	for _, key := range slices.Sorted(maps.Keys(all)) {
		list = append(list, all[key])
	}
	return list
}
