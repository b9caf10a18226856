package fake

import (
	"slices"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/wire"
)

// descriptions are the pending and current descriptions of W3C
// (https://www.w3.org/TR/webrtc/#dom-peerconnection-pendinglocaldesc and its three
// siblings), and what createOffer and createAnswer gave last.
type descriptions struct {
	currentLocal, pendingLocal   *described
	currentRemote, pendingRemote *described

	lastOffer, lastAnswer string

	included int      // how many of the wanted sections the last created offer has
	asked    []string // the wanted sections of the pending local offer
	// stableMids are the transceivers of the last stable state and their mids.
	stableMids map[*transceiver]string
	needed     bool // W3C [[NegotiationNeeded]]
}

// transitions are the states in which a description of a type may be set, and the
// state that it leads to (https://www.w3.org/TR/webrtc/#dom-rtcsignalingstate).
var transitions = map[bool]map[string]struct {
	from []string
	to   string
}{
	true: { // local
		"offer":    {[]string{"stable", "have-local-offer"}, "have-local-offer"},
		"pranswer": {[]string{"have-remote-offer", "have-local-pranswer"}, "have-local-pranswer"},
		"answer":   {[]string{"have-remote-offer", "have-local-pranswer"}, "stable"},
		"rollback": {[]string{"have-local-offer", "have-remote-offer"}, "stable"},
	},
	false: { // remote
		"offer":    {[]string{"stable", "have-remote-offer"}, "have-remote-offer"},
		"pranswer": {[]string{"have-local-offer", "have-remote-pranswer"}, "have-remote-pranswer"},
		"answer":   {[]string{"have-local-offer", "have-remote-pranswer"}, "stable"},
		"rollback": {[]string{"have-local-offer", "have-remote-offer"}, "stable"},
	},
}

// next is the signaling state that a description leads to, or the refusal.
func (c *connection) next(method string, local bool, typ string) (string, error) {
	t, ok := transitions[local][typ]
	if !ok {
		return "", peer.Errorf(peer.TypeError, "%s: %q is no type of a description", method, typ)
	}
	if !slices.Contains(t.from, c.signaling) {
		return "", peer.Errorf(peer.InvalidStateError, "%s(%s) in state %s", method, typ, c.signaling)
	}
	return t.to, nil
}

// alive refuses calls on a closed connection.
func (c *connection) alive() error {
	defer c.lock()()
	return c.usable()
}

// implied is what setLocalDescription sets: what it was given, or what the
// signaling state asks for. The network is locked.
func (c *connection) implied(d *peer.SessionDescription) (peer.SessionDescription, error) {
	given := peer.SessionDescription{}
	if d != nil {
		given = *d
	}
	if given.Type == "" {
		given.Type = "offer"
		if c.signaling == "have-remote-offer" || c.signaling == "have-local-pranswer" {
			given.Type = "answer"
		}
	}
	switch {
	case given.Type == "rollback":
		return given, nil
	case given.SDP == "" && given.Type == "offer":
		return c.createOffer(false)
	case given.SDP == "":
		created, err := c.createAnswer()
		created.Type = given.Type
		return created, err
	}
	if _, err := read(given); err != nil {
		return given, err
	}
	last := c.lastOffer
	if given.Type != "offer" {
		last = c.lastAnswer
	}
	if given.SDP != last {
		return given, peer.Errorf(peer.InvalidModificationError, "the %s is not the one that was created last", given.Type)
	}
	return given, nil
}

// remember keeps what a defect has left of a created description.
func (c *connection) remember(d peer.SessionDescription) {
	defer c.lock()()
	if d.Type == "offer" {
		c.lastOffer = d.SDP
	} else {
		c.lastAnswer = d.SDP
	}
}

// applyLocal makes d pending or current.
func (c *connection) applyLocal(d *described) {
	switch d.Type {
	case "offer":
		c.keepTransceivers()
		c.pendingLocal = d
		c.asked = append(c.asked, c.wanted[:c.included]...)
		c.wanted, c.included = slices.Clone(c.wanted[c.included:]), 0
	case "pranswer":
		c.pendingLocal = d
	case "answer":
		c.currentLocal, c.currentRemote = d, c.pendingRemote
		c.agreed()
	}
	c.offerer = d.Type == "offer"
	c.effective()
}

func (c *connection) applyRemote(d *described) {
	switch d.Type {
	case "offer", "pranswer":
		c.keepTransceivers()
		c.pendingRemote = d
	case "answer":
		c.currentRemote, c.currentLocal = d, c.pendingLocal
		c.agreed()
	}
	c.effective()
}

