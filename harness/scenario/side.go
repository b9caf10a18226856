package scenario

import (
	"cmp"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/repair"
	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

// A peer may surface candidates or events without end; the session does not
// take part in that.
const (
	maxCandidates = 500
	maxEvents     = 20000
)

// side is one end of a session: the connection and what it has said so far.
type side struct {
	name     trace.Side
	desc     peer.Description
	mode     signaling.Mode
	conn     *connection
	gatherer *repair.Gatherer
	pumped   chan struct{} // closed when the event stream has ended

	board *board
	state state // guarded by board
}

// state is what the events of one end add up to.
type state struct {
	gathering, ice, connection string
	failedSince                time.Time
	candidates, events         int
	surfaced                   []json.RawMessage // the candidates
	completed                  int               // gathering phases that were said to be complete
	asked                      int               // negotiationneeded events
	ended                      bool              // the null candidate was surfaced
	settled                    int               // candidates that were delivered to this end
	channels                   map[peer.ChannelHandle]*channel
	received                   []peer.Message
	gone                       string
	excess                     string // what the peer said too much of

	silent     bool            // does not declare state events
	unordered  bool            // declares no order among them
	said       map[string]bool // values of signalingState
	signalings int             // changes of signalingState that were said
	described  int             // descriptions that were set
	last       peer.Snapshot
}

type channel struct {
	label     string
	open      bool
	announced bool // by a datachannel event
	closes    int  // close events
	lows      int  // bufferedamountlow events
	received  int  // messages
}

// board tells the session that something changed at either end.
type board struct {
	mu      sync.Mutex
	changed chan struct{}
}

func newBoard() *board { return &board{changed: make(chan struct{})} }

func (b *board) update(change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change()
	close(b.changed)
	b.changed = make(chan struct{})
}

// read looks at the state of both ends and returns a channel that is closed at
// the next change.
func (b *board) read(look func()) <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	look()
	return b.changed
}

// pump records the events of one end and hands its candidates to signalling
// until the stream ends.
func (s *side) pump(rec *trace.Recorder, link *signaling.Link) {
	defer close(s.pumped)
	n := 0
	for e := range s.conn.Events() {
		if n++; n > maxEvents {
			s.board.update(func() { s.state.excess = fmt.Sprintf("more than %d events", maxEvents) })
			continue
		}
		rec.Event(s.name, s.conn.name, e)
		s.gatherer.Observe(e)
		s.board.update(func() { s.state.note(e) })
		if link != nil {
			s.forward(e, link)
		}
	}
}

func (s *side) forward(e peer.Event, link *signaling.Link) {
	switch e.Type {
	case peer.EventICECandidate:
		if s.mode == signaling.Trickle {
			link.Candidate(s.name, e.Candidate)
		}
		if string(e.Candidate) == "null" {
			link.Gathered(s.name)
		}
	case peer.EventICEGatheringStateChange:
		if e.State == "complete" {
			link.Gathered(s.name)
		}
	}
}

// note adds one event to the state.
func (s *state) note(e peer.Event) {
	s.events++
	switch e.Type {
	case peer.EventICECandidate:
		if s.candidates++; s.candidates > maxCandidates {
			s.excess = fmt.Sprintf("more than %d candidates", maxCandidates)
		}
		s.ended = s.ended || string(e.Candidate) == "null"
		s.surfaced = append(s.surfaced, e.Candidate)
	case peer.EventSignalingStateChange:
		if s.said == nil {
			s.said = map[string]bool{}
		}
		s.said[e.State] = true
		s.signalings++
	case peer.EventICEGatheringStateChange:
		if s.gathering = e.State; e.State == "complete" {
			s.completed++
		}
	case peer.EventNegotiationNeeded:
		s.asked++
	case peer.EventICEConnectionStateChange:
		s.ice = s.after(s.ice, e.State)
	case peer.EventConnectionStateChange:
		s.connection = s.after(s.connection, e.State)
		s.failedSince = time.Time{}
		if e.State == "failed" {
			if s.failedSince = e.At; e.At.IsZero() {
				s.failedSince = time.Now()
			}
		}
	case peer.EventDataChannel, peer.EventChannelOpen, peer.EventChannelClose:
		c := s.channel(e.Channel)
		if e.Label != "" {
			c.label = e.Label
		}
		c.open = e.Type == peer.EventChannelOpen || (c.open && e.Type != peer.EventChannelClose)
		c.announced = c.announced || e.Type == peer.EventDataChannel
		if e.Type == peer.EventChannelClose {
			c.closes++
		}
	case peer.EventBufferedAmountLow:
		s.channel(e.Channel).lows++
	case peer.EventMessage:
		if e.Message != nil {
			s.channel(e.Channel).received++
			s.received = append(s.received, *e.Message)
		}
	case peer.EventGone:
		s.gone = cmp.Or(e.Text, "it did not say why")
	}
}

func (s *state) channel(h peer.ChannelHandle) *channel {
	if s.channels == nil {
		s.channels = map[peer.ChannelHandle]*channel{}
	}
	c := s.channels[h]
	if c == nil {
		c = &channel{}
		s.channels[h] = c
	}
	return c
}

// open returns the open channel of that label.
func (s *state) open(label string) (peer.ChannelHandle, bool) {
	for h, c := range s.channels {
		if c.label == label && c.open {
			return h, true
		}
	}
	return "", false
}

// labelled returns the channel of that label, open or not; nil where there is none.
func (s *state) labelled(label string) (peer.ChannelHandle, *channel) {
	for h, c := range s.channels {
		if c.label == label {
			return h, c
		}
	}
	return "", nil
}

// has reports whether the message arrived.
func (s *state) has(m peer.Message) bool {
	for _, r := range s.received {
		if r.Equal(m) {
			return true
		}
	}
	return false
}

// after is the state that an event leaves. Where events may overtake each other, one
// that says how a connection comes up is older than the one that says that it is.
func (s *state) after(was, said string) string {
	up := was == "connected" || was == "completed"
	if s.unordered && up && (said == "new" || said == "checking" || said == "connecting") {
		return was
	}
	return said
}

// connected reports whether the end says of itself that it is connected. An
// implementation without connectionState is asked by its ICE state.
func (s *state) connected() bool {
	if s.connection == "" {
		return s.iceConnected()
	}
	return s.connection == "connected"
}

func (s *state) iceConnected() bool { return s.ice == "connected" || s.ice == "completed" }
