package check

import (
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// sayingChecks judge what an end says of its states and of its role.
func sayingChecks() []Check {
	ordered := peer.Features{peer.FeatureStates, peer.FeatureOrderedStates}
	return []Check{
		{Requirement: requirement("STATE-008"), Needs: ordered, Applies: negotiated, Run: eachAChange},
		{Requirement: requirement("STATE-004"), Needs: append(ordered, peer.FeatureHandlerState), Applies: negotiated, Run: iceFirst},
		{Requirement: requirement("ROLE-001"), Applies: all(negotiated, without(trace.TraitLiteOfferer, trace.TraitLiteAnswerer, trace.TraitRoleConflict)), Run: offererControls},
	}
}

// eachAChange looks at the three kinds of states that tasks of the peer change; how often
// signalingState is said is STATE-003's.
func eachAChange(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	judged := 0
	for _, kind := range []struct {
		event  peer.EventType
		object string
	}{
		{peer.EventICEGatheringStateChange, "iceGatheringState"},
		{peer.EventICEConnectionStateChange, "iceConnectionState"},
		{peer.EventConnectionStateChange, "connectionState"},
	} {
		state := "new"
		for _, e := range v.states(side, kind.event) {
			judged++
			if e.State == state {
				found = merge(found, Finding{Object: kind.object, Got: "an event that says " + state + " again", Want: "an event for each change alone", Where: []int{e.N}})
			}
			state = e.State
		}
	}
	if judged == 0 {
		return nil, NoEvidence("the %s said no state: %s", side, v.End.Reason)
	}
	return found, nil
}

// iceFirst judges by what handlers read: when connectionState changes, the change of
// iceConnectionState that it follows from has been said, and each attribute is what its
// event says.
func iceFirst(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	ice, judged := "new", 0
	for _, e := range v.states(side, peer.EventICEConnectionStateChange, peer.EventConnectionStateChange) {
		attribute, value := "connectionState", ""
		if e.Seen != nil {
			value = e.Seen.ConnectionState
		}
		if e.Type == peer.EventICEConnectionStateChange {
			attribute, ice = "iceConnectionState", e.State
			if e.Seen != nil {
				value = e.Seen.ICEConnectionState
			}
		}
		if e.Seen == nil {
			continue
		}
		judged++
		if value != e.State {
			found = merge(found, Finding{Object: attribute, Got: value + " in the handler of the event that says " + e.State, Want: e.State, Where: []int{e.N}})
		}
		if e.Type == peer.EventConnectionStateChange && e.Seen.ICEConnectionState != ice {
			found = merge(found, Finding{
				Object: "connectionState", Got: "said " + e.State + " before iceConnectionState said " + e.Seen.ICEConnectionState,
				Want: "iceConnectionState first", Where: []int{e.N},
			})
		}
	}
	if judged == 0 {
		return nil, NoEvidence("no handler of a state of the %s was looked into: %s", side, v.End.Reason)
	}
	return found, nil
}

func offererControls(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	want := "controlling"
	if side == trace.Answerer {
		want = "controlled"
	}
	stats, _ := v.Stats(side, trace.MomentConnected)
	var found []Finding
	judged := 0
	for _, t := range stats.Transports {
		if t.ICERole == "" || t.ICERole == "unknown" {
			continue
		}
		judged++
		if t.ICERole != want {
			found = merge(found, Finding{Object: "iceRole", Got: t.ICERole, Want: want + ", as the " + string(side)})
		}
	}
	if judged == 0 {
		return nil, NoEvidence("the stats of the %s name no iceRole", side)
	}
	return found, nil
}
