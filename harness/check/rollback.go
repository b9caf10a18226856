package check

import (
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// rollbacks judges API-003.
func rollbacks(v *View, side trace.Side) ([]Finding, error) {
	found, any := v.probed(side, trace.ProbeWrongState, func(Call) []string { return []string{peer.InvalidStateError} })
	for _, conn := range []string{"rollback-local", "rollback-remote", "rollback-later"} {
		at := v.At(conn)
		for _, c := range at.sides[side].calls {
			if c.Description == nil || c.Description.Type != "rollback" || !c.settled() {
				continue
			}
			any = true
			object := strings.ReplaceAll(conn, "-", " ")
			if !c.OK() {
				found = append(found, Finding{Object: object, Got: outcome(c), Want: "accepted", Where: []int{c.N, c.ReturnN}})
				continue
			}
			found = append(found, at.rolledBack(side, conn, object, c)...)
		}
	}
	if !any {
		return nil, NoEvidence("nothing was rolled back: %s", v.End.Reason)
	}
	return found, nil
}

// rolledBack judges one rollback that was accepted. v is of its connection.
func (v *View) rolledBack(side trace.Side, conn, object string, c Call) []Finding {
	var found []Finding
	differs := func(what, got, want string) {
		if got != want {
			found = append(found, Finding{Object: object + ": " + what, Got: got, Want: want, Where: []int{c.N, c.ReturnN}})
		}
	}
	if s, ok := v.Snapshot(side, trace.MomentTakenBack); ok {
		features := v.Header.Peer(side).Features
		differs("signalingState", s.SignalingState, "stable")
		if conn == "rollback-later" {
			differs("localDescription", typeOf(s.LocalDescription), "answer")
		} else {
			differs("localDescription", typeOf(s.LocalDescription), "null")
			differs("remoteDescription", typeOf(s.RemoteDescription), "null")
		}
		if features.Has(peer.FeatureDescriptions) {
			differs("pendingLocalDescription", typeOf(s.PendingLocalDescription), "null")
			differs("pendingRemoteDescription", typeOf(s.PendingRemoteDescription), "null")
		}
		if features.Has(peer.FeatureTransceivers) && conn == "rollback-local" {
			for _, t := range s.Transceivers {
				differs("mid of a new transceiver ("+string(t.Kind)+")", text(t.Mid), "null")
			}
		}
	}
	for _, later := range v.sides[side].calls {
		if later.N > c.N && later.settled() && !later.OK() {
			found = append(found, Finding{Object: object + ": " + shownCall(later) + " afterwards", Got: outcome(later), Want: "accepted", Where: []int{later.N, later.ReturnN}})
		}
	}
	return found
}

// overriddenOffer judges API-004.
func overriddenOffer(v *View, side trace.Side) ([]Finding, error) {
	at := v.At("offer-on-offer")
	remote := at.Calls(side, "setRemoteDescription")
	if len(remote) == 0 || !remote[0].settled() {
		return nil, NoEvidence("no remote offer came while a local one was pending: %s", v.End.Reason)
	}
	const object = "setRemoteDescription(offer) in have-local-offer"
	where := []int{remote[0].N, remote[0].ReturnN}
	if !remote[0].OK() {
		return []Finding{{Object: object, Got: outcome(remote[0]), Want: "accepted", Where: where}}, nil
	}
	if s, ok := at.Snapshot(side, trace.MomentOfferSet); ok && s.SignalingState != "have-remote-offer" {
		return []Finding{{Object: object, Got: "signalingState " + s.SignalingState, Want: "have-remote-offer", Where: where}}, nil
	}
	for _, c := range at.sides[side].calls {
		if c.N > remote[0].N && c.settled() && !c.OK() {
			return []Finding{{Object: shownCall(c) + " after a remote offer took the place of a local one", Got: outcome(c), Want: "accepted", Where: []int{c.N, c.ReturnN}}}, nil
		}
	}
	if s, ok := at.Snapshot(side, trace.MomentAnswerSet); ok && s.SignalingState != "stable" {
		return []Finding{{Object: "the answer after a remote offer took the place of a local one", Got: "signalingState " + s.SignalingState, Want: "stable"}}, nil
	}
	return nil, nil
}
