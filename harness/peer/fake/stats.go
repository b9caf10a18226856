package fake

import (
	"context"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/wire"
)

func (c *connection) Stats(context.Context) (peer.Stats, error) {
	defer c.lock()()
	var s peer.Stats
	o := c.other()
	if o != nil && c.settled != nil {
		for i, m := range c.settled.Media {
			if c.carrier(i) == i {
				s.Transports = append(s.Transports, c.transport(o, i, m.Mid()))
			}
		}
		if c.connected() {
			s.Inbound, s.Outbound = c.media(o)
			s.Channels = c.channelStats()
		}
	}
	c.pairs(&s)
	for _, d := range c.peer.defects {
		if d.stats != nil {
			d.stats(&s)
		}
	}
	return s, nil
}

func (c *connection) transport(o *connection, index int, mid string) peer.TransportStats {
	t := peer.TransportStats{ID: "transport-" + mid, ICERole: "controlled", DTLSRole: "server", DTLSState: "new"}
	if c.local != nil && index < len(c.local.parsed.Media) {
		t.LocalUfrag = c.local.parsed.ICEUfrag(c.local.parsed.Media[index])
	}
	if c.controls() {
		t.ICERole = "controlling"
	}
	if c.dtlsClient() {
		t.DTLSRole = "client"
	}
	if c.state == "failed" {
		t.DTLSState = "failed"
	}
	if !c.up(o, index) || len(c.homes[index]) == 0 || len(o.homes[index]) == 0 {
		return t
	}
	nominated := true
	t.DTLSState, t.Nominated, t.PairState = "connected", &nominated, "succeeded"
	t.ICEState, t.LocalFingerprint, t.RemoteFingerprint = "connected", c.local.fingerprint(), o.local.fingerprint()
	t.Local, t.Remote = hostStats(c.homes[index][0]), hostStats(o.homes[index][0])
	if !c.handed[t.Remote.Port] || (c.split() && !c.reaches(o, index)) { // W3C hides the address of a remote candidate that was not signalled
		t.Remote.Type, t.Remote.Address, t.Remote.Foundation, t.Remote.Priority = "prflx", "", "9", t.Remote.Priority&0xffffff|110<<24
	}
	t.BytesSent, t.BytesReceived = c.bytesSent, o.bytesSent
	return t
}

// hostStats are the stats of the first host candidate of a section.
func hostStats(port int) *peer.CandidateStats {
	s := &peer.CandidateStats{Type: "host", Protocol: "udp", Address: hostAddress(0), Port: port}
	if parsed, err := wire.ParseCandidate(candidateLine(0, port)); err == nil {
		s.Priority, s.Foundation = parsed.Priority, parsed.Foundation
	}
	return s
}

func (d *described) fingerprint() string {
	for _, m := range d.parsed.Media {
		if f, ok := m.Attr("fingerprint"); ok {
			return f
		}
	}
	return ""
}
