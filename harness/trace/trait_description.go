package trace

// The traits of the scenarios that hand over descriptions which a peer must refuse, or
// must take although they look odd.
const (
	TraitSpoiltOffers       Trait = "spoilt-offers"       // each end is handed offers that it must refuse
	TraitSpoiltAnswers      Trait = "spoilt-answers"      // each end is handed answers that it must refuse
	TraitOddOffers          Trait = "odd-offers"          // each end is handed offers that it must take
	TraitChangedFingerprint Trait = "changed-fingerprint" // each end is handed a second offer with another fingerprint
	TraitBadServers         Trait = "bad-servers"         // each end is configured with servers that it must refuse

	TraitSessionLevel        Trait = "session-level"        // ICE and DTLS attributes stand at session level, or other ones do
	TraitSeveralFingerprints Trait = "several-fingerprints" // a fingerprint of nobody beside the right one
	TraitWrongOffer          Trait = "wrong-offer"          // the offer's fingerprint is not the offerer's
	TraitWrongAnswer         Trait = "wrong-answer"         // the answer's fingerprint is not the answerer's
	TraitWeakHash            Trait = "weak-hash"            // both descriptions have an md5 fingerprint alone
	TraitActiveOffer         Trait = "active-offer"         // the answerer sees an offer with setup:active
	TraitPassiveOffer        Trait = "passive-offer"        // the answerer sees an offer with setup:passive
	TraitPassiveAnswer       Trait = "passive-answer"       // the answerer is configured to be the DTLS server
	TraitEarlyHello          Trait = "early-hello"          // the answer is held back while the answerer begins DTLS
	TraitLiteOfferer         Trait = "lite-offerer"         // the offerer is an ICE-lite agent
	TraitLiteAnswerer        Trait = "lite-answerer"        // the answerer is an ICE-lite agent
	TraitRoleConflict        Trait = "role-conflict"        // both ends believe that they made the offer
)
