package html

import (
	"fmt"
	"hash/fnv"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// The make-up of what synthetic makes, read off a run of two peers: 79 results a
// session, a twelfth of them known, an eighth unsupported.
const (
	gradedOf1000 = 190 // of the checks, in one scenario, at one end
	knownOf1000  = 480 // of the checks, for one peer
	failsOf      = 1500
)

// draw is a number below n that depends on nothing but the words.
func draw(n int, words ...string) int {
	h := fnv.New32a()
	for _, w := range words {
		_, _ = h.Write([]byte(w)) // it never fails
		_, _ = h.Write([]byte{0})
	}
	return int(h.Sum32() % uint32(n))
}

// synthetic is the report of all pairs of n peers in all scenarios, with the real
// catalogue of requirements and findings of realistic length.
func synthetic(t *testing.T, n int) *report.Report {
	t.Helper()
	in := report.Input{
		Run: report.Run{
			ID: "20260304T050607Z-0000", Seed: 7, Command: []string{"rink", "run", "--peers", "all"}, Complete: true, DurationMs: 900_000,
			StartedAt: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), Network: "private", TimeoutScale: 1, Expectations: "built-in",
		},
		Generator: report.Generator{Name: "rink", Version: "v0.1.0"},
	}
	for _, c := range check.All() {
		in.Requirements = append(in.Requirements, c.Requirement)
	}
	r := report.Build(in)
	for i := range n {
		r.Peers = append(r.Peers, peer.Description{
			ID: fmt.Sprintf("peer-%d", i), Implementation: "An implementation", Version: fmt.Sprintf("v%d.2.3", i), VersionSource: "its build",
			Features: peer.Features{peer.FeatureDataChannel, peer.FeatureMedia, peer.FeatureTrickle},
		})
	}
	for _, s := range scenario.All() {
		r.Scenarios = append(r.Scenarios, report.Scenario{Name: s.Name, Family: s.Family, Title: s.Title})
		for _, offerer := range r.Peers {
			for _, answerer := range r.Peers {
				play(r, s.Name, report.Pair{Offerer: offerer.ID, Answerer: answerer.ID})
			}
		}
	}
	r.Summary = report.Summarize(r)
	return r
}

// play adds a session and its results.
func play(r *report.Report, scenario string, p report.Pair) {
	id := p.Offerer + "_" + p.Answerer + "_" + scenario
	s := report.Session{
		ID: id, Scenario: scenario, Pair: p, Result: trace.EndCompleted, Stage: trace.StageClose, Trace: "traces/" + id + ".jsonl",
		StartedAt: r.Run.StartedAt, DurationMs: float64(300 + draw(3000, id)),
		Stages: map[trace.Stage]float64{trace.StageLaunch: 10, trace.StageSignal: float64(draw(500, id, "signal")), trace.StageCheck: float64(draw(900, id, "check"))},
	}
	s.Timing = report.Timing{PeersMs: s.DurationMs - 3, RinkMs: 3}
	switch draw(40, id, "end") {
	case 0:
		s.Result, s.Stage, s.Reason = trace.EndStopped, trace.StageSignal, "setRemoteDescription(offer) was refused with OperationError: no section can be used"
	case 1, 2, 3:
		s.Result, s.Side, s.Reason = trace.EndUnsupported, trace.Answerer, p.Answerer+" does not declare media"
	}
	r.Sessions = append(r.Sessions, s)
	for _, c := range r.Checks {
		for _, side := range trace.Sides() {
			if draw(1000, c.ID, scenario, string(side)) < gradedOf1000 {
				r.Results = append(r.Results, grade(c, s, side))
			}
		}
	}
}

// grade draws what a check says of one end.
func grade(c report.Check, s report.Session, side trace.Side) report.Result {
	res := report.Result{
		Check: c.ID, Scenario: s.Scenario, Pair: s.Pair, Subject: s.Pair.Peer(side), Role: side, Outcome: check.Pass, Session: s.ID,
	}
	finding := func(known bool) []report.Finding {
		return []report.Finding{{
			Object: "candidates of section " + fmt.Sprint(draw(3, res.Check, s.Scenario)), Got: `sdpMid "", usernameFragment "hYt4" and sdpMLineIndex 0`,
			Want: `one of the local description's mids, "0" or "1", with the ufrag of its section`, Where: []int{12, 45, 78}, Known: known,
		}}
	}
	switch lot := draw(1000, res.Check, res.Subject, s.Scenario); {
	case s.Result == trace.EndUnsupported || lot < 60:
		res.Outcome, res.Reason = check.Unsupported, res.Subject+" does not declare media"
	case lot < 100:
		res.Outcome, res.Reason = check.Skipped, "the session has no restart: it ended in stage "+string(s.Stage)
	case c.Level == check.Observe:
		res.Outcome, res.Findings = check.Observed, finding(false)
	case draw(failsOf, res.Check, s.ID, string(side)) == 0:
		res.Outcome, res.Findings = check.Fail, finding(false)
	case draw(1000, res.Check, res.Subject) < knownOf1000 && lot < 300:
		res.Outcome, res.Findings = check.Known, finding(true)
		res.Expectation = &report.Expectation{
			Check: res.Check, Peer: res.Subject, Versions: "< 4.0.8", Since: fmt.Sprintf("2026-02-%02d", 1+draw(28, res.Check)), File: res.Subject + ".yaml:120",
			Reason: "ICECandidate.ToJSON sets sdpMid to the empty string, which names no media section. Browsers take the candidate by its index; a peer that goes by the mid refuses it.",
			Issue:  fmt.Sprintf("https://github.com/example/webrtc/issues/%d", 1000+draw(9000, res.Check)),
		}
	}
	return res
}
