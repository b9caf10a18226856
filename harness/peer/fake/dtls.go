package fake

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/wire"
)

// fingerprint is that of the connection's certificate, which no other has.
func (c *connection) fingerprint() string {
	return "sha-256 " + strings.Repeat("AB:", 30) + fmt.Sprintf("%02X:%02X", c.number>>8&0xff, c.number&0xff)
}

// answeringSetup is the a=setup of an answer: the role that the offer leaves or, where
// it leaves both, the one that it has, else the one that the configuration asks for,
// else the client's.
func (c *connection) answeringSetup() string {
	for _, m := range c.remote.parsed.Media {
		switch c.remote.parsed.Setup(m) {
		case "active":
			return "passive"
		case "passive":
			return "active"
		}
	}
	if c.role != "" {
		return c.role
	}
	if c.config.AnsweringDTLSRole == "server" {
		return "passive"
	}
	return "active"
}

// dtlsClient tells the role that the first answer settled (RFC 8842 section 5).
func (c *connection) dtlsClient() bool {
	if c.role != "" {
		return c.role == "active" // an association keeps its roles
	}
	decided, want := c.local, "active"
	if c.remote.Type != "offer" {
		decided, want = c.remote, "passive"
	}
	return slices.ContainsFunc(decided.parsed.Media, func(m *wire.Media) bool { return decided.parsed.Setup(m) == want })
}

// verifies reports whether the other end's certificate is one of those that its
// description names, by the hash that this end prefers (RFC 8122 section 5.1).
func (c *connection) verifies(o *connection) bool {
	for _, d := range c.peer.defects {
		if d.verify != nil {
			return d.verify(c, o)
		}
	}
	return c.named(o)
}

func (c *connection) named(o *connection) bool {
	for _, m := range c.remote.parsed.Media {
		if all := fingerprintsOf(c.remote.parsed, m); len(all) > 0 && !m.Rejected() {
			return slices.ContainsFunc(all, func(f string) bool { return strings.EqualFold(f, o.fingerprint()) })
		}
	}
	return false
}

// handshake goes on from a connected ICE transport: where one end does not verify the
// other, both fail, one by its own verdict and the other by an alert. Two clients, or
// two servers, wait for ever.
func (c *connection) handshake(o *connection) {
	if c.dtlsClient() == o.dtlsClient() {
		return
	}
	state := "connected"
	if !c.verifies(o) || !o.verifies(c) {
		state = "failed"
	}
	c.emit(peer.Event{Type: peer.EventConnectionStateChange, State: state})
}

// controls tells the ICE role (RFC 8445 section 6.1.1): a full agent controls a lite
// one, and the one that made the first offer controls among equals. A conflict was settled
// by settleRoles.
func (c *connection) controls() bool {
	lite := false
	if c.remote != nil {
		_, lite = c.remote.parsed.Attr("ice-lite")
	}
	switch {
	case lite && !c.config.Lite:
		return true
	case c.config.Lite && !lite:
		return false
	}
	return c.controlling != c.switched
}

// settleRoles repairs a role conflict: the end with the smaller tie-breaker, which is
// the one made later, takes the other role (RFC 8445 section 7.3.1.1).
func (c *connection) settleRoles(o *connection) {
	if c.controls() != o.controls() {
		return
	}
	if c.number > o.number {
		c.switched = true
	} else {
		o.switched = true
	}
}
