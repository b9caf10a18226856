package agent

import (
	"context"
	"encoding/json"
	"sync/atomic"

	"github.com/webrtc-rink/rink/harness/peer"
)

// conn is one RTCPeerConnection of an agent. It implements peer.Connection.
//
// After Close its calls still go to the agent, which refuses them as its
// implementation does.
type conn struct {
	link   *link
	id     uint64
	events *peer.EventQueue
	read   atomic.Bool // Events was called
	closed atomic.Bool
	ended  bool // the agent said that it is gone; guarded by link.mu

	count, bytes int // events so far; guarded by link.mu
}

var _ peer.Connection = (*conn)(nil)

func (l *link) open(ctx context.Context, configuration peer.Configuration) (*conn, error) {
	c := &conn{link: l, events: peer.NewEventQueue()}
	l.mu.Lock()
	if l.gone != nil {
		l.mu.Unlock()
		c.events.Discard()
		return nil, l.gone
	}
	l.lastCon++
	c.id = l.lastCon
	l.conns[c.id] = c
	l.mu.Unlock()
	if err := c.call(ctx, methodOpen, object{"configuration": configuration}, nil); err != nil {
		c.forget()
		if ctx.Err() != nil {
			c.closeLate()
		}
		return nil, err
	}
	return c, nil
}

// closeLate closes what the agent may still have open, without waiting.
func (c *conn) closeLate() {
	id, _, err := c.link.start(methodClose, object{"connection": c.id})
	if err != nil {
		return // gone, and the connection with it
	}
	c.link.mu.Lock()
	defer c.link.mu.Unlock()
	if _, waits := c.link.pending[id]; waits {
		c.link.pending[id] = nil
	}
}

// take puts an event of the agent into the queue; link.mu is held.
func (c *conn) take(e peer.Event, size int) *violation {
	c.count++
	c.bytes += size
	switch o := c.link.options; {
	case c.ended:
		return nil
	case c.count > o.MaxEvents:
		return violated("sent more than %d events of one connection", o.MaxEvents)
	case c.bytes > o.MaxEventBytes:
		return violated("sent events of more than %d bytes of one connection", o.MaxEventBytes)
	}
	c.events.Put(e)
	if e.Type == peer.EventGone {
		c.ended = true
		c.events.Close()
	}
	return nil
}

func (c *conn) call(ctx context.Context, method string, params object, result any) error {
	params["connection"] = c.id
	return c.link.call(ctx, method, params, result)
}

// CreateDataChannel implements peer.Connection.
func (c *conn) CreateDataChannel(ctx context.Context, label string, init peer.DataChannelInit) (peer.ChannelHandle, error) {
	var o opened
	err := c.call(ctx, methodCreateDataChannel, object{"label": label, "init": init}, &o)
	return o.Channel, err
}

// Send implements peer.Connection.
func (c *conn) Send(ctx context.Context, channel peer.ChannelHandle, m peer.Message) error {
	return c.call(ctx, methodSend, object{"channel": channel, "message": m}, nil)
}

// CloseDataChannel implements peer.Connection.
func (c *conn) CloseDataChannel(ctx context.Context, channel peer.ChannelHandle) error {
	return c.call(ctx, methodCloseDataChannel, object{"channel": channel}, nil)
}

// AddTrack implements peer.Connection.
func (c *conn) AddTrack(ctx context.Context, kind peer.Kind) error {
	return c.call(ctx, methodAddTrack, object{"kind": kind}, nil)
}

// AddTransceiver implements peer.Connection.
func (c *conn) AddTransceiver(ctx context.Context, kind peer.Kind, init peer.TransceiverInit) error {
	return c.call(ctx, methodAddTransceiver, object{"kind": kind, "init": init}, nil)
}

// CreateOffer implements peer.Connection.
func (c *conn) CreateOffer(ctx context.Context, o peer.OfferOptions) (peer.SessionDescription, error) {
	var d peer.SessionDescription
	err := c.call(ctx, methodCreateOffer, object{"options": o}, &d)
	return d, err
}

