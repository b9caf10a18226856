package fake

import (
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// onTransports changes the stats of each transport; one with a selected pair is told.
func onTransports(change func(t *peer.TransportStats)) func(*peer.Stats) {
	return func(s *peer.Stats) {
		for i := range s.Transports {
			if s.Transports[i].Local != nil {
				change(&s.Transports[i])
			}
		}
	}
}

func statsDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	return []Defect{
		{
			Name: "takes-a-peer-reflexive-for-a-host", Check: "CONN-012", Scenario: "trickle-offerer-dropped", Side: answerer, Also: []string{"TRICKLE-010", "STATS-003"},
			stats: onTransports(func(t *peer.TransportStats) { t.Remote.Type = "host" }),
		},
		{
			Name: "selects-what-is-not-nominated", Check: "STATS-001", Scenario: "connect-data", Side: offerer,
			stats: onTransports(func(t *peer.TransportStats) { t.Nominated = new(bool) }),
		},
		{
			Name: "priority-of-another-candidate", Check: "STATS-002", Scenario: "trickle-full", Side: answerer,
			stats: onTransports(func(t *peer.TransportStats) { t.Local.Priority-- }),
		},
		{
			Name: "tells-an-address-that-was-not-signalled", Check: "STATS-003", Scenario: "trickle-answerer-dropped", Side: offerer,
			stats: onTransports(func(t *peer.TransportStats) { t.Remote.Address = hostAddress(0) }),
		},
		{
			Name: "says-the-other-dtls-role", Check: "STATS-005", Scenario: "connect-data", Side: answerer,
			stats: onTransports(func(t *peer.TransportStats) {
				t.DTLSRole = map[string]string{"client": "server", "server": "client"}[t.DTLSRole]
			}),
		},
		{
			Name: "ufrag-of-another-generation", Check: "STATS-005", Scenario: "trickle-full", Side: offerer,
			stats: onTransports(func(t *peer.TransportStats) { t.LocalUfrag = "older" }),
		},
		{
			Name: "counts-one-message-too-many", Check: "STATS-006", Scenario: "channel-messages", Side: answerer,
			stats: func(s *peer.Stats) {
				for i := range s.Channels {
					s.Channels[i].MessagesSent++
				}
			},
		},
		{
			Name: "another-certificate-in-its-stats", Check: "STATS-007", Scenario: "connect-data", Side: offerer,
			stats: onTransports(func(t *peer.TransportStats) { t.RemoteFingerprint = "sha-256 00:11" }),
		},
	}
}
