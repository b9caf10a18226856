package pion

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/pion/webrtc/v3"

	"github.com/webrtc-rink/rink/harness/peer"
)

// subscribe sets every callback of the connection.
func (c *Connection) subscribe() {
	c.pc.OnICECandidate(func(candidate *webrtc.ICECandidate) {
		c.guard("OnICECandidate", func() { c.onCandidate(candidate) })
	})
	onState(c.pc.OnICEGatheringStateChange, func(state string) {
		// Closed is a state of the ORTC gatherer, which pion v3 hands out; the W3C
		// attribute, and pion's PeerConnection.ICEGatheringState, have no such value.
		if state != "closed" {
			c.putState(peer.EventICEGatheringStateChange, state)
		}
	})
	onState(c.pc.OnSignalingStateChange, func(state string) { c.putState(peer.EventSignalingStateChange, state) })
	onState(c.pc.OnICEConnectionStateChange, func(state string) { c.putState(peer.EventICEConnectionStateChange, state) })
	c.pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		c.putState(peer.EventConnectionStateChange, s.String())
		if s == webrtc.PeerConnectionStateClosed {
			c.told.Do(func() { close(c.toldClose) })
		}
	})
	c.pc.OnNegotiationNeeded(func() { c.queue.Put(peer.Event{Type: peer.EventNegotiationNeeded}) })
	c.pc.OnDataChannel(func(d *webrtc.DataChannel) {
		c.guard("OnDataChannel", func() { c.onDataChannel(d) })
	})
	c.pc.OnTrack(func(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
		c.guard("OnTrack", func() { c.onTrack(t, r) })
	})
}

// onState sets a callback for a state of any type: releases of pion differ in it.
func onState[S fmt.Stringer](set func(func(S)), tell func(state string)) {
	set(func(s S) { tell(s.String()) })
}

func (c *Connection) putState(t peer.EventType, state string) {
	c.queue.Put(peer.Event{Type: t, State: state, Seen: c.seen()})
}

// handlersMayRead says whether a handler can read LocalDescription. Before v3.3.0
// the ICE agent waits for OnICECandidate to return while LocalDescription waits for
// the agent; the releases without that have GracefulClose, too.
func handlersMayRead() bool {
	_, ok := any((*webrtc.PeerConnection)(nil)).(interface{ GracefulClose() error })
	return ok
}

// seen is read inside a handler of pion's.
func (c *Connection) seen() *peer.Seen {
	if !c.looks {
		return nil
	}
	return &peer.Seen{
		SignalingState: c.pc.SignalingState().String(), ICEGatheringState: c.pc.ICEGatheringState().String(),
		ICEConnectionState: c.pc.ICEConnectionState().String(), ConnectionState: c.pc.ConnectionState().String(),
		LocalDescription: c.pc.LocalDescription() != nil,
	}
}

// onCandidate keeps the candidate as pion's own ToJSON gives it.
func (c *Connection) onCandidate(candidate *webrtc.ICECandidate) {
	raw := json.RawMessage("null")
	var fields *peer.CandidateFields
	if candidate != nil {
		var err error
		if raw, err = json.Marshal(candidate.ToJSON()); err != nil {
			c.queue.Put(peer.Event{Type: peer.EventLog, Level: "error", Text: "candidate to JSON: " + err.Error()})
			return
		}
		fields = candidateFields(candidate)
	}
	c.queue.Put(peer.Event{Type: peer.EventICECandidate, Candidate: raw, Seen: c.seen(), Fields: fields})
}

// candidateFields reads the fields of a webrtc.ICECandidate. It has zero values
// where the W3C has null, and neither relayProtocol nor url.
func candidateFields(candidate *webrtc.ICECandidate) *peer.CandidateFields {
	fields := &peer.CandidateFields{
		Foundation: &candidate.Foundation, Priority: &candidate.Priority, Address: &candidate.Address, Port: &candidate.Port,
		Protocol: text(candidate.Protocol), Type: text(candidate.Typ),
	}
	if component := webrtc.ICEComponent(candidate.Component); component == webrtc.ICEComponentRTP || component == webrtc.ICEComponentRTCP {
		fields.Component = text(component)
	}
	if candidate.TCPType != "" {
		fields.TCPType = &candidate.TCPType
	}
	if candidate.RelatedAddress != "" {
		fields.RelatedAddress, fields.RelatedPort = &candidate.RelatedAddress, &candidate.RelatedPort
	}
	return fields
}

func text(s fmt.Stringer) *string {
	t := s.String()
	return &t
}

// farSideClosedFirst tells the errors with which pion answers Close when the
// other side was quicker, and which say nothing of this one.
func farSideClosedFirst(err error) bool {
	var e *peer.Error
	if !errors.As(err, &e) || e.Name != peer.UnnamedError {
		return false
	}
	for line := range strings.Lines(e.Message) {
		if line = strings.TrimSpace(line); line != "dtls fatal: conn is closed" {
			return false
		}
	}
	return true
}
