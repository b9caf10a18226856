package trace

// The traits of sessions about data channels.
const (
	TraitChannels       Trait = "channels"        // both ends open channels of several kinds before and after they are connected
	TraitClosesChannels Trait = "closes-channels" // each end closes a channel, and its stream id is used again
	TraitMessages       Trait = "messages"        // empty, many and large messages
	TraitMessageLimit   Trait = "message-limit"   // both descriptions say a=max-message-size:1000
	TraitChannelOptions Trait = "channel-options" // options and descriptions that each end is given by itself
)

// MomentSent is when every message that was sent has arrived, before any channel is
// closed.
const MomentSent = "sent"

// The probes of data channels.
const (
	ProbeNoID       = "negotiated-without-id"
	ProbeIDTooLarge = "id-65535"
	ProbeTwoLimits  = "lifetime-and-retransmits"
	ProbeAboveLimit = "above-max-message-size"
)
