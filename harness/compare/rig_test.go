package compare

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

const (
	oldPion = "pion@v3.2.40"
	newPion = "pion@v3.3.6"
)

// run makes one run of a version of pion with Chrome. Each result is a line of
// words: check, scenario, role, outcome, and what was found or why not.
type run struct {
	pion    string
	results [][5]string
	broken  map[string]trace.Side // scenarios whose session broke, and at which end
	stopped string                // why the run did not get to its end
	stages  map[trace.Stage]float64
}

func (r run) report() report.Report {
	_, version, _ := cut(r.pion)
	pair := report.Pair{Offerer: r.pion, Answerer: "chrome"}
	rep := report.Report{
		Schema: report.Schema,
		Run:    report.Run{ID: "run of " + r.pion, Complete: r.stopped == "", IncompleteReason: r.stopped, Network: "private", TimeoutScale: 1},
		Peers: []peer.Description{
			{ID: "chrome", Implementation: "Chrome or Chromium", Version: "156"},
			{ID: r.pion, Implementation: "pion/webrtc", Version: version},
		},
	}
	played := map[string]bool{}
	session := func(scenario string, result trace.EndResult) {
		if played[scenario] {
			return
		}
		played[scenario] = true
		s := report.Session{
			ID: scenario, Scenario: scenario, Pair: pair, Result: result, Trace: "traces/" + scenario + ".jsonl", Stages: r.stages,
		}
		if result == trace.EndError {
			s.Stage, s.Side, s.Reason = trace.StageGather, r.broken[scenario], "panic in "+r.pion
		}
		rep.Sessions = append(rep.Sessions, s)
	}
	for scenario := range r.broken {
		session(scenario, trace.EndError)
	}
	for _, x := range r.results {
		session(x[1], trace.EndCompleted)
		role := trace.Side(x[2])
		res := report.Result{Check: x[0], Scenario: x[1], Pair: pair, Role: role, Subject: pair.Peer(role), Outcome: check.Outcome(x[3]), Session: x[1]}
		switch res.Outcome {
		case check.Fail, check.Known:
			res.Findings = []report.Finding{{Object: "candidates", Got: x[4], Want: "a mid"}}
		default:
			res.Reason = x[4]
		}
		rep.Results = append(rep.Results, res)
		if len(rep.Checks) == 0 || rep.Checks[len(rep.Checks)-1].ID != x[0] {
			rep.Checks = append(rep.Checks, report.Check{ID: x[0], Title: "The title of " + x[0]})
		}
	}
	return rep
}

func cut(id string) (name, version string, ok bool) {
	for i, r := range id {
		if r == '@' {
			return id[:i], id[i+1:], true
		}
	}
	return id, "v0", false
}

// one is a run in which CAND-002 came out like this for pion in connect-data.
func one(pion, outcome, found string) report.Report {
	return run{pion: pion, results: [][5]string{{"CAND-002", "connect-data", "offerer", outcome, found}}}.report()
}

// several are runs of a version, one for each letter: p pass, t stale, f fail,
// k known, u unsupported, s skipped, e a check that broke, x a session that broke
// at pion, c one that broke at Chrome, - a run without the cell.
func several(pion, letters string) []report.Report {
	var list []report.Report
	for _, l := range letters {
		outcome := map[rune]string{'p': "pass", 't': "stale", 'f': "fail", 'k': "known", 'u': "unsupported", 's': "skipped", 'e': "error"}[l]
		other := [5]string{"CONN-001", "connect-media", "offerer", "pass", ""} // there is always something to compare
		r := run{pion: pion, results: [][5]string{other}}
		switch l {
		case 'x', 'c':
			r.broken = map[string]trace.Side{"connect-data": map[rune]trace.Side{'x': trace.Offerer, 'c': trace.Answerer}[l]}
			r.results = append(r.results, [5]string{"CAND-002", "connect-data", "offerer", "error", "the session broke"})
		case '-':
		default:
			r.results = append(r.results, [5]string{"CAND-002", "connect-data", "offerer", outcome, "none"})
		}
		list = append(list, r.report())
	}
	return list
}

// compared compares the two as rink diff does.
func compared(t *testing.T, from, to []report.Report) Diff {
	t.Helper()
	options, notes := MatchPeers(from, to)
	if len(notes) > 0 {
		t.Errorf("got notes %q, want every peer to have a counterpart", notes)
	}
	return Reports(from, to, options)
}

// short is a diff in words.
func short(d Diff) []string {
	list := []string{}
	for _, c := range d.Changes() {
		text := fmt.Sprintf("%s %s %s", c.Class, c.Check, c.Subject)
		if c.Where != "" {
			text += " in " + c.Where
		}
		if !c.Sure {
			text += "?"
		}
		list = append(list, text)
	}
	return list
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
