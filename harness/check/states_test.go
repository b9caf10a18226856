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

// TestStatesAreThoseOfTheTransportsThatThereAre: with the transport of a rejected
// section the state that it led to goes away; without one it stays.
func TestStatesAreThoseOfTheTransportsThatThereAre(t *testing.T) {
	state002, err := check.ByID("STATE-002")
	if err != nil {
		t.Fatal(err)
	}
	said := func(states ...string) []trace.Record {
		var records []trace.Record
		for _, side := range trace.Sides() {
			for _, s := range states {
				records = append(records, trace.Record{Kind: trace.KindEvent, Side: side, Event: &peer.Event{Type: peer.EventConnectionStateChange, State: s}})
			}
			records = append(records, trace.Record{Kind: trace.KindEvent, Side: side, Event: &peer.Event{Type: peer.EventICEConnectionStateChange, State: "connected"}})
			records = append(records, trace.Record{Kind: trace.KindEvent, Side: side, Event: &peer.Event{Type: peer.EventConnectionStateChange, State: "connected"}})
		}
		return records
	}
	for name, tc := range map[string]struct {
		traits trace.Traits
		states []string
		want   check.Outcome
	}{
		"straight":                         {nil, []string{"connecting"}, check.Pass},
		"back to new":                      {nil, []string{"connecting", "new", "connecting"}, check.Fail},
		"back to new after a rejection":    {trace.Traits{trace.TraitRejectedFirst}, []string{"connecting", "new", "connecting"}, check.Pass},
		"failed to new, after a rejection": {trace.Traits{trace.TraitRejectedFirst}, []string{"connecting", "failed", "new", "connecting"}, check.Fail},
	} {
		records := traceOf(peer.AllFeatures(), nil)
		records[0].Session.Traits = append(records[0].Session.Traits, tc.traits...)
		for _, r := range append(said(tc.states...), trace.Record{Kind: trace.KindEnd, End: &trace.End{Result: trace.EndCompleted}}) {
			r.N, r.T = len(records), float64(len(records))
			records = append(records, r)
		}
		grades, err := check.GradeTrace(records, []check.Check{state002})
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range grades {
			if g.Outcome != tc.want {
				t.Errorf("%s: %s: got %s %s %v, want %s", name, g.Side, g.Outcome, g.Reason, g.Findings, tc.want)
			}
		}
	}
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
