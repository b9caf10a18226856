package fake

import (
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

type createdHook = func(*connection, *wire.Description)

// inOffers and inAnswers change descriptions of one type on their way out, and those
// that have a section.
func inOffers(change func(d *wire.Description)) createdHook {
	return func(c *connection, d *wire.Description) {
		if c.signaling != "have-remote-offer" && len(d.Media) > 0 {
			change(d)
		}
	}
}

func inAnswers(change func(d *wire.Description)) createdHook {
	return func(c *connection, d *wire.Description) {
		if c.signaling == "have-remote-offer" {
			change(d)
		}
	}
}

func fieldDefects() []Defect {
	return slices.Concat(offerDefects(), laterDefects(), surfacedDefects(), candidateFieldDefects(), sayingDefects())
}

func offerDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	const probed = "candidates-probed-offers"
	anywhere := func(change func(d *wire.Description)) createdHook {
		return func(_ *connection, d *wire.Description) {
			if len(d.Media) > 0 {
				change(d)
			}
		}
	}
	return []Defect{
		{
			Name: "two-bundle-groups", Check: "BUNDLE-001", Scenario: "candidates-bundled", Side: offerer,
			created: inOffers(func(d *wire.Description) { d.AddAttr("group", "BUNDLE") }),
		},
		{
			Name: "leaves-a-new-section-out-of-the-bundle", Check: "BUNDLE-001", Scenario: "candidates-added-section", Side: offerer,
			created: inOffers(func(d *wire.Description) { d.SetGroup("BUNDLE", d.Mids()[:1]) }),
		},
		{
			Name: "offers-active", Check: "DTLS-001", Scenario: "candidates-data", Side: offerer,
			created: inOffers(func(d *wire.Description) { d.Media[0].SetAttr("setup", "active") }),
		},
		{
			Name: "answers-actpass", Check: "DTLS-002", Scenario: "candidates-data", Side: answerer, Spoils: true,
			created: inAnswers(func(d *wire.Description) { d.Media[0].SetAttr("setup", "actpass") }),
		},
		{
			Name: "offers-no-tls-id", Check: "DTLS-012", Scenario: "candidates-data", Side: offerer,
			created: inOffers(func(d *wire.Description) { d.Media[0].RemoveAttr("tls-id") }),
		},
		{
			Name: "answers-a-tls-id-that-was-not-offered", Check: "DTLS-012", Scenario: probed, Side: answerer,
			created: inAnswers(func(d *wire.Description) { d.Media[0].SetAttr("tls-id", "tls00000000000000000000") }),
		},
		{
			Name: "answers-without-sctp-port", Check: "DATA-002", Scenario: "candidates-data", Side: answerer, Spoils: true,
			created: inAnswers(func(d *wire.Description) { d.Media[0].RemoveAttr("sctp-port") }),
		},
		{
			Name: "offers-crypto", Check: "ERR-007", Scenario: "candidates-bundled", Side: offerer,
			created: inOffers(func(d *wire.Description) { d.Media[0].AddAttr("crypto", "1 AES_CM_128_HMAC_SHA1_80 inline:x") }),
		},
		{
			Name: "answers-sdes", Check: "ERR-007", Scenario: probed, Side: offerer,
			lax: []rule{ruleFingerprint},
		},
		{
			Name: "offers-no-trickle", Check: "SDP-005", Scenario: "candidates-data", Side: offerer,
			created: inOffers(func(d *wire.Description) { d.SetAttr("ice-options", "ice2") }),
		},
		{
			Name: "offers-no-ice2", Check: "SDP-006", Scenario: "candidates-data", Side: offerer,
			created: inOffers(func(d *wire.Description) { d.SetAttr("ice-options", "trickle") }),
		},
		{
			Name: "answers-no-ice2", Check: "SDP-006", Scenario: probed, Side: answerer,
			created: inAnswers(func(d *wire.Description) { d.RemoveAttr("ice-options") }),
		},
		{
			Name: "refuses-offers-without-ice-options", Check: "SDP-006", Scenario: probed, Side: answerer,
			call: refusesOffer(func(d *wire.Description) bool { _, has := d.Attr("ice-options"); return !has }),
			Also: []string{"SDP-007"},
		},
		{
			Name: "answers-trickle-that-was-not-offered", Check: "SDP-007", Scenario: probed, Side: offerer,
			created: inAnswers(func(d *wire.Description) { d.SetAttr("ice-options", "trickle ice2") }),
		},
		{
			Name: "says-ice-lite", Check: "SDP-008", Scenario: "candidates-data", Side: answerer,
			created: anywhere(func(d *wire.Description) { d.AddAttr("ice-lite", "") }),
		},
		{
			Name: "offers-an-rtcp-port", Check: "SDP-012", Scenario: "candidates-bundled", Side: offerer,
			created: inOffers(func(d *wire.Description) { d.Media[0].AddAttr("rtcp", "9 IN IP4 0.0.0.0") }),
		},
		{
			Name: "refuses-an-rtcp-port", Check: "SDP-012", Scenario: probed, Side: answerer,
			call: refusesOffer(func(d *wire.Description) bool { _, has := d.Media[0].Attr("rtcp"); return has }),
		},
		{
			Name: "offers-an-old-profile", Check: "SDP-023", Scenario: "candidates-bundled", Side: offerer,
			created: inOffers(func(d *wire.Description) { d.Media[0].Proto = "RTP/SAVPF" }),
		},
		{
			Name: "answers-another-profile", Check: "SDP-023", Scenario: probed, Side: answerer,
			created: inAnswers(func(d *wire.Description) {
				if m := d.Media[len(d.Media)-1]; m.Proto == "DTLS/SCTP" {
					m.Proto = "UDP/DTLS/SCTP"
				}
			}),
		},
		{
			Name: "same-password-always", Check: "SDP-002", Scenario: probed, Side: answerer,
			created: anywhere(func(d *wire.Description) { d.Media[0].SetAttr("ice-pwd", "samesamesamesamesamesame") }),
		},
		{
			Name: "short-password", Check: "SDP-002", Scenario: "candidates-data", Side: offerer, Spoils: true,
			created: anywhere(func(d *wire.Description) { d.Media[0].SetAttr("ice-pwd", "short") }),
		},
		{
			Name: "one-ufrag-for-all-sections", Check: "SDP-003", Scenario: "candidates-max-compat", Side: offerer,
			created: inOffers(func(d *wire.Description) {
				for _, m := range d.Media[1:] {
					m.SetAttr("ice-ufrag", d.ICEUfrag(d.Media[0]))
					m.SetAttr("ice-pwd", d.ICEPwd(d.Media[0]))
				}
			}),
		},
		{
			Name: "bundle-only-with-a-password", Check: "SDP-004", Scenario: "candidates-max-bundle", Side: offerer,
			created: inOffers(func(d *wire.Description) { d.Media[2].AddAttr("ice-pwd", d.ICEPwd(d.Media[0])) }),
		},
	}
}

