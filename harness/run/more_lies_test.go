package run_test

import (
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// aboutItself are liars whose attributes are others than their events, and those
// that take what they are told and do not do it.
func aboutItself() map[string]told {
	onMessage := func(change func(e peer.Event) []peer.Event) lie {
		return lie{hear: func(_ *liarConnection, e peer.Event) []peer.Event {
			if e.Type == peer.EventMessage {
				return change(e)
			}
			return only(e)
		}}
	}
	noTrack := lie{call: func(_ *liarConnection, method string) (bool, error) { return method == "addTrack", nil }}
	return map[string]told{
		"has states that it never said": {
			lie:   lie{snapshot: func(s *peer.Snapshot) { s.ICEConnectionState, s.ConnectionState = "failed", "failed" }},
			check: "STATE-002", says: []string{"connectionState: got the attribute failed, which no event said"},
		},
		"has an iceConnectionState of before": {
			lie:  lie{snapshot: func(s *peer.Snapshot) { s.ICEConnectionState = "new" }},
			side: trace.Answerer, check: "STATE-001", says: []string{"iceConnectionState: got the attribute new, which no event said"},
		},
		"has a signalingState of before": {
			lie:   lie{snapshot: func(s *peer.Snapshot) { s.SignalingState = "have-local-offer" }},
			check: "STATE-003", says: []string{"signalingState: got the attribute have-local-offer at the end, want stable"},
		},
		"offers an answer": {
			lie:   lie{describe: func(_ *liarConnection, d *peer.SessionDescription) { d.Type = "answer" }},
			check: "CONN-001", says: []string{"setRemoteDescription: got", "want taken"}, joint: true,
		},
		"takes tracks and offers none": {
			lie: noTrack, scenario: "connect-media", check: "BUNDLE-005", says: []string{"audio track: got taken, and no section of the local description sends it"},
		},
		"takes tracks and answers without them": {
			lie: noTrack, scenario: "connect-media", side: trace.Answerer, check: "BUNDLE-005", joint: true,
			says: []string{"video track: got taken, and no section of the local description sends it"},
		},
		"hears messages on a channel that is not": {
			lie:   onMessage(func(e peer.Event) []peer.Event { e.Channel = "none"; return only(e) }),
			check: "DATA-003", says: []string{"messages: got received on a channel that this end never opened"},
		},
		"says that it failed once all was said": {
			lie: onMessage(func(e peer.Event) []peer.Event {
				if !e.Message.Binary { // the last one is
					return only(e)
				}
				return []peer.Event{e, {Type: peer.EventConnectionStateChange, State: "failed"}}
			}),
			check: "STATE-002", says: []string{"connectionState: got failed at the end of the session"},
		},
	}
}
