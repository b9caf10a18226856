package trace

// The traits of family lifecycle.
const (
	TraitClosing   Trait = "closing"   // connections are closed, and called once more
	TraitLeft      Trait = "left"      // one end closes and the other is watched
	TraitCompletes Trait = "completes" // iceConnectionState completed is waited for
)

// ProbeAfterClose marks a call on a connection that was closed.
const ProbeAfterClose = "after-close"

// MomentAfterClose is right after close.
const MomentAfterClose = "after-close"
