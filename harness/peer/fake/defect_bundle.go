package fake

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// onOffer changes the offers that are made, onAnswer the answers.
func onOffer(change func(*connection, *wire.Description)) func(*connection, *wire.Description) {
	return func(c *connection, d *wire.Description) {
		if c.signaling == "stable" {
			change(c, d)
		}
	}
}

func onAnswer(change func(*connection, *wire.Description)) func(*connection, *wire.Description) {
	return func(c *connection, d *wire.Description) {
		if c.signaling == "have-remote-offer" {
			change(c, d)
		}
	}
}

// afterTag changes the sections that the description bundles into another.
func afterTag(change func(*wire.Media)) func(*connection, *wire.Description) {
	return func(_ *connection, d *wire.Description) {
		group, _ := d.Group("BUNDLE")
		for i, mid := range group {
			if _, m := d.ByMid(mid); i > 0 && m != nil {
				change(m)
			}
		}
	}
}

// splitsOut gives every bundle-only section of a first offer with that policy a
// transport.
func splitsOut(policy string) func(*connection, *wire.Description) {
	return onOffer(func(c *connection, d *wire.Description) {
		for _, m := range d.Media {
			if c.config.BundlePolicy == policy && m.BundleOnly() {
				m.Port = 9
				m.RemoveAttr("bundle-only")
			}
		}
	})
}

func bundleOnly(m *wire.Media) {
	m.Port = 0
	m.AddAttr("bundle-only", "")
}

func bundleDefects() []Defect {
	return slices.Concat(bundleOfferDefects(), bundleAnswerDefects(), laterOfferDefects(), splitDefects())
}

func bundleOfferDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	return []Defect{
		{Name: "max-bundle-is-balanced", Check: "BUNDLE-002", Scenario: "bundle-offers", Side: offerer, created: splitsOut("max-bundle")},
		{Name: "balanced-is-max-compat", Check: "BUNDLE-003", Scenario: "bundle-offers", Side: answerer, created: splitsOut("balanced")},
		{
			Name: "max-compat-is-max-bundle", Check: "BUNDLE-004", Scenario: "bundle-offers", Side: offerer,
			created: onOffer(func(c *connection, d *wire.Description) {
				if c.config.BundlePolicy == "max-compat" {
					bundleOnly(d.Media[1])
				}
			}),
		},
		{
			Name: "last-section-first-in-the-group", Check: "BUNDLE-014", Scenario: "candidates-bundled", Side: offerer,
			created: onOffer(func(_ *connection, d *wire.Description) {
				group, _ := d.Group("BUNDLE")
				slices.Reverse(group)
				d.SetGroup("BUNDLE", group)
			}),
		},
		{
			Name: "takes-what-is-not-bundled", Check: "BUNDLE-015", Scenario: "bundle-offers", Side: answerer,
			created: onAnswer(func(c *connection, d *wire.Description) {
				if c.config.BundlePolicy == "balanced" {
					d.Media[2].Port = 9
				}
			}),
		},
	}
}

func bundleAnswerDefects() []Defect {
	const answerer = trace.Answerer
	return []Defect{
		{
			Name: "setup-in-every-section", Check: "BUNDLE-006", Scenario: "candidates-bundled", Side: answerer,
			created: onAnswer(afterTag(func(m *wire.Media) { m.AddAttr("setup", "active") })),
		},
		{
			Name: "answers-as-rfc-8843", Check: "BUNDLE-007", Scenario: "candidates-bundled", Side: answerer,
			created: onAnswer(afterTag(bundleOnly)),
		},
		{
			Name: "knows-the-tagged-mid-alone", Check: "BUNDLE-008", Scenario: "bundle-other-mid-answerer", Side: answerer,
			candidate: refuse(peer.OperationError, func(c *connection, i peer.ICECandidateInit) bool {
				return c.settled != nil && c.carrier(c.section(&i)) != c.section(&i)
			}),
		},
		{
			Name: "bundles-what-it-rejects", Check: "BUNDLE-010", Scenario: "candidates-rejected-first", Side: answerer,
			created: onAnswer(func(_ *connection, d *wire.Description) {
				group, _ := d.Group("BUNDLE")
				d.SetGroup("BUNDLE", append(group, d.Media[0].Mid()))
			}),
		},
	}
}

func laterOfferDefects() []Defect {
	const offerer = trace.Offerer
	return []Defect{
		{
			Name: "recycles-the-mid-too", Check: "BUNDLE-011", Scenario: "bundle-recycled", Side: offerer,
			created: onOffer(func(c *connection, d *wire.Description) {
				if c.settled != nil && c.carrier(1) == -1 {
					d.RenameMids(map[string]string{d.Media[1].Mid(): c.midAt(1)})
				}
			}),
		},
		{
			Name: "checks-again-for-a-bundled-section", Check: "BUNDLE-012", Scenario: "candidates-added-section", Side: offerer,
			event: onLaterOffer(
				peer.Event{Type: peer.EventICEConnectionStateChange, State: "checking"},
				peer.Event{Type: peer.EventICEConnectionStateChange, State: "connected"},
			),
		},
		{
			Name: "gathers-for-a-bundled-section", Check: "GATHER-011", Scenario: "candidates-added-section", Side: offerer,
			event: onLaterOffer(
				peer.Event{Type: peer.EventICEGatheringStateChange, State: "gathering"},
				peer.Event{Type: peer.EventICEGatheringStateChange, State: "complete"},
				peer.Event{Type: peer.EventICECandidate, Candidate: []byte("null")},
			),
		},
	}
}

// onLaterOffer says more when an offer is set after an answer.
func onLaterOffer(more ...peer.Event) func(*connection, peer.Event) []peer.Event {
	return func(c *connection, e peer.Event) []peer.Event {
		if c.settled == nil || e.State != "have-local-offer" {
			return []peer.Event{e}
		}
		return append([]peer.Event{e}, more...)
	}
}

// splitDefects are of connections with several transports.
func splitDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	return []Defect{
		{
			Name: "one-transport-for-all", Check: "BUNDLE-016", Scenario: "bundle-partial", Side: offerer,
			stats: func(s *peer.Stats) { s.Transports = s.Transports[:min(1, len(s.Transports))] },
		},
		{
			Name: "connected-by-some-transports", Check: "STATE-006", Scenario: "bundle-dead-section", Side: offerer,
			event: onState(peer.EventConnectionStateChange, "failed", "connected"),
		},
		{
			Name: "goes-by-the-port", Check: "TRICKLE-035", Scenario: "bundle-swapped-sections", Side: answerer,
			call: func(c *connection, call *Call, do func() error) error {
				if call.Method == "addIceCandidate" && call.Candidate != nil {
					c.readdress(call.Candidate)
				}
				return do()
			},
		},
	}
}

// readdress gives a candidate the section whose socket it is, whatever it says.
func (c *connection) readdress(init *peer.ICECandidateInit) {
	defer c.lock()()
	o := c.other()
	if o == nil {
		return
	}
	for section, ports := range o.homes {
		for _, port := range ports {
			if index := uint16(section); strings.Contains(init.Candidate, fmt.Sprintf(" %d typ ", port)) { //nolint:gosec // a few sections
				init.SDPMid, init.SDPMLineIndex = nil, &index
			}
		}
	}
}
