package trace

// The traits of scenarios that hand an end unusual candidates.
const (
	TraitHandedCandidates Trait = "handed-candidates" // each end is handed candidates of every kind on further connections
	TraitUnreachable      Trait = "unreachable"       // each end is watched while nothing can connect
	TraitUpperCase        Trait = "upper-case"        // candidates say UDP
	TraitForeignName      Trait = "foreign-name"      // a candidate with a name for an address comes with each
	TraitUnknownType      Trait = "unknown-type"      // a candidate of a type that nobody knows comes with each
	TraitUnknownTransport Trait = "unknown-transport" // a candidate of a transport that nobody knows comes with each
)

// Probes that come with candidates that are right: they may be refused or ignored,
// and do no harm.
const (
	ProbeForeignName      = "foreign-name"
	ProbeUnknownType      = "unknown-type"
	ProbeUnknownTransport = "unknown-transport"
)

// What a scenario of TraitHandedCandidates hands over, in the label of the call: one
// of these, ": ", and what it is. The label is Call.Probe where the call is to be
// refused, and Call.Text where it is to be taken.
const (
	HandedMalformed      = "a malformed candidate"
	HandedOutOfRange     = "a candidate out of range"
	HandedPrefix         = "a candidate's prefix"
	HandedIndexBeyond    = "an index beyond the sections"
	HandedEmptyMid       = "an empty sdpMid"
	HandedUnknownUfrag   = "an unknown usernameFragment"
	HandedEndTooEarly    = "the end before a remote description"
	HandedEndOfUnknown   = "the end of what is not there"
	HandedAfterClose     = "a candidate after close"
	HandedTCP            = "a TCP candidate"
	HandedMidOverIndex   = "a mid and another index"
	HandedWithoutUfrag   = "no usernameFragment"
	HandedPlain          = "a plain candidate"
	HandedEndOfSection   = "the end of a section"
	HandedEndOfAll       = "the end of all sections"
	HandedStopped        = "a candidate of a rejected section"
	HandedProhibitedPort = "a prohibited port"
	HandedBefore         = "a candidate before the end"
	HandedAfter          = "a candidate after the end"
	HandedEnd            = "the end"
	HandedTrickled       = "a candidate that is trickled"
	HandedChained        = "a candidate right behind setRemoteDescription"
)

// The further connections of TraitHandedCandidates.
const (
	ConnSender     = "sender"     // offers; has no remote description
	ConnRefusing   = "refusing"   // is handed what it is to refuse
	ConnTaking     = "taking"     // is handed what it is to take
	ConnStopped    = "stopped"    // has an offer whose media section is rejected
	ConnNoTrickle  = "no-trickle" // has an offer without ice-options
	ConnPairing    = "pairing"    // makes pairs: with a candidate of the offer, and with trickled ones
	ConnEnded      = "ended"      // is handed the end of candidates before the last candidate
	ConnSectionEnd = "section-says-end"
	ConnSessionEnd = "session-says-end"
	ConnChained    = "chained" // with a number: is handed a candidate while it sets the offer
)

// The moments of TraitHandedCandidates and TraitUnreachable.
const (
	MomentBefore    = "before"    // before what is handed over
	MomentMalformed = "malformed" // after the malformed ones
	MomentHanded    = "handed"    // after the candidates
	MomentEnded     = "ended"     // after the end of a section
	MomentPaired    = "paired"    // pairs were made
	MomentPatience  = "patience"  // the time for peer-reflexive candidates is over
	MomentLate      = "late"      // some seconds after it
)

// The further connections of TraitUnreachable.
const (
	ConnQuietOfferer  = "quiet-offerer"  // offers to ConnQuietAnswerer, and no candidate is delivered
	ConnQuietAnswerer = "quiet-answerer" //
	ConnNothing       = "nothing"        // is told of the end of candidates and of none
	ConnUnreachable   = "unreachable"    // is handed a candidate that does not answer, and the end
	ConnCannotTrickle = "cannot-trickle" // the same in an offer without ice-options, and no end
	ConnDescribedEnd  = "described-end"  // the same in an offer that says a=end-of-candidates
)

// ProhibitedPorts are ports of the Fetch standard's list of bad ports: candidates
// with them are taken, and never used
// (https://www.w3.org/TR/webrtc/#dfn-administratively-prohibited).
func ProhibitedPorts() []int { return []int{6000, 6666, 25} }

// Constructed are the arguments with which candidates are constructed, as JSON.
func Constructed() []string {
	const line = `"candidate:1 1 tcp 1518280447 192.0.2.1 9 typ srflx raddr 10.0.0.1 rport 5000 tcptype active"`
	return []string{
		`{"candidate":` + line + `,"sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"abcd"}`,
		`{"candidate":` + line + `,"sdpMid":"0"}`,
		`{"candidate":` + line + `,"sdpMLineIndex":0,"unknown":1}`,
		`{"candidate":"x","sdpMid":"0"}`,
		`{"sdpMid":"0"}`,
		`{"candidate":` + line + `}`,
		`{"candidate":` + line + `,"sdpMid":null,"sdpMLineIndex":null}`,
		`{}`,
	}
}
