package check

import (
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// fieldChecks judge what an end writes: its descriptions, its candidates and what it
// says of its states.
func fieldChecks() []Check {
	all := offerChecks()
	for _, more := range [][]Check{laterChecks(), credentialChecks(), surfacedChecks(), candidateFieldChecks(), sayingChecks()} {
		all = append(all, more...)
	}
	return all
}

// probedOffers holds for sessions that try each end by itself.
var probedOffers = having(trace.TraitProbedOffers)

func offerChecks() []Check {
	offers := all(describing, on(trace.Offerer))
	answers := all(describing, on(trace.Answerer), without(trace.TraitRoleConflict))
	return []Check{
		{Requirement: requirement("BUNDLE-001"), Applies: offers, Run: bundlesEverySection},
		{Requirement: requirement("DTLS-001"), Applies: offers, Run: offersActpass},
		{Requirement: requirement("DTLS-002"), Applies: answers, Run: answersWithARole},
		{Requirement: requirement("DTLS-012"), Applies: either(offers, probedOffers), Run: tlsIDs},
		{Requirement: requirement("DATA-002"), Needs: peer.Features{peer.FeatureDataChannel}, Applies: describing, Run: dataFormat},
		{Requirement: requirement("ERR-007"), Applies: either(describing, probedOffers), Run: noSDES},
		{Requirement: requirement("SDP-005"), Needs: peer.Features{peer.FeatureTrickle}, Applies: offers, Run: offersTrickle},
		{Requirement: requirement("SDP-006"), Applies: either(offers, probedOffers), Run: ice2},
		{Requirement: requirement("SDP-007"), Applies: probedOffers, Run: trickleUnoffered},
		{Requirement: requirement("SDP-008"), Applies: all(describing, fullICE), Run: noLite},
		{Requirement: requirement("SDP-012"), Needs: peer.Features{peer.FeatureMedia}, Applies: either(all(offers, having(trace.TraitMedia)), probedOffers), Run: rtcpLines},
		{Requirement: requirement("SDP-023"), Applies: either(describing, probedOffers), Run: profiles},
	}
}

// fullICE holds for an end that was not made a lite agent.
func fullICE(h trace.Header, side trace.Side) bool { return !h.Config[side].Configuration.Lite }
