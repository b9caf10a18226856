package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

func bundleChecks() []Check {
	policies := peer.Features{peer.FeatureBundlePolicy, peer.FeatureMedia}
	offers := having(trace.TraitBundleOffers)
	unbundled := peer.Features{peer.FeatureUnbundled, peer.FeatureTransportList}
	// Sessions in which an answer bundles a section into another, and those in which a
	// later offer has one that was bundled.
	several := having(trace.TraitMedia, trace.TraitMediaFlows, trace.TraitRenegotiated, trace.TraitAddedSection)
	answers := all(negotiated, on(trace.Answerer), several, without(trace.TraitUnbundled))
	laterOffers := all(having(trace.TraitRenegotiated, trace.TraitRecycled), on(trace.Offerer))
	again := having(trace.TraitAddedSection, trace.TraitRenegotiated, trace.TraitRecycled)
	return []Check{
		{Requirement: requirement("BUNDLE-002"), Needs: policies, Applies: offers, Run: offersAsPolicy(trace.ConnMaxBundle)},
		{Requirement: requirement("BUNDLE-003"), Needs: append(policies, peer.FeatureTrickle), Applies: offers, Run: offersAsPolicy(trace.ConnBalanced)},
		{Requirement: requirement("BUNDLE-004"), Needs: append(policies, peer.FeatureTrickle), Applies: offers, Run: offersAsPolicy(trace.ConnMaxCompat)},
		{Requirement: requirement("BUNDLE-006"), Applies: either(answers, laterOffers), Run: attributesOfTheTag},
		{Requirement: requirement("BUNDLE-007"), Applies: either(answers, laterOffers, all(having(trace.TraitOldBundle), on(trace.Offerer))), Run: portOfTheBundle},
		{Requirement: requirement("BUNDLE-008"), Applies: either(all(having(trace.TraitOtherMidOfferer), on(trace.Offerer)), all(having(trace.TraitOtherMidAnswerer), on(trace.Answerer))), Run: otherMidUsed},
		{Requirement: requirement("BUNDLE-010"), Applies: all(having(trace.TraitRejectedFirst), on(trace.Answerer)), Run: nextIsTheTag},
		{Requirement: requirement("BUNDLE-011"), Needs: peer.Features{peer.FeatureTransceivers}, Applies: all(having(trace.TraitRecycled), on(trace.Offerer)), Run: recycled},
		{Requirement: requirement("BUNDLE-012"), Needs: peer.Features{peer.FeatureRenegotiation}, Applies: again, Run: transportKept},
		{Requirement: requirement("BUNDLE-014"), Applies: all(on(trace.Offerer), either(negotiated, having(trace.TraitCreateOnly))), Run: firstLiveIsTheTag},
		{Requirement: requirement("BUNDLE-015"), Needs: policies, Applies: offers, Run: answersAsPolicy},
		{Requirement: requirement("BUNDLE-016"), Needs: unbundled, Applies: having(trace.TraitPartialBundle), Run: partlyBundled},
		{Requirement: requirement("GATHER-011"), Needs: peer.Features{peer.FeatureRenegotiation, peer.FeatureGathering}, Applies: again, Run: gathersOnce},
		{Requirement: requirement("STATE-006"), Needs: append(unbundled, peer.FeatureStates), Applies: having(trace.TraitDeadSection), Run: statesOfAll},
		{Requirement: requirement("TRICKLE-035"), Needs: append(unbundled, peer.FeatureSelectedPair, peer.FeatureTrickle), Applies: having(trace.TraitUnbundled, trace.TraitSwapped, trace.TraitDeadSection), Run: pairsOfOneSection},
	}
}

// transportAttributes are those of the section that say how its transport is
// reached (categories IDENTICAL and TRANSPORT of RFC 8859). rtcp-mux, which is one of
// them, is left out: RFC 9429 section 5.2.1 has it in every section.
var transportAttributes = []string{"ice-ufrag", "ice-pwd", "fingerprint", "setup", "tls-id", "candidate"}

// transportAttributesOf lists which of them the section has.
func transportAttributesOf(m *wire.Media) []string {
	var has []string
	for _, key := range transportAttributes {
		if _, ok := m.Attr(key); ok {
			has = append(has, "a="+key)
		}
	}
	return has
}

// offersAsPolicy judges the offer of the connection that is named for its policy:
// which sections have transports, and that candidates are of those alone.
func offersAsPolicy(conn string) func(*View, trace.Side) ([]Finding, error) {
	return func(v *View, side trace.Side) ([]Finding, error) {
		at := v.At(conn)
		descriptions, found, err := at.created(side)
		if err != nil || len(descriptions) == 0 {
			return found, err
		}
		offer := descriptions[0]
		kinds := map[string]bool{}
		own := map[int]bool{}
		for i, m := range offer.Media {
			own[i] = conn == trace.ConnMaxCompat || i == 0 || (conn == trace.ConnBalanced && !kinds[m.Kind])
			kinds[m.Kind] = true
			found = append(found, transportOf(offer, i, own[i])...)
		}
		return append(found, at.candidatesOf(side, offer, own)...), nil
	}
}

