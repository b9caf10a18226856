package fake

import (
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/wire"
)

// observed adds what a handler of the event reads, where a defect has not.
func (c *connection) observed(e peer.Event) peer.Event {
	switch e.Type {
	case peer.EventICECandidate:
		if init, err := peer.ParseCandidateInit(e.Candidate); err == nil && init != nil && e.Fields == nil {
			e.Fields = fieldsOf(init.Candidate)
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

// fieldsOf are the attributes of an RTCIceCandidate with that string: all null where it
// does not parse (https://www.w3.org/TR/webrtc/#rtcicecandidate-interface).
func fieldsOf(candidate string) *peer.CandidateFields {
	p, err := wire.ParseCandidate(candidate)
	if err != nil {
		return &peer.CandidateFields{}
	}
	component := "rtp"
	if p.Component == 2 {
		component = "rtcp"
	}
	port := uint16(p.Port) //nolint:gosec // the grammar bounds it
	f := &peer.CandidateFields{
		Foundation: &p.Foundation, Component: &component, Priority: &p.Priority, Address: &p.Address,
		Protocol: &p.Transport, Port: &port, Type: &p.Type,
	}
	if p.TCPType != "" {
		f.TCPType = &p.TCPType
	}
	if p.RelatedAddress != "" {
		f.RelatedAddress = &p.RelatedAddress
	}
	if p.HasRelated && p.RelatedPort >= 0 {
		related := uint16(p.RelatedPort) //nolint:gosec // the grammar bounds it
		f.RelatedPort = &related
	}
	return f
}
