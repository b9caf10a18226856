package fake

import (
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

type callHook = func(*connection, *Call, func() error) error

// refuseRemote makes a fake refuse remote descriptions that it should take.
func refuseRemote(when func(typ string, d *wire.Description) bool) callHook {
	return func(_ *connection, call *Call, do func() error) error {
		if call.Method == "setRemoteDescription" {
			d, err := wire.ParseDescription(call.Description.SDP)
			if err == nil && when(call.Description.Type, d) {
				return peer.Errorf(peer.InvalidAccessError, "refused by a defect")
			}
		}
		return do()
	}
}

// withSession tells whether the session level has the attribute.
func withSession(key string) func(string, *wire.Description) bool {
	return func(_ string, d *wire.Description) bool { _, ok := d.Attr(key); return ok }
}

// withPrint tells whether a section has such fingerprints.
func withPrint(when func(all []string) bool) func(string, *wire.Description) bool {
	return func(_ string, d *wire.Description) bool {
		return slices.ContainsFunc(d.Media, func(m *wire.Media) bool { return when(fingerprintsOf(d, m)) })
	}
}

// keepsSignaling leaves the state of a description that it refused.
func keepsSignaling(c *connection, call *Call, do func() error) error {
	err := do()
	if err != nil && call.Method == "setRemoteDescription" && call.Description.Type == "offer" {
		defer c.lock()()
		c.signaling = "have-remote-offer"
	}
	return err
}

func remoteDescriptionDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	return slices.Concat([]Defect{
		{Name: "takes-offers-without-credentials", Check: "SDP-014", Scenario: "offers-spoilt", Side: answerer, lax: []rule{ruleCredentials}},
		{Name: "takes-answers-without-credentials", Check: "SDP-014", Scenario: "answers-spoilt", Side: offerer, lax: []rule{ruleCredentials}},
		{Name: "takes-credentials-of-any-size", Check: "SDP-015", Scenario: "offers-spoilt", Side: offerer, lax: []rule{ruleCredentialForm}},
		{
			Name: "refuses-long-credentials", Check: "SDP-015", Scenario: "offers-odd", Side: answerer,
			call: refuseRemote(func(_ string, d *wire.Description) bool { return len(d.ICEUfrag(d.Media[0])) == 256 }),
		},
		{
			Name: "refuses-unknown-attributes", Check: "SDP-016", Scenario: "offers-odd", Side: offerer,
			call: refuseRemote(withSession("x-rink")),
		},
		{
			Name: "refuses-offers-without-mids", Check: "SDP-021", Scenario: "offers-odd", Side: answerer,
			call: refuseRemote(func(_ string, d *wire.Description) bool { return d.Media[0].Mid() == "" }),
		},
		{
			Name: "goes-by-the-mid-that-it-made-up", Check: "SDP-021", Scenario: "offers-odd", Side: offerer,
			event: onCandidate(func(_ *connection, i *peer.ICECandidateInit) bool {
				if i.SDPMid != nil && *i.SDPMid == "ga" {
					i.SDPMLineIndex = nil
				}
				return true
			}),
		},
		{Name: "takes-groups-of-unknown-mids", Check: "BUNDLE-013", Scenario: "offers-spoilt", Side: offerer, lax: []rule{ruleGroups}},
		{Name: "takes-a-mid-twice", Check: "BUNDLE-013", Scenario: "offers-spoilt", Side: answerer, lax: []rule{ruleMids}},
		{Name: "takes-media-without-rtcp-mux", Check: "MEDIA-004", Scenario: "offers-spoilt", Side: answerer, lax: []rule{ruleMux}},
		{Name: "takes-answers-without-rtcp-mux", Check: "MEDIA-004", Scenario: "answers-spoilt", Side: offerer, lax: []rule{ruleMux}},
		{Name: "takes-data-without-a-port", Check: "DATA-014", Scenario: "offers-spoilt", Side: offerer, lax: []rule{ruleSCTPPort}},
		{Name: "takes-any-server", Check: "ERR-003", Scenario: "servers-bad", Side: answerer, anyServer: true},
		{
			Name: "takes-what-it-cannot-read", Check: "ERR-004", Scenario: "offers-spoilt", Side: answerer,
			lax: []rule{ruleSetupForm, ruleFingerprintForm},
		},
		{Name: "moves-on-although-it-refuses", Check: "ERR-005", Scenario: "offers-spoilt", Side: offerer, call: keepsSignaling},
		{Name: "takes-answers-of-another-shape", Check: "ERR-006", Scenario: "answers-spoilt", Side: answerer, lax: []rule{ruleAnswerShape}},
	}, dtlsDefects(), roleDefects())
}

func dtlsDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	return []Defect{
		{
			Name: "knows-no-session-level", Check: "SDP-013", Scenario: "attributes-at-session-level", Side: answerer,
			call: refuseRemote(withSession("ice-ufrag")),
		},
		{
			Name: "mistakes-the-session-level-for-a-conflict", Check: "SDP-013", Scenario: "attributes-overridden", Side: offerer,
			call: refuseRemote(withSession("ice-ufrag")),
		},
		{
			Name: "always-answers-active", Check: "DTLS-003", Scenario: "setup-active-offer", Side: answerer,
			created: func(_ *connection, d *wire.Description) { answerSetup(d, "active") },
		},
		{
			Name: "always-answers-passive", Check: "DTLS-003", Scenario: "setup-passive-offer", Side: answerer,
			created: func(_ *connection, d *wire.Description) { answerSetup(d, "passive") },
		},
		{Name: "takes-answers-that-decide-nothing", Check: "DTLS-004", Scenario: "answers-spoilt", Side: offerer, lax: []rule{ruleAnswerSetup}},
		{
			Name: "wants-to-be-the-server", Check: "DTLS-005", Scenario: "setup-active-offer", Side: offerer,
			call: refuseRemote(func(typ string, d *wire.Description) bool { return typ == "answer" && d.Setup(d.Media[0]) == "passive" }),
		},
		{Name: "takes-offers-without-a-fingerprint", Check: "DTLS-006", Scenario: "offers-spoilt", Side: offerer, lax: []rule{ruleFingerprint}},
		{
			Name: "writes-fingerprints-in-lower-case", Check: "DTLS-006", Scenario: "candidates-data", Side: answerer,
			created: func(_ *connection, d *wire.Description) {
				for _, m := range d.Media {
					if f, ok := m.Attr("fingerprint"); ok {
						m.SetAttr("fingerprint", strings.ToLower(f))
					}
				}
			},
		},
		{
			Name: "verifies-nothing", Check: "DTLS-007", Scenario: "fingerprint-wrong-in-offer", Side: answerer,
			verify: func(_, _ *connection) bool { return true },
		},
		{
			Name: "verifies-no-answer", Check: "DTLS-007", Scenario: "fingerprint-wrong-in-answer", Side: offerer,
			verify: func(_, _ *connection) bool { return true },
		},
		{
			Name: "refuses-several-fingerprints", Check: "DTLS-008", Scenario: "fingerprints-before", Side: offerer,
			call: refuseRemote(withPrint(func(all []string) bool { return len(all) > 1 })),
		},
		{
			Name: "knows-sha-256-alone", Check: "DTLS-009", Scenario: "offers-odd", Side: answerer,
			call: refuseRemote(withPrint(func(all []string) bool { return len(all) > 0 && !strings.HasPrefix(all[0], "sha-256") })),
		},
		{
			Name: "loses-an-early-client-hello", Check: "DTLS-010", Scenario: "answer-held-back", Side: offerer,
			event: onState(peer.EventConnectionStateChange, "connected", "failed"),
		},
		{Name: "takes-a-new-fingerprint-at-any-time", Check: "DTLS-011", Scenario: "fingerprint-changed", Side: answerer, lax: []rule{ruleSameFingerprint}},
		{
			Name: "fails-ice-with-dtls", Check: "STATE-007", Scenario: "fingerprint-wrong-in-answer", Side: offerer,
			event: func(_ *connection, e peer.Event) []peer.Event {
				if e.Type == peer.EventConnectionStateChange && e.State == "failed" {
					return []peer.Event{e, {Type: peer.EventICEConnectionStateChange, State: "failed"}}
				}
				return []peer.Event{e}
			},
		},
	}
}

// answerSetup gives an answer that a=setup; an offer stays.
func answerSetup(d *wire.Description, role string) {
	for _, m := range d.Media {
		if d.Setup(m) != "actpass" && d.Setup(m) != "" {
			m.SetAttr("setup", role)
		}
	}
}

func roleDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	return []Defect{
		{
			Name: "lets-lite-agents-control", Check: "ROLE-002", Scenario: "offers-odd", Side: answerer,
			stats: func(s *peer.Stats) {
				for i := range s.Transports {
					s.Transports[i].ICERole = "controlled"
				}
			},
		},
		{
			Name: "refuses-lite-answers", Check: "ROLE-003", Scenario: "lite-answerer", Side: offerer,
			call: refuseRemote(withSession("ice-lite")),
		},
		{
			Name: "gives-up-in-a-role-conflict", Check: "ROLE-004", Scenario: "role-conflict", Side: answerer,
			event: onState(peer.EventConnectionStateChange, "connected", "failed"),
		},
		{
			Name: "refuses-lite-offers", Check: "ROLE-003", Scenario: "lite-offerer", Side: answerer,
			call: refuseRemote(withSession("ice-lite")),
		},
	}
}
