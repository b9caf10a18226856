package peer

import (
	"context"
	"encoding/json"
)

// Bare is embedded by connections that have none of the methods of later features.
// Each is refused with NotSupportedError; who embeds it declares none of them.
type Bare struct{}

func bare(method string) error {
	return Errorf(NotSupportedError, "this peer does not have %s", method)
}

// SetConfiguration is refused: FeatureSetConfiguration.
func (Bare) SetConfiguration(context.Context, Configuration) error { return bare("setConfiguration") }

// SetDirection is refused: FeatureTransceivers.
func (Bare) SetDirection(context.Context, string, string) error { return bare("direction") }

// StopTransceiver is refused: FeatureTransceivers.
func (Bare) StopTransceiver(context.Context, string) error { return bare("stop") }

// Channel is refused: FeatureChannelState.
func (Bare) Channel(context.Context, ChannelHandle) (ChannelState, error) {
	return ChannelState{}, bare("the attributes of a channel")
}

// SetBufferedAmountLowThreshold is refused: FeatureBufferedAmount.
func (Bare) SetBufferedAmountLowThreshold(context.Context, ChannelHandle, uint64) error {
	return bare("bufferedAmountLowThreshold")
}

// NewCandidate is refused: FeatureCandidateObject.
func (Bare) NewCandidate(context.Context, json.RawMessage) (CandidateObject, error) {
	return CandidateObject{}, bare("the constructor of RTCIceCandidate")
}
