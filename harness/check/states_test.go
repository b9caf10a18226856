package check_test

import (
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// stateTrace is a trace of an answerer that says these signaling states.
func stateTrace(features peer.Features, states ...string) []trace.Record {
	records := traceOf(features, nil)
	n := func() int { return len(records) }
	call := func(id int, method, typ string) {
		d := peer.SessionDescription{Type: typ, SDP: "v=0\r\n"}
		records = append(records, trace.Record{N: n(), T: float64(n()), Kind: trace.KindCall, Side: trace.Answerer, Call: &trace.Call{ID: id, Method: method, Description: &d}})
		records = append(records, trace.Record{N: n(), T: float64(n()), Kind: trace.KindReturn, Side: trace.Answerer, Return: &trace.Return{Call: id, Method: method}})
	}
	call(1, "setRemoteDescription", "offer")
	call(2, "setLocalDescription", "answer")
	for _, s := range states {
		records = append(records, trace.Record{N: n(), T: float64(n()), Kind: trace.KindEvent, Side: trace.Answerer, Event: &peer.Event{Type: peer.EventSignalingStateChange, State: s}})
	}
	return append(records, trace.Record{N: n(), T: float64(n()), Kind: trace.KindEnd, End: &trace.End{Result: trace.EndCompleted}})
}

// TestSignalingStateOrder: order is asked of a peer that declares that its events
// have one, and the events themselves of every peer.
func TestSignalingStateOrder(t *testing.T) {
	state003, err := check.ByID("STATE-003")
	if err != nil {
		t.Fatal(err)
	}
	ordered := peer.AllFeatures()
	unordered := ordered.Without(peer.FeatureOrderedStates)
	for name, tc := range map[string]struct {
		records []trace.Record
		want    check.Outcome
	}{
		"in order":                {stateTrace(ordered, "have-remote-offer", "stable"), check.Pass},
		"overtaken":               {stateTrace(ordered, "stable", "have-remote-offer"), check.Fail},
		"overtaken, as declared":  {stateTrace(unordered, "stable", "have-remote-offer"), check.Pass},
		"twice":                   {stateTrace(unordered, "have-remote-offer", "stable", "stable"), check.Fail},
		"one missing":             {stateTrace(unordered, "stable"), check.Fail},
		"another state in it":     {stateTrace(unordered, "have-remote-offer", "closed"), check.Fail},
		"nothing said by an end":  {stateTrace(ordered), check.Fail},
		"nothing said, unordered": {stateTrace(unordered), check.Fail},
	} {
		grades, err := check.GradeTrace(tc.records, []check.Check{state003})
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range grades {
			if g.Side == trace.Answerer && g.Outcome != tc.want {
				t.Errorf("%s: got %s %v, want %s", name, g.Outcome, g.Findings, tc.want)
			}
		}
	}
}
