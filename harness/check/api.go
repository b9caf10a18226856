package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

func apiChecks() []Check {
	everywhere := func(trace.Header, trace.Side) bool { return true }
	return []Check{
		{Requirement: requirement("API-001"), Applies: having(trace.TraitWrongStates), Run: wrongStates},
		{Requirement: requirement("API-002"), Applies: having(trace.TraitAltered), Run: alteredDescriptions},
		{Requirement: requirement("API-003"), Needs: peer.Features{peer.FeatureRollback}, Applies: having(trace.TraitRollback), Run: rollbacks},
		{Requirement: requirement("API-004"), Needs: peer.Features{peer.FeatureRollback}, Applies: having(trace.TraitRollback), Run: overriddenOffer},
		{Requirement: requirement("API-005"), Needs: peer.Features{peer.FeatureRollback, peer.FeatureDataChannel}, Applies: having(trace.TraitGlare), Run: glare},
		{Requirement: requirement("API-006"), Needs: peer.Features{peer.FeatureImplicit}, Applies: having(trace.TraitImplicit), Run: implicitDescriptions},
		{Requirement: requirement("API-007"), Needs: peer.Features{peer.FeatureNegotiationNeeded, peer.FeatureDataChannel}, Applies: having(trace.TraitNegotiationNeeded), Run: negotiationNeeded},
		{Requirement: requirement("API-008"), Needs: peer.Features{peer.FeatureDescriptions}, Applies: everywhere, Run: pendingAndCurrent},
		{Requirement: requirement("API-009"), Needs: peer.Features{peer.FeaturePranswer}, Applies: having(trace.TraitPranswer), Run: provisionalAnswer},
	}
}

// shownCall is how findings name a call: setRemoteDescription(answer).
func shownCall(c Call) string {
	if c.Description == nil {
		return c.Method + "()"
	}
	return fmt.Sprintf("%s(%s)", c.Method, c.Description.Type)
}

// outcome is how a call settled: accepted, or the name of the error.
func outcome(c Call) string {
	if c.OK() {
		return "accepted"
	}
	return c.Return.Error.Name
}

// settled reports whether the peer accepted or refused the call.
func (c Call) settled() bool { return c.OK() || c.Returned && c.Return.Error != nil }

// probed judges the calls of one probe on the connections of the side: what each has
// to be refused with, and that the state stays. The bool says that there were any.
func (v *View) probed(side trace.Side, probe string, want func(Call) []string) ([]Finding, bool) {
	var found []Finding
	any := false
	for _, conn := range v.Conns(side) {
		at := v.At(conn)
		before, _ := at.Snapshot(side, trace.MomentProbing)
		for _, c := range at.sides[side].calls {
			if c.Probe != probe || !c.settled() {
				continue
			}
			any = true
			object, names := shownCall(c)+" in "+before.SignalingState, want(c)
			if !slices.Contains(names, outcome(c)) {
				found = merge(found, Finding{Object: object, Got: outcome(c), Want: strings.Join(names, " or "), Where: []int{c.N, c.ReturnN}})
				continue
			}
			if after, ok := at.Snapshot(side, trace.MomentProbed); ok && after.SignalingState != before.SignalingState {
				found = merge(found, Finding{Object: object, Got: "signalingState " + after.SignalingState + " after the refusal", Want: "unchanged", Where: []int{c.N}})
			}
		}
	}
	return found, any
}

// wrongStates judges API-001. Where a local answer is given in a state that takes
// none, W3C looks first at whether it is the answer that was created last, so that
// InvalidModificationError is as right.
func wrongStates(v *View, side trace.Side) ([]Finding, error) {
	found, any := v.probed(side, trace.ProbeWrongState, func(c Call) []string {
		if c.Method == "setLocalDescription" && c.Description != nil && c.Description.Type == "answer" {
			return []string{peer.InvalidStateError, peer.InvalidModificationError}
		}
		return []string{peer.InvalidStateError}
	})
	if !any {
		return nil, NoEvidence("no call was tried in a wrong state: %s", v.End.Reason)
	}
	return found, nil
}

func alteredDescriptions(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	any := false
	for _, conn := range v.Conns(side) {
		at := v.At(conn)
		for _, c := range at.Calls(side, "setLocalDescription") {
			if c.Probe != trace.ProbeAltered || !c.settled() {
				continue
			}
			any = true
			if outcome(c) != peer.InvalidModificationError {
				found = append(found, Finding{
					Object: shownCall(c) + ", " + strings.ReplaceAll(conn, "-", " "), Got: outcome(c), Want: peer.InvalidModificationError, Where: []int{c.N, c.ReturnN},
				})
			}
		}
	}
	if !any {
		return nil, NoEvidence("no altered description was tried: %s", v.End.Reason)
	}
	return found, nil
}

// implicitDescriptions judges API-006: what each state is to be given, and the state
// that it leads to.
func implicitDescriptions(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	any := false
	for _, conn := range v.Conns(side) {
		at := v.At(conn)
		before, ok := at.Snapshot(side, trace.MomentProbing)
		i := slices.IndexFunc(at.Calls(side, "setLocalDescription"), func(c Call) bool { return c.Description == nil && c.settled() })
		if !ok || i < 0 {
			continue
		}
		any = true
		c := at.Calls(side, "setLocalDescription")[i]
		object := "setLocalDescription() in " + before.SignalingState
		if !c.OK() {
			found = append(found, Finding{Object: object, Got: outcome(c), Want: "accepted", Where: []int{c.N, c.ReturnN}})
			continue
		}
		state := signalled{signaling: before.SignalingState}
		typ, next := state.implied(), state.after(c).signaling
		if s, ok := at.Snapshot(side, trace.MomentImplied); ok && (typeOf(s.LocalDescription) != typ || s.SignalingState != next) {
			found = append(found, Finding{
				Object: object, Got: typeOf(s.LocalDescription) + " and " + s.SignalingState, Want: typ + " and " + next, Where: []int{c.N, c.ReturnN},
			})
		}
	}
	if !any {
		return nil, NoEvidence("setLocalDescription was not tried without a description: %s", v.End.Reason)
	}
	return found, nil
}
