package fake

import (
	"slices"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/wire"
)

// carrier is the section whose transport the section uses: the first of its bundle
// that the answer accepts (RFC 9143 section 7.3.1), itself where it is not bundled,
// and -1 where it is rejected or not answered.
func (c *connection) carrier(index int) int {
	answer := c.settled
	if answer == nil || index < 0 {
		return index
	}
	if index >= len(answer.Media) || answer.Media[index].Rejected() {
		return -1
	}
	group, _ := answer.Group("BUNDLE")
	if !slices.Contains(group, answer.Media[index].Mid()) {
		return index
	}
	first, _ := answer.ByMid(group[0])
	return first
}

// carriers are the sections that have transports.
func (c *connection) carriers() []int {
	var all []int
	for i := range c.settled.Media {
		if c.carrier(i) == i {
			all = append(all, i)
		}
	}
	return all
}

// split reports whether there are several transports.
func (c *connection) split() bool { return len(c.carriers()) > 1 }

// reaches reports whether this end learned a candidate of that transport of the
// other: one that was said to be of another section is of no use.
func (c *connection) reaches(o *connection, carrier int) bool {
	return slices.ContainsFunc(c.arrivals.usable, func(a arrival) bool {
		if c.carrier(a.section) != carrier {
			return false
		}
		for section, ports := range o.homes {
			if o.carrier(section) == carrier && slices.Contains(ports, a.Port) {
				return true
			}
		}
		return false
	})
}

// reached reports whether the two ends find each other on that transport.
func (c *connection) reached(o *connection, carrier int) bool {
	return c.reaches(o, carrier) || (o.reaches(c, carrier) && !c.deaf(fromChecks))
}

func (c *connection) eachReached(o *connection) bool {
	return !slices.ContainsFunc(c.carriers(), func(i int) bool { return !c.reached(o, i) })
}

// up reports whether that transport is connected.
func (c *connection) up(o *connection, carrier int) bool {
	if !c.split() {
		return c.connected()
	}
	return c.ready() && o.ready() && c.reached(o, carrier)
}

// carriesData reports whether the data channel's transport is connected.
func (c *connection) carriesData(o *connection) bool {
	if !c.ready() || !o.ready() {
		return false
	}
	i := slices.IndexFunc(c.settled.Media, func(m *wire.Media) bool { return m.Kind == "application" && !m.Rejected() })
	return i >= 0 && c.up(o, c.carrier(i))
}

// fail gives up once no more candidates come and a transport has none that works:
// then the connection has failed (https://www.w3.org/TR/webrtc/#rtcpeerconnectionstate-enum).
func (c *connection) fail(o *connection) {
	if !c.arrivals.trickleEnd || !o.arrivals.trickleEnd || c.state == "failed" {
		return
	}
	c.emit(peer.Event{Type: peer.EventICEConnectionStateChange, State: "failed"})
	c.emit(peer.Event{Type: peer.EventConnectionStateChange, State: "failed"})
}

// rehome lets a bundle keep its transport when the section that it was gathered for
// is no longer the first.
func (c *connection) rehome() {
	for _, to := range c.carriers() {
		for from, ports := range c.homes {
			if at := c.carrier(from); len(c.homes[to]) == 0 && from != to && (at == -1 || at == to) {
				c.homes[to] = ports
				delete(c.homes, from)
			}
		}
	}
}
