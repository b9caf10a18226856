package check

import (
	"slices"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

func remoteDescriptionChecks() []Check {
	spoilt := having(trace.TraitSpoiltOffers, trace.TraitSpoiltAnswers)
	offers, answers := having(trace.TraitSpoiltOffers), having(trace.TraitSpoiltAnswers)
	odd := having(trace.TraitOddOffers)
	data := peer.Features{peer.FeatureDataChannel}
	media := peer.Features{peer.FeatureDataChannel, peer.FeatureMedia}
	return slices.Concat([]Check{
		{Requirement: requirement("SDP-014"), Needs: data, Applies: spoilt, Run: refuses(invalid,
			"offer-without-ufrag", "offer-without-pwd", "offer-without-credentials", "answer-without-credentials")},
		{Requirement: requirement("SDP-015"), Needs: data, Applies: either(offers, odd), Run: badCredentials},
		{Requirement: requirement("SDP-016"), Needs: data, Applies: odd, Run: takes("unknown-attributes")},
		{Requirement: requirement("SDP-021"), Needs: data, Applies: odd, Run: withoutMids},
		{Requirement: requirement("BUNDLE-013"), Needs: data, Applies: offers, Run: refuses(anyName, "group-of-an-unknown-mid", "two-sections-of-one-mid")},
		{Requirement: requirement("MEDIA-004"), Needs: media, Applies: either(spoilt, having(trace.TraitMedia)), Run: multiplexed},
		{Requirement: requirement("DATA-014"), Needs: data, Applies: offers, Run: sctpPort},
		{Requirement: requirement("ERR-003"), Needs: peer.Features{peer.FeatureICEServers}, Applies: having(trace.TraitBadServers), Run: badServers},
		{Requirement: requirement("ERR-004"), Needs: data, Applies: spoilt, Run: unreadable},
		{
			Requirement: requirement("ERR-005"), Needs: data,
			Applies: having(trace.TraitSpoiltOffers, trace.TraitSpoiltAnswers, trace.TraitChangedFingerprint), Run: nothingChanged,
		},
		{Requirement: requirement("ERR-006"), Needs: data, Applies: answers, Run: refuses(anyName,
			"answer-with-a-section-less", "answer-with-a-section-more", "answer-without-sections", "answer-in-another-order",
			"answer-of-another-kind", "answer-of-another-protocol", "answer-with-another-mid")},
		{Requirement: requirement("DTLS-004"), Needs: data, Applies: answers, Run: refuses(anyName, "answer-setup-actpass", "answer-setup-holdconn")},
	}, securityChecks(), roleChecks())
}

// The names that a refusal has by the standards.
var (
	// anyName is where the texts say that it is refused, and not how.
	anyName []string
	// invalid is content that is no error of syntax: W3C #set-description.
	invalid = []string{peer.InvalidAccessError}
	// unparsable is an RTCError, whose name is OperationError.
	unparsable = []string{peer.OperationError, peer.RTCError}
)

// probed are the probes that end up on a connection of an offer, of an answer or of a
// description with media; each session has those of its trait.
func (v *View) asks(side trace.Side, probe string) (Call, bool) {
	for _, c := range v.At(probe).Calls(side, "setRemoteDescription") {
		if c.Probe == probe {
			return c, true
		}
	}
	return Call{}, false
}

// refuses asks that each of the probes that the session has is refused, by one of the
// names. A probe that needs media is not tried at an end without.
func refuses(names []string, probes ...string) func(*View, trace.Side) ([]Finding, error) {
	return func(v *View, side trace.Side) ([]Finding, error) {
		var found []Finding
		tried := 0
		for _, probe := range probes {
			if c, ok := v.asks(side, probe); ok && c.Returned {
				tried++
				found = append(found, wantRefused(c, probe, names)...)
			}
		}
		if tried == 0 {
			return nil, NoEvidence("the %s was not asked: %s", side, v.End.Reason)
		}
		return found, nil
	}
}

// wantRefused judges how one call settled.
func wantRefused(c Call, object string, names []string) []Finding {
	want := "refused"
	if len(names) > 0 {
		want += " with " + names[0]
	}
	switch {
	case c.Return.Error == nil:
		return []Finding{{Object: object, Got: "taken", Want: want, Where: []int{c.N, c.ReturnN}}}
	case c.Return.Error.Name == peer.PanicError, len(names) > 0 && !slices.Contains(names, c.Return.Error.Name):
		return []Finding{{Object: object, Got: c.Return.Error.Name, Want: want, Where: []int{c.N, c.ReturnN}}}
	}
	return nil
}

// takes asks that a description is taken and answered.
func takes(probes ...string) func(*View, trace.Side) ([]Finding, error) {
	return func(v *View, side trace.Side) ([]Finding, error) {
		var found []Finding
		for _, probe := range probes {
			at := v.At(probe)
			if len(at.Calls(side, "setRemoteDescription")) == 0 {
				return nil, NoEvidence("the %s was not asked for %s: %s", side, probe, v.End.Reason)
			}
			for _, method := range []string{"setRemoteDescription", "createAnswer", "setLocalDescription"} {
				for _, c := range at.Calls(side, method) {
					if c.Return.Error != nil {
						found = append(found, Finding{Object: probe, Got: method + " refused: " + c.Return.Error.Name, Want: "taken and answered", Where: []int{c.N, c.ReturnN}})
					}
				}
			}
		}
		return found, nil
	}
}

// unreadable lets what is wrong in one attribute be refused under any name: whether that
// is an error of syntax is not said.
func unreadable(v *View, side trace.Side) ([]Finding, error) {
	found, err := refuses(unparsable, "empty-text", "garbage", "json-text", "without-version", "line-without-equals", "port-of-no-number", "answer-of-garbage")(v, side)
	if err != nil || v.Header.Traits.Has(trace.TraitSpoiltAnswers) {
		return found, err
	}
	more, err := refuses(anyName, "setup-of-no-meaning", "fingerprint-of-no-digest")(v, side)
	return append(found, more...), err
}

func badCredentials(v *View, side trace.Side) ([]Finding, error) {
	if v.Header.Traits.Has(trace.TraitOddOffers) {
		return takes("ufrag-of-4", "ufrag-of-256", "pwd-of-22", "pwd-of-256")(v, side)
	}
	return refuses(anyName, "ufrag-of-3", "ufrag-of-257", "ufrag-with-space", "ufrag-with-hash", "pwd-of-21", "pwd-of-257", "pwd-with-hash")(v, side)
}

// withoutMids also asks for the index of a candidate: without mids there is nothing
// else to go by.
func withoutMids(v *View, side trace.Side) ([]Finding, error) {
	const probe = "offer-without-mids"
	found, err := takes(probe)(v, side)
	if err != nil || len(found) > 0 || !v.Header.Peer(side).Features.Has(peer.FeatureTrickle) {
		return found, err
	}
	candidates := v.At(probe).RealCandidates(side)
	if len(candidates) == 0 {
		return []Finding{{Object: probe, Got: "no candidate", Want: "candidates after the answer"}}, nil
	}
	for _, c := range candidates {
		if c.Init.SDPMLineIndex == nil || *c.Init.SDPMLineIndex != 0 {
			found = append(found, Finding{Object: probe, Got: "a candidate with sdpMLineIndex " + number(c.Init.SDPMLineIndex), Want: "sdpMLineIndex 0", Where: []int{c.N}})
			break
		}
	}
	return found, nil
}

// multiplexed also judges what peers write, in sessions with media.
func multiplexed(v *View, side trace.Side) ([]Finding, error) {
	if v.Header.Traits.Any(trace.TraitSpoiltOffers, trace.TraitSpoiltAnswers) {
		return refuses(invalid, "audio-without-rtcp-mux", "media-without-rtcp-mux", "answer-without-rtcp-mux")(v, side)
	}
	descriptions, found, err := v.created(side)
	for _, d := range descriptions {
		for i, m := range d.Media {
			if _, ok := m.Attr("rtcp-mux"); !ok && m.Kind != "application" && !m.Rejected() {
				found = append(found, Finding{Object: d.Type + ", " + sectionName(i, m.Kind), Got: "no a=rtcp-mux", Want: "a=rtcp-mux", Where: []int{d.N}})
			}
		}
	}
	return found, err
}

// sctpPort lets the section be rejected in the answer instead of the offer.
func sctpPort(v *View, side trace.Side) ([]Finding, error) {
	const probe = "data-without-sctp-port"
	found, err := refuses(anyName, probe)(v, side)
	if err != nil || len(found) == 0 || found[0].Got != "taken" {
		return found, err
	}
	answers, _, err := v.At(probe).created(side)
	if err == nil && len(answers) == 1 && len(answers[0].Media) == 1 && answers[0].Media[0].Rejected() {
		return nil, nil
	}
	found[0].Got, found[0].Want = "taken, and its section accepted", "the offer refused or the section rejected"
	return found, nil
}

// badServers judges new connections, and setConfiguration where it is declared.
func badServers(v *View, side trace.Side) ([]Finding, error) {
	syntax, access := []string{peer.SyntaxError}, []string{peer.InvalidAccessError}
	names := map[string][]string{
		"turn-without-credentials": access, "turns-without-credentials": access, "turn-without-credential": access, "turn-without-username": access,
		"no-url": syntax, "empty-url": syntax, "relative-url": syntax, "url-of-http": syntax, "stun-with-query": syntax, "stun-with-slashes": syntax,
		"port-beyond-65535": syntax, "second-url-empty": syntax, "transport-of-no-meaning": syntax,
	}
	var found []Finding
	tried := 0
	for _, conn := range v.Conns(side) {
		at := v.At(conn)
		if want, ok := names[conn]; ok {
			tried++
			found = append(found, wantRefused(at.Calls(side, "open")[0], conn, want)...)
		}
		for _, c := range at.Calls(side, "setConfiguration") {
			tried++
			found = append(found, wantRefused(c, "setConfiguration, "+c.Probe, names[c.Probe])...)
		}
	}
	if tried < len(names) {
		return found, NoEvidence("the %s was asked for %d of %d servers: %s", side, tried, len(names), v.End.Reason)
	}
	return found, nil
}
