package fake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/wire"
)

// ownMessageSize is the largest message, in bytes, that a fake sends and takes.
const ownMessageSize = 262144

// maxStreamID is the largest stream id of a channel (RFC 8832 section 5.1).
const maxStreamID = 65534

// channel is one RTCDataChannel of a fake.
type channel struct {
	handle peer.ChannelHandle
	peer.ChannelState
	threshold uint64
	stats     peer.ChannelStats
}

func (ch *channel) open() bool { return ch.ReadyState == "open" }

// CreateDataChannel follows the steps of W3C createDataChannel
// (https://www.w3.org/TR/webrtc/#dom-peerconnection-createdatachannel).
func (c *connection) CreateDataChannel(_ context.Context, label string, init peer.DataChannelInit) (peer.ChannelHandle, error) {
	defer c.lock()()
	if err := c.usable(); err != nil {
		return "", err
	}
	if err := c.judgeInit(init); err != nil {
		return "", err
	}
	ch := c.addChannel(peer.ChannelState{
		Label: label, Protocol: init.Protocol, Ordered: !init.Unordered, MaxPacketLifeTime: init.MaxPacketLifeTime,
		MaxRetransmits: init.MaxRetransmits, Negotiated: init.Negotiated, ReadyState: "connecting",
	})
	if init.Negotiated {
		id := *init.ID
		ch.ID = &id
	}
	if !c.has("application") {
		c.wanted = append(c.wanted, "application")
		c.updateNeeded()
	}
	c.progress()
	return ch.handle, nil
}

func (c *connection) judgeInit(init peer.DataChannelInit) error {
	switch {
	case init.Negotiated && init.ID == nil:
		return peer.Errorf(peer.TypeError, "a negotiated channel without an id")
	case init.MaxPacketLifeTime != nil && init.MaxRetransmits != nil:
		return peer.Errorf(peer.TypeError, "maxPacketLifeTime and maxRetransmits")
	case init.Negotiated && *init.ID > maxStreamID:
		return peer.Errorf(peer.TypeError, "id %d is above %d", *init.ID, maxStreamID)
	case init.Negotiated && c.withID(*init.ID) != nil:
		return peer.Errorf(peer.OperationError, "id %d is taken", *init.ID)
	}
	return nil
}

func (c *connection) addChannel(state peer.ChannelState) *channel {
	h := peer.ChannelHandle(fmt.Sprintf("channel-%d", len(c.channels)+1))
	ch := &channel{handle: h, ChannelState: state}
	c.channels[h] = ch
	return ch
}

// inOrder lists the channels in the order in which they were made.
func (c *connection) inOrder() []*channel {
	all := make([]*channel, 0, len(c.channels))
	for i := range len(c.channels) {
		all = append(all, c.channels[peer.ChannelHandle(fmt.Sprintf("channel-%d", i+1))])
	}
	return all
}

// withID is the channel that has that stream id now.
func (c *connection) withID(id uint16) *channel {
	for _, ch := range c.channels {
		if ch.ID != nil && *ch.ID == id && ch.ReadyState != "closed" {
			return ch
		}
	}
	return nil
}

// freeID is the lowest stream id of this end's role that is free at both ends: even
// ones are the DTLS client's (RFC 8832 section 6).
func (c *connection) freeID(o *connection) *uint16 {
	id := uint16(1)
	if c.dtlsClient() != c.strayID() {
		id = 0
	}
	for c.withID(id) != nil || o.withID(id) != nil {
		id += 2
	}
	return &id
}

// openChannels opens what this end has made in-band: the other end learns of it.
func (c *connection) openChannels(o *connection) {
	for _, ch := range c.inOrder() {
		if ch.Negotiated || ch.ReadyState != "connecting" {
			continue
		}
		ch.ID = c.freeID(o)
		there := o.addChannel(ch.ChannelState)
		there.ReadyState = "open"
		seen := there.ChannelState
		o.emit(peer.Event{Type: peer.EventDataChannel, Channel: there.handle, Label: ch.Label, Opened: &seen})
		o.emit(peer.Event{Type: peer.EventChannelOpen, Channel: there.handle, Label: ch.Label})
		ch.ReadyState = "open"
		c.emit(peer.Event{Type: peer.EventChannelOpen, Channel: ch.handle, Label: ch.Label})
	}
}

// strayID reports whether a defect gives ids of the other role.
func (c *connection) strayID() bool {
	return slices.ContainsFunc(c.peer.defects, func(d Defect) bool { return d.strayIDs })
}

