package peer

import (
	"context"
	"encoding/json"
)

// Peer is one implementation under test. A Peer is started once and opens many
// connections; its methods are safe for concurrent use.
type Peer interface {
	// Describe says what the peer is and what it can do. It does not block and
	// does not change while the peer lives.
	Describe() Description
	// Open makes a new connection. A configuration that the implementation
	// refuses is an *Error with the DOMException name; a peer that is no longer
	// there is a *GoneError.
	Open(ctx context.Context, c Configuration) (Connection, error)
	// Close ends every connection and everything the peer started (processes,
	// tabs, temporary folders). It may be called more than once.
	Close() error
}

// Connection is one RTCPeerConnection. Calls may be made from several
// goroutines; the adapter hands them to the implementation in call order.
//
// Every method that the implementation refuses returns an *Error that carries
// the DOMException name. A *GoneError says that the peer itself died. Any other
// error is the harness's own (a deadline, a broken pipe).
type Connection interface {
	// CreateDataChannel returns a handle that events and Send use.
	CreateDataChannel(ctx context.Context, label string, init DataChannelInit) (ChannelHandle, error)
	// Send sends one message on an open channel.
	Send(ctx context.Context, channel ChannelHandle, m Message) error
	// CloseDataChannel starts closing one channel.
	CloseDataChannel(ctx context.Context, channel ChannelHandle) error
	// AddTrack sends synthetic media of the kind (W3C addTrack: a later remote
	// offer of the kind is answered with this track).
	AddTrack(ctx context.Context, kind Kind) error
	// AddTransceiver adds a media section of its own (W3C addTransceiver).
	AddTransceiver(ctx context.Context, kind Kind, init TransceiverInit) error
	CreateOffer(ctx context.Context, o OfferOptions) (SessionDescription, error)
	CreateAnswer(ctx context.Context) (SessionDescription, error)
	// SetLocalDescription applies d; nil is the parameterless form.
	SetLocalDescription(ctx context.Context, d *SessionDescription) error
	SetRemoteDescription(ctx context.Context, d SessionDescription) error
	// AddICECandidate adds c; nil is W3C null: end of candidates.
	AddICECandidate(ctx context.Context, c *ICECandidateInit) error
	RestartICE(ctx context.Context) error
	// SetConfiguration is W3C setConfiguration.
	SetConfiguration(ctx context.Context, c Configuration) error
	// SetDirection sets the direction of the transceiver of that mid; StopTransceiver
	// stops it.
	SetDirection(ctx context.Context, mid, direction string) error
	StopTransceiver(ctx context.Context, mid string) error
	// Channel reads the attributes of one data channel.
	Channel(ctx context.Context, channel ChannelHandle) (ChannelState, error)
	// SetBufferedAmountLowThreshold sets the attribute of one channel, in bytes.
	SetBufferedAmountLowThreshold(ctx context.Context, channel ChannelHandle, bytes uint64) error
	// NewCandidate constructs an RTCIceCandidate and reads it back. init is the JSON of
	// the constructor's argument, handed over as it is.
	NewCandidate(ctx context.Context, init json.RawMessage) (CandidateObject, error)
	// Snapshot reads all state attributes and descriptions at one moment.
	Snapshot(ctx context.Context) (Snapshot, error)
	Stats(ctx context.Context) (Stats, error)
	// Events delivers what the implementation says, in its order. The channel
	// is closed after Close, or after an event of type EventGone. The adapter
	// buffers: a slow reader never blocks the implementation.
	Events() <-chan Event
	// Close closes the connection. It may be called more than once.
	Close(ctx context.Context) error
}

// ChannelHandle names a data channel within its connection. It is the
// adapter's own word, not the SCTP stream id.
type ChannelHandle string

// Kind is the kind of a media section.
type Kind string

// The kinds of media.
const (
	Audio Kind = "audio"
	Video Kind = "video"
)

// DataChannelInit is W3C RTCDataChannelInit. The zero value is a reliable,
// ordered, in-band channel.
type DataChannelInit struct {
	Unordered         bool    `json:"unordered,omitempty"`
	MaxPacketLifeTime *uint16 `json:"maxPacketLifeTime,omitempty"` // milliseconds
	MaxRetransmits    *uint16 `json:"maxRetransmits,omitempty"`
	Protocol          string  `json:"protocol,omitempty"`
	Negotiated        bool    `json:"negotiated,omitempty"`
	ID                *uint16 `json:"id,omitempty"` // SCTP stream id, with Negotiated
}

// TransceiverInit is what Rink uses of W3C RTCRtpTransceiverInit.
type TransceiverInit struct {
	// Direction is sendrecv, sendonly, recvonly or inactive; empty is sendrecv.
	// A direction that sends gets synthetic media.
	Direction string `json:"direction,omitempty"`
}

// OfferOptions is W3C RTCOfferOptions.
type OfferOptions struct {
	ICERestart bool `json:"iceRestart,omitempty"`
}

// SessionDescription is W3C RTCSessionDescriptionInit.
type SessionDescription struct {
	Type string `json:"type"` // offer, answer, pranswer, rollback
	SDP  string `json:"sdp"`
}

// Message is one data channel message.
type Message struct {
	Binary bool   `json:"binary,omitempty"`
	Text   string `json:"text,omitempty"`  // when Binary is false
	Bytes  []byte `json:"bytes,omitempty"` // when Binary is true; base64 in JSON
}

// Equal reports whether both are the same message of the same type.
func (m Message) Equal(o Message) bool {
	return m.Binary == o.Binary && m.Text == o.Text && string(m.Bytes) == string(o.Bytes)
}

// Configuration is what Rink uses of W3C RTCConfiguration.
type Configuration struct {
	ICEServers           []ICEServer `json:"iceServers,omitempty"`
	ICETransportPolicy   string      `json:"iceTransportPolicy,omitempty"` // all, relay
	BundlePolicy         string      `json:"bundlePolicy,omitempty"`       // balanced, max-compat, max-bundle
	ICECandidatePoolSize uint8       `json:"iceCandidatePoolSize,omitempty"`
	// Lite makes the end an ICE-lite agent (RFC 8445 section 2.5), and
	// AnsweringDTLSRole (client, server) sets which DTLS role its answers take. Neither
	// is W3C's: FeatureLite and FeatureAnsweringRole say who has them.
	Lite              bool   `json:"lite,omitempty"`
	AnsweringDTLSRole string `json:"answeringDtlsRole,omitempty"`
}

// ICEServer is W3C RTCIceServer.
type ICEServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}
