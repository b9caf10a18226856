package scenario

import (
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

// The courses of this family.
const (
	SpoiltOffers       Course = "spoilt-offers"
	SpoiltAnswers      Course = "spoilt-answers"
	OddOffers          Course = "odd-offers"
	ChangedFingerprint Course = "changed-fingerprint"
	BadServers         Course = "bad-servers"
	Unverified         Course = "unverified"    // offer, answer, and ICE connects where DTLS must not
	OfferedRole        Course = "offered-role"  // connect, unless the answer takes the role of the offer
	EarlyHello         Course = "early-hello"   // the answer is held back
	RoleConflict       Course = "role-conflict" // two offers, each handed over as an answer
)

// descriptionScenarios are the scenarios of family robustness that this file has the acts of.
func descriptionScenarios() []Scenario {
	alone := func(name, title string, course Course, traits ...trace.Trait) Scenario {
		return Scenario{Name: name, Title: title, Course: course, Alone: true, Traits: traits}
	}
	family := []Scenario{
		alone("offers-spoilt", "each end refuses offers that no standard allows", SpoiltOffers, trace.TraitSpoiltOffers),
		alone("answers-spoilt", "each end refuses answers that do not fit its offer", SpoiltAnswers, trace.TraitSpoiltAnswers),
		alone("offers-odd", "each end takes offers that are odd and right", OddOffers, trace.TraitOddOffers),
		alone("fingerprint-changed", "each end refuses a new fingerprint without an ICE restart", ChangedFingerprint, trace.TraitChangedFingerprint),
		alone("servers-bad", "each end refuses a configuration with bad server URLs", BadServers, trace.TraitBadServers),
	}
	family = append(family, securityScenarios()...)
	family = append(family, roleScenarios()...)
	for i := range family {
		family[i].Family = "robustness"
	}
	return family
}

// securityScenarios alter what DTLS is set up with on its way.
func securityScenarios() []Scenario {
	wait := signaling.Policy{Offerer: signaling.Wait, Answerer: signaling.Wait}
	altered := func(name, title string, fault signaling.Fault, traits ...trace.Trait) Scenario {
		p := wait.With(fault)
		p.Name = name
		return Scenario{Name: name, Title: title, Policy: p, Traits: traits}
	}
	unverified := func(name, title string, fault signaling.Fault, traits ...trace.Trait) Scenario {
		s := altered(name, title, fault, traits...)
		s.Course = Unverified
		return s
	}
	role := func(setup, title string, trait trace.Trait) Scenario {
		s := altered("setup-"+setup+"-offer", title, signaling.OfferSetup(setup), trait)
		s.Course = OfferedRole
		return s
	}
	return []Scenario{
		altered("attributes-at-session-level", "connects when ICE and DTLS attributes stand at session level", signaling.SessionLevel(), trace.TraitSessionLevel),
		altered("attributes-overridden", "connects when the session level has other attributes than the sections", signaling.Overridden(), trace.TraitSessionLevel),
		altered("fingerprints-before", "connects when a sha-1 fingerprint of nobody comes before the right one", signaling.FingerprintBefore(), trace.TraitSeveralFingerprints),
		altered("fingerprints-after", "connects when a sha-1 fingerprint of nobody comes after the right one", signaling.FingerprintAfter(), trace.TraitSeveralFingerprints),
		unverified("fingerprint-wrong-in-offer", "fails DTLS when the offer has the fingerprint of nobody", signaling.WrongFingerprint().Only(trace.Offerer), trace.TraitWrongOffer),
		unverified("fingerprint-wrong-in-answer", "fails DTLS when the answer has the fingerprint of nobody", signaling.WrongFingerprint().Only(trace.Answerer), trace.TraitWrongAnswer),
		unverified("fingerprint-weak", "does not connect when all that there is are md5 fingerprints", signaling.WeakFingerprint(), trace.TraitWeakHash),
		role("active", "connects when the offer has setup:active", trace.TraitActiveOffer),
		role("passive", "connects when the offer has setup:passive", trace.TraitPassiveOffer),
		{
			Name: "setup-passive-answer", Title: "connects when the answerer chooses to be the DTLS server", Policy: wait, Course: OfferedRole,
			Traits: trace.Traits{trace.TraitPassiveAnswer}, Needs: map[trace.Side]peer.Features{trace.Answerer: {peer.FeatureAnsweringRole}},
			Config: map[trace.Side]peer.Configuration{trace.Answerer: {AnsweringDTLSRole: "server"}},
		},
		{
			Name: "answer-held-back", Title: "connects when DTLS begins before the answer comes", Policy: wait,
			Course: EarlyHello, Traits: trace.Traits{trace.TraitEarlyHello},
		},
	}
}

// roleScenarios are about who controls ICE.
func roleScenarios() []Scenario {
	wait := signaling.Policy{Name: "no-trickle", Offerer: signaling.Wait, Answerer: signaling.Wait}
	lite := func(side trace.Side, trait trace.Trait) Scenario {
		return Scenario{
			Name: "lite-" + string(side), Title: "connects when the " + string(side) + " is an ICE-lite agent", Policy: wait,
			Traits: trace.Traits{trait}, Needs: map[trace.Side]peer.Features{side: {peer.FeatureLite}},
			Config: map[trace.Side]peer.Configuration{side: {Lite: true}},
		}
	}
	return []Scenario{
		lite(trace.Offerer, trace.TraitLiteOfferer),
		lite(trace.Answerer, trace.TraitLiteAnswerer),
		{
			Name: "role-conflict", Title: "connects although both ends believe that they made the offer", Policy: wait,
			Course: RoleConflict, Traits: trace.Traits{trace.TraitRoleConflict},
		},
	}
}

func descriptionActs() map[Course]act {
	return map[Course]act{
		SpoiltOffers:       {alone: (*session).spoiltOffers},
		SpoiltAnswers:      {alone: (*session).spoiltAnswers},
		OddOffers:          {alone: (*session).oddOffers},
		ChangedFingerprint: {alone: (*session).changedFingerprint},
		BadServers:         {alone: (*session).badServers},
		Unverified:         {together: (*session).unverified},
		OfferedRole:        {together: (*session).offeredRole},
		EarlyHello:         {together: (*session).earlyHello},
		RoleConflict:       {together: (*session).roleConflict},
	}
}
