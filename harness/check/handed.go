package check

import (
	"fmt"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// fault is what makes a candidate one that addIceCandidate has to refuse
// (https://www.w3.org/TR/webrtc/#dom-peerconnection-addicecandidate). Whoever
// surfaced it is at fault, and not who refuses it.
type fault struct {
	// text says what is wrong, without anything volatile.
	text string
	// grammar: the string is no candidate, whatever section it is for.
	grammar bool
	// homeless: with neither mid nor index it is refused before anything else is
	// looked at.
	homeless bool
}

// spoils reports whether the fault hides what the probe asks for: of several
// reasons to refuse, W3C's steps come to this one first, or the order is open.
func (f fault) spoils(probe string) bool {
	switch probe {
	case trace.ProbeBeforeRemote:
		return f.homeless
	case trace.ProbeNeither, trace.ProbeUnknownMid:
		return f.grammar
	}
	return false
}

// faultOf judges a candidate by the remote description of the end that it was
// handed to. A nil remote judges the string alone.
func faultOf(init *peer.ICECandidateInit, remote *wire.Description) (fault, bool) {
	if init == nil {
		return fault{}, false // the end of candidates
	}
	if init.Candidate != "" {
		if init.SDPMid == nil && init.SDPMLineIndex == nil {
			return fault{text: "neither sdpMid nor sdpMLineIndex", homeless: true}, true
		}
		if _, err := wire.ParseCandidate(init.Candidate); err != nil {
			return fault{text: "a string that is no candidate of RFC 8839", grammar: true}, true
		}
	}
	switch {
	case remote == nil || init.SDPMid == nil && init.SDPMLineIndex == nil:
		return fault{}, false
	case init.SDPMid != nil:
		if _, m := remote.ByMid(*init.SDPMid); m == nil {
			return fault{text: fmt.Sprintf("sdpMid %q, which names no section", *init.SDPMid)}, true
		}
	case int(*init.SDPMLineIndex) >= len(remote.Media):
		return fault{text: fmt.Sprintf("sdpMLineIndex %d, which names no section", *init.SDPMLineIndex)}, true
	}
	if f := init.UsernameFragment; f != nil && !hasUfrag(remote, *f) {
		return fault{text: "a usernameFragment that its description does not have"}, true
	}
	return fault{}, false
}

func hasUfrag(d *wire.Description, ufrag string) bool {
	for _, m := range d.Media {
		if d.ICEUfrag(m) == ufrag {
			return true
		}
	}
	return false
}

// handed judges the candidate of a call of addIceCandidate.
func (v *View) handed(side trace.Side, c Call) (fault, bool) {
	init, err := peer.ParseCandidateInit(c.Candidate)
	if err != nil {
		return fault{text: "no RTCIceCandidateInit", grammar: true}, true
	}
	return faultOf(init, v.remote(side, c.N))
}

// remote is the remote description that the side had at record n; nil where it
// had none, or one that cannot be read.
func (v *View) remote(side trace.Side, n int) *wire.Description {
	var d *wire.Description
	for _, c := range v.Calls(side, "setRemoteDescription") {
		if c.N > n || c.Description == nil || !c.OK() {
			continue
		}
		if parsed, err := wire.ParseDescription(c.Description.SDP); err == nil {
			d = parsed
		}
	}
	return d
}

// useless says what is wrong with the candidates of a side when each that the
// other end was handed has a fault, and no description brought any. Refused tells
// whether the other end refused them all; an implementation may also take them
// and use none.
func (v *View) useless(side trace.Side) (f fault, refused, ok bool) {
	receiver := side.Other()
	refused = true
	for _, c := range v.Calls(receiver, "addIceCandidate") {
		init, err := peer.ParseCandidateInit(c.Candidate)
		if c.Probe != "" || err == nil && (init == nil || init.Candidate == "") {
			continue
		}
		bad := false
		if f, bad = v.handed(receiver, c); !bad {
			return fault{}, false, false
		}
		ok = true
		refused = refused && c.Returned && c.Return.Error != nil
	}
	return f, refused, ok && !v.described(receiver)
}

// described reports whether a description brought the side candidates.
func (v *View) described(side trace.Side) bool {
	for _, c := range v.Calls(side, "setRemoteDescription") {
		if c.Description == nil {
			continue
		}
		d, err := wire.ParseDescription(c.Description.SDP)
		if err != nil {
			continue
		}
		for _, m := range d.Media {
			if len(m.Candidates()) > 0 {
				return true
			}
		}
	}
	return false
}

// refused judges addIceCandidate calls that a conforming side takes. A refusal
// of what must be refused is right, and leaves the check without evidence: the
// end that surfaced the candidate is at fault, which its own checks say.
func (v *View) refused(side trace.Side, calls []Call) ([]Finding, error) {
	var found []Finding
	var rightly error
	for _, c := range calls {
		if c.Probe != "" || !c.Returned || c.Return.Error == nil {
			continue
		}
		if f, bad := v.handed(side, c); bad {
			rightly = NoEvidence("the %s surfaced a candidate with %s; it was rightly refused, and is counted there", side.Other(), f.text)
			continue
		}
		found = merge(found, Finding{Object: "addIceCandidate", Got: c.Return.Error.Name, Want: "taken", Where: []int{c.N, c.ReturnN}})
	}
	if len(found) > 0 {
		return found, nil
	}
	return nil, rightly
}

// merge adds a finding, or its evidence to the one that says the same.
func merge(found []Finding, f Finding) []Finding {
	for i := range found {
		if found[i].String() == f.String() {
			found[i].Where = append(found[i].Where, f.Where...)
			return found
		}
	}
	return append(found, f)
}
