package fake

import (
	"github.com/webrtc-rink/rink/harness/peer"
)

// observed adds what a handler of the event reads, where a defect has not.
func (c *connection) observed(e peer.Event) peer.Event {
	switch e.Type {
	case peer.EventICECandidate:
		if init, err := peer.ParseCandidateInit(e.Candidate); err == nil && init != nil && e.Fields == nil {
			fields := fieldsOf(init.Candidate)
			e.Fields = &fields
		}
	case peer.EventSignalingStateChange, peer.EventICEGatheringStateChange, peer.EventICEConnectionStateChange, peer.EventConnectionStateChange:
	default:
		return e
	}
	if e.Seen == nil {
		e.Seen = &peer.Seen{
			SignalingState: c.signaling, ICEGatheringState: c.gathering, ICEConnectionState: c.ice, ConnectionState: c.state,
			LocalDescription: c.local != nil,
		}
	}
	return e
}
