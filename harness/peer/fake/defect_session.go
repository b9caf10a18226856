package fake

import (
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

type candidateHook = func(*connection, peer.ICECandidateInit, *peer.Error) *peer.Error

// refuse makes a fake refuse what it should take.
func refuse(name string, when func(c *connection, init peer.ICECandidateInit) bool) candidateHook {
	return func(c *connection, init peer.ICECandidateInit, verdict *peer.Error) *peer.Error {
		if verdict == nil && when(c, init) {
			return peer.Errorf(name, "refused by a defect")
		}
		return verdict
	}
}

// take makes a fake take what it should refuse by that name.
func take(name string) candidateHook {
	return func(_ *connection, _ peer.ICECandidateInit, verdict *peer.Error) *peer.Error {
		if verdict != nil && verdict.Name == name {
			return nil
		}
		return verdict
	}
}

func trickleDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	return []Defect{
		{
			Name: "ignores-unknown-extensions-and-the-candidate", Check: "GRAM-002", Scenario: "trickle-extensions", Side: answerer,
			candidate: refuse(peer.OperationError, func(_ *connection, i peer.ICECandidateInit) bool { return strings.Contains(i.Candidate, " foo bar") }),
		},
		{Name: "deaf-to-trickled", Check: "TRICKLE-001", Scenario: "trickle-full", Side: answerer, deaf: []source{fromTrickle, fromChecks}},
		{Name: "deaf-to-the-offer", Check: "TRICKLE-002", Scenario: "trickle-half", Side: answerer, deaf: []source{fromDescription, fromChecks}},
		{Name: "deaf-to-the-answer", Check: "TRICKLE-003", Scenario: "trickle-mirror", Side: offerer, deaf: []source{fromDescription, fromChecks}},
		{Name: "deaf-to-descriptions", Check: "TRICKLE-004", Scenario: "trickle-none", Side: offerer, deaf: []source{fromDescription, fromChecks}},
		{Name: "deaf-to-trickled-with-media", Check: "TRICKLE-005", Scenario: "trickle-full-media", Side: offerer, deaf: []source{fromTrickle, fromChecks}},
		{
			Name: "fails-while-it-waits", Check: "TRICKLE-006", Scenario: "trickle-late", Side: answerer,
			event: onState(peer.EventICEConnectionStateChange, "checking", "checking", "failed", "checking"),
		},
		{Name: "takes-candidates-too-early", Check: "TRICKLE-007", Scenario: "trickle-overtaking", Side: offerer, candidate: take(peer.InvalidStateError)},
		{
			Name: "refuses-candidates-before-its-answer", Check: "TRICKLE-008", Scenario: "trickle-early", Side: answerer,
			candidate: refuse(peer.InvalidStateError, func(c *connection, _ peer.ICECandidateInit) bool { return c.local == nil }),
		},
		{Name: "refuses-what-it-refused-before", Check: "TRICKLE-009", Scenario: "trickle-overtaking", Side: offerer, candidate: refuseAgain},
		{Name: "no-peer-reflexive", Check: "TRICKLE-010", Scenario: "trickle-offerer-dropped", Side: answerer, deaf: []source{fromChecks}},
		{
			Name: "takes-candidates-in-order-of-priority-only", Check: "TRICKLE-012", Scenario: "trickle-reordered", Side: answerer,
			candidate: refuse(peer.OperationError, outOfOrder),
		},
		{
			Name: "refuses-duplicates", Check: "TRICKLE-013", Scenario: "trickle-duplicated", Side: offerer,
			candidate: refuse(peer.OperationError, func(c *connection, i peer.ICECandidateInit) bool {
				before := c.taken[i.Candidate]
				c.taken[i.Candidate] = true
				return before
			}),
		},
		{Name: "takes-unknown-mids", Check: "TRICKLE-014", Scenario: "trickle-unknown-mid", Side: answerer, candidate: take(peer.OperationError)},
		{
			Name: "needs-the-index", Check: "TRICKLE-015", Scenario: "trickle-mid-only", Side: answerer,
			candidate: refuse(peer.TypeError, func(_ *connection, i peer.ICECandidateInit) bool { return i.SDPMLineIndex == nil }),
		},
		{
			Name: "needs-the-mid", Check: "TRICKLE-016", Scenario: "trickle-index-only", Side: offerer,
			candidate: refuse(peer.TypeError, func(_ *connection, i peer.ICECandidateInit) bool { return i.SDPMid == nil }),
		},
		{Name: "guesses-the-section", Check: "TRICKLE-017", Scenario: "trickle-neither", Side: offerer, candidate: take(peer.TypeError)},
		{
			Name: "refuses-the-empty-candidate", Check: "TRICKLE-023", Scenario: "trickle-empty-candidate", Side: answerer,
			candidate: refuse(peer.OperationError, func(_ *connection, i peer.ICECandidateInit) bool { return i.Candidate == "" }),
		},
	}
}

