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

// TestStatesAreThoseOfTheTransportsThatThereAre: what W3C's definitions lead to is
// no deviation, however odd it looks.
func TestStatesAreThoseOfTheTransportsThatThereAre(t *testing.T) {
	rejected := trace.Traits{trace.TraitRejectedFirst}
	const ice, connection = peer.EventICEConnectionStateChange, peer.EventConnectionStateChange
	media := trace.Traits{trace.TraitMedia}
	for name, tc := range map[string]struct {
		check  string
		kind   peer.EventType
		traits trace.Traits
		states []string
		want   check.Outcome // at the offerer
	}{
		"ICE straight":                        {"STATE-001", ice, nil, []string{"checking", "connected"}, check.Pass},
		"ICE back to new":                     {"STATE-001", ice, nil, []string{"checking", "new", "checking", "connected"}, check.Fail},
		"ICE back to new, a section rejected": {"STATE-001", ice, rejected, []string{"checking", "new", "checking", "connected"}, check.Pass},
		"ICE back to new, sections bundled":   {"STATE-001", ice, media, []string{"checking", "new", "checking", "connected"}, check.Pass},
		"ICE back to new, media flow":         {"STATE-001", ice, trace.Traits{trace.TraitMediaFlows}, []string{"checking", "new", "checking", "connected"}, check.Pass},
		"ICE back to new, max-bundle":         {"STATE-001", ice, append(media, trace.TraitMaxBundle), []string{"checking", "new", "checking", "connected"}, check.Fail},
		"ICE failed to new":                   {"STATE-001", ice, rejected, []string{"checking", "failed", "new", "checking", "connected"}, check.Fail},
		"straight":                            {"STATE-002", connection, nil, []string{"connecting", "connected"}, check.Pass},
		"ICE connected before DTLS began":     {"STATE-002", connection, nil, []string{"connecting", "new", "connecting", "connected"}, check.Pass},
		"failed to new":                       {"STATE-002", connection, nil, []string{"connecting", "failed", "new", "connecting", "connected"}, check.Fail},
		"connected at once":                   {"STATE-002", connection, nil, []string{"connected"}, check.Fail},
	} {
		c, err := check.ByID(tc.check)
		if err != nil {
			t.Fatal(err)
		}
		grades, err := check.GradeTrace(saying(tc.kind, tc.traits, tc.states), []check.Check{c})
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range grades {
			if g.Side == trace.Offerer && g.Outcome != tc.want {
				t.Errorf("%s: %s: got %s %s %v, want %s", name, g.Side, g.Outcome, g.Reason, g.Findings, tc.want)
			}
		}
	}
}

// saying is a trace of two ends that say these states, and that both kinds of
// state are connected at last.
func saying(kind peer.EventType, traits trace.Traits, states []string) []trace.Record {
	records := traceOf(peer.AllFeatures(), nil)
	records[0].Session.Traits = append(records[0].Session.Traits, traits...)
	add := func(r trace.Record) {
		r.N, r.T = len(records), float64(len(records))
		records = append(records, r)
	}
	for _, side := range trace.Sides() {
		say := func(kind peer.EventType, state string) {
			add(trace.Record{Kind: trace.KindEvent, Side: side, Event: &peer.Event{Type: kind, State: state}})
		}
		if kind == peer.EventConnectionStateChange {
			say(peer.EventICEConnectionStateChange, "connected")
		}
		for _, s := range states {
			say(kind, s)
		}
		if kind != peer.EventConnectionStateChange {
			say(peer.EventConnectionStateChange, "connected")
		}
	}
	add(trace.Record{Kind: trace.KindEnd, End: &trace.End{Result: trace.EndCompleted}})
	return records
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
