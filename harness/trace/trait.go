package trace

import "slices"

// Trait is a property of a scenario that checks ask for.
type Trait string

// The traits.
const (
	TraitConnects       Trait = "connects"        // a conforming pair reaches connected
	TraitData           Trait = "data"            // a data channel is negotiated
	TraitMedia          Trait = "media"           // audio and video sections, media flows both ways
	TraitCreateOnly     Trait = "create-only"     // descriptions are created, the local one is never set
	TraitSilentServers  Trait = "silent-servers"  // STUN and TURN servers that never answer
	TraitMaxBundle      Trait = "max-bundle"      // offerer's bundlePolicy
	TraitMaxCompat      Trait = "max-compat"      // offerer's bundlePolicy: sections gather on their own
	TraitUnbundled      Trait = "unbundled"       // no BUNDLE group reaches either end
	TraitRejectedFirst  Trait = "rejected-first"  // section 0 of the offer cannot be accepted
	TraitRenamedMids    Trait = "renamed-mids"    // the answerer sees other mids than the offerer wrote
	TraitAddedSection   Trait = "added-section"   // a second offer adds a section
	TraitFullTrickle    Trait = "full-trickle"    // both descriptions travel without candidates
	TraitHalfTrickle    Trait = "half-trickle"    // the offer has all candidates, the answerer trickles
	TraitMirrorTrickle  Trait = "mirror-trickle"  // the offerer trickles, the answer has all candidates
	TraitNoTrickle      Trait = "no-trickle"      // both wait, no candidate is signalled
	TraitLate           Trait = "late"            // candidates are held back after the answer
	TraitEarly          Trait = "early"           // candidates reach the answerer between setRemoteDescription and createAnswer
	TraitOvertaking     Trait = "overtaking"      // answerer's candidates overtake the answer
	TraitOfferDropped   Trait = "offerer-dropped" // the offerer's candidates are never delivered
	TraitAnswerDropped  Trait = "answer-dropped"  // the answerer's candidates are never delivered
	TraitReordered      Trait = "reordered"
	TraitDuplicated     Trait = "duplicated"
	TraitMidOnly        Trait = "mid-only"
	TraitIndexOnly      Trait = "index-only"
	TraitNeither        Trait = "neither"
	TraitUnknownMid     Trait = "unknown-mid"
	TraitEmptyCandidate Trait = "empty-candidate"
	TraitExtensions     Trait = "extensions"
	TraitRepaired       Trait = "repaired" // candidates pass Rink's repair component
)

// Traits is the set that a scenario has.
type Traits []Trait

// Has reports whether t is one of them.
func (ts Traits) Has(t Trait) bool { return slices.Contains(ts, t) }

// Any reports whether one of want is among them.
func (ts Traits) Any(want ...Trait) bool { return slices.ContainsFunc(want, ts.Has) }