// transportOf judges one section of an offer, which has a transport or is
// bundle-only (RFC 9143 section 7.2.1).
func transportOf(d created, i int, own bool) []Finding {
	m := d.Media[i]
	object := d.Type + ", " + sectionName(i, m.Kind)
	attributes := transportAttributesOf(m)
	switch {
	case own && (m.BundleOnly() || m.Port == 0):
		return []Finding{{Object: object, Got: fmt.Sprintf("port %d, %s", m.Port, orNo(m.BundleOnly(), "bundle-only")), Want: "a transport of its own", Where: []int{d.N}}}
	case own && (d.ICEUfrag(m) == "" || d.ICEPwd(m) == ""):
		return []Finding{{Object: object, Got: "no ICE credentials", Want: "a transport of its own", Where: []int{d.N}}}
	case !own && (!m.BundleOnly() || m.Port != 0):
		return []Finding{{Object: object, Got: fmt.Sprintf("port %d, %s", m.Port, orNo(m.BundleOnly(), "bundle-only")), Want: "port 0 and bundle-only", Where: []int{d.N}}}
	case !own && len(attributes) > 0:
		return []Finding{{Object: object, Got: strings.Join(attributes, ", "), Want: "no transport attributes in a bundle-only section", Where: []int{d.N}}}
	}
	return nil
}

func orNo(has bool, what string) string {
	if has {
		return what
	}
	return "no " + what
}

// candidatesOf asks for candidates of the sections that have transports and of no
// other. A candidate that names no section is judged by CAND-002 and CAND-003.
func (v *View) candidatesOf(side trace.Side, offer created, own map[int]bool) []Finding {
	counts := map[int]int{}
	for _, c := range v.RealCandidates(side) {
		counts[home(offer.Description, c)]++
	}
	var found []Finding
	for i, m := range offer.Media {
		switch {
		case own[i] && counts[i] == 0:
			found = append(found, Finding{Object: "candidates of " + sectionName(i, m.Kind), Got: "none", Want: "at least one"})
		case !own[i] && counts[i] > 0:
			found = append(found, Finding{Object: "candidates of " + sectionName(i, m.Kind), Got: "some", Want: "none of a bundle-only section"})
		}
	}
	return found
}

// answersAsPolicy judges what the answer makes of an offer without a group (RFC 9429
// section 5.3.1). A refusal of the whole offer is another answer than the one asked for.
func answersAsPolicy(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	for _, conn := range []string{trace.ConnAnswersBalanced, trace.ConnAnswersMaxBundle} {
		at := v.At(conn)
		for _, c := range at.Calls(side, "setRemoteDescription") {
			if c.Return.Error != nil {
				found = append(found, Finding{
					Object: conn, Got: "setRemoteDescription: " + c.Return.Error.Name,
					Want: "an answer that rejects what is not bundled", Where: []int{c.N, c.ReturnN},
				})
			}
		}
		if len(found) > 0 && len(at.Calls(side, "createAnswer")) == 0 {
			continue
		}
		descriptions, more, err := at.created(side)
		if err != nil {
			return found, err
		}
		found = append(found, more...)
		for _, d := range descriptions {
			kinds := map[string]bool{}
			for i, m := range d.Media {
				accept := i == 0 || (conn == trace.ConnAnswersBalanced && !kinds[m.Kind])
				kinds[m.Kind] = true
				if accept == m.Rejected() {
					found = append(found, Finding{
						Object: conn + ", " + sectionName(i, m.Kind), Got: acceptedOr(!m.Rejected()), Want: acceptedOr(accept), Where: []int{d.N},
					})
				}
			}
		}
	}
	return found, nil
}

func acceptedOr(accepted bool) string {
	if accepted {
		return "accepted"
	}
	return "rejected"
}

// firstLiveIsTheTag judges the offers that the side made: the first mid of the group
// is that of the first section that is not rejected.
func firstLiveIsTheTag(v *View, side trace.Side) ([]Finding, error) {
	descriptions, found, err := v.created(side)
	if err != nil {
		return nil, err
	}
	judged := 0
	for _, d := range descriptions {
		live := slices.IndexFunc(d.Media, func(m *wire.Media) bool { return !m.Rejected() })
		group, _ := d.Group("BUNDLE")
		if d.Type != "offer" || live < 0 || len(group) == 0 {
			continue
		}
		judged++
		if i, _ := d.ByMid(group[0]); i != live {
			found = append(found, Finding{
				Object: "offer, BUNDLE group", Got: fmt.Sprintf("section %d first", i),
				Want: fmt.Sprintf("section %d, the first that is not stopped", live), Where: []int{d.N},
			})
		}
	}
	if judged == 0 {
		return found, NoEvidence("no offer of the %s has a BUNDLE group with a section", side)
	}
	return found, nil
}
