package page

import (
	"context"
	"encoding/json"
	"sync/atomic"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Conn is one RTCPeerConnection of a page. It implements peer.Connection.
//
// After Close its calls still go to the closed connection in the browser, for
// as long as the page remembers it. Its events should be read until they end;
// when Events was never called, Close drops them.
type Conn struct {
	page   *Page
	id     uint64
	events *peer.EventQueue
	read   atomic.Bool // Events was called
	closed atomic.Bool
}

var _ peer.Connection = (*Conn)(nil)

// Open makes a connection. It costs one call to the page.
func (p *Page) Open(ctx context.Context, configuration peer.Configuration) (*Conn, error) {
	c := &Conn{page: p, events: peer.NewEventQueue()}
	p.mu.Lock()
	if p.gone != nil {
		p.mu.Unlock()
		c.events.Discard()
		return nil, p.gone
	}
	p.lastID++
	c.id = p.lastID
	p.conns[c.id] = c
	p.mu.Unlock()

	if err := c.call(ctx, "open", configuration, nil); err != nil {
		c.end()
		if ctx.Err() != nil {
			_, _ = p.start(c.id, "close", nil) // the page may still open it
		}
		return nil, err
	}
	return c, nil
}

// object is the parameters of a call.
type object map[string]any

func (c *Conn) call(ctx context.Context, method string, params, result any) error {
	return c.page.call(ctx, c.id, method, params, result)
}

// CreateDataChannel implements peer.Connection.
func (c *Conn) CreateDataChannel(ctx context.Context, label string, init peer.DataChannelInit) (peer.ChannelHandle, error) {
	var handle peer.ChannelHandle
	err := c.call(ctx, "createDataChannel", object{"label": label, "init": init}, &handle)
	return handle, err
}

// Send implements peer.Connection.
func (c *Conn) Send(ctx context.Context, channel peer.ChannelHandle, m peer.Message) error {
	return c.call(ctx, "send", object{"channel": channel, "message": m}, nil)
}

// CloseDataChannel implements peer.Connection.
func (c *Conn) CloseDataChannel(ctx context.Context, channel peer.ChannelHandle) error {
	return c.call(ctx, "closeDataChannel", object{"channel": channel}, nil)
}

// AddTrack implements peer.Connection.
func (c *Conn) AddTrack(ctx context.Context, kind peer.Kind) error {
	return c.call(ctx, "addTrack", object{"kind": kind}, nil)
}

// AddTransceiver implements peer.Connection.
func (c *Conn) AddTransceiver(ctx context.Context, kind peer.Kind, init peer.TransceiverInit) error {
	return c.call(ctx, "addTransceiver", object{"kind": kind, "init": init}, nil)
}

// CreateOffer implements peer.Connection.
func (c *Conn) CreateOffer(ctx context.Context, o peer.OfferOptions) (peer.SessionDescription, error) {
	var d peer.SessionDescription
	err := c.call(ctx, "createOffer", object{"options": o}, &d)
	return d, err
}

// CreateAnswer implements peer.Connection.
func (c *Conn) CreateAnswer(ctx context.Context) (peer.SessionDescription, error) {
	var d peer.SessionDescription
	err := c.call(ctx, "createAnswer", object{}, &d)
	return d, err
}

// SetLocalDescription implements peer.Connection.
func (c *Conn) SetLocalDescription(ctx context.Context, d *peer.SessionDescription) error {
	return c.call(ctx, "setLocalDescription", object{"description": d}, nil)
}

// SetRemoteDescription implements peer.Connection.
func (c *Conn) SetRemoteDescription(ctx context.Context, d peer.SessionDescription) error {
	return c.call(ctx, "setRemoteDescription", object{"description": d}, nil)
}

// AddICECandidate implements peer.Connection.
func (c *Conn) AddICECandidate(ctx context.Context, candidate *peer.ICECandidateInit) error {
	return c.call(ctx, "addIceCandidate", object{"candidate": candidate}, nil)
}

// RestartICE implements peer.Connection.
func (c *Conn) RestartICE(ctx context.Context) error {
	return c.call(ctx, "restartIce", object{}, nil)
}

// SetConfiguration implements peer.Connection.
func (c *Conn) SetConfiguration(ctx context.Context, configuration peer.Configuration) error {
	return c.call(ctx, "setConfiguration", object{"configuration": configuration}, nil)
}

// SetDirection implements peer.Connection.
func (c *Conn) SetDirection(ctx context.Context, mid, direction string) error {
	return c.call(ctx, "setDirection", object{"mid": mid, "direction": direction}, nil)
}

// StopTransceiver implements peer.Connection.
func (c *Conn) StopTransceiver(ctx context.Context, mid string) error {
	return c.call(ctx, "stopTransceiver", object{"mid": mid}, nil)
}

// Channel implements peer.Connection.
func (c *Conn) Channel(ctx context.Context, channel peer.ChannelHandle) (peer.ChannelState, error) {
	var s peer.ChannelState
	err := c.call(ctx, "channel", object{"channel": channel}, &s)
	return s, err
}

// SetBufferedAmountLowThreshold implements peer.Connection.
func (c *Conn) SetBufferedAmountLowThreshold(ctx context.Context, channel peer.ChannelHandle, bytes uint64) error {
	return c.call(ctx, "setBufferedAmountLowThreshold", object{"channel": channel, "bytes": bytes}, nil)
}

// NewCandidate implements peer.Connection.
func (c *Conn) NewCandidate(ctx context.Context, init json.RawMessage) (peer.CandidateObject, error) {
	var o peer.CandidateObject
	err := c.call(ctx, "newCandidate", object{"init": init}, &o)
	return o, err
}

// Snapshot implements peer.Connection.
func (c *Conn) Snapshot(ctx context.Context) (peer.Snapshot, error) {
	var s peer.Snapshot
	err := c.call(ctx, "snapshot", object{}, &s)
	return s, err
}

// Stats implements peer.Connection.
func (c *Conn) Stats(ctx context.Context) (peer.Stats, error) {
	var s peer.Stats
	err := c.call(ctx, "stats", object{}, &s)
	return s, err
}

// Events implements peer.Connection.
func (c *Conn) Events() <-chan peer.Event {
	c.read.Store(true)
	return c.events.Events()
}

// Close implements peer.Connection. A page that is gone has closed it already.
func (c *Conn) Close(ctx context.Context) error {
	if c.closed.Swap(true) {
		return nil
	}
	defer c.end()
	err := c.call(ctx, "close", object{}, nil)
	switch {
	case peer.IsGone(err):
		return nil
	case err != nil && ctx.Err() != nil:
		_, _ = c.page.start(c.id, "close", object{}) // late, but not left open
	}
	return err
}

// end takes the connection off the page and ends its events.
func (c *Conn) end() {
	c.page.mu.Lock()
	delete(c.page.conns, c.id)
	c.page.mu.Unlock()
	if c.read.Load() {
		c.events.Close()
	} else {
		c.events.Discard()
	}
}
