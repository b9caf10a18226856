package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// noncePrefix begins the message that each end sends once its channel is open;
// what follows was drawn by the harness for this session.
const noncePrefix = "rink-nonce:"

// Connected judges whether the session connected: both ends report it, both name
// the same selected pair, and a nonce crossed the data channel both ways. What
// one end lacks is that end's finding; what both lack is joint.
func Connected(v *View, side trace.Side) ([]Finding, error) {
	if f, ok := v.refusal(side); ok {
		return []Finding{f}, nil
	}
	if f, ok := v.refusal(side.Other()); ok && !f.Joint {
		return nil, NoEvidence("the %s stopped the session: %s", side.Other(), f)
	}
	mine, its := v.reports(side), v.reports(side.Other())
	switch {
	case !mine && !its:
		return []Finding{{
			Object: "connection", Got: v.progress(side), Want: "connected at both ends", Joint: true,
			Why: "neither end reports a connection, and the trace does not tell which of them keeps it from being",
		}}, nil
	case !mine:
		return []Finding{{
			Object: "connection", Got: v.progress(side), Want: "connected, as the " + string(side.Other()) + " reports", Joint: true,
			Why: "one end reports a connection and the other does not; the trace does not tell which of them is wrong",
		}}, nil
	case !its:
		return nil, NoEvidence("the %s reports no connection; that is counted there", side.Other())
	}
	found := v.pairsDiffer(side)
	return append(found, v.nonceMissing(side)...), nil
}

// isConnected is Connected as a condition: for checks that ask about a session
// that did connect.
func isConnected(v *View) error {
	for _, side := range trace.Sides() {
		if !v.reports(side) {
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

// reports tells whether the side said that it is connected, before any close.
// An implementation without connectionState is asked by its ICE state.
func (v *View) reports(side trace.Side) bool {
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
func (v *View) progress(side trace.Side) string {
	last := func(kind peer.EventType) string {
		events := v.states(side, kind)
		if len(events) == 0 {
			return shown("")
		}
		return events[len(events)-1].State
	}
	return fmt.Sprintf("iceConnectionState %s, connectionState %s", last(peer.EventICEConnectionStateChange), last(peer.EventConnectionStateChange))
}

// pair is a selected pair by its ports: addresses may be hidden.
type pair struct {
	protocol      string
	local, remote int
}

func (p pair) mirrored() pair { return pair{p.protocol, p.remote, p.local} }

func (v *View) pairs(side trace.Side) []pair {
	stats, ok := v.Stats(side, trace.MomentConnected)
	if !ok {
		return nil
	}
	var found []pair
	for _, t := range stats.Transports {
		if t.Local == nil || t.Remote == nil {
			continue
		}
		p := pair{strings.ToLower(t.Local.Protocol), t.Local.Port, t.Remote.Port}
		if !slices.Contains(found, p) {
			found = append(found, p)
		}
	}
	return found
}

// pairsDiffer asks nothing of an end that does not declare that it can name its
// selected pair, nor of a session that stopped before it asked for the pairs.
func (v *View) pairsDiffer(side trace.Side) []Finding {
	for _, s := range trace.Sides() {
		if !v.Header.Peer(s).Features.Has(peer.FeatureSelectedPair) {
			return nil
		}
	}
	if _, asked := v.Stats(side, trace.MomentConnected); !asked && v.End.Result == trace.EndStopped {
		return nil
	}
	mine, its := v.pairs(side), v.pairs(side.Other())
	const why = "the two ends contradict each other, and the trace does not tell which of them is wrong"
	switch {
	case len(mine) == 0:
		return []Finding{{Object: "selected pair", Got: "none", Want: "the pair that the connection uses"}}
	case len(its) == 0:
		return nil // the other end's finding
	}
	for _, p := range mine {
		if !slices.Contains(its, p.mirrored()) {
			return []Finding{{Object: "selected pair", Got: "another than the " + string(side.Other()) + " names", Want: "the same pair seen from this end", Joint: true, Why: why}}
		}
	}
	if len(mine) != len(its) {
		return []Finding{{Object: "selected pair", Got: fmt.Sprintf("%d pairs", len(mine)), Want: fmt.Sprintf("%d, as the %s names", len(its), side.Other()), Joint: true, Why: why}}
	}
	return nil
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

// refused judges addIceCandidate calls that a conforming side takes.
func refused(calls []Call) []Finding {
	var found []Finding
	for _, c := range calls {
		if c.Probe != "" || !c.Returned || c.Return.Error == nil {
			continue
		}
		f := Finding{Object: "addIceCandidate", Got: c.Return.Error.Name, Want: "taken", Where: []int{c.N, c.ReturnN}}
		i := slices.IndexFunc(found, func(o Finding) bool { return o.Got == f.Got })
		if i < 0 {
			found = append(found, f)
		} else {
			found[i].Where = append(found[i].Where, f.Where...)
		}
	}
	return found
}