// refusesOffer refuses offers that a conforming end takes.
func refusesOffer(when func(d *wire.Description) bool) func(*connection, *Call, func() error) error {
	return func(_ *connection, call *Call, do func() error) error {
		if call.Method == "setRemoteDescription" && call.Description.Type == "offer" {
			if d, err := wire.ParseDescription(call.Description.SDP); err == nil && when(d) {
				return peer.Errorf(peer.OperationError, "refused by a defect")
			}
		}
		return do()
	}
}

func laterDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	later := func(change func(d *wire.Description)) createdHook {
		return func(c *connection, d *wire.Description) {
			if c.made > 1 {
				change(d)
			}
		}
	}
	return []Defect{
		{
			Name: "port-nine-for-ever", Check: "SDP-010", Scenario: "candidates-probed-offers", Side: offerer,
			created: later(func(d *wire.Description) {
				if len(d.Media[0].Candidates()) > 0 {
					d.Media[0].Port = 9
				}
			}),
		},
		{
			Name: "forgets-its-candidates", Check: "SDP-017", Scenario: "candidates-added-section", Side: answerer,
			created: later(func(d *wire.Description) {
				d.Media[0].AddAttr("candidate", "")
				line := d.Media[0].Candidates()[0]
				d.Media[0].RemoveAttr("candidate")
				d.Media[0].AddAttr("candidate", strings.TrimPrefix(line, "candidate:"))
			}),
		},
		{
			Name: "another-session-each-time", Check: "SDP-018", Scenario: "candidates-added-section", Side: offerer,
			created: later(func(d *wire.Description) {
				for i, l := range d.Session {
					if l.Type == 'o' {
						d.Session[i].Value = strings.Replace(l.Value, "- 4", "- 5", 1)
					}
				}
			}),
		},
		{
			Name: "version-stands-still", Check: "SDP-018", Scenario: "candidates-added-section", Side: answerer,
			created: later(func(d *wire.Description) {
				for i, l := range d.Session {
					if fields := strings.Fields(l.Value); l.Type == 'o' {
						fields[2] = "1"
						d.Session[i].Value = strings.Join(fields, " ")
					}
				}
			}),
		},
		{
			Name: "mdns-name-as-connection", Check: "SDP-022", Scenario: "candidates-data", Side: answerer,
			described: func(d *wire.Description) {
				for i, l := range d.Media[0].Lines {
					if l.Type == 'c' {
						d.Media[0].Lines[i].Value = "IN IP4 c0ffee00-0000-4000-8000-000000000000.local"
					}
				}
			},
		},
	}
}
