package fake

import (
	"encoding/json"
	"slices"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/wire"
)

// hosts is how many host candidates a section gathers.
const hosts = 2

// source is a way to learn a candidate of the other end.
type source string

const (
	fromDescription source = "description"
	fromTrickle     source = "addIceCandidate"
	fromChecks      source = "checks" // peer-reflexive
)

func (c *connection) deaf(s source) bool {
	for _, d := range c.peer.defects {
		for _, deaf := range d.deaf {
			if deaf == s {
				return true
			}
		}
	}
	return false
}

// gather surfaces the candidates of every section that has a transport of its
// own, once.
func (c *connection) gather() {
	if c.gathered {
		return
	}
	planned := c.planned()
	if !slices.ContainsFunc(planned, gathersFor) {
		return
	}
	c.gathered = true
	c.homes = map[int][]int{}
	c.emit(peer.Event{Type: peer.EventICEGatheringStateChange, State: "gathering"})
	for i, m := range planned {
		if !gathersFor(m) || c.config.ICETransportPolicy == "relay" {
			continue
		}
		surface := func(candidate string) {
			mid, index, ufrag := m.Mid(), uint16(i), c.ufrag
			if c.local != nil {
				ufrag = c.local.parsed.ICEUfrag(m)
			}
			c.emitCandidate(&peer.ICECandidateInit{Candidate: candidate, SDPMid: &mid, SDPMLineIndex: &index, UsernameFragment: &ufrag})
		}
		for n := range hosts {
			c.network.port++
			c.homes[i] = append(c.homes[i], c.network.port)
			surface(candidateLine(n, c.network.port))
		}
		surface("") // the end of candidates of this transport
	}
	c.emit(peer.Event{Type: peer.EventICEGatheringStateChange, State: "complete"})
	c.emitCandidate(nil)
}

func gathersFor(m *wire.Media) bool { return !m.Rejected() && !m.BundleOnly() && ownTransport(m) }

// planned are the sections that candidates are for: those of the local
// description, or of the offer that it will answer.
func (c *connection) planned() []*wire.Media {
	switch {
	case c.local != nil:
		return c.local.parsed.Media
	case c.remote != nil:
		return c.remote.parsed.Media
	}
	m := &wire.Media{Kind: "application", Port: 9}
	m.AddAttr("mid", "0")
	m.AddAttr("ice-ufrag", c.ufrag)
	return []*wire.Media{m}
}

// ownTransport reports whether the section was written with credentials, which
// is how a fake marks one that is not bundled into another.
func ownTransport(m *wire.Media) bool {
	_, ok := m.Attr("ice-ufrag")
	return ok
}

func (c *connection) emitCandidate(init *peer.ICECandidateInit) {
	raw, err := json.Marshal(init)
	if err != nil {
		panic(err) // strings and numbers
	}
	c.emit(peer.Event{Type: peer.EventICECandidate, Candidate: raw})
}

// other is the connection that the remote description comes from.
func (c *connection) other() *connection {
	if c.remote == nil {
		return nil
	}
	for _, m := range c.remote.parsed.Media {
		if o := c.network.byName[base(c.remote.parsed.ICEUfrag(m))]; o != nil && o != c {
			return o
		}
	}
	return nil
}

// ready reports whether both descriptions are set.
func (c *connection) ready() bool {
	return c != nil && !c.closed && c.local != nil && c.remote != nil && c.local.Type != c.remote.Type
}

// progress moves this end and the other as far as they can get.
func (c *connection) progress() {
	for _, end := range []*connection{c, c.other()} {
		if end.ready() {
			end.begin()
		}
	}
	for _, end := range []*connection{c, c.other()} {
		if end.ready() {
			end.connect()
		}
	}
	if o := c.other(); o != nil && c.carriesData(o) && o.carriesData(c) {
		c.openChannels(o)
		o.openChannels(c)
		c.openNegotiated()
		o.openNegotiated()
	}
	c.doom()
}

func (c *connection) begin() {
	if c.ice == "new" && c.state == "new" {
		c.emit(peer.Event{Type: peer.EventICEConnectionStateChange, State: "checking"})
		c.emit(peer.Event{Type: peer.EventConnectionStateChange, State: "connecting"})
	}
}

func (c *connection) connected() bool { return c.state == "connected" }

func (c *connection) connect() {
	o := c.other()
	if c.connected() || c.ice == "connected" || !o.ready() {
		return
	}
	if c.split() {
		if !c.eachReached(o) {
			c.fail(o)
			return
		}
	} else if c.known == 0 && (o.known == 0 || c.deaf(fromChecks)) {
		return
	}
	c.settleRoles(o)
	c.emit(peer.Event{Type: peer.EventICEConnectionStateChange, State: "connected"})
	c.handshake(o)
}

// complete says that no pair is left to check: this end has gathered, the other has
// no more candidates, and data has crossed, which is how long the checks of further
// pairs take a fake.
func (c *connection) complete() {
	if c.talked && c.ice == "connected" && c.gathering == "complete" && c.remoteEnded {
		c.emit(peer.Event{Type: peer.EventICEConnectionStateChange, State: "completed"})
	}
}
