package fake

import (
	"github.com/webrtc-rink/rink/harness/peer"
)

// pairs are all candidate pairs, the selected ones first.
func (c *connection) pairs(s *peer.Stats) {
	if !c.ready() {
		return
	}
	for _, t := range s.Transports {
		if t.Local != nil && t.Remote != nil {
			s.Pairs = append(s.Pairs, peer.PairStats{
				Transport: t.ID, Local: *t.Local, Remote: *t.Remote, State: "succeeded", Nominated: true, BytesSent: 1000, BytesReceived: 1000,
			})
		}
	}
	for i, m := range c.local.parsed.Media {
		for n, port := range c.homes[i] {
			local := peer.CandidateStats{Type: "host", Protocol: "udp", Address: hostAddress(n), Port: port, Priority: hostPriority(n)}
			s.LocalCandidates = append(s.LocalCandidates, local)
			for _, a := range c.arrivals.usable {
				if a.section != i || a.Transport != "udp" {
					continue
				}
				remote := peer.CandidateStats{
					Type: a.Type, Protocol: a.Transport, Address: a.Address, Port: a.Port, Priority: a.Priority, Foundation: a.Foundation,
				}
				if n == 0 {
					s.RemoteCandidates = append(s.RemoteCandidates, remote)
				}
				if !selected(s, local, remote) {
					s.Pairs = append(s.Pairs, peer.PairStats{Transport: "transport-" + m.Mid(), Local: local, Remote: remote, State: "in-progress"})
				}
			}
		}
	}
}

func selected(s *peer.Stats, local, remote peer.CandidateStats) bool {
	for _, t := range s.Transports {
		if t.Local != nil && t.Remote != nil && t.Local.Port == local.Port && t.Remote.Port == remote.Port {
			return true
		}
	}
	return false
}
