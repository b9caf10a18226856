package fake

import (
	"slices"

	"github.com/webrtc-rink/rink/harness/peer"
)

// stable is what a rollback returns to.
type stable struct {
	stableLocal, stableRemote *described
	asked                     []string // the sections that the pending offer added
	needed                    bool     // W3C [[NegotiationNeeded]]
}

// pending keeps what was there before an offer is set.
func (c *connection) pending(local bool) {
	c.stableLocal, c.stableRemote = c.local, c.remote
	if local {
		c.asked, c.wanted = c.wanted, nil
	}
}

// agreed ends a negotiation.
func (c *connection) agreed() {
	c.asked = nil
	c.generationsAgreed()
	c.needed = false
	c.updateNeeded()
}

// rollBack takes back what is pending.
func (c *connection) rollBack() error {
	if c.signaling != "have-local-offer" && c.signaling != "have-remote-offer" {
		return peer.Errorf(peer.InvalidStateError, "rollback in state %s", c.signaling)
	}
	c.generationRolledBack()
	c.local, c.remote = c.stableLocal, c.stableRemote
	c.wanted = slices.Concat(c.asked, c.wanted)
	c.emit(peer.Event{Type: peer.EventSignalingStateChange, State: "stable"})
	if c.local == nil && c.gathered {
		c.gathered, c.homes = false, nil
		c.emit(peer.Event{Type: peer.EventICEGatheringStateChange, State: "new"})
	}
	c.agreed()
	return nil
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
