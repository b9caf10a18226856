package fake

import (
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// rewrite replaces an attribute in every section that has it.
func rewrite(d *wire.Description, key, value string) {
	for _, m := range d.Media {
		if _, ok := m.Attr(key); ok {
			m.RemoveAttr(key)
			m.AddAttr(key, value)
		}
	}
}

// afterCall does something once a call of that method was taken, with the network
// locked.
func afterCall(method string, then func(c *connection, call *Call)) func(*connection, *Call, func() error) error {
	return func(c *connection, call *Call, do func() error) error {
		err := do()
		if err == nil && call.Method == method {
			defer c.lock()()
			then(c, call)
		}
		return err
	}
}

// takesAnswer takes an answer that it is to refuse, to an offer that restarts or not.
func takesAnswer(restarts bool) func(*connection, *Call, func() error) error {
	return func(c *connection, call *Call, do func() error) error {
		err := do()
		if call.Method == "setRemoteDescription" && peer.NameOf(err) == peer.OperationError && (c.before != nil) == restarts {
			return nil
		}
		return err
	}
}

// restartingNow reports whether a description that is being made restarts.
func (c *connection) restartingNow() bool { return c.coming.ufrag != "" }

func restartDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	const byOfferer, byAnswerer, probes = "restart-by-offerer", "restart-by-answerer", "restart-probes"
	keepsThePwd := func(c *connection, d *wire.Description) {
		if c.restartingNow() {
			rewrite(d, "ice-pwd", c.pwd)
		}
	}
	iceState := func(c *connection, state string) {
		c.emit(peer.Event{Type: peer.EventICEConnectionStateChange, State: state})
	}
	return append(gatheringProbeDefects(), []Defect{
		{Name: "restart-offer-keeps-the-pwd", Check: "RESTART-001", Scenario: byOfferer, Side: offerer, created: keepsThePwd},
		{
			Name: "forgets-restart-ice", Check: "RESTART-002", Scenario: probes, Side: answerer,
			call: func(_ *connection, call *Call, do func() error) error {
				if call.Method == "restartIce" {
					return nil
				}
				return do()
			},
		},
		{
			Name: "restart-ice-asks-too-early", Check: "RESTART-003", Scenario: probes, Side: offerer,
			call: afterCall("restartIce", func(c *connection, _ *Call) {
				if c.local == nil {
					c.emit(peer.Event{Type: peer.EventNegotiationNeeded})
				}
			}),
		},
		{Name: "answer-to-a-restart-keeps-the-pwd", Check: "RESTART-004", Scenario: byOfferer, Side: answerer, created: keepsThePwd},
		{
			Name: "gathers-again-in-silence", Check: "RESTART-005", Scenario: byAnswerer, Side: answerer,
			event: func(c *connection, e peer.Event) []peer.Event {
				if c.restarts > 0 && (e.Type == peer.EventICEGatheringStateChange || isNull(e)) {
					return nil
				}
				return []peer.Event{e}
			},
		},
		{
			Name: "drops-what-it-sends-while-it-restarts", Check: "RESTART-006", Scenario: byOfferer, Side: offerer,
			call: func(c *connection, call *Call, do func() error) error {
				if call.Method == "send" && c.before != nil {
					return nil
				}
				return do()
			},
		},
		{
			Name: "new-certificate-on-restart", Check: "RESTART-007", Scenario: byAnswerer, Side: offerer,
			created: func(c *connection, d *wire.Description) {
				if c.restartingNow() {
					rewrite(d, "fingerprint", "sha-256 CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD")
				}
			},
		},
		{
			Name: "checks-anew-on-restart", Check: "RESTART-008", Scenario: byOfferer, Side: answerer,
			call: afterCall("setLocalDescription", func(c *connection, _ *Call) {
				if c.restarts > 0 {
					iceState(c, "checking")
					iceState(c, "connected")
				}
			}),
		},
		{Name: "takes-the-old-answer-to-a-restart", Check: "RESTART-009", Scenario: probes, Side: offerer, call: takesAnswer(true)},
		{Name: "takes-an-answer-that-restarts-alone", Check: "RESTART-010", Scenario: probes, Side: answerer, call: takesAnswer(false)},
		{
			Name: "turns-its-ice-role-on-restart", Check: "RESTART-012", Scenario: probes, Side: answerer,
			call: afterCall("setLocalDescription", func(c *connection, _ *Call) { c.controlling = c.controlling || c.restarts > 0 }),
		},
		{
			Name: "restarts-when-the-offer-is-made", Check: "RESTART-013", Scenario: probes, Side: answerer,
			created: func(c *connection, _ *wire.Description) {
				if c.restartingNow() && c.connected() {
					iceState(c, "checking")
				}
			},
		},
		{
			Name: "answers-active-again", Check: "RESTART-014", Scenario: byAnswerer, Side: offerer,
			created: func(c *connection, d *wire.Description) {
				if c.restartingNow() {
					rewrite(d, "setup", "active")
				}
			},
		},
		{
			Name: "pairs-the-old-generation", Check: "TRICKLE-028", Scenario: byOfferer, Side: answerer,
			candidate: take(peer.OperationError),
			stats: func(s *peer.Stats) {
				s.Pairs = append(s.Pairs, peer.PairStats{Remote: peer.CandidateStats{Type: "host", Protocol: "udp", Address: trace.StaleAddress, Port: 40404}})
			},
		},
	}...)
}

func gatheringProbeDefects() []Defect {
	const probes = "gathering-probes"
	return []Defect{
		{
			Name: "surfaces-its-pool-early", Check: "GATHER-012", Scenario: probes, Side: trace.Offerer,
			created: func(c *connection, _ *wire.Description) {
				if c.config.ICECandidatePoolSize > 0 {
					c.gather()
				}
			},
		},
		{
			Name: "keeps-its-credentials-after-set-configuration", Check: "GATHER-017", Scenario: probes, Side: trace.Answerer,
			call: afterCall("setConfiguration", func(c *connection, _ *Call) { c.renew = false }),
		},
		{
			Name: "gathers-on-after-a-rollback", Check: "GATHER-018", Scenario: probes, Side: trace.Offerer,
			call: afterCall("setLocalDescription", func(c *connection, call *Call) {
				if call.Description != nil && call.Description.Type == "rollback" {
					c.emit(peer.Event{Type: peer.EventICEGatheringStateChange, State: "complete"})
				}
			}),
		},
	}
}
