package check

import (
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

func stateChecks() []Check {
	states := peer.Features{peer.FeatureStates}
	// A late session is judged by TRICKLE-006, which asks for the same and more.
	watched := all(negotiated, without(trace.TraitLate))
	return []Check{
		// RESTART-008 judges the states over a restart.
		{Requirement: requirement("STATE-001"), Needs: states, Applies: all(watched, without(trace.TraitRestartByOfferer, trace.TraitRestartByAnswerer)), Run: iceStates},
		{Requirement: requirement("STATE-002"), Needs: states, Applies: watched, Run: connectionStates},
		{Requirement: requirement("STATE-003"), Needs: states, Applies: negotiated, Run: signalingStates},
	}
}

// iceTransitions are the changes of iceConnectionState that W3C allows on a
// connection that is not restarted: those of its transports
// (https://www.w3.org/TR/webrtc/#dom-rtcicetransportstate) and the states that a
// change of the set of transports leads to.
var iceTransitions = map[string][]string{
	"new":          {"checking"},
	"checking":     {"connected", "completed", "disconnected", "failed"},
	"connected":    {"completed", "checking", "disconnected"},
	"completed":    {"connected", "checking", "disconnected"},
	"disconnected": {"connected", "completed", "checking", "failed"},
	"failed":       {"checking", "disconnected"},
}

// connectionTransitions are those of connectionState
// (https://www.w3.org/TR/webrtc/#rtcpeerconnectionstate-enum). It is new again
// when ICE has connected, by checks that overtook the answer, and DTLS has not
// begun: then a transport is new and none is checking or connecting.
var connectionTransitions = map[string][]string{
	"new":          {"connecting"},
	"connecting":   {"new", "connected", "disconnected", "failed"},
	"connected":    {"connecting", "disconnected", "failed"},
	"disconnected": {"connecting", "connected", "failed"},
	"failed":       {"connecting", "disconnected"},
}

// sequence judges the order of states. The first of them was new, before any
// event.
func (v *View) sequence(side trace.Side, kind peer.EventType, object string, allowed map[string][]string, want string) []Finding {
	state := "new"
	names := []string{state}
	var where []int
	bad := false
	for _, e := range v.states(side, kind) {
		names, where = append(names, e.State), append(where, e.N)
		bad = bad || !slices.Contains(allowed[state], e.State) && !v.backToNew(side, state, e.State)
		state = e.State
	}
	if !bad {
		return nil
	}
	return []Finding{{Object: object, Got: strings.Join(names, ", "), Want: want, Where: where}}
}

// backToNew reports whether iceConnectionState may fall back to new: it is the
// state of the transports that there are, and an answer takes some away: that of
// a section that it rejects and, at the offerer, those of sections that it bundles.
// When those were the only ones on which checks had begun, what is left is new
// (https://www.w3.org/TR/webrtc/#rtciceconnectionstate-enum).
func (v *View) backToNew(side trace.Side, from, to string) bool {
	traits := v.Header.Traits
	bundled := side == trace.Offerer && traits.Any(trace.TraitMedia, trace.TraitMediaFlows) && !traits.Any(trace.TraitMaxBundle, trace.TraitUnbundled)
	return to == "new" && from == "checking" && (bundled || traits.Has(trace.TraitRejectedFirst))
}

func iceStates(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	const want = "new, checking, connected, and then completed or not"
	found := v.sequence(side, peer.EventICEConnectionStateChange, "iceConnectionState", iceTransitions, want)
	last, _ := v.Snapshot(side, trace.MomentFinal)
	found = append(found, v.unsaid(side, peer.EventICEConnectionStateChange, "iceConnectionState", last.ICEConnectionState)...)
	if len(found) > 0 {
		return found, nil
	}
	for _, e := range v.states(side, peer.EventICEConnectionStateChange) {
		if e.State == "connected" || e.State == "completed" {
			return nil, nil
		}
	}
	return []Finding{{Object: "iceConnectionState", Got: v.progress(side), Want: want}}, nil
}

// connectionStates also asks that connected is not said before ICE is connected
// and with a DTLS transport that is not.
func connectionStates(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	found := v.sequence(side, peer.EventConnectionStateChange, "connectionState", connectionTransitions, "new, connecting, connected")
	once := []string{"connecting", "connected"}
	again := restart(v.Header, side) && v.allSaid(side, peer.EventConnectionStateChange, append(once, once...))
	if len(found) > 0 && (again || v.allSaid(side, peer.EventConnectionStateChange, once)) {
		found = nil
	}
	last, _ := v.Snapshot(side, trace.MomentFinal)
	found = append(found, v.unsaid(side, peer.EventConnectionStateChange, "connectionState", last.ConnectionState)...)
	found = append(found, v.lost(side)...)
	ice := "new"
	for _, e := range v.states(side, peer.EventICEConnectionStateChange, peer.EventConnectionStateChange) {
		if e.Type == peer.EventICEConnectionStateChange {
			ice = e.State
			continue
		}
		// Of a peer whose events may overtake each other the order says nothing.
		if ordered := v.Header.Peer(side).Features.Has(peer.FeatureOrderedStates); ordered && e.State == "connected" && ice != "connected" && ice != "completed" {
			found = append(found, Finding{Object: "connectionState", Got: "connected while iceConnectionState is " + ice, Want: "connected only once ICE is", Where: []int{e.N}})
		}
	}
	if stats, ok := v.Stats(side, trace.MomentConnected); ok {
		for _, t := range stats.Transports {
			if t.DTLSState != "" && t.DTLSState != "connected" {
				found = append(found, Finding{Object: "connectionState", Got: "connected with a DTLS transport that is " + t.DTLSState, Want: "connected only once every DTLS transport is"})
			}
		}
	}
	return found, nil
}

// unsaid finds an attribute that contradicts the events: a state that none of them
// said. Its event may come after the attribute was read. Of a peer that said
// nothing the events are what is missing.
func (v *View) unsaid(side trace.Side, kind peer.EventType, object, attribute string) []Finding {
	events := v.Events(side, kind)
	said := slices.ContainsFunc(events, func(e Event) bool { return e.State == attribute })
	if v.End.Result != trace.EndCompleted || attribute == "" || len(events) == 0 || said {
		return nil
	}
	return []Finding{{Object: object, Got: "the attribute " + attribute + ", which no event said", Want: "a state that an event said"}}
}

// lost finds a connection that failed before anybody closed it, although the
// session went on to its end.
func (v *View) lost(side trace.Side) []Finding {
	events := v.states(side, peer.EventConnectionStateChange)
	if len(events) == 0 || v.End.Result != trace.EndCompleted {
		return nil
	}
	last := events[len(events)-1]
	if last.State != "failed" {
		return nil
	}
	return []Finding{{Object: "connectionState", Got: "failed at the end of the session", Want: "connected until it is closed", Where: []int{last.N}}}
}

// allSaid judges a peer that declares that its events may overtake each other:
// what is left is one event per change, in any order.
func (v *View) allSaid(side trace.Side, kind peer.EventType, want []string) bool {
	if v.Header.Peer(side).Features.Has(peer.FeatureOrderedStates) {
		return false
	}
	var got []string
	for _, e := range v.states(side, kind) {
		got = append(got, e.State)
	}
	return slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want)))
}

