package check

import (
	"cmp"
	"slices"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// signalled is what the calls on a connection lead to: its signaling state, and the
// types of its descriptions, "" for null (https://www.w3.org/TR/webrtc/#set-description).
type signalled struct {
	signaling                    string
	currentLocal, pendingLocal   string
	currentRemote, pendingRemote string
}

// after is what a call that succeeded leaves.
func (a signalled) after(c Call) signalled {
	typ := a.implied()
	if c.Description != nil {
		typ = c.Description.Type
	}
	switch c.Method + " " + typ {
	case "setLocalDescription offer":
		a.signaling, a.pendingLocal = "have-local-offer", typ
	case "setLocalDescription pranswer":
		a.signaling, a.pendingLocal = "have-local-pranswer", typ
	case "setRemoteDescription offer":
		a.signaling, a.pendingRemote, a.pendingLocal = "have-remote-offer", typ, ""
	case "setRemoteDescription pranswer":
		a.signaling, a.pendingRemote = "have-remote-pranswer", typ
	case "setLocalDescription answer":
		a = signalled{signaling: "stable", currentLocal: typ, currentRemote: a.pendingRemote}
	case "setRemoteDescription answer":
		a = signalled{signaling: "stable", currentLocal: a.pendingLocal, currentRemote: typ}
	case "setLocalDescription rollback", "setRemoteDescription rollback":
		a.signaling, a.pendingLocal, a.pendingRemote = "stable", "", ""
	}
	return a
}

// implied is the type that setLocalDescription takes where it is given none.
func (a signalled) implied() string {
	if a.signaling == "have-remote-offer" || a.signaling == "have-local-pranswer" {
		return "answer"
	}
	return "offer"
}

// reading is a snapshot of one connection, with the number of its record.
type reading struct {
	n int
	peer.Snapshot
}

func (v *View) readings(side trace.Side, conn string) []reading {
	var found []reading
	for _, r := range v.Records {
		if r.Snapshot != nil && r.Side == side && r.Conn == conn {
			found = append(found, reading{r.N, r.Snapshot.Snapshot})
		}
	}
	return found
}

// replay calls look for each reading that was made while no description was being
// set, with what the calls before it lead to. It ends at the close, and at a call
// whose outcome is not known.
func (v *View) replay(side trace.Side, conn string, look func(signalled, reading)) {
	at := v
	if conn != "" {
		at = v.At(conn)
	}
	state := signalled{signaling: "stable"}
	readings := v.readings(side, conn)
	flush := func(before int) {
		for len(readings) > 0 && readings[0].n < before {
			look(state, readings[0])
			readings = readings[1:]
		}
	}
	for _, c := range at.sides[side].calls {
		if c.Method != "setLocalDescription" && c.Method != "setRemoteDescription" && c.Method != "close" {
			continue
		}
		flush(c.N)
		if c.Method == "close" || !c.Returned || c.Return.Failure != "" {
			return
		}
		readings = slices.DeleteFunc(readings, func(r reading) bool { return r.n < c.ReturnN })
		if c.OK() {
			state = state.after(c)
		}
	}
	flush(len(v.Records))
}

// typeOf is the type of a description, "null" where there is none.
func typeOf(d *peer.SessionDescription) string {
	if d == nil {
		return "null"
	}
	return d.Type
}

// pendingAndCurrent judges API-008 on every connection of the side.
func pendingAndCurrent(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	read := false
	for _, conn := range append([]string{""}, v.Conns(side)...) {
		v.replay(side, conn, func(want signalled, r reading) {
			read = true
			for _, a := range []struct {
				name string
				got  *peer.SessionDescription
				want string
			}{
				{"currentLocalDescription", r.CurrentLocalDescription, want.currentLocal},
				{"pendingLocalDescription", r.PendingLocalDescription, want.pendingLocal},
				{"currentRemoteDescription", r.CurrentRemoteDescription, want.currentRemote},
				{"pendingRemoteDescription", r.PendingRemoteDescription, want.pendingRemote},
				{"localDescription", r.LocalDescription, cmp.Or(want.pendingLocal, want.currentLocal)},
				{"remoteDescription", r.RemoteDescription, cmp.Or(want.pendingRemote, want.currentRemote)},
			} {
				if got, want := typeOf(a.got), cmp.Or(a.want, "null"); got != want {
					found = merge(found, Finding{Object: a.name, Got: got + " in " + r.SignalingState, Want: want, Where: []int{r.n}})
				}
			}
		})
	}
	if !read {
		return nil, NoEvidence("the attributes of the %s were not read: %s", side, v.End.Reason)
	}
	return found, nil
}
