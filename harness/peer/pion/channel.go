package pion

import (
	"context"
	"fmt"
	"sync"

	"github.com/pion/webrtc/v3"

	"github.com/webrtc-rink/rink/harness/peer"
)

// channel is one data channel with its handle.
type channel struct {
	*webrtc.DataChannel
	handle peer.ChannelHandle
	opened sync.Once
}

// CreateDataChannel is PeerConnection.CreateDataChannel. Members that are not
// set stay nil, so that pion's defaults hold.
func (c *Connection) CreateDataChannel(ctx context.Context, label string, init peer.DataChannelInit) (peer.ChannelHandle, error) {
	return bounded(ctx, "CreateDataChannel", func() (peer.ChannelHandle, error) {
		o := webrtc.DataChannelInit{MaxPacketLifeTime: init.MaxPacketLifeTime, MaxRetransmits: init.MaxRetransmits, ID: init.ID}
		if init.Unordered {
			o.Ordered = new(bool)
		}
		if init.Protocol != "" {
			o.Protocol = &init.Protocol
		}
		if init.Negotiated {
			o.Negotiated = &init.Negotiated
		}
		d, err := c.pc.CreateDataChannel(label, &o)
		if err != nil {
			return "", err
		}
		ch := c.keep(d)
		// pion opens a negotiated channel at once, as it does incoming ones.
		c.listen(ch, init.Negotiated)
		return ch.handle, nil
	})
}

// keep gives a channel its handle.
func (c *Connection) keep(d *webrtc.DataChannel) *channel {
	c.mu.Lock()
	defer c.mu.Unlock()
	ch := &channel{DataChannel: d, handle: peer.ChannelHandle(fmt.Sprintf("%d", len(c.channels)+1))}
	c.channels[ch.handle] = ch
	return ch
}

// onDataChannel runs before pion lets the channel open.
func (c *Connection) onDataChannel(d *webrtc.DataChannel) {
	ch := c.keep(d)
	opened := ch.state()
	c.queue.Put(peer.Event{Type: peer.EventDataChannel, Channel: ch.handle, Label: opened.Label, Opened: &opened})
	c.listen(ch, true)
}

// listen sets the callbacks. pion calls OnOpen and OnMessage from goroutines that
// race. Where pion always tells open before it starts to read (opensFirst), the
// first message brings the open event with it, should that goroutine be late;
// where it does not, events come as they come.
func (c *Connection) listen(ch *channel, opensFirst bool) {
	label := ch.Label() // it does not change, and callbacks may come while pion holds locks
	put := func(t peer.EventType, m *peer.Message) {
		c.queue.Put(peer.Event{Type: t, Channel: ch.handle, Label: label, Message: m})
	}
	open := func() { ch.opened.Do(func() { put(peer.EventChannelOpen, nil) }) }
	ch.OnMessage(func(m webrtc.DataChannelMessage) {
		c.guard("OnMessage", func() {
			if opensFirst {
				open()
			}
			if m.IsString {
				put(peer.EventMessage, &peer.Message{Text: string(m.Data)})
				return
			}
			put(peer.EventMessage, &peer.Message{Binary: true, Bytes: m.Data})
		})
	})
	ch.OnClose(func() { c.guard("OnClose", func() { put(peer.EventChannelClose, nil) }) })
	ch.OnError(func(err error) {
		c.queue.Put(peer.Event{
			Type: peer.EventLog, Level: "error", Channel: ch.handle, Label: label, Text: "data channel: " + err.Error(),
		})
	})
	ch.OnBufferedAmountLow(func() { put(peer.EventBufferedAmountLow, nil) })
	ch.OnOpen(func() { c.guard("OnOpen", open) })
}

func (c *Connection) channel(handle peer.ChannelHandle) (*channel, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ch := c.channels[handle]; ch != nil {
		return ch, nil
	}
	return nil, peer.Errorf(peer.NotFoundError, "data channel %q: no such handle", handle)
}

// Channel reads the attributes of a DataChannel.
func (c *Connection) Channel(ctx context.Context, handle peer.ChannelHandle) (peer.ChannelState, error) {
	return bounded(ctx, "DataChannel", func() (peer.ChannelState, error) {
		ch, err := c.channel(handle)
		if err != nil {
			return peer.ChannelState{}, err
		}
		return ch.state(), nil
	})
}

func (ch *channel) state() peer.ChannelState {
	return peer.ChannelState{
		Label: ch.Label(), Protocol: ch.Protocol(), Ordered: ch.Ordered(), Negotiated: ch.Negotiated(), ID: ch.ID(),
		MaxPacketLifeTime: ch.MaxPacketLifeTime(), MaxRetransmits: ch.MaxRetransmits(),
		ReadyState: ch.ReadyState().String(), BufferedAmount: ch.BufferedAmount(),
	}
}

// SetBufferedAmountLowThreshold is DataChannel.SetBufferedAmountLowThreshold.
func (c *Connection) SetBufferedAmountLowThreshold(ctx context.Context, handle peer.ChannelHandle, bytes uint64) error {
	return do(ctx, "SetBufferedAmountLowThreshold", func() error {
		ch, err := c.channel(handle)
		if err == nil {
			ch.DataChannel.SetBufferedAmountLowThreshold(bytes)
		}
		return err
	})
}

// Send is DataChannel.SendText or DataChannel.Send.
func (c *Connection) Send(ctx context.Context, handle peer.ChannelHandle, m peer.Message) error {
	return do(ctx, "Send", func() error {
		ch, err := c.channel(handle)
		switch {
		case err != nil:
			return err
		case m.Binary:
			return ch.DataChannel.Send(m.Bytes)
		}
		return ch.SendText(m.Text)
	})
}

// CloseDataChannel is DataChannel.Close.
func (c *Connection) CloseDataChannel(ctx context.Context, handle peer.ChannelHandle) error {
	return do(ctx, "DataChannel.Close", func() error {
		ch, err := c.channel(handle)
		if err != nil {
			return err
		}
		return ch.DataChannel.Close()
	})
}
