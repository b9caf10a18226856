package check

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

func securityChecks() []Check {
	data := peer.Features{peer.FeatureDataChannel}
	offeredRole := having(trace.TraitActiveOffer, trace.TraitPassiveOffer)
	answeredRole := having(trace.TraitActiveOffer, trace.TraitPassiveAnswer)
	victim := either(all(having(trace.TraitWrongOffer), on(trace.Answerer)), all(having(trace.TraitWrongAnswer), on(trace.Offerer)))
	return []Check{
		{Requirement: requirement("SDP-013"), Needs: data, Applies: having(trace.TraitSessionLevel), Run: altered},
		{Requirement: requirement("DTLS-003"), Needs: data, Applies: all(offeredRole, on(trace.Answerer)), Run: otherRole},
		{Requirement: requirement("DTLS-005"), Needs: data, Applies: all(answeredRole, on(trace.Offerer)), Run: becomesClient},
		{
			Requirement: requirement("DTLS-006"), Needs: data,
			Applies: having(trace.TraitSpoiltOffers, trace.TraitSpoiltAnswers, trace.TraitData), Run: fingerprints,
		},
		{Requirement: requirement("DTLS-007"), Needs: peer.Features{peer.FeatureDataChannel, peer.FeatureStates}, Applies: victim, Run: failsDTLS},
		{Requirement: requirement("DTLS-008"), Needs: data, Applies: having(trace.TraitSeveralFingerprints), Run: altered},
		{Requirement: requirement("DTLS-009"), Needs: data, Applies: having(trace.TraitOddOffers, trace.TraitWeakHash), Run: hashes},
		{Requirement: requirement("DTLS-010"), Needs: data, Applies: all(having(trace.TraitEarlyHello), on(trace.Offerer)), Run: earlyHello},
		{
			Requirement: requirement("DTLS-011"), Needs: peer.Features{peer.FeatureDataChannel, peer.FeatureRenegotiation},
			Applies: having(trace.TraitChangedFingerprint), Run: newFingerprint,
		},
		{Requirement: requirement("STATE-007"), Needs: peer.Features{peer.FeatureDataChannel, peer.FeatureStates}, Applies: victim, Run: keepsICE},
	}
}

// altered is Connected for a session whose descriptions are altered and right: an end
// that refuses one is at fault, whoever made it.
func altered(v *View, side trace.Side) ([]Finding, error) {
	for _, s := range []trace.Side{side, side.Other()} {
		f, refused := v.refusal(s)
		if !refused || f.Object != "setRemoteDescription" {
			continue
		}
		if s != side {
			return nil, NoEvidence("the %s refused the description of the %s; that is counted there", s, side)
		}
		f.Joint, f.Why = false, ""
		return []Finding{f}, nil
	}
	return Connected(v, side)
}

