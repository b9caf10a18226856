package fake

import (
	"cmp"
	"context"
	"slices"
	"sync/atomic"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/wire"
)

// connection is one RTCPeerConnection of a fake; network.mu guards it.
type connection struct {
	peer.Bare
	peer    *fake
	network *Network
	config  peer.Configuration
	queue   *peer.EventQueue
	closed  bool

	number                           int  // among all of the network
	switched                         bool // took the other ICE role in a conflict
	ufrag, pwd                       string
	signaling, gathering, ice, state string

	wanted        []string // kinds of sections that the next offer adds, application included
	transceivers  []*transceiver
	mids          int               // mids that it gave out
	local, remote *described        // as localDescription and remoteDescription are
	settled       *wire.Description // the last answer
	offerer       bool
	furniture
	descriptions

	gathered bool
	homes    map[int][]int // ports by index of the section they were gathered for
	known    int           // candidates of the other end that it learned
	handed   map[int]bool  // their ports
	generations
	arrivals arrivals
	counted  int // how often it counted its packets
	channels map[peer.ChannelHandle]*channel
	// bytesSent is the payload that this end sent on its channels.
	bytesSent uint64
	// The other end has no more candidates; data has crossed.
	remoteEnded, talked bool

	// What defects remember.
	refusedBefore, taken map[string]bool
	refusedMeanwhile     atomic.Bool
	lastPriority         uint32
}

// described is a description that was set.
type described struct {
	peer.SessionDescription
	parsed *wire.Description
}

func (c *connection) lock() func() {
	c.network.mu.Lock()
	return c.network.mu.Unlock
}

func (c *connection) usable() error {
	if c.closed {
		return peer.Errorf(peer.InvalidStateError, "the connection is closed")
	}
	return nil
}

// emit says something, through the defect's ears.
func (c *connection) emit(e peer.Event) {
	events := []peer.Event{e}
	for _, d := range c.peer.defects {
		if d.event == nil {
			continue
		}
		var out []peer.Event
		for _, e := range events {
			out = append(out, d.event(c, e)...)
		}
		events = out
	}
	for _, e := range events {
		c.note(e)
		c.queue.Put(c.observed(e))
	}
}

// note keeps the attributes equal to what the events said.
func (c *connection) note(e peer.Event) {
	switch e.Type {
	case peer.EventSignalingStateChange:
		c.signaling = e.State
	case peer.EventICEGatheringStateChange:
		c.gathering = e.State
	case peer.EventICEConnectionStateChange:
		c.ice = e.State
	case peer.EventConnectionStateChange:
		c.state = e.State
	}
}

// has reports whether there is or will be a section of the kind.
func (c *connection) has(kind string) bool {
	if slices.Contains(c.wanted, kind) {
		return true
	}
	return c.local != nil && slices.ContainsFunc(c.local.parsed.Media, func(m *wire.Media) bool { return m.Kind == kind })
}

func (c *connection) AddTrack(_ context.Context, kind peer.Kind) error {
	defer c.lock()()
	if err := c.usable(); err != nil {
		return err
	}
	c.addTransceiver(&transceiver{kind: kind, direction: "sendrecv", byTrack: true})
	c.updateNeeded()
	return nil
}

func (c *connection) AddTransceiver(_ context.Context, kind peer.Kind, init peer.TransceiverInit) error {
	defer c.lock()()
	if err := c.usable(); err != nil {
		return err
	}
	c.addTransceiver(&transceiver{kind: kind, direction: cmp.Or(init.Direction, "sendrecv")})
	c.updateNeeded()
	return nil
}

func (c *connection) Snapshot(context.Context) (peer.Snapshot, error) {
	defer c.lock()()
	s := peer.Snapshot{SignalingState: c.signaling, ICEGatheringState: c.gathering, ICEConnectionState: c.ice, ConnectionState: c.state}
	s.LocalDescription, s.RemoteDescription = c.shownLocal(c.local), shownRemote(c.remote)
	s.CurrentLocalDescription, s.PendingLocalDescription = c.shownLocal(c.currentLocal), c.shownLocal(c.pendingLocal)
	s.CurrentRemoteDescription, s.PendingRemoteDescription = shownRemote(c.currentRemote), shownRemote(c.pendingRemote)
	if c.remote != nil {
		trickles := canTrickle(c.remote.parsed)
		s.CanTrickleICECandidates = &trickles
	}
	s.MaxMessageSize = c.maxMessageSize()
	s.Transceivers = c.transceiverStates()
	return s, nil
}

func (c *connection) Events() <-chan peer.Event { return c.queue.Events() }

func (c *connection) Close(context.Context) error {
	defer c.lock()()
	if !c.closed {
		c.leave()
	}
	return nil
}
