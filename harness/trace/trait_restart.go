package trace

// The traits of sessions that restart ICE or gather in ways of their own.
const (
	TraitRestartByOfferer  Trait = "restart-by-offerer"  // the end that made the first offer makes another, which restarts ICE
	TraitRestartByAnswerer Trait = "restart-by-answerer" // the other end does
	TraitRestartProbes     Trait = "restart-probes"      // each end restarts with a twin of its own
	TraitGatheringProbes   Trait = "gathering-probes"    // each end gathers with a pool, after a rollback, after setConfiguration
)

// ProbeOldGeneration is addIceCandidate with the usernameFragment of the generation
// before a restart; ProbeUnchangedAnswer is an answer to a restart offer with the
// credentials of the answer before it, and ProbeRestartingAnswer one with other
// credentials to an offer that does not restart.
const (
	ProbeOldGeneration    = "old-generation"
	ProbeUnchangedAnswer  = "unchanged-answer"
	ProbeRestartingAnswer = "restarting-answer"
)

// The moments of a restart.
const (
	MomentBeforeRestart  = "before-restart"  // both ends have gathered, and ICE is about to restart
	MomentRestartCreated = "restart-created" // createOffer has returned a restart offer, which is not set
	MomentRestartOffered = "restart-offered" // the restart offer is set, and the other end does not have it
	MomentRolledBack     = "rolled-back"     // setLocalDescription has rolled an offer back
	MomentRestarted      = "restarted"       // the answer to the restart is set, both ends have gathered, and data has crossed
)

// FlowPrefix begins the numbered messages that cross while ICE restarts; the step
// after which they were sent follows, a colon and the number.
const FlowPrefix = "rink-flow:"

// StaleAddress is the address, which nobody has, of the candidate of
// ProbeOldGeneration.
const StaleAddress = "198.51.100.77"

// The further connections of probes. Those of twins are two, with "-a" and "-b" added.
const (
	ConnRestartFresh           = "restart-fresh"           // restartIce before the first negotiation
	ConnRestartFlag            = "restart-flag"            // twins: restartIce in stable
	ConnRestartUnchanged       = "restart-unchanged"       // twins: ProbeUnchangedAnswer
	ConnRestartAlone           = "restart-alone"           // twins: ProbeRestartingAnswer
	ConnRestartRoles           = "restart-roles"           // twins: the controlled one restarts
	ConnRestartUnapplied       = "restart-unapplied"       // twins: restart offers that are not set, or rolled back
	ConnGatheringPool          = "gathering-pool"          // iceCandidatePoolSize is 1
	ConnGatheringRollback      = "gathering-rollback"      // the first offer is rolled back
	ConnGatheringConfiguration = "gathering-configuration" // twins: iceTransportPolicy becomes relay
)
