package check

import (
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

func lifecycleChecks() []Check {
	return []Check{
		{Requirement: requirement("STATE-005"), Needs: peer.Features{peer.FeatureStates, peer.FeatureEndOfICE}, Applies: having(trace.TraitCompletes), Run: completed},
		{Requirement: requirement("LIVE-006"), Applies: having(trace.TraitClosing), Run: closedForGood},
		{Requirement: requirement("LIVE-007"), Needs: peer.Features{peer.FeatureDataChannel, peer.FeatureStates}, Applies: having(trace.TraitLeft), Run: noticesTheClose},
		{Requirement: requirement("LIVE-008"), Applies: having(trace.TraitClosing), Run: refusesAfterClose},
	}
}

// completed judges STATE-005 at an end that has gathered and was told that the other
// has no more candidates.
func completed(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	told := 0
	for _, c := range v.Calls(side, "addIceCandidate") {
		if init, err := peer.ParseCandidateInit(c.Candidate); err == nil && (init == nil || init.Candidate == "") && c.OK() {
			told = c.N
		}
	}
	if told == 0 {
		return nil, NoEvidence("the %s was not told that the %s has no more candidates", side, side.Other())
	}
	if s, _ := v.Snapshot(side, trace.MomentFinal); s.ICEGatheringState != "complete" {
		return nil, NoEvidence("iceGatheringState of the %s is %s", side, shown(s.ICEGatheringState))
	}
	for _, e := range v.states(side, peer.EventICEConnectionStateChange) {
		if e.State == "completed" {
			return nil, nil
		}
	}
	return []Finding{{
		Object: "iceConnectionState", Got: "never completed", Want: "completed, once both ends have ended their candidates and all pairs are checked", Where: []int{told},
	}}, nil
}

// closedAt returns when the first close of the connection was called, and when it had
// returned.
func (v *View) closedAt(side trace.Side) (Call, float64, bool) {
	for _, c := range v.Calls(side, "close") {
		if !c.Returned {
			return c, 0, false
		}
		for _, r := range v.Records {
			if r.N == c.ReturnN {
				return c, r.T, true
			}
		}
	}
	return Call{}, 0, false
}

// closedForGood judges LIVE-006.
func closedForGood(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	any := false
	for _, conn := range []string{"closed-new", "closed-gathering", "closed-connected"} {
		at := v.At(conn)
		first, returned, ok := at.closedAt(side)
		s, read := at.Snapshot(side, trace.MomentAfterClose)
		if !ok || !read {
			continue
		}
		any = true
		for _, a := range []struct{ name, got string }{
			{"signalingState", s.SignalingState}, {"iceConnectionState", s.ICEConnectionState}, {"connectionState", s.ConnectionState},
		} {
			if a.got != "closed" {
				found = merge(found, Finding{Object: a.name + " after close", Got: shown(a.got), Want: "closed", Where: []int{first.ReturnN}})
			}
		}
		for _, c := range at.Calls(side, "channel") {
			if c.OK() && c.Return.State != nil && c.Return.State.ReadyState != "closed" {
				found = merge(found, Finding{Object: "readyState of a data channel after close", Got: c.Return.State.ReadyState, Want: "closed", Where: []int{c.ReturnN}})
			}
		}
		for _, c := range at.Calls(side, "close") {
			if c.settled() && !c.OK() {
				found = merge(found, Finding{Object: "close of a closed connection", Got: outcome(c), Want: "nothing to happen", Where: []int{c.N, c.ReturnN}})
			}
		}
		found = append(found, at.saidAfter(side, first, returned)...)
	}
	if !any {
		return nil, NoEvidence("no connection of the %s was closed and read: %s", side, v.End.Reason)
	}
	return found, nil
}

// saidAfter finds events of a closed connection: those that say closed, and those
// that came once close had returned. Others may have been on their way before.
func (v *View) saidAfter(side trace.Side, first Call, returned float64) []Finding {
	var found []Finding
	for _, e := range v.Events(
		side, peer.EventSignalingStateChange, peer.EventICEConnectionStateChange, peer.EventConnectionStateChange,
		peer.EventICEGatheringStateChange, peer.EventICECandidate, peer.EventNegotiationNeeded,
	) {
		if e.T > first.T && e.State == "closed" || e.T > returned {
			what := string(e.Type)
			if e.State != "" {
				what += " (" + e.State + ")"
			}
			found = merge(found, Finding{Object: "events after close", Got: what, Want: "none", Where: []int{e.N}})
		}
	}
	return found
}

// refusesAfterClose judges LIVE-008.
func refusesAfterClose(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	any := false
	for _, conn := range v.Conns(side) {
		for _, c := range v.At(conn).sides[side].calls {
			if c.Probe != trace.ProbeAfterClose || !c.settled() {
				continue
			}
			any = true
			if outcome(c) != peer.InvalidStateError {
				found = merge(found, Finding{Object: shownCall(c) + " after close", Got: outcome(c), Want: peer.InvalidStateError, Where: []int{c.N, c.ReturnN}})
			}
		}
	}
	if !any {
		return nil, NoEvidence("no call was made after close: %s", v.End.Reason)
	}
	return found, nil
}

// noticesTheClose judges LIVE-007 at the end that stays.
func noticesTheClose(v *View, side trace.Side) ([]Finding, error) {
	at := v.At("left-by-" + string(side.Other()))
	if len(at.Calls(side.Other(), "close")) == 0 {
		return nil, NoEvidence("the %s did not close: %s", side.Other(), v.End.Reason)
	}
	gone := at.Calls(side.Other(), "close")[0]
	s, ok := at.Snapshot(side, trace.MomentFinal)
	if !ok {
		return nil, NoEvidence("the %s was not watched after the close: %s", side, v.End.Reason)
	}
	why := "the trace does not tell whether the " + string(side.Other()) + " said that it closes"
	var found []Finding
	closed := false
	for _, e := range at.Events(side, peer.EventChannelClose) {
		closed = closed || e.T > gone.T
	}
	if !closed {
		found = append(found, Finding{Object: "data channel", Got: "no close event after the other end closed", Want: "a close event", Joint: true, Why: why, Where: []int{gone.N}})
	}
	if s.ICEConnectionState == "connected" || s.ICEConnectionState == "completed" {
		found = append(found, Finding{Object: "iceConnectionState", Got: s.ICEConnectionState + " long after the other end closed", Want: "disconnected or failed", Joint: true, Why: why, Where: []int{gone.N}})
	}
	return found, nil
}
