package fake

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// patience is how long a fake waits for peer-reflexive candidates (RFC 8863): long
// beside what tests wait for, and short for a test.
const patience = 3 * time.Second

// arrivals is what a connection was told of the other end's candidates.
type arrivals struct {
	usable     []arrival // that make pairs
	trickleEnd bool      // the end of candidates was told by addIceCandidate
	stuck      bool      // a defect takes nothing more
	doomed     bool      // failing is a matter of time
}

type arrival struct {
	section int
	wire.Candidate
}

// AddICECandidate follows the steps of W3C addIceCandidate
// (https://www.w3.org/TR/webrtc/#dom-peerconnection-addicecandidate).
func (c *connection) AddICECandidate(_ context.Context, init *peer.ICECandidateInit) error {
	defer c.lock()()
	if err := c.usable(); err != nil {
		return err
	}
	verdict := c.judge(init)
	for _, d := range c.peer.defects {
		if d.candidate != nil && init != nil {
			verdict = d.candidate(c, *init, verdict)
		}
	}
	if verdict != nil {
		return verdict
	}
	c.apply(init)
	if init == nil || init.Candidate == "" {
		c.remoteEnded = true
	}
	c.progress()
	c.complete()
	return nil
}

func (c *connection) judge(init *peer.ICECandidateInit) *peer.Error {
	if init != nil && init.Candidate != "" && init.SDPMid == nil && init.SDPMLineIndex == nil {
		return peer.Errorf(peer.TypeError, "neither sdpMid nor sdpMLineIndex")
	}
	if c.remote == nil {
		return peer.Errorf(peer.InvalidStateError, "there is no remote description")
	}
	if init == nil {
		return nil
	}
	index := c.section(init)
	switch {
	case init.SDPMid != nil && index < 0:
		return peer.Errorf(peer.OperationError, "sdpMid %q names no section", *init.SDPMid)
	case init.SDPMLineIndex != nil && index < 0:
		return peer.Errorf(peer.OperationError, "sdpMLineIndex %d is beyond the last section", *init.SDPMLineIndex)
	case c.stopped(index):
		return nil
	case init.UsernameFragment != nil && index >= 0 && !c.hasUfrag(*init.UsernameFragment):
		return peer.Errorf(peer.OperationError, "usernameFragment %q is not in the remote description", *init.UsernameFragment)
	case init.Candidate == "":
		return nil
	}
	if _, err := wire.ParseCandidate(init.Candidate); err != nil {
		return peer.Errorf(peer.OperationError, "%v", err)
	}
	return nil
}

// section is the index of the remote section that a candidate is for, -1 for none.
func (c *connection) section(init *peer.ICECandidateInit) int {
	if init == nil || c.remote == nil {
		return -1
	}
	if init.SDPMid != nil {
		index, _ := c.remote.parsed.ByMid(*init.SDPMid)
		return index
	}
	if init.SDPMLineIndex != nil && int(*init.SDPMLineIndex) < len(c.remote.parsed.Media) {
		return int(*init.SDPMLineIndex)
	}
	return -1
}

// stopped reports whether the section was rejected, which stops its transceiver.
func (c *connection) stopped(index int) bool {
	return index >= 0 && c.remote.parsed.Media[index].Rejected()
}

func (c *connection) hasUfrag(ufrag string) bool {
	return slices.ContainsFunc(c.remote.parsed.Media, func(m *wire.Media) bool { return c.remote.parsed.ICEUfrag(m) == ufrag })
}

// apply adds what was accepted to the remote description, and to what makes pairs.
func (c *connection) apply(init *peer.ICECandidateInit) {
	if c.remote == nil {
		return // a defect took it
	}
	index := c.section(init)
	switch {
	case init == nil || init.Candidate == "":
		c.arrivals.trickleEnd = true
		for i, m := range c.remote.parsed.Media {
			if (i == index || index < 0) && !m.EndOfCandidates() && !m.Rejected() {
				m.AddAttr("end-of-candidates", "")
			}
		}
	case c.stopped(index) || c.ended(index):
		return
	default:
		if index >= 0 {
			c.remote.parsed.Media[index].AddAttr("candidate", strings.TrimPrefix(init.Candidate, "candidate:"))
		}
		if !c.deaf(fromTrickle) {
			c.learn(max(index, 0), init.Candidate, false)
		}
	}
	c.remote.SDP = c.remote.parsed.String()
}

// describedCandidates learns the candidates of a remote description.
func (c *connection) describedCandidates() {
	c.arrivals = arrivals{}
	if c.deaf(fromDescription) {
		return
	}
	for i, m := range c.remote.parsed.Media {
		for _, line := range m.Candidates() {
			c.learn(i, line, false)
		}
	}
}

// learn makes a candidate one to pair with, unless it is of no use or prohibited;
// always is for defects that use what is prohibited.
func (c *connection) learn(section int, line string, always bool) {
	parsed, err := wire.ParseCandidate(line)
	if err != nil || !familiar(parsed) || (!always && slices.Contains(trace.ProhibitedPorts(), parsed.Port)) {
		return
	}
	c.known++
	c.handed[parsed.Port] = true
	c.arrivals.usable = append(c.arrivals.usable, arrival{section, parsed})
}

// familiar reports whether the fake has sockets for such a candidate. It resolves no
// names but those of multicast.
func familiar(c wire.Candidate) bool {
	name := strings.ContainsFunc(c.Address, func(r rune) bool { return r >= 'g' && r <= 'z' })
	return slices.Contains([]string{"udp", "tcp"}, c.Transport) &&
		slices.Contains([]string{"host", "srflx", "prflx", "relay"}, c.Type) && (!name || wire.IsMDNS(c.Address))
}

// ended reports whether no candidate of the section is to come.
func (c *connection) ended(index int) bool {
	if _, all := c.remote.parsed.Attr("end-of-candidates"); all {
		return true
	}
	return index >= 0 && c.remote.parsed.Media[index].EndOfCandidates()
}

// allEnded reports whether no candidate at all is to come: it was said, or the other
// end cannot trickle.
func (c *connection) allEnded() bool {
	if !canTrickle(c.remote.parsed) {
		return true
	}
	for i, m := range c.remote.parsed.Media {
		if ownTransport(m) && !m.Rejected() && !c.ended(i) {
			return false
		}
	}
	return true
}

// canTrickle reports whether a description says so (RFC 9429 section 4.1.17).
func canTrickle(d *wire.Description) bool {
	says := func(options string) bool { return slices.Contains(strings.Fields(options), "trickle") }
	if all, ok := d.Attr("ice-options"); ok && says(all) {
		return true
	}
	return slices.ContainsFunc(d.Media, func(m *wire.Media) bool { v, _ := m.Attr("ice-options"); return says(v) })
}

// doom lets a connection fail that nobody answers, in its time.
func (c *connection) doom() {
	nobody := func() bool { return c.ready() && !c.connected() && !c.other().ready() }
	if c.arrivals.doomed || !nobody() || !c.allEnded() {
		return
	}
	c.arrivals.doomed = true
	time.AfterFunc(patience, func() {
		defer c.lock()()
		if nobody() {
			c.emit(peer.Event{Type: peer.EventICEConnectionStateChange, State: "failed"})
			c.emit(peer.Event{Type: peer.EventConnectionStateChange, State: "failed"})
		}
	})
}
