package check

import (
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// negotiationNeeded judges API-007: how often the event fires in each part of the
// course of scenario.negotiationNeeded.
func negotiationNeeded(v *View, side trace.Side) ([]Finding, error) {
	at := v.At("needed")
	var offers, answers []Call
	for _, c := range at.sides[side].calls {
		switch {
		case c.Description == nil || !c.OK():
		case c.Method == "setLocalDescription":
			offers = append(offers, c)
		case c.Method == "setRemoteDescription":
			answers = append(answers, c)
		}
	}
	if len(offers) == 0 || len(answers) == 0 {
		return nil, NoEvidence("nothing was negotiated at the %s: %s", side, v.End.Reason)
	}
	later, end := 0, len(v.Records)
	if len(offers) > 1 {
		later, end = 1, offers[1].N
	}
	parts := []struct {
		name     string
		from, to int
		want     int
	}{
		{"negotiationneeded after many changes", 0, offers[0].N, 1},
		{"negotiationneeded while an offer is out", offers[0].N, answers[0].N, 0},
		{"negotiationneeded after an answer that leaves a change out", answers[0].N, end, later},
	}
	if len(offers) > 1 {
		parts = append(parts, struct {
			name     string
			from, to int
			want     int
		}{"negotiationneeded after everything was negotiated", offers[1].N, len(v.Records), 0})
	} else {
		parts[2].name = "negotiationneeded after everything was negotiated"
	}
	var found []Finding
	for _, p := range parts {
		var where []int
		for _, e := range at.Events(side, peer.EventNegotiationNeeded) {
			if e.N > p.from && e.N < p.to {
				where = append(where, e.N)
			}
		}
		if len(where) != p.want {
			found = append(found, Finding{Object: p.name, Got: times(len(where)), Want: times(p.want), Where: where})
		}
	}
	return found, nil
}

func times(n int) string {
	switch n {
	case 0:
		return "never"
	case 1:
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// provisionalAnswer judges API-009. Both connections are of the same end.
func provisionalAnswer(v *View, side trace.Side) ([]Finding, error) {
	offerer, answerer := v.At("pranswer-offerer"), v.At("pranswer-answerer")
	var found []Finding
	tried := false
	for _, at := range []*View{answerer, offerer} {
		for _, c := range at.sides[side].calls {
			tried = tried || c.Description != nil && c.Description.Type == "pranswer"
			if !c.settled() || c.OK() {
				continue
			}
			object := shownCall(c)
			if c.Method == "addIceCandidate" {
				object = "addIceCandidate in have-remote-pranswer"
			}
			found = merge(found, Finding{Object: object, Got: outcome(c), Want: "accepted", Where: []int{c.N, c.ReturnN}})
		}
	}
	if !tried {
		return nil, NoEvidence("no provisional answer was set: %s", v.End.Reason)
	}
	for _, w := range []struct {
		at           *View
		moment, want string
	}{
		{offerer, trace.MomentProvisional, "have-remote-pranswer"},
		{answerer, trace.MomentProvisional, "have-local-pranswer"},
		{offerer, trace.MomentAnswerSet, "stable"},
		{answerer, trace.MomentAnswerSet, "stable"},
	} {
		if s, ok := w.at.Snapshot(side, w.moment); ok && s.SignalingState != w.want {
			found = append(found, Finding{Object: "signalingState at " + w.moment, Got: s.SignalingState, Want: w.want})
		}
	}
	if _, answered := offerer.Snapshot(side, trace.MomentAnswerSet); answered && len(found) == 0 {
		for name, at := range map[string]*View{"offering": offerer, "answering": answerer} {
			if !at.Reports(side) && v.Header.Peer(side).Features.Has(peer.FeatureStates) {
				found = append(found, Finding{Object: "the " + name + " connection", Got: at.progress(side), Want: "connected"})
			}
		}
	}
	return found, nil
}

// glare judges API-005: both ends of every schedule are stable and connected. A
// candidate of an offer that was ignored may be refused.
func glare(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	played := false
	for _, conn := range v.Conns(side) {
		if !strings.HasPrefix(conn, "glare-") {
			continue
		}
		at := v.At(conn)
		mine, its := at.glareRefused(side), at.glareRefused(side.Other())
		switch {
		case mine != nil:
			played = true
			found = merge(found, *mine)
			continue
		case its != nil:
			continue // counted there
		}
		s, ok := at.Snapshot(side, trace.MomentFinal)
		if !ok {
			continue
		}
		played = true
		if s.SignalingState != "stable" {
			found = merge(found, Finding{Object: "signalingState after glare", Got: s.SignalingState, Want: "stable"})
		} else if v.Header.Peer(side).Features.Has(peer.FeatureStates) && !(at.Reports(side) && at.Reports(side.Other())) {
			apart, err := at.unconnected(side)
			if err != nil {
				continue // counted at the other end
			}
			for _, f := range apart {
				f.Object = "connection after glare"
				found = merge(found, f)
			}
		}
	}
	if !played {
		return nil, NoEvidence("no schedule shows the %s to its end: %s", side, v.End.Reason)
	}
	return found, nil
}

// glareRefused finds a call of the pattern that the end refused.
func (v *View) glareRefused(side trace.Side) *Finding {
	for _, c := range v.sides[side].calls {
		if !c.settled() || c.OK() || c.Method == "addIceCandidate" || c.Method == "close" {
			continue
		}
		f := Finding{Object: shownCall(c) + " under glare", Got: outcome(c), Want: "accepted", Where: []int{c.N, c.ReturnN}}
		if c.Method == "setRemoteDescription" {
			f.Joint, f.Why = true, "the description may be what is wrong: the "+string(side.Other())+" made it"
		}
		return &f
	}
	return nil
}
