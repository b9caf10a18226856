package peer

import (
	"slices"
	"strings"
)

// Description says who a peer is. It goes to the report unchanged.
type Description struct {
	ID             string `json:"id"`             // pion, chrome, pion@v4.2.26
	Implementation string `json:"implementation"` // pion/webrtc
	Version        string `json:"version"`        // v3.3.6, 156.0.8078.79, or Unknown
	// VersionSource says where the version was read ("go list -m", "Browser.getVersion").
	VersionSource string            `json:"versionSource"`
	Features      Features          `json:"features"`
	Details       map[string]string `json:"details,omitempty"` // modules, flags, user agent
}

// Unknown is the version of a peer that does not tell it.
const Unknown = "unknown"

// Feature is something that not every implementation can do. A peer declares
// what it has; what is not declared is reported as unsupported and is never
// inferred from a failure.
type Feature string

// The features that scenarios and checks ask for.
const (
	FeatureDataChannel   Feature = "datachannel"    // SCTP data channels
	FeatureMedia         Feature = "media"          // AddTrack and AddTransceiver, audio and video
	FeatureTrickle       Feature = "trickle"        // icecandidate events while gathering goes on
	FeatureBundlePolicy  Feature = "bundle-policy"  // Configuration.BundlePolicy is honoured
	FeatureUnbundled     Feature = "unbundled"      // one transport per section when there is no BUNDLE group
	FeatureRenegotiation Feature = "renegotiation"  // a second offer on a live connection
	FeatureRestart       Feature = "ice-restart"    // RestartICE or OfferOptions.ICERestart
	FeatureRollback      Feature = "rollback"       // SessionDescription.Type rollback
	FeatureSelectedPair  Feature = "selected-pair"  // Stats names the selected candidate pair
	FeatureICEServers    Feature = "ice-servers"    // Configuration.ICEServers is honoured
	FeatureStates        Feature = "states"         // state change events for signaling, ICE and connection
	FeatureGathering     Feature = "gathering"      // icegatheringstatechange events
	FeatureEndOfICE      Feature = "end-of-ice"     // AddICECandidate(nil) and the empty candidate
	FeatureTransportList Feature = "transport-list" // Stats lists every transport of the connection
	FeatureOrderedStates Feature = "ordered-states" // state change events come in the order of the changes

	FeaturePranswer          Feature = "pranswer"           // SessionDescription.Type pranswer
	FeatureImplicit          Feature = "implicit"           // SetLocalDescription(nil)
	FeatureNegotiationNeeded Feature = "negotiation-needed" // negotiationneeded events
	FeatureDescriptions      Feature = "descriptions"       // Snapshot has current and pending descriptions
	FeatureCanTrickle        Feature = "can-trickle"        // Snapshot has canTrickleIceCandidates
	FeatureTransceivers      Feature = "transceivers"       // Snapshot.Transceivers, SetDirection, StopTransceiver
	FeatureMaxMessageSize    Feature = "max-message-size"   // Snapshot.MaxMessageSize
	FeatureSetConfiguration  Feature = "set-configuration"  // SetConfiguration
	FeatureChannelOptions    Feature = "channel-options"    // DataChannelInit is honoured
	FeatureChannelState      Feature = "channel-state"      // Channel, Event.Opened
	FeatureBufferedAmount    Feature = "buffered-amount"    // ChannelState.BufferedAmount and its event
	FeatureCandidateObject   Feature = "candidate-object"   // NewCandidate
	FeatureCandidateFields   Feature = "candidate-fields"   // Event.Fields
	FeatureCandidateErrors   Feature = "candidate-errors"   // Event.Error
	FeatureHandlerState      Feature = "handler-state"      // Event.Seen
	FeatureDetailedStats     Feature = "detailed-stats"     // what Stats says of pairs, candidates, channels and certificates
	FeatureLite              Feature = "ice-lite"           // Configuration.Lite
	FeatureAnsweringRole     Feature = "answering-role"     // Configuration.AnsweringDTLSRole
)

// AllFeatures lists every feature in a fixed order.
func AllFeatures() Features {
	return Features{
		FeatureDataChannel, FeatureMedia, FeatureTrickle, FeatureBundlePolicy, FeatureUnbundled,
		FeatureRenegotiation, FeatureRestart, FeatureRollback, FeatureSelectedPair, FeatureICEServers,
		FeatureStates, FeatureGathering, FeatureEndOfICE, FeatureTransportList, FeatureOrderedStates,
		FeaturePranswer, FeatureImplicit, FeatureNegotiationNeeded, FeatureDescriptions, FeatureCanTrickle,
		FeatureTransceivers, FeatureMaxMessageSize, FeatureSetConfiguration, FeatureChannelOptions,
		FeatureChannelState, FeatureBufferedAmount, FeatureCandidateObject, FeatureCandidateFields,
		FeatureCandidateErrors, FeatureHandlerState, FeatureDetailedStats, FeatureLite, FeatureAnsweringRole,
	}
}

// Features is the set that a peer declares.
type Features []Feature

// Has reports whether f is declared.
func (fs Features) Has(f Feature) bool { return slices.Contains(fs, f) }

// String lists the features.
func (fs Features) String() string {
	all := make([]string, len(fs))
	for i, f := range fs {
		all[i] = string(f)
	}
	return strings.Join(all, ", ")
}

// Missing returns those of want that are not declared, in the order of want.
func (fs Features) Missing(want ...Feature) Features {
	var missing Features
	for _, f := range want {
		if !fs.Has(f) {
			missing = append(missing, f)
		}
	}
	return missing
}

// Without returns the set less the features named.
func (fs Features) Without(drop ...Feature) Features {
	var rest Features
	for _, f := range fs {
		if !slices.Contains(drop, f) {
			rest = append(rest, f)
		}
	}
	return rest
}
