package check

import (
	"fmt"
	"slices"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// renewed is the first call that set a further local description, after an answer.
func (v *View) renewed(side trace.Side) (Call, error) {
	agreed := false
	for _, c := range v.sides[side].calls {
		if c.Description == nil || !c.OK() {
			continue
		}
		if agreed && c.Method == "setLocalDescription" {
			return c, nil
		}
		agreed = agreed || c.Description.Type == "answer"
	}
	return Call{}, NoEvidence("the %s set no second local description: %s", side, v.End.Reason)
}

// gathersOnce finds a further gathering phase: every section that is added joins the
// bundle. What was on its way when the second offer came is of the first phase.
func gathersOnce(v *View, side trace.Side) ([]Finding, error) {
	second, err := v.renewed(side)
	if err != nil {
		return nil, err
	}
	var found []Finding
	complete := false
	for _, e := range v.states(side, peer.EventICEGatheringStateChange, peer.EventICECandidate) {
		later := e.T > second.T
		switch {
		case e.Type == peer.EventICECandidate:
			if later && complete && !empty(e) {
				found = append(found, Finding{Object: "candidates", Got: "surfaced after a later description was set", Want: "none: no transport is new", Where: []int{second.N, e.N}})
			}
			continue
		case e.State == "complete":
			complete = true
		case later && complete:
			found = append(found, Finding{Object: "iceGatheringState", Got: e.State + " after a later description was set", Want: "complete: no transport is new", Where: []int{second.N, e.N}})
		}
	}
	if len(found) > 1 {
		found = found[:1] // the rest follows from it
	}
	return found, nil
}

// transportKept asks that the transport stays as it is while sections come and go:
// its credentials, its states, and that it is one.
func transportKept(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	second, err := v.renewed(side)
	if err != nil {
		if f, refused := v.refusal(side); refused {
			return []Finding{f}, nil
		}
		return nil, err
	}
	if f, l := v.tagUfrag(side.Other(), 0), v.tagUfrag(side.Other(), len(v.Records)); side == trace.Answerer && f != l {
		return nil, NoEvidence("the %s restarted ICE with its later offer; that is counted there", side.Other())
	}
	var found []Finding
	first := v.tagUfrag(side, 0)
	for _, l := range v.sides[side].local {
		if ufrag := v.tagUfrag(side, l.N); ufrag != first && l.Err == nil {
			found = append(found, Finding{
				Object: "later " + l.Type, Got: "another ice-ufrag for the bundle", Want: "that of the first: ICE is not restarted", Where: []int{l.N},
			})
			break
		}
	}
	up := map[string]bool{"connected": true, "completed": true}
	for _, e := range v.states(side, peer.EventICEConnectionStateChange, peer.EventConnectionStateChange) {
		if e.T > second.T && !up[e.State] && !v.overtaken(side) {
			found = append(found, Finding{Object: string(e.Type), Got: e.State + " after a later description was set", Want: "connected", Where: []int{second.N, e.N}})
			break
		}
	}
	return found, nil
}

// overtaken reports whether a state event may be older than it looks.
func (v *View) overtaken(side trace.Side) bool {
	return !v.Header.Peer(side).Features.Has(peer.FeatureOrderedStates)
}

// tagUfrag is the ice-ufrag of the bundle in the side's local description at record n.
func (v *View) tagUfrag(side trace.Side, n int) string {
	d, err := v.Local(side, n)
	if err != nil {
		return ""
	}
	i, _, ok := tag(d)
	if !ok || i < 0 {
		return ""
	}
	return d.ICEUfrag(d.Media[i])
}

// recycled judges the offer that adds a section after one was rejected by both ends:
// it is at the old index, with a mid that is new.
func recycled(v *View, side trace.Side) ([]Finding, error) {
	descriptions, found, err := v.created(side)
	if err != nil {
		return nil, err
	}
	if len(descriptions) < 3 {
		if f, refused := v.refusal(side); refused {
			return []Finding{f}, nil
		}
		return found, NoEvidence("the %s made %d offers, want 3: %s", side, len(descriptions), v.End.Reason)
	}
	stopped, last := descriptions[1], descriptions[2]
	const again = 1
	if len(stopped.Media) <= again || !stopped.Media[again].Rejected() {
		return []Finding{{Object: "offer after stop", Got: "section 1 with a port", Want: "port 0 in the section that was stopped", Where: []int{stopped.N}}}, nil
	}
	var used []string
	for _, d := range descriptions[:2] {
		used = append(used, d.Mids()...)
	}
	switch {
	case len(last.Media) != len(stopped.Media):
		found = append(found, Finding{
			Object: "offer with a new section", Got: fmt.Sprintf("%d sections", len(last.Media)),
			Want: fmt.Sprintf("%d: the one that was stopped is used again", len(stopped.Media)), Where: []int{last.N},
		})
	case last.Media[again].Rejected():
		found = append(found, Finding{Object: "offer with a new section", Got: "section 1 still rejected", Want: "used again", Where: []int{last.N}})
	case slices.Contains(used, last.Media[again].Mid()):
		found = append(found, Finding{Object: "offer with a new section", Got: "a mid that was used before", Want: "a new mid", Where: []int{last.N}})
	}
	return found, nil
}
