package trace

// Traits of family media.
const (
	TraitMediaFlows   Trait = "media-flows"  // sections: audio both ways, video to the answerer, video to the offerer, data
	TraitRenegotiated Trait = "renegotiated" // offers on a live connection that add and take away video
	TraitDirections   Trait = "directions"   // each end by itself: every offered with every wanted direction
)

// Moments of sessions with media.
const (
	MomentMedia      = "media"       // media has arrived where it should
	MomentMediaLater = "media-later" // more has arrived, or nothing does any more
	MomentSilent     = "silent"      // the video is inactive and what was under way has arrived
	MomentSilentNow  = "silent-now"  // a little later
)

// Connections of a session with TraitDirections, which meet each other.
const (
	ConnDirectionsOffer  = "directions-offer"
	ConnDirectionsAnswer = "directions-answer"
)
