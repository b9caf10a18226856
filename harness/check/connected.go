package check

import (
	"fmt"
	"math"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// noncePrefix begins the message that each end sends once its channel is open;
// what follows was drawn by the harness for this session.
const noncePrefix = "rink-nonce:"

// Connected judges whether the session connected: both ends report it, and a
// nonce crossed the data channel both ways. What one end lacks is that end's
// finding; what both lack is joint, unless the candidates of one end were such
// that the other could use none.
func Connected(v *View, side trace.Side) ([]Finding, error) {
	if f, ok := v.refusal(side); ok {
		return []Finding{f}, nil
	}
	if f, ok := v.refusal(side.Other()); ok && !f.Joint {
		return nil, NoEvidence("the %s stopped the session: %s", side.Other(), f)
	}
	if v.Reports(side) && v.Reports(side.Other()) {
		return v.nonceMissing(side), nil
	}
	return v.unconnected(side)
}

// unconnected finds who is at fault where an end reports no connection.
func (v *View) unconnected(side trace.Side) ([]Finding, error) {
	const unknown = "the trace does not tell which end is at fault"
	why := unknown
	for _, s := range []trace.Side{side, side.Other()} {
		f, refused, ok := v.useless(s)
		switch {
		case ok && refused && s == side:
			return []Finding{{Object: "connection", Got: "none: every candidate has " + f.text, Want: "candidates that the " + string(s.Other()) + " can use"}}, nil
		case ok && refused:
			return nil, NoEvidence("every candidate of the %s has %s, and was rightly refused; that is counted there", s, f.text)
		case ok:
			why = fmt.Sprintf("every candidate of the %s has %s, and the %s took them; %s", s, f.text, s.Other(), unknown)
		}
	}
	switch mine, its := v.Reports(side), v.Reports(side.Other()); {
	case mine:
		return nil, NoEvidence("the %s reports no connection; that is counted there", side.Other())
	case its:
		return []Finding{{
			Object: "connection", Got: v.progress(side), Want: "connected, as the " + string(side.Other()) + " reports", Joint: true,
			Why: "one end reports a connection and the other does not; " + why,
		}}, nil
	}
	return []Finding{{
		Object: "connection", Got: v.progress(side), Want: "connected at both ends", Joint: true,
		Why: "neither end reports a connection; " + why,
	}}, nil
}

// isConnected is Connected as a condition: for checks that ask about a session
// that did connect.
func isConnected(v *View) error {
	for _, side := range trace.Sides() {
		if !v.Reports(side) {
			return NoEvidence("the %s reports no connection: %s", side, v.progress(side))
		}
	}
	return nil
}

// refusal finds what stopped the session, where one side did: gathering that
// never completed, or a call that it had to take and refused. A description that an end refuses may be the other end's
// fault, which the trace does not tell.
func (v *View) refusal(side trace.Side) (Finding, bool) {
	if v.End.Result != trace.EndStopped {
		return Finding{}, false
	}
	if v.End.Stage == trace.StageGather && v.End.Side == side {
		return Finding{Object: "gathering", Got: "not complete when the session gave up", Want: "complete, for the description to be sent"}, true
	}
	for _, c := range v.sides[side].calls {
		if !c.Returned || c.Return.Error == nil || c.Method == "addIceCandidate" {
			continue
		}
		f := Finding{Object: c.Method, Got: c.Return.Error.Name, Want: "taken", Where: []int{c.N, c.ReturnN}}
		if c.Method == "setRemoteDescription" {
			f.Joint, f.Why = true, "the description may be what is wrong: the "+string(side.Other())+" made it"
		}
		return f, true
	}
	return Finding{}, false
}

// Reports tells whether the side said that it is connected, before any close.
// An implementation without connectionState is asked by its ICE state.
func (v *View) Reports(side trace.Side) bool {
	connection := v.states(side, peer.EventConnectionStateChange)
	for _, e := range connection {
		if e.State == "connected" {
			return true
		}
	}
	if len(connection) > 0 {
		return false
	}
	for _, e := range v.states(side, peer.EventICEConnectionStateChange) {
		if e.State == "connected" || e.State == "completed" {
			return true
		}
	}
	return false
}

// progress shows how far a side got.
func (v *View) progress(side trace.Side) string { return v.progressBefore(side, math.MaxInt) }

// progressBefore is how far the side had come at that record.
func (v *View) progressBefore(side trace.Side, n int) string {
	last := func(kind peer.EventType) string {
		state := ""
		for _, e := range v.states(side, kind) {
			if e.N < n {
				state = e.State
			}
		}
		return shown(state)
	}
	return fmt.Sprintf("iceConnectionState %s, connectionState %s", last(peer.EventICEConnectionStateChange), last(peer.EventConnectionStateChange))
}

// nonceMissing looks for the other end's nonce among what this end received.
func (v *View) nonceMissing(side trace.Side) []Finding {
	sent := ""
	for _, c := range v.Calls(side.Other(), "send") {
		if c.Message != nil && strings.HasPrefix(c.Message.Text, noncePrefix) {
			sent = c.Message.Text
		}
	}
	if sent == "" {
		return []Finding{{
			Object: "data channel", Got: "never open at both ends", Want: "the nonce of the " + string(side.Other()), Joint: true,
			Why: "the session could not send: " + v.End.Reason,
		}}
	}
	for _, e := range v.Events(side, peer.EventMessage) {
		if e.Message != nil && e.Message.Text == sent {
			return nil
		}
	}
	return []Finding{{
		Object: "data channel", Got: "no message with the nonce of the " + string(side.Other()), Want: "it arrives", Joint: true,
		Why: "the trace does not tell whether it was lost at the sender or at the receiver",
	}}
}
