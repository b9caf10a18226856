package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// nothingChanged judges each description that was refused: what the connection was
// before it must be what it is after it, and the right description must be taken then.
// A description that was taken although it is wrong is judged elsewhere.
func nothingChanged(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	refused := 0
	for _, conn := range v.Conns(side) {
		at := v.At(conn)
		calls := at.Calls(side, "setRemoteDescription")
		i := slices.IndexFunc(calls, func(c Call) bool { return c.Probe == conn && c.Return.Error != nil })
		if i < 0 {
			continue
		}
		refused++
		wrong := at.changed(side, calls[i])
		where := []int{calls[i].N, calls[i].ReturnN}
		if i+1 < len(calls) && calls[i+1].Return.Error != nil {
			retry := calls[i+1]
			wrong, where = append(wrong, "the right description is refused after it: "+retry.Return.Error.Name), append(where, retry.N, retry.ReturnN)
		}
		if len(wrong) > 0 {
			found = append(found, Finding{Object: conn, Got: "refused, and " + strings.Join(wrong, ", "), Want: "nothing changed and the right description taken", Where: where})
		}
	}
	if refused == 0 {
		return nil, NoEvidence("the %s refused nothing: %s", side, v.End.Reason)
	}
	return found, nil
}

// changed says which attributes differ in the snapshots around a call.
func (v *View) changed(side trace.Side, c Call) []string {
	before, okBefore := v.Snapshot(side, "before")
	after, okAfter := v.Snapshot(side, "after")
	if !okBefore || !okAfter {
		return nil
	}
	var all []string
	was, is := members(before), members(after)
	for i := range was {
		if was[i].value != is[i].value {
			all = append(all, was[i].name+" becomes "+is[i].value)
		}
	}
	for _, e := range v.Events(side, peer.EventSignalingStateChange) {
		if e.N > c.N && e.N < c.ReturnN && len(all) == 0 && e.State != before.SignalingState {
			all = append(all, "an event says "+e.State)
		}
	}
	return all
}

type member struct{ name, value string }

// members are what a refused description must leave alone. Gathering goes on beside it,
// so that local candidates and iceGatheringState may change.
func members(s peer.Snapshot) []member {
	shape := func(d *peer.SessionDescription) string {
		if d == nil {
			return "null"
		}
		parsed, err := wire.ParseDescription(d.SDP)
		if err != nil {
			return d.Type
		}
		return fmt.Sprintf("%s of %d sections", d.Type, len(parsed.Media))
	}
	return []member{
		{"signalingState", s.SignalingState},
		{"iceConnectionState", s.ICEConnectionState},
		{"connectionState", s.ConnectionState},
		{"localDescription", shape(s.LocalDescription)},
		{"remoteDescription", shape(s.RemoteDescription)},
		{"currentLocalDescription", shape(s.CurrentLocalDescription)},
		{"pendingLocalDescription", shape(s.PendingLocalDescription)},
		{"currentRemoteDescription", shape(s.CurrentRemoteDescription)},
		{"pendingRemoteDescription", shape(s.PendingRemoteDescription)},
		{"the number of transceivers", fmt.Sprint(len(s.Transceivers))},
	}
}