// CreateAnswer implements peer.Connection.
func (c *conn) CreateAnswer(ctx context.Context) (peer.SessionDescription, error) {
	var d peer.SessionDescription
	err := c.call(ctx, methodCreateAnswer, object{}, &d)
	return d, err
}

// SetLocalDescription implements peer.Connection.
func (c *conn) SetLocalDescription(ctx context.Context, d *peer.SessionDescription) error {
	return c.call(ctx, methodSetLocalDescription, object{"description": d}, nil)
}

// SetRemoteDescription implements peer.Connection.
func (c *conn) SetRemoteDescription(ctx context.Context, d peer.SessionDescription) error {
	return c.call(ctx, methodSetRemoteDescription, object{"description": d}, nil)
}

// AddICECandidate implements peer.Connection.
func (c *conn) AddICECandidate(ctx context.Context, candidate *peer.ICECandidateInit) error {
	return c.call(ctx, methodAddICECandidate, object{"candidate": candidate}, nil)
}

// RestartICE implements peer.Connection.
func (c *conn) RestartICE(ctx context.Context) error {
	return c.call(ctx, methodRestartICE, object{}, nil)
}

// SetConfiguration implements peer.Connection.
func (c *conn) SetConfiguration(ctx context.Context, configuration peer.Configuration) error {
	return c.call(ctx, methodSetConfiguration, object{"configuration": configuration}, nil)
}

// SetDirection implements peer.Connection.
func (c *conn) SetDirection(ctx context.Context, mid, direction string) error {
	return c.call(ctx, methodSetDirection, object{"mid": mid, "direction": direction}, nil)
}

// StopTransceiver implements peer.Connection.
func (c *conn) StopTransceiver(ctx context.Context, mid string) error {
	return c.call(ctx, methodStopTransceiver, object{"mid": mid}, nil)
}

// Channel implements peer.Connection.
func (c *conn) Channel(ctx context.Context, channel peer.ChannelHandle) (peer.ChannelState, error) {
	var s peer.ChannelState
	err := c.call(ctx, methodChannel, object{"channel": channel}, &s)
	return s, err
}

// SetBufferedAmountLowThreshold implements peer.Connection.
func (c *conn) SetBufferedAmountLowThreshold(ctx context.Context, channel peer.ChannelHandle, bytes uint64) error {
	return c.call(ctx, methodSetLowThreshold, object{"channel": channel, "bytes": bytes}, nil)
}

// NewCandidate implements peer.Connection.
func (c *conn) NewCandidate(ctx context.Context, init json.RawMessage) (peer.CandidateObject, error) {
	var o peer.CandidateObject
	err := c.call(ctx, methodNewCandidate, object{"init": init}, &o)
	return o, err
}

// Snapshot implements peer.Connection.
func (c *conn) Snapshot(ctx context.Context) (peer.Snapshot, error) {
	var s peer.Snapshot
	err := c.call(ctx, methodSnapshot, object{}, &s)
	return s, err
}

// Stats implements peer.Connection.
func (c *conn) Stats(ctx context.Context) (peer.Stats, error) {
	var s peer.Stats
	err := c.call(ctx, methodStats, object{}, &s)
	return s, err
}

// Events implements peer.Connection.
func (c *conn) Events() <-chan peer.Event {
	c.read.Store(true)
	return c.events.Events()
}

// Close implements peer.Connection. An agent that is gone has closed it already.
func (c *conn) Close(ctx context.Context) error {
	if c.closed.Swap(true) {
		return nil
	}
	defer c.forget()
	err := c.call(ctx, methodClose, object{}, nil)
	switch {
	case peer.IsGone(err):
		return nil
	case err != nil && ctx.Err() != nil:
		c.closeLate() // it may not have been called at all
	}
	return err
}

// forget takes the connection off the link and ends its events.
func (c *conn) forget() {
	c.link.mu.Lock()
	delete(c.link.conns, c.id)
	c.link.mu.Unlock()
	if c.read.Load() {
		c.events.Close()
	} else {
		c.events.Discard()
	}
}