// setups lists the a=setup values of a description, each once.
func setups(d *wire.Description) []string {
	var all []string
	for _, m := range d.Media {
		if s := d.Setup(m); s != "" && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// otherRole asks that the answer takes the role that the offer left.
func otherRole(v *View, side trace.Side) ([]Finding, error) {
	want := "passive"
	if v.Header.Traits.Has(trace.TraitPassiveOffer) {
		want = "active"
	}
	answers, found, err := v.created(side)
	if err != nil {
		return altered(v, side)
	}
	for _, d := range answers {
		if got := setups(d.Description); !slices.Equal(got, []string{want}) {
			found = append(found, Finding{Object: "answer", Got: "setup " + strings.Join(got, ", "), Want: "setup " + want, Where: []int{d.N}})
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	return altered(v, side)
}

// becomesClient judges the offerer of an answer that is passive. That it connects shows
// that it is the client; what it says of its role must agree, and the ids of its
// channels follow (RFC 8832 section 6: the client's are even).
func becomesClient(v *View, side trace.Side) ([]Finding, error) {
	answers, _, err := v.created(side.Other())
	if err != nil {
		return nil, err
	}
	for _, d := range answers {
		if got := setups(d.Description); !slices.Equal(got, []string{"passive"}) {
			return nil, NoEvidence("the answerer's answer is not passive: %s", strings.Join(got, ", "))
		}
	}
	found, err := altered(v, side)
	if err != nil || len(found) > 0 {
		return found, err
	}
	stats, _ := v.Stats(side, trace.MomentConnected)
	for _, t := range stats.Transports {
		if t.DTLSRole != "" && t.DTLSRole != "client" {
			found = append(found, Finding{Object: "dtlsRole", Got: t.DTLSRole, Want: "client"})
		}
	}
	for _, c := range v.Calls(side, "channel") {
		if s := c.Return.State; s != nil && s.ID != nil && *s.ID%2 != 0 {
			found = append(found, Finding{Object: "data channel", Got: "an odd id", Want: "an even one, of the DTLS client", Where: []int{c.ReturnN}})
		}
	}
	return found, nil
}

var fingerprintForm = regexp.MustCompile(`^(sha-1|sha-224|sha-256|sha-384|sha-512) [0-9A-F]{2}(:[0-9A-F]{2})*$`)

// digestBytes are the sizes of the hashes.
var digestBytes = map[string]int{"sha-1": 20, "sha-224": 28, "sha-256": 32, "sha-384": 48, "sha-512": 64}

// fingerprints judges what is refused, or what peers write.
func fingerprints(v *View, side trace.Side) ([]Finding, error) {
	if !v.Header.Traits.Has(trace.TraitData) {
		return refuses(invalid, "offer-without-fingerprint", "answer-without-fingerprint")(v, side)
	}
	descriptions, found, err := v.created(side)
	for _, d := range descriptions {
		session := attributes(d.Session, "fingerprint")
		for i, m := range d.Media {
			if m.Rejected() || d.bundledInto(m) {
				continue
			}
			all := append(m.Attrs("fingerprint"), session...)
			if len(all) == 0 {
				found = append(found, Finding{Object: d.Type + ", " + sectionName(i, m.Kind), Got: "no a=fingerprint", Want: "one at least", Where: []int{d.N}})
			}
			for _, f := range all {
				hash, _, _ := strings.Cut(f, " ")
				if !fingerprintForm.MatchString(f) || len(f) != len(hash)+3*digestBytes[hash] {
					found = append(found, Finding{
						Object: d.Type + ", " + sectionName(i, m.Kind), Got: "a fingerprint of another form, by " + hash, Want: "a hash and its digest in upper case, with colons", Where: []int{d.N},
					})
				}
			}
		}
	}
	return found, err
}

func attributes(lines []wire.Line, key string) []string {
	var values []string
	for _, l := range lines {
		if value, ok := strings.CutPrefix(l.Value, key+":"); ok && l.Type == 'a' {
			values = append(values, value)
		}
	}
	return values
}

// delivered finds application data of the other end: a channel, or a message on one.
func (v *View) delivered(side trace.Side) []Finding {
	for _, e := range v.states(side, peer.EventDataChannel, peer.EventChannelOpen, peer.EventMessage) {
		return []Finding{{Object: "data channel", Got: "the event " + string(e.Type), Want: "nothing from an end that is not verified", Where: []int{e.N}}}
	}
	return nil
}

// failsDTLS judges the end that was given a fingerprint which is not the other's.
func failsDTLS(v *View, side trace.Side) ([]Finding, error) {
	if f, ok := v.refusal(side); ok {
		return []Finding{f}, nil
	}
	if !v.iceUp(side) {
		return nil, NoEvidence("ICE did not connect at the %s: %s", side, v.progress(side))
	}
	found := v.delivered(side)
	events := v.states(side, peer.EventConnectionStateChange)
	last := "no event"
	for _, e := range events {
		if last = e.State; e.State == "connected" {
			found = append(found, Finding{Object: "connectionState", Got: "connected", Want: "failed", Where: []int{e.N}})
		}
	}
	if last != "failed" && last != "connected" {
		found = append(found, Finding{Object: "connectionState", Got: last, Want: "failed"})
	}
	stats, _ := v.Stats(side, trace.MomentFinal)
	for _, t := range stats.Transports {
		if t.DTLSState != "" && t.DTLSState != "failed" {
			found = append(found, Finding{Object: "DTLS transport", Got: t.DTLSState, Want: "failed"})
		}
	}
	return found, nil
}

func (v *View) iceUp(side trace.Side) bool {
	return slices.ContainsFunc(v.states(side, peer.EventICEConnectionStateChange), func(e Event) bool {
		return e.State == "connected" || e.State == "completed"
	})
}

// keepsICE asks that ICE stays as it is when DTLS fails.
func keepsICE(v *View, side trace.Side) ([]Finding, error) {
	if !v.iceUp(side) {
		if v.End.Result != trace.EndCompleted {
			return nil, NoEvidence("the session stopped: %s", v.End.Reason)
		}
		return []Finding{{
			Object: "iceConnectionState", Got: v.progress(side), Want: "connected", Joint: true,
			Why: "ICE did not connect, and the trace does not tell which end is at fault",
		}}, nil
	}
	if v.left(side.Other()) {
		// An end that closes itself answers no more checks: only what this one says by
		// itself is its own.
		return ownICE(v, side), nil
	}
	events := v.states(side, peer.EventICEConnectionStateChange)
	if last := events[len(events)-1]; last.State != "connected" && last.State != "completed" {
		return []Finding{{Object: "iceConnectionState", Got: last.State + " after DTLS failed", Want: "connected or completed", Where: []int{last.N}}}, nil
	}
	if last, _ := v.Snapshot(side, trace.MomentFinal); last.ICEConnectionState != "" && last.ICEConnectionState != "connected" && last.ICEConnectionState != "completed" {
		return []Finding{{Object: "iceConnectionState", Got: "the attribute " + last.ICEConnectionState + " after DTLS failed", Want: "connected or completed"}}, nil
	}
	return nil, nil
}

// left reports whether the end closed itself before anybody asked it to.
func (v *View) left(side trace.Side) bool {
	return slices.ContainsFunc(v.states(side, peer.EventICEConnectionStateChange, peer.EventConnectionStateChange), func(e Event) bool {
		return e.State == "closed"
	})
}

// ownICE finds a state that ICE does not come to because the other end is silent.
func ownICE(v *View, side trace.Side) []Finding {
	for _, e := range v.states(side, peer.EventICEConnectionStateChange) {
		if e.State == "closed" {
			return []Finding{{Object: "iceConnectionState", Got: "closed after DTLS failed", Want: "connected or completed", Where: []int{e.N}}}
		}
	}
	return nil
}

// hashes judges the fingerprints of strong hashes that an end is to take, and md5, with
// which nothing may be verified. Refusing such a description is as good.
func hashes(v *View, side trace.Side) ([]Finding, error) {
	if v.Header.Traits.Has(trace.TraitOddOffers) {
		return takes("fingerprint-sha-384", "fingerprint-sha-512")(v, side)
	}
	got := v.Calls(side, "setRemoteDescription")
	if len(got) == 0 {
		return nil, nil // the other end refused before
	}
	found := v.delivered(side)
	if v.Reports(side) {
		found = append(found, Finding{Object: "connectionState", Got: "connected, with an md5 fingerprint of nobody", Want: "the description refused, or failed"})
	}
	return found, nil
}

// earlyHello asks for the connection, and that nothing came through before the answer.
func earlyHello(v *View, side trace.Side) ([]Finding, error) {
	answers := v.Calls(side, "setRemoteDescription")
	if len(answers) > 0 {
		for _, e := range v.states(side, peer.EventDataChannel, peer.EventChannelOpen, peer.EventMessage) {
			if e.N < answers[0].N {
				return []Finding{{Object: "data channel", Got: fmt.Sprintf("the event %s before the answer", e.Type), Want: "nothing before the fingerprint is known", Where: []int{e.N}}}, nil
			}
		}
	}
	return Connected(v, side)
}

func newFingerprint(v *View, side trace.Side) ([]Finding, error) {
	found, err := refuses(anyName, "new-fingerprint")(v, side)
	if err != nil {
		return nil, err
	}
	calls := v.At("new-fingerprint-with-restart").Calls(side, "setRemoteDescription")
	if len(calls) < 2 {
		return found, nil
	}
	if last := calls[1]; last.Return.Error != nil {
		found = append(found, Finding{Object: "new-fingerprint-with-restart", Got: last.Return.Error.Name, Want: "taken, with new credentials", Where: []int{last.N, last.ReturnN}})
	}
	return found, nil
}