// signalingStates derives the states from the calls that succeeded.
func signalingStates(v *View, side trace.Side) ([]Finding, error) {
	var want []string
	state := "stable"
	for _, c := range v.sides[side].calls {
		if next := signalingAfter(c); next != "" && next != state {
			want, state = append(want, next), next
		}
	}
	if len(want) == 0 {
		return nil, NoEvidence("no description was set at the %s: %s", side, v.End.Reason)
	}
	if last, _ := v.Snapshot(side, trace.MomentFinal); v.End.Result == trace.EndCompleted && last.SignalingState != "" && last.SignalingState != state {
		return []Finding{{Object: "signalingState", Got: "the attribute " + last.SignalingState + " at the end", Want: state + ", which the calls lead to"}}, nil
	}
	var got []string
	var where []int
	for _, e := range v.states(side, peer.EventSignalingStateChange) {
		got, where = append(got, e.State), append(where, e.N)
	}
	if slices.Equal(got, want) || v.allSaid(side, peer.EventSignalingStateChange, want) {
		return nil, nil
	}
	said := strings.Join(append([]string{"stable"}, got...), ", ")
	return []Finding{{Object: "signalingState", Got: said, Want: strings.Join(append([]string{"stable"}, want...), ", "), Where: where}}, nil
}

// signalingAfter is the state that a call leads to, "" where it leads to none.
func signalingAfter(c Call) string {
	if c.Description == nil || !c.OK() {
		return ""
	}
	switch c.Method + " " + c.Description.Type {
	case "setLocalDescription offer":
		return "have-local-offer"
	case "setRemoteDescription offer":
		return "have-remote-offer"
	case "setLocalDescription answer", "setRemoteDescription answer":
		return "stable"
	}
	return ""
}
