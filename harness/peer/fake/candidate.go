package fake

import (
	"context"
	"encoding/json"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/wire"
)

// NewCandidate follows the constructor of W3C RTCIceCandidate
// (https://www.w3.org/TR/webrtc/#dom-rtcicecandidate-constructor): a string that it
// cannot parse is kept, and the attributes stay null.
func (c *connection) NewCandidate(_ context.Context, raw json.RawMessage) (peer.CandidateObject, error) {
	init, err := peer.ParseCandidateInit(raw)
	if err != nil || init == nil || init.SDPMid == nil && init.SDPMLineIndex == nil {
		return peer.CandidateObject{}, peer.Errorf(peer.TypeError, "neither sdpMid nor sdpMLineIndex")
	}
	own, err := json.Marshal(init)
	if err != nil {
		panic(err) // strings and numbers
	}
	return peer.CandidateObject{JSON: own, Fields: fieldsOf(init.Candidate)}, nil
}

// fieldsOf are the attributes that are read off a candidate string.
func fieldsOf(line string) peer.CandidateFields {
	parsed, err := wire.ParseCandidate(line)
	if err != nil {
		return peer.CandidateFields{}
	}
	component, port := "rtp", uint16(parsed.Port) //nolint:gosec // at most 65535
	if parsed.Component == 2 {
		component = "rtcp"
	}
	f := peer.CandidateFields{
		Foundation: &parsed.Foundation, Component: &component, Priority: &parsed.Priority, Address: &parsed.Address,
		Protocol: &parsed.Transport, Port: &port, Type: &parsed.Type,
	}
	if parsed.TCPType != "" {
		f.TCPType = &parsed.TCPType
	}
	if parsed.HasRelated {
		related := uint16(max(parsed.RelatedPort, 0)) //nolint:gosec // at most 65535
		f.RelatedAddress, f.RelatedPort = &parsed.RelatedAddress, &related
	}
	return f
}
