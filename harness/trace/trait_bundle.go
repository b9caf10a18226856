package trace

// Traits of family bundle.
const (
	TraitBundleOffers  Trait = "bundle-offers"  // each end by itself: its offers by bundlePolicy, its answers to what is not bundled
	TraitPartialBundle Trait = "partial-bundle" // the offer's group leaves section 1 out
	// Candidates name the last section of the bundle, and reach that end alone.
	TraitOtherMidOfferer  Trait = "other-mid-offerer"
	TraitOtherMidAnswerer Trait = "other-mid-answerer"
	TraitOldBundle        Trait = "old-bundle"   // the answer reaches the offerer as RFC 8843 wrote it
	TraitSwapped          Trait = "swapped"      // not bundled, and the candidates of sections 0 and 1 are swapped
	TraitDeadSection      Trait = "dead-section" // not bundled, and nobody answers at the candidates of section 1
	TraitRecycled         Trait = "recycled"     // section 1 is stopped and used again; in the end section 0 is stopped, and an offer made
)

// Connections of a session with TraitBundleOffers: three that offer with that
// bundlePolicy, and two that answer an offer without a BUNDLE group.
const (
	ConnMaxBundle        = "max-bundle"
	ConnBalanced         = "balanced"
	ConnMaxCompat        = "max-compat"
	ConnAnswersMaxBundle = "answers-max-bundle"
	ConnAnswersBalanced  = "answers-balanced"
)