// openNegotiated opens the channels whose ids were agreed elsewhere. They do not wait
// for the other end.
func (c *connection) openNegotiated() {
	for _, ch := range c.inOrder() {
		if ch.Negotiated && ch.ReadyState == "connecting" {
			ch.ReadyState = "open"
			c.emit(peer.Event{Type: peer.EventChannelOpen, Channel: ch.handle, Label: ch.Label})
		}
	}
}

func (c *connection) find(h peer.ChannelHandle) (*channel, error) {
	if ch := c.channels[h]; ch != nil {
		return ch, nil
	}
	return nil, fmt.Errorf("channel %q: there is none", h)
}

// Send follows the steps of W3C send (https://www.w3.org/TR/webrtc/#datachannel-send).
func (c *connection) Send(_ context.Context, h peer.ChannelHandle, m peer.Message) error {
	defer c.lock()()
	ch, err := c.find(h)
	if err != nil {
		return err
	}
	other := c.other()
	if !ch.open() || other == nil {
		return peer.Errorf(peer.InvalidStateError, "channel %s is not open", ch.Label)
	}
	size := uint64(len(m.Text) + len(m.Bytes))
	if limit := c.maxMessageSize(); limit != nil && size > uint64(*limit) { //nolint:gosec // not negative, see there
		return peer.Errorf(peer.TypeError, "%d bytes are more than maxMessageSize, which is %d", size, *limit)
	}
	ch.stats.MessagesSent++
	ch.stats.BytesSent += size
	c.bytesSent += size
	if there := other.withID(*ch.ID); there != nil {
		there.stats.MessagesReceived++
		there.stats.BytesReceived += size
		other.emit(peer.Event{Type: peer.EventMessage, Channel: there.handle, Label: there.Label, Message: &m})
	}
	c.talked, other.talked = true, true
	c.complete()
	other.complete()
	if size > ch.threshold { // what was buffered has gone
		c.emit(peer.Event{Type: peer.EventBufferedAmountLow, Channel: h, Label: ch.Label})
	}
	return nil
}

// CloseDataChannel closes the channel at both ends. A fake has nothing that is still
// to be sent.
func (c *connection) CloseDataChannel(_ context.Context, h peer.ChannelHandle) error {
	defer c.lock()()
	ch, err := c.find(h)
	if err != nil {
		return err
	}
	if !ch.open() {
		return nil
	}
	var there *channel
	other := c.other()
	if other != nil {
		there = other.withID(*ch.ID)
	}
	c.channelClosed(ch)
	if there != nil && there.open() {
		other.channelClosed(there)
	}
	return nil
}

// channelClosed announces a channel as closed.
func (c *connection) channelClosed(ch *channel) {
	ch.ReadyState = "closed"
	c.emit(peer.Event{Type: peer.EventChannelClose, Channel: ch.handle, Label: ch.Label})
}

// Channel reads the attributes of a channel.
func (c *connection) Channel(_ context.Context, h peer.ChannelHandle) (peer.ChannelState, error) {
	defer c.lock()()
	ch, err := c.find(h)
	if err != nil {
		return peer.ChannelState{}, err
	}
	return ch.ChannelState, nil
}

// SetBufferedAmountLowThreshold sets the attribute.
func (c *connection) SetBufferedAmountLowThreshold(_ context.Context, h peer.ChannelHandle, bytes uint64) error {
	defer c.lock()()
	ch, err := c.find(h)
	if err != nil {
		return err
	}
	ch.threshold = bytes
	return nil
}

// maxMessageSize is W3C sctp.maxMessageSize: nil until there is an sctp
// (https://www.w3.org/TR/webrtc/#sctp-transport-update-mms).
func (c *connection) maxMessageSize() *int64 {
	if c.settled == nil || c.remote == nil {
		return nil
	}
	if !slices.ContainsFunc(c.settled.Media, func(m *wire.Media) bool { return m.Kind == "application" && !m.Rejected() }) {
		return nil
	}
	size := int64(wire.DefaultMaxMessageSize)
	if said, ok := c.remote.parsed.MaxMessageSize(); ok {
		if size = int64(said); said == 0 || said > ownMessageSize {
			size = ownMessageSize
		}
	}
	return &size
}

// channelStats are W3C's data-channel stats.
func (c *connection) channelStats() []peer.ChannelStats {
	var all []peer.ChannelStats
	for _, ch := range c.inOrder() {
		s := ch.stats
		s.Label, s.State = ch.Label, ch.ReadyState
		if ch.ID != nil {
			s.ID = int(*ch.ID)
		}
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(a, b peer.ChannelStats) int { return strings.Compare(a.Label, b.Label) })
	return all
}
