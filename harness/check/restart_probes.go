package check

import (
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// restartIce is the call, or why there is none that was taken.
func (v *View) restartICE(side trace.Side) (Call, []Finding, error) {
	calls := v.Calls(side, "restartIce")
	if len(calls) == 0 || !calls[0].Returned {
		return Call{}, nil, NoEvidence("restartIce was not called: %s", v.End.Reason)
	}
	if refusal := calls[0].Return.Error; refusal != nil {
		return calls[0], []Finding{{Object: "restartIce", Got: refusal.Name, Want: "taken", Where: []int{calls[0].ReturnN}}}, nil
	}
	return calls[0], nil, nil
}

func restartBeforeNegotiation(v *View, side trace.Side) ([]Finding, error) {
	v = v.At(trace.ConnRestartFresh)
	call, refused, err := v.restartICE(side)
	switch {
	case err != nil:
		return nil, err
	case len(refused) > 0:
		return nil, NoEvidence("restartIce is refused; RESTART-002 counts that")
	}
	reason := v.Calls(side, "createDataChannel")
	if len(reason) == 0 {
		return nil, NoEvidence("nothing gave a reason to negotiate: %s", v.End.Reason)
	}
	heard := false
	for _, e := range v.states(side, peer.EventNegotiationNeeded) {
		if e.T < reason[0].T {
			return []Finding{{Object: "negotiationneeded", Got: "fired by restartIce", Want: "none before there is something to negotiate", Where: []int{call.N, e.N}}}, nil
		}
		heard = true
	}
	if !heard {
		return nil, NoEvidence("no negotiationneeded is heard, not even where there is a reason")
	}
	return nil, nil
}

// restartFlag follows the offers of a connection after restartIce: each restarts until
// an answer has completed one, and none does after that.
func restartFlag(v *View, side trace.Side) ([]Finding, error) {
	v = v.At(trace.ConnRestartFlag + "-a")
	call, found, err := v.restartICE(side)
	if err != nil || len(found) > 0 {
		return found, err
	}
	var done *Call // the answer to a restart
	for _, c := range v.Calls(side, "setRemoteDescription") {
		if c.N > call.N && c.OK() {
			done = &c
			break
		}
	}
	if done == nil {
		return nil, NoEvidence("no restart was completed: %s", v.End.Reason)
	}
	pending, after := 0, 0
	was, err := v.localBefore(side, call.N)
	if err != nil {
		return nil, err
	}
	for _, c := range v.Calls(side, "createOffer") {
		if c.N < call.N || !c.OK() || c.Return.Description == nil {
			continue
		}
		now, err := wire.ParseDescription(c.Return.Description.SDP)
		if err != nil {
			return nil, NoEvidence("an offer cannot be read: %v", err)
		}
		if c.N < done.N {
			pending++
			object := fmt.Sprintf("offer #%d after restartIce", pending)
			found = append(found, compared(object, was, now, true, c.ReturnN)...)
			continue
		}
		after++
		if was, err = v.localBefore(side, done.N); err != nil {
			return nil, err
		}
		found = append(found, compared("offer after the restart", was, now, false, c.ReturnN)...)
	}
	found = append(found, v.askedOnce(side, call)...)
	if after == 0 && len(found) == 0 {
		return nil, NoEvidence("no offer was made after the restart: %s", v.End.Reason)
	}
	return found, nil
}

// askedOnce counts negotiationneeded between restartIce and the first description that
// was set after it.
func (v *View) askedOnce(side trace.Side, call Call) []Finding {
	end := v.closing(side)
	for _, c := range v.Calls(side, "setLocalDescription") {
		if c.N > call.N {
			end = min(end, c.T)
			break
		}
	}
	asked, where := 0, []int{call.N}
	for _, e := range v.states(side, peer.EventNegotiationNeeded) {
		if e.T >= call.T && e.T < end {
			asked, where = asked+1, append(where, e.N)
		}
	}
	if asked == 1 {
		return nil
	}
	return []Finding{{Object: "negotiationneeded", Got: fmt.Sprintf("%d after restartIce", asked), Want: "1", Where: where}}
}

// answerRefused judges the answer that a connection must not take.
func answerRefused(conn, probe string) run {
	return func(v *View, side trace.Side) ([]Finding, error) {
		v = v.At(conn + "-a")
		for _, c := range v.Calls(side, "setRemoteDescription") {
			switch {
			case c.Probe != probe || !c.Returned || c.Return.Failure != "":
			case c.Return.Error != nil:
				return nil, nil
			default:
				return []Finding{{Object: "setRemoteDescription", Got: "taken", Want: "refused: " + answerFault[probe], Where: []int{c.N, c.ReturnN}}}, nil
			}
		}
		return nil, NoEvidence("the %s was not handed the answer: its connections did not get that far", side)
	}
}

var answerFault = map[string]string{
	trace.ProbeUnchangedAnswer:  "the answer to a restart has the credentials of before",
	trace.ProbeRestartingAnswer: "the answer restarts, and the offer does not",
}

// unappliedChangesNothing compares what a connection is and does before and after it
// made a restart offer that was not set, and one that was rolled back.
func unappliedChangesNothing(v *View, side trace.Side) ([]Finding, error) {
	a, b := v.At(trace.ConnRestartUnapplied+"-a"), v.At(trace.ConnRestartUnapplied+"-b")
	before, ok := a.Snapshot(side, trace.MomentBeforeRestart)
	if !ok || before.LocalDescription == nil {
		return nil, NoEvidence("the twins of the %s did not connect", side)
	}
	if !crossed(a, b, side, "before") {
		return nil, NoEvidence("no message crossed before the offer was made")
	}
	var found []Finding
	for _, m := range []struct{ moment, what string }{
		{trace.MomentRestartCreated, "createOffer with iceRestart"}, {trace.MomentRolledBack, "a restart offer that was rolled back"},
	} {
		now, ok := a.Snapshot(side, m.moment)
		if !ok {
			continue
		}
		if now.LocalDescription == nil || differ(before.LocalDescription.SDP, now.LocalDescription.SDP) {
			found = append(found, Finding{Object: "localDescription after " + m.what, Got: "other credentials", Want: "those of before"})
		}
		if up := now.ICEConnectionState == "connected" || now.ICEConnectionState == "completed"; !up {
			found = append(found, Finding{Object: "iceConnectionState after " + m.what, Got: now.ICEConnectionState, Want: "connected, as before"})
		}
		if !crossed(a, b, side, m.moment) {
			found = append(found, Finding{Object: "messages after " + m.what, Got: "not received", Want: "they flow on"})
		}
		if len(found) > 0 {
			return found, nil // what follows may follow from that
		}
	}
	if _, ok := a.Snapshot(side, trace.MomentRestartCreated); !ok {
		return nil, NoEvidence("the %s made no restart offer", side)
	}
	return append(found, a.gatheredUnasked(side)...), nil
}

// gatheredUnasked finds what is said of gathering between the restart offer and the
// call that sets it.
func (v *View) gatheredUnasked(side trace.Side) []Finding {
	var from, to float64
	for _, c := range v.Calls(side, "createOffer") {
		if c.restarts() {
			from, to = c.T, v.closing(side)
		}
	}
	for _, c := range v.Calls(side, "setLocalDescription") {
		if c.T > from {
			to = min(to, c.T)
		}
	}
	for _, e := range v.states(side, peer.EventICECandidate, peer.EventICEGatheringStateChange) {
		if e.T > from && e.T < to {
			return []Finding{{Object: "gathering", Got: "begun by createOffer", Want: "none before setLocalDescription", Where: []int{e.N}}}
		}
	}
	return nil
}

func differ(a, b string) bool {
	was, errA := wire.ParseDescription(a)
	now, errB := wire.ParseDescription(b)
	return errA != nil || errB != nil || len(compared("", was, now, false)) > 0
}

// crossed reports whether each of two twins received what the other sent at that
// moment.
func crossed(a, b *View, side trace.Side, moment string) bool {
	for _, ends := range [][2]*View{{a, b}, {b, a}} {
		text := ""
		for _, c := range ends[0].Calls(side, "send") {
			if c.Message != nil && strings.HasPrefix(c.Message.Text, trace.FlowPrefix+moment+" ") {
				text = c.Message.Text
			}
		}
		arrived := false
		for _, e := range ends[1].Events(side, peer.EventMessage) {
			arrived = arrived || e.Message != nil && e.Message.Text == text
		}
		if text == "" || !arrived {
			return false
		}
	}
	return true
}

// staleUnused asks that a candidate of the generation before the restart is refused,
// or that no pair is made of it.
func staleUnused(v *View, side trace.Side) ([]Finding, error) {
	for _, c := range v.Calls(side, "addIceCandidate") {
		if c.Probe != trace.ProbeOldGeneration || !c.Returned || c.Return.Failure != "" {
			continue
		}
		if c.Return.Error != nil {
			return nil, nil
		}
		stats, ok := v.Stats(side, trace.MomentRestarted)
		for _, p := range stats.Pairs {
			if p.Remote.Address == trace.StaleAddress {
				return []Finding{{Object: "addIceCandidate", Got: "taken, and paired", Want: "refused or ignored: its ufrag is that of before the restart", Where: []int{c.N, c.ReturnN}}}, nil
			}
		}
		if !ok || !v.Header.Peer(side).Features.Has(peer.FeatureDetailedStats) {
			return nil, NoEvidence("it was taken, and %s does not declare %s, so that it is not known whether it is used", v.Header.Peer(side).ID, peer.FeatureDetailedStats)
		}
		return nil, nil
	}
	return nil, NoEvidence("the %s was handed no candidate of before the restart: %s", side, v.End.Reason)
}
