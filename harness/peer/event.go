package peer

import (
	"encoding/json"
	"time"
)

// EventType names an event; those of the W3C have the W3C's name.
type EventType string

// The events of a connection.
const (
	EventICECandidate             EventType = "icecandidate"             // Candidate
	EventICECandidateError        EventType = "icecandidateerror"        // Text
	EventICEGatheringStateChange  EventType = "icegatheringstatechange"  // State
	EventICEConnectionStateChange EventType = "iceconnectionstatechange" // State
	EventConnectionStateChange    EventType = "connectionstatechange"    // State
	EventSignalingStateChange     EventType = "signalingstatechange"     // State
	EventNegotiationNeeded        EventType = "negotiationneeded"
	EventDataChannel              EventType = "datachannel" // Channel, Label: opened by the other side
	EventChannelOpen              EventType = "open"        // Channel, Label
	EventChannelClose             EventType = "close"       // Channel, Label
	EventMessage                  EventType = "message"     // Channel, Label, Message
	EventTrack                    EventType = "track"       // Kind, Mid
	EventLog                      EventType = "log"         // Level, Text: console, page errors, standard error
	EventGone                     EventType = "gone"        // Text: the peer died; the last event
)

// Event is one thing that a connection said.
type Event struct {
	Type EventType `json:"type"`
	// At is when the harness received the event; the zero value means now.
	At time.Time `json:"-"`
	// PeerTime is the peer's own clock in milliseconds (performance.now() in a
	// page), nil where the peer has none. Only differences within one
	// connection mean something.
	PeerTime *float64 `json:"peerTime,omitempty"`
	State    string   `json:"state,omitempty"`
	// Candidate is the candidate exactly as the implementation gave it: the
	// JSON of its RTCIceCandidateInit with nulls and unknown members kept, or
	// the JSON null that ends gathering.
	Candidate json.RawMessage `json:"candidate,omitempty"`
	Channel   ChannelHandle   `json:"channel,omitempty"`
	Label     string          `json:"label,omitempty"`
	Message   *Message        `json:"message,omitempty"`
	Kind      Kind            `json:"kind,omitempty"`
	Mid       string          `json:"mid,omitempty"`
	Level     string          `json:"level,omitempty"` // debug, info, warn, error
	Text      string          `json:"text,omitempty"`
}

// Snapshot is all state attributes of a connection at one moment. Descriptions
// are nil where the attribute is null.
type Snapshot struct {
	SignalingState     string              `json:"signalingState"`
	ICEGatheringState  string              `json:"iceGatheringState"`
	ICEConnectionState string              `json:"iceConnectionState"`
	ConnectionState    string              `json:"connectionState"`
	LocalDescription   *SessionDescription `json:"localDescription"`
	RemoteDescription  *SessionDescription `json:"remoteDescription"`
}

// Stats is what Rink reads of W3C getStats, in plain values.
type Stats struct {
	Transports []TransportStats `json:"transports"`
	Inbound    []InboundStats   `json:"inbound,omitempty"`
}

// TransportStats is one ICE and DTLS transport: W3C "transport" with its
// selected pair followed.
type TransportStats struct {
	ID        string          `json:"id"`
	ICERole   string          `json:"iceRole,omitempty"`   // controlling, controlled
	DTLSState string          `json:"dtlsState,omitempty"` // new, connecting, connected, closed, failed
	DTLSRole  string          `json:"dtlsRole,omitempty"`  // client, server
	Local     *CandidateStats `json:"local,omitempty"`     // of the selected pair
	Remote    *CandidateStats `json:"remote,omitempty"`    // of the selected pair
	Nominated *bool           `json:"nominated,omitempty"`
	PairState string          `json:"pairState,omitempty"` // succeeded, ...
}

// CandidateStats is one end of a candidate pair. Address is empty where the
// implementation hides it.
type CandidateStats struct {
	Type     string `json:"type"` // host, srflx, prflx, relay
	Protocol string `json:"protocol"`
	Address  string `json:"address,omitempty"`
	Port     int    `json:"port"`
}

// InboundStats counts media that arrived on one section.
type InboundStats struct {
	Mid             string `json:"mid,omitempty"`
	Kind            Kind   `json:"kind"`
	PacketsReceived int    `json:"packetsReceived"`
	FramesDecoded   int    `json:"framesDecoded,omitempty"`
}