// agreed ends a negotiation. The sections of the other end's offer have taken up the
// tracks that were waiting for one.
func (c *connection) agreed() {
	c.pendingLocal, c.pendingRemote = nil, nil
	c.asked, c.lastOffer, c.lastAnswer, c.included = nil, "", "", 0
	c.effective()
	c.generationsAgreed()
	taken := map[*transceiver]bool{}
	c.wanted = slices.DeleteFunc(c.wanted, func(kind string) bool {
		if kind == "application" {
			return slices.ContainsFunc(c.local.parsed.Media, func(m *wire.Media) bool { return m.Kind == kind })
		}
		t := c.unassigned(peer.Kind(kind), taken)
		taken[t] = true
		return t == nil
	})
}

// keepTransceivers remembers the transceivers of the stable state.
func (c *connection) keepTransceivers() {
	if c.signaling != "stable" {
		return
	}
	c.stableMids = map[*transceiver]string{}
	for _, t := range c.transceivers {
		c.stableMids[t] = t.mid
	}
}

// transceiversBack takes the mids of a pending offer back, and the transceivers that a
// remote one has made.
func (c *connection) transceiversBack() {
	c.transceivers = slices.DeleteFunc(c.transceivers, func(t *transceiver) bool {
		_, was := c.stableMids[t]
		return t.received && !was
	})
	for _, t := range c.transceivers {
		t.mid = c.stableMids[t]
	}
}

// effective keeps local and remote what localDescription and remoteDescription are.
func (c *connection) effective() {
	c.local, c.remote = c.currentLocal, c.currentRemote
	if c.pendingLocal != nil {
		c.local = c.pendingLocal
	}
	if c.pendingRemote != nil {
		c.remote = c.pendingRemote
	}
}

// rollBack takes back what is pending.
func (c *connection) rollBack() {
	c.generationRolledBack()
	c.transceiversBack()
	if c.pendingLocal != nil {
		c.wanted = append(c.asked, c.wanted...)
		c.asked, c.included = nil, 0
	}
	c.pendingLocal, c.pendingRemote = nil, nil
	c.effective()
	c.generationsAgreed()
	if c.local == nil && c.gathered {
		c.gathered, c.homes = false, nil
		c.emit(peer.Event{Type: peer.EventICEGatheringStateChange, State: "new"})
	}
	if c.remote == nil {
		c.known, c.remoteEnded, c.arrivals = 0, false, arrivals{}
	}
	c.turn("stable")
}

// turn changes the signaling state. Back in stable, what is still to be negotiated
// is asked for.
func (c *connection) turn(next string) {
	if c.signaling == next {
		return
	}
	c.emit(peer.Event{Type: peer.EventSignalingStateChange, State: next})
	if next == "stable" {
		c.needed = false
		c.updateNeeded()
	}
}

// updateNeeded is W3C "update the negotiation-needed flag".
func (c *connection) updateNeeded() {
	if c.closed || c.signaling != "stable" {
		return
	}
	if len(c.wanted) == 0 && c.replace == "" {
		c.needed = false
		return
	}
	if !c.needed {
		c.needed = true
		c.emit(peer.Event{Type: peer.EventNegotiationNeeded})
	}
}

// shownLocal is a local description as an attribute shows it.
func (c *connection) shownLocal(d *described) *peer.SessionDescription {
	if d == nil {
		return nil
	}
	return &peer.SessionDescription{Type: d.Type, SDP: c.withCandidates(d.parsed)}
}

func shownRemote(d *described) *peer.SessionDescription {
	if d == nil {
		return nil
	}
	copied := d.SessionDescription
	return &copied
}

// read makes a described of a description.
func read(d peer.SessionDescription) (*described, error) {
	parsed, err := wire.ParseDescription(d.SDP)
	if err != nil {
		return nil, peer.Errorf(peer.OperationError, "%v", err)
	}
	return &described{d, parsed}, nil
}

// leave closes the connection as W3C "close the connection" does: its channels are
// closed abruptly and without events, and the other end notices.
func (c *connection) leave() {
	other := c.other()
	c.closed = true
	c.signaling, c.ice, c.state = "closed", "closed", "closed"
	for _, ch := range c.channels {
		ch.ReadyState = "closed"
	}
	c.vanish()
	delete(c.peer.open, c)
	c.queue.Close()
	if other != nil && other.other() == nil && !other.closed {
		other.left()
	}
}

// consent is how long an end takes to notice that its checks are not answered.
const consent = 2 * time.Second

// left is what an end says whose other end has closed.
func (c *connection) left() {
	for _, ch := range c.inOrder() {
		if ch.open() {
			c.channelClosed(ch)
		}
	}
	time.AfterFunc(consent, func() {
		defer c.lock()()
		if !c.closed && (c.ice == "connected" || c.ice == "completed") {
			c.emit(peer.Event{Type: peer.EventICEConnectionStateChange, State: "disconnected"})
			c.emit(peer.Event{Type: peer.EventConnectionStateChange, State: "disconnected"})
		}
	})
}