func refuseAgain(c *connection, init peer.ICECandidateInit, verdict *peer.Error) *peer.Error {
	if verdict == nil && c.refusedBefore[init.Candidate] {
		return peer.Errorf(peer.OperationError, "refused by a defect")
	}
	if verdict != nil {
		c.refusedBefore[init.Candidate] = true
	}
	return verdict
}

func outOfOrder(c *connection, init peer.ICECandidateInit) bool {
	parsed, err := wire.ParseCandidate(init.Candidate)
	if err != nil {
		return false
	}
	last := c.lastPriority
	c.lastPriority = parsed.Priority
	return last > 0 && parsed.Priority > last
}

func connectivityDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	return []Defect{
		{
			Name: "a-second-transport-in-the-bundle", Check: "BUNDLE-005", Scenario: "connect-media", Side: answerer,
			stats: func(s *peer.Stats) {
				s.Transports = append(s.Transports, peer.TransportStats{ID: "transport-more", DTLSState: "connected"})
			},
		},
		{
			Name: "forgets-a-transport", Check: "BUNDLE-009", Scenario: "candidates-unbundled", Side: offerer,
			stats: func(s *peer.Stats) { s.Transports = s.Transports[:max(0, len(s.Transports)-1)] },
		},
		{Name: "never-connects", Check: "CONN-001", Scenario: "connect-data", Side: answerer, deaf: []source{fromDescription, fromTrickle, fromChecks}},
		{
			Name: "relays-on-one-link", Check: "CONN-002", Scenario: "connect-data", Side: offerer,
			stats: func(s *peer.Stats) {
				for _, t := range s.Transports {
					if t.Local != nil {
						t.Local.Type = "relay"
					}
				}
			},
		},
		{
			Name: "connected-without-checking", Check: "STATE-001", Scenario: "connect-data", Side: offerer,
			event: onState(peer.EventICEConnectionStateChange, "checking"),
		},
		{
			Name: "connected-without-connecting", Check: "STATE-002", Scenario: "connect-data", Side: answerer,
			event: onState(peer.EventConnectionStateChange, "connecting"),
		},
		{
			Name: "says-stable-twice", Check: "STATE-003", Scenario: "connect-data", Side: answerer,
			event: onState(peer.EventSignalingStateChange, "stable", "stable", "stable"),
		},
		{
			Name: "binary-becomes-text", Check: "DATA-003", Scenario: "connect-data", Side: answerer,
			event: func(_ *connection, e peer.Event) []peer.Event {
				if e.Type == peer.EventMessage && e.Message.Binary {
					e.Message = &peer.Message{Text: string(e.Message.Bytes)}
				}
				return []peer.Event{e}
			},
		},
		{
			Name: "names-no-pair", Check: "STATS-004", Scenario: "trickle-full", Side: offerer,
			stats: func(s *peer.Stats) {
				for i := range s.Transports {
					s.Transports[i].Local, s.Transports[i].Remote = nil, nil
				}
			},
		},
	}
}
