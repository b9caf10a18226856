package fake

import (
	"context"
	"fmt"
	"slices"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/wire"
)

// credentials are those of one generation of candidates.
type credentials struct{ ufrag, pwd string }

// generations are what a connection knows of its ICE generations beyond the one that
// is in use.
type generations struct {
	coming  credentials // of the description that is being made; zero: those in use
	before  *generation // what a pending restart offer has replaced
	names   []string    // every ufrag that the network knows it by
	replace string      // the ufrag that restartIce asks to replace: W3C [[LocalIceCredentialsToReplace]]
	renew   bool        // needs-ice-restart of RFC 9429 section 3.5.1

	remoteUfrag     string // of the remote description in use
	remoteRestarted bool   // the remote offer restarts, and its answer has to
	restarts        int    // that this end has taken part in

	controlling bool   // the first offer was its own
	role        string // a=setup as the first answer settled it
}

// generation is what belongs to credentials.
type generation struct {
	credentials
	gathered bool
	homes    map[int][]int
}

// newCredentials are those of nobody yet. The network is locked.
func (n *Network) newCredentials() credentials {
	n.count++
	return credentials{ufrag: fmt.Sprintf("fk%02d", n.count), pwd: fmt.Sprintf("fake%020d", n.count)}
}

// answerToNow makes the network find the connection by its credentials.
func (c *connection) answerToNow() {
	c.names = append(c.names, c.ufrag)
	c.network.byName[c.ufrag] = c
}

// vanish makes the network forget it.
func (c *connection) vanish() {
	for _, name := range c.names {
		delete(c.network.byName, name)
	}
}

// toOffer settles the credentials of an offer that is about to be made.
func (c *connection) toOffer(restart bool) {
	c.coming = credentials{}
	if c.local != nil && (restart || c.renew || c.replace == c.ufrag) {
		c.coming = c.network.newCredentials()
	}
}

// toAnswer settles those of an answer: one to a restart restarts.
func (c *connection) toAnswer() {
	c.coming = credentials{}
	if c.remoteRestarted {
		c.coming = c.network.newCredentials()
	}
}

// written are the credentials that go into the description that is being made.
func (c *connection) written() credentials {
	if c.coming.ufrag != "" {
		return c.coming
	}
	return credentials{c.ufrag, c.pwd}
}

// renewed takes note of a local description that is being set: with the credentials
// that were made for it ICE restarts. The first one settles the roles.
func (c *connection) renewed(d *wire.Description, typ string) {
	if c.remoteUfrag == "" {
		c.controlling = typ == "offer"
	}
	if c.coming.ufrag == "" || ufragOf(d) != c.coming.ufrag {
		return
	}
	if typ == "offer" && c.before == nil {
		c.before = &generation{credentials{c.ufrag, c.pwd}, c.gathered, c.homes}
	}
	c.ufrag, c.pwd, c.gathered, c.homes = c.coming.ufrag, c.coming.pwd, false, nil
	c.coming, c.renew = credentials{}, false
	c.restarts++
	c.answerToNow()
}

// heard takes note of a remote description. An answer restarts if, and only if, its
// offer does (RFC 9429 section 5.10).
func (c *connection) heard(d *wire.Description, typ string) error {
	ufrag := ufragOf(d)
	changed := c.remoteUfrag != "" && ufrag != "" && ufrag != c.remoteUfrag
	switch {
	case typ == "offer":
		c.remoteRestarted = changed && c.local != nil
	case c.remoteUfrag != "" && c.before != nil && !changed:
		return peer.Errorf(peer.OperationError, "the offer restarts ICE, and the answer does not")
	case c.before == nil && changed:
		return peer.Errorf(peer.OperationError, "the answer restarts ICE, and the offer does not")
	}
	if changed {
		c.known = 0
	}
	return nil
}

// generationsAgreed ends a negotiation, or a rollback of one.
func (c *connection) generationsAgreed() {
	c.before, c.coming, c.remoteRestarted = nil, credentials{}, false
	if c.remote != nil {
		c.remoteUfrag = ufragOf(c.remote.parsed)
		if c.role == "" {
			c.role = map[bool]string{true: "active", false: "passive"}[c.dtlsClient()]
		}
	}
	if c.replace != c.ufrag {
		c.replace = ""
	}
}

// generationRolledBack returns to what a restart offer has replaced.
func (c *connection) generationRolledBack() {
	if b := c.before; b != nil {
		c.ufrag, c.pwd, c.gathered, c.homes = b.ufrag, b.pwd, b.gathered, b.homes
	}
}

// ufragOf is the first ufrag of a description.
func ufragOf(d *wire.Description) string {
	for _, m := range d.Media {
		if ufrag := d.ICEUfrag(m); ufrag != "" && !m.Rejected() {
			return ufrag
		}
	}
	return ""
}

// RestartICE asks that the next offer restarts, until an answer has completed one.
func (c *connection) RestartICE(context.Context) error {
	defer c.lock()()
	if err := c.usable(); err != nil {
		return err
	}
	if c.local != nil {
		c.replace = c.ufrag
		c.updateNeeded()
	}
	return nil
}

// reconfigured takes a new configuration. Other servers and another policy are heeded
// when it gathers the next time, which the next offer brings about (RFC 9429 section
// 4.1.18).
func (c *connection) reconfigured(config peer.Configuration) {
	same := c.config.ICETransportPolicy == config.ICETransportPolicy &&
		slices.EqualFunc(c.config.ICEServers, config.ICEServers, func(a, b peer.ICEServer) bool { return slices.Equal(a.URLs, b.URLs) })
	c.renew = c.renew || c.local != nil && !same
	c.config = config
}
