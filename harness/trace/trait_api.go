package trace

// The traits of family api: what is tried on further connections.
const (
	TraitWrongStates       Trait = "wrong-states"       // descriptions of every type in states that do not take them
	TraitAltered           Trait = "altered"            // local descriptions that were changed after they were created
	TraitRollback          Trait = "rollback"           // offers are rolled back, by request and by a remote offer
	TraitImplicit          Trait = "implicit"           // setLocalDescription without a description
	TraitNegotiationNeeded Trait = "negotiation-needed" // changes that have to be negotiated
	TraitPranswer          Trait = "pranswer"           // a provisional answer comes before the answer
	TraitGlare             Trait = "glare"              // both ends offer at the same time
)

// The probes of family api.
const (
	ProbeWrongState = "wrong-state" // a call that the signaling state does not allow
	ProbeAltered    = "altered-description"
	// ProbeIgnored marks the candidates of an offer that perfect negotiation ignores;
	// they may be refused.
	ProbeIgnored = "candidate-of-an-ignored-offer"
)

// The moments of family api.
const (
	MomentProbing      = "probing"       // before a call is tried
	MomentProbed       = "probed"        // after it
	MomentOfferSet     = "offer-set"     // an offer is set
	MomentTakenBack    = "taken-back"    // and taken back
	MomentOfferedAgain = "offered-again" // and another one is set
	MomentImplied      = "implied"       // setLocalDescription without a description has returned
	MomentProvisional  = "provisional"   // a provisional answer is set
	MomentAnswerSet    = "answer-set"    // an answer is set
)
