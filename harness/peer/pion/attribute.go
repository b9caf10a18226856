package pion

import (
	"context"
	"fmt"
	"reflect"

	"github.com/pion/webrtc/v3"

	"github.com/webrtc-rink/rink/harness/peer"
)

// SetDirection is refused: pion v3 sets the direction of a transceiver by itself.
func (c *Connection) SetDirection(ctx context.Context, _, _ string) error {
	return do(ctx, "SetDirection", func() error {
		return peer.Errorf(peer.NotSupportedError, "pion v3 has no way to set the direction of a transceiver")
	})
}

// StopTransceiver is RTPTransceiver.Stop.
func (c *Connection) StopTransceiver(ctx context.Context, mid string) error {
	return do(ctx, "RTPTransceiver.Stop", func() error {
		for _, t := range c.pc.GetTransceivers() {
			if mid != "" && t.Mid() == mid {
				return t.Stop()
			}
		}
		return peer.Errorf(peer.NotFoundError, "transceiver %q: no such mid", mid)
	})
}

// transceivers lists them without currentDirection, which pion does not export.
func transceivers(pc *webrtc.PeerConnection) []peer.TransceiverState {
	var all []peer.TransceiverState
	for _, t := range pc.GetTransceivers() {
		s := peer.TransceiverState{Kind: peer.Kind(t.Kind().String()), Direction: t.Direction().String()}
		if mid := t.Mid(); mid != "" { // pion's null
			s.Mid = &mid
		}
		all = append(all, s)
	}
	return all
}

// canTrickleMethod is PeerConnection.CanTrickleICECandidates of newer releases, by
// reflection since older ones lack the type of its result, too.
func canTrickleMethod(pc *webrtc.PeerConnection) reflect.Value {
	return reflect.ValueOf(pc).MethodByName("CanTrickleICECandidates")
}

func tellsTrickle() bool { return canTrickleMethod(nil).IsValid() }

// canTrickle reads it: unknown is pion's null.
func canTrickle(pc *webrtc.PeerConnection) *bool {
	method := canTrickleMethod(pc)
	if !method.IsValid() {
		return nil
	}
	capability := fmt.Sprint(method.Call(nil)[0])
	if capability == "unknown" {
		return nil
	}
	can := capability == "supported"
	return &can
}

// tellsMessageSize says whether this release knows its limit for messages. Those
// that do let one set the own limit.
func tellsMessageSize() bool {
	_, ok := any((*webrtc.SettingEngine)(nil)).(interface{ SetSCTPMaxMessageSize(bytes uint32) })
	return ok
}

// maxMessageSize reads the limit of the SCTP association, which pion has once that
// is established.
func maxMessageSize(pc *webrtc.PeerConnection) *int64 {
	if !tellsMessageSize() {
		return nil
	}
	size := int64(pc.SCTP().GetCapabilities().MaxMessageSize)
	if size == 0 {
		return nil
	}
	return &size
}
