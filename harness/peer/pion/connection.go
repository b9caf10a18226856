package pion

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/pion/webrtc/v3"

	"github.com/webrtc-rink/rink/harness/peer"
)

// closeTimeout bounds the close of one connection and of a whole peer.
const closeTimeout = 10 * time.Second

// Connection is one webrtc.PeerConnection. It implements peer.Connection.
type Connection struct {
	peer  *Peer
	queue *peer.EventQueue
	looks bool // handlers read attributes: handlersMayRead
	pc    *webrtc.PeerConnection

	running   sync.WaitGroup // media goroutines
	stop      chan struct{}  // closed by Close: media ends
	toldClose chan struct{}  // closed when pion has told connectionState closed
	told      sync.Once

	mu       sync.Mutex
	channels map[peer.ChannelHandle]*channel
	inbound  []*inbound

	closing  sync.Once
	closed   chan struct{}
	closeErr error
}

var _ peer.Connection = (*Connection)(nil)

func newConnection(p *Peer) *Connection {
	return &Connection{
		peer: p, looks: handlersMayRead(), queue: peer.NewEventQueue(), channels: map[peer.ChannelHandle]*channel{},
		stop: make(chan struct{}), closed: make(chan struct{}), toldClose: make(chan struct{}),
	}
}

// CreateOffer is PeerConnection.CreateOffer.
func (c *Connection) CreateOffer(ctx context.Context, o peer.OfferOptions) (peer.SessionDescription, error) {
	return bounded(ctx, "CreateOffer", func() (peer.SessionDescription, error) {
		return described(c.pc.CreateOffer(&webrtc.OfferOptions{ICERestart: o.ICERestart}))
	})
}

// CreateAnswer is PeerConnection.CreateAnswer.
func (c *Connection) CreateAnswer(ctx context.Context) (peer.SessionDescription, error) {
	return bounded(ctx, "CreateAnswer", func() (peer.SessionDescription, error) {
		return described(c.pc.CreateAnswer(nil))
	})
}

func described(d webrtc.SessionDescription, err error) (peer.SessionDescription, error) {
	if err != nil {
		return peer.SessionDescription{}, err
	}
	return peer.SessionDescription{Type: d.Type.String(), SDP: d.SDP}, nil
}

func description(d peer.SessionDescription) webrtc.SessionDescription {
	return webrtc.SessionDescription{Type: sdpType(d.Type), SDP: d.SDP}
}

// sdpType is webrtc.NewSDPType, which releases before v3.1.0 do not export.
func sdpType(name string) webrtc.SDPType {
	var unknown webrtc.SDPType
	for _, t := range []webrtc.SDPType{webrtc.SDPTypeOffer, webrtc.SDPTypePranswer, webrtc.SDPTypeAnswer, webrtc.SDPTypeRollback} {
		if t.String() == name {
			return t
		}
	}
	return unknown
}

// SetLocalDescription is PeerConnection.SetLocalDescription. pion v3 has no
// parameterless form, so nil is refused.
func (c *Connection) SetLocalDescription(ctx context.Context, d *peer.SessionDescription) error {
	return do(ctx, "SetLocalDescription", func() error {
		if d == nil {
			return peer.Errorf(peer.NotSupportedError, "pion v3 has no SetLocalDescription without a description")
		}
		return c.pc.SetLocalDescription(description(*d))
	})
}

// SetRemoteDescription is PeerConnection.SetRemoteDescription.
func (c *Connection) SetRemoteDescription(ctx context.Context, d peer.SessionDescription) error {
	return do(ctx, "SetRemoteDescription", func() error { return c.pc.SetRemoteDescription(description(d)) })
}

// AddICECandidate is PeerConnection.AddICECandidate. pion's parameter is a value
// and has no null: nil is passed as the empty candidate, which W3C webrtc-pc
// §4.4.1.4 (addIceCandidate) defines null to mean for every section.
func (c *Connection) AddICECandidate(ctx context.Context, candidate *peer.ICECandidateInit) error {
	var init webrtc.ICECandidateInit
	if candidate != nil {
		init = webrtc.ICECandidateInit(candidate.Clone())
	}
	return do(ctx, "AddICECandidate", func() error { return c.pc.AddICECandidate(init) })
}

// RestartICE is refused: pion v3 has no such method. CreateOffer with ICERestart
// is how pion restarts.
func (c *Connection) RestartICE(ctx context.Context) error {
	return do(ctx, "RestartICE", func() error {
		return peer.Errorf(peer.NotSupportedError, "pion v3 has no RestartICE; use CreateOffer with ICERestart")
	})
}

// SetConfiguration is PeerConnection.SetConfiguration.
func (c *Connection) SetConfiguration(ctx context.Context, config peer.Configuration) error {
	return do(ctx, "SetConfiguration", func() error {
		translated, err := configuration(config)
		if err != nil {
			return err
		}
		return c.pc.SetConfiguration(translated)
	})
}

// NewCandidate is refused: pion's ICECandidateInit is plain data, which nothing
// constructs or validates.
func (c *Connection) NewCandidate(ctx context.Context, _ json.RawMessage) (peer.CandidateObject, error) {
	return bounded(ctx, "NewCandidate", func() (peer.CandidateObject, error) {
		return peer.CandidateObject{}, peer.Errorf(peer.NotSupportedError, "pion v3 has no constructor of a candidate")
	})
}

// Snapshot reads the state attributes.
func (c *Connection) Snapshot(ctx context.Context) (peer.Snapshot, error) {
	return bounded(ctx, "Snapshot", func() (peer.Snapshot, error) {
		return peer.Snapshot{
			SignalingState:     c.pc.SignalingState().String(),
			ICEGatheringState:  c.pc.ICEGatheringState().String(),
			ICEConnectionState: c.pc.ICEConnectionState().String(),
			ConnectionState:    c.pc.ConnectionState().String(),
			LocalDescription:   nullable(c.pc.LocalDescription()),
			RemoteDescription:  nullable(c.pc.RemoteDescription()),

			CurrentLocalDescription:  nullable(c.pc.CurrentLocalDescription()),
			PendingLocalDescription:  nullable(c.pc.PendingLocalDescription()),
			CurrentRemoteDescription: nullable(c.pc.CurrentRemoteDescription()),
			PendingRemoteDescription: nullable(c.pc.PendingRemoteDescription()),
			CanTrickleICECandidates:  canTrickle(c.pc),
			MaxMessageSize:           maxMessageSize(c.pc),
			Transceivers:             transceivers(c.pc),
		}, nil
	})
}

func nullable(d *webrtc.SessionDescription) *peer.SessionDescription {
	if d == nil {
		return nil
	}
	return &peer.SessionDescription{Type: d.Type.String(), SDP: d.SDP}
}

// Events delivers pion's callbacks.
func (c *Connection) Events() <-chan peer.Event { return c.queue.Events() }

// Close is PeerConnection.Close. It also ends the media, and waits for the
// closed state that pion tells from a goroutine, so that it is in the record.
func (c *Connection) Close(ctx context.Context) error {
	c.closing.Do(func() { go c.shut() })
	select {
	case <-c.closed:
		return c.closeErr
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Connection) shut() {
	defer close(c.closed)
	defer c.peer.forget(c)
	defer c.queue.Close()
	c.mu.Lock() // run looks at stop under it
	close(c.stop)
	c.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	err := do(ctx, "Close", c.pc.Close)
	if !farSideClosedFirst(err) {
		c.closeErr = err
	}
	select {
	case <-c.toldClose:
	case <-ctx.Done():
	}
	c.running.Wait()
}
