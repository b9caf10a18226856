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
	EventDataChannel              EventType = "datachannel"       // Channel, Label: opened by the other side
	EventChannelOpen              EventType = "open"              // Channel, Label
	EventChannelClose             EventType = "close"             // Channel, Label
	EventMessage                  EventType = "message"           // Channel, Label, Message
	EventTrack                    EventType = "track"             // Kind, Mid
	EventBufferedAmountLow        EventType = "bufferedamountlow" // Channel, Label
	EventLog                      EventType = "log"               // Level, Text: console, page errors, standard error
	EventGone                     EventType = "gone"              // Text: the peer died; the last event
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
	// Seen are attributes of the connection as they read inside the handler, of
	// candidate and state change events: FeatureHandlerState.
	Seen *Seen `json:"seen,omitempty"`
	// Fields are the attributes of the RTCIceCandidate that a candidate event
	// carries: FeatureCandidateFields.
	Fields *CandidateFields `json:"fields,omitempty"`
	// Error is what an icecandidateerror event says: FeatureCandidateErrors.
	Error *CandidateError `json:"error,omitempty"`
	// Opened are the attributes of the channel that a datachannel event brings:
	// FeatureChannelState.
	Opened *ChannelState `json:"opened,omitempty"`
}

// Seen is what a handler reads of its connection.
type Seen struct {
	SignalingState     string `json:"signalingState,omitempty"`
	ICEGatheringState  string `json:"iceGatheringState,omitempty"`
	ICEConnectionState string `json:"iceConnectionState,omitempty"`
	ConnectionState    string `json:"connectionState,omitempty"`
	LocalDescription   bool   `json:"localDescription"` // is not null
}

// CandidateError is W3C RTCPeerConnectionIceErrorEvent.
type CandidateError struct {
	Address string `json:"address,omitempty"`
	Port    int    `json:"port,omitempty"`
	URL     string `json:"url"`
	Code    int    `json:"errorCode"`
	Text    string `json:"errorText"`
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
	// The attributes below are those of FeatureDescriptions.
	CurrentLocalDescription  *SessionDescription `json:"currentLocalDescription,omitempty"`
	PendingLocalDescription  *SessionDescription `json:"pendingLocalDescription,omitempty"`
	CurrentRemoteDescription *SessionDescription `json:"currentRemoteDescription,omitempty"`
	PendingRemoteDescription *SessionDescription `json:"pendingRemoteDescription,omitempty"`
	// CanTrickleICECandidates is nil where the attribute is null: FeatureCanTrickle.
	CanTrickleICECandidates *bool `json:"canTrickleIceCandidates,omitempty"`
	// Transceivers are in the order of getTransceivers: FeatureTransceivers.
	Transceivers []TransceiverState `json:"transceivers,omitempty"`
	// MaxMessageSize is sctp.maxMessageSize in bytes, -1 for Infinity, nil where there
	// is no sctp: FeatureMaxMessageSize.
	MaxMessageSize *int64 `json:"maxMessageSize,omitempty"`
}

// TransceiverState is what Rink reads of W3C RTCRtpTransceiver. Mid is nil where it
// is null.
type TransceiverState struct {
	Mid              *string `json:"mid"`
	Kind             Kind    `json:"kind"`
	Direction        string  `json:"direction"` // stopped once it is
	CurrentDirection string  `json:"currentDirection,omitempty"`
}

// ChannelState is what Rink reads of W3C RTCDataChannel.
type ChannelState struct {
	Label             string  `json:"label"`
	Protocol          string  `json:"protocol"`
	Ordered           bool    `json:"ordered"`
	MaxPacketLifeTime *uint16 `json:"maxPacketLifeTime,omitempty"` // milliseconds
	MaxRetransmits    *uint16 `json:"maxRetransmits,omitempty"`
	Negotiated        bool    `json:"negotiated"`
	ID                *uint16 `json:"id,omitempty"` // SCTP stream id; nil until it is known
	ReadyState        string  `json:"readyState"`
	BufferedAmount    uint64  `json:"bufferedAmount"` // bytes
}

// Stats is what Rink reads of W3C getStats, in plain values.
type Stats struct {
	Transports []TransportStats `json:"transports"`
	Inbound    []InboundStats   `json:"inbound,omitempty"`
	Outbound   []OutboundStats  `json:"outbound,omitempty"` // FeatureDetailedStats, like the rest
	// Pairs are all candidate pairs.
	Pairs            []PairStats      `json:"pairs,omitempty"`
	LocalCandidates  []CandidateStats `json:"localCandidates,omitempty"`
	RemoteCandidates []CandidateStats `json:"remoteCandidates,omitempty"`
	Channels         []ChannelStats   `json:"channels,omitempty"`
}

// PairStats is W3C "candidate-pair" with both ends followed.
type PairStats struct {
	Transport     string         `json:"transport,omitempty"` // TransportStats.ID
	Local         CandidateStats `json:"local"`
	Remote        CandidateStats `json:"remote"`
	State         string         `json:"state"`
	Nominated     bool           `json:"nominated"`
	BytesSent     uint64         `json:"bytesSent"`
	BytesReceived uint64         `json:"bytesReceived"`
}

// ChannelStats is W3C "data-channel".
type ChannelStats struct {
	Label            string `json:"label"`
	ID               int    `json:"id"` // SCTP stream id
	State            string `json:"state"`
	MessagesSent     uint64 `json:"messagesSent"`
	MessagesReceived uint64 `json:"messagesReceived"`
	BytesSent        uint64 `json:"bytesSent"`
	BytesReceived    uint64 `json:"bytesReceived"`
}

// OutboundStats counts media that was sent on one section.
type OutboundStats struct {
	Mid         string `json:"mid,omitempty"`
	Kind        Kind   `json:"kind"`
	PacketsSent int    `json:"packetsSent"`
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
	// What follows is FeatureDetailedStats. A fingerprint is "sha-256 AB:CD:...".
	LocalUfrag        string `json:"localUfrag,omitempty"` // iceLocalUsernameFragment
	ICEState          string `json:"iceState,omitempty"`
	LocalFingerprint  string `json:"localFingerprint,omitempty"`
	RemoteFingerprint string `json:"remoteFingerprint,omitempty"`
	BytesSent         uint64 `json:"bytesSent,omitempty"`
	BytesReceived     uint64 `json:"bytesReceived,omitempty"`
}

// CandidateStats is one end of a candidate pair. Address is empty where the
// implementation hides it.
type CandidateStats struct {
	Type     string `json:"type"` // host, srflx, prflx, relay
	Protocol string `json:"protocol"`
	Address  string `json:"address,omitempty"`
	Port     int    `json:"port"`
	// What follows is FeatureDetailedStats.
	Priority      uint32 `json:"priority,omitempty"`
	Foundation    string `json:"foundation,omitempty"`
	URL           string `json:"url,omitempty"`
	RelayProtocol string `json:"relayProtocol,omitempty"`
}

// InboundStats counts media that arrived on one section.
type InboundStats struct {
	Mid             string `json:"mid,omitempty"`
	Kind            Kind   `json:"kind"`
	PacketsReceived int    `json:"packetsReceived"`
	FramesDecoded   int    `json:"framesDecoded,omitempty"`
	// SamplesReceived counts decoded audio samples; FeatureDetailedStats.
	SamplesReceived uint64 `json:"samplesReceived,omitempty"`
}
