package scenario

import (
	"context"
	"encoding/json"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// openChannel is createDataChannel with options, which the trace has as JSON in
// Call.Options.
func (c *connection) openChannel(ctx context.Context, label string, init peer.DataChannelInit) (peer.ChannelHandle, error) {
	ret, err := c.timed(ctx, trace.Call{Method: "createDataChannel", Text: label, Options: asJSON(init)}, func(ctx context.Context) (trace.Return, error) {
		h, err := c.CreateDataChannel(ctx, label, init)
		return trace.Return{Channel: h}, err
	})
	return ret.Channel, err
}

func (c *connection) closeChannel(ctx context.Context, h peer.ChannelHandle) error {
	return c.settle(ctx, trace.Call{Method: "closeDataChannel", Channel: h}, func(ctx context.Context) error {
		return c.CloseDataChannel(ctx, h)
	})
}

func (c *connection) addTransceiver(ctx context.Context, kind peer.Kind, init peer.TransceiverInit) error {
	return c.settle(ctx, trace.Call{Method: "addTransceiver", Text: string(kind), Options: asJSON(init)}, func(ctx context.Context) error {
		return c.AddTransceiver(ctx, kind, init)
	})
}

// offer is createOffer with options.
func (c *connection) offer(ctx context.Context, o peer.OfferOptions) (peer.SessionDescription, error) {
	ret, err := c.timed(ctx, trace.Call{Method: "createOffer", Options: asJSON(o)}, func(ctx context.Context) (trace.Return, error) {
		d, err := c.CreateOffer(ctx, o)
		return trace.Return{Description: &d}, err
	})
	if err != nil {
		return peer.SessionDescription{}, err
	}
	return *ret.Description, nil
}

// setLocalImplicit is setLocalDescription without a description.
func (c *connection) setLocalImplicit(ctx context.Context) error {
	return c.settle(ctx, trace.Call{Method: "setLocalDescription"}, func(ctx context.Context) error {
		return c.SetLocalDescription(ctx, nil)
	})
}

func (c *connection) restartICE(ctx context.Context) error {
	return c.settle(ctx, trace.Call{Method: "restartIce"}, c.RestartICE)
}

func (c *connection) setConfiguration(ctx context.Context, config peer.Configuration) error {
	return c.settle(ctx, trace.Call{Method: "setConfiguration", Options: asJSON(config)}, func(ctx context.Context) error {
		return c.SetConfiguration(ctx, config)
	})
}

func (c *connection) setDirection(ctx context.Context, mid, direction string) error {
	return c.settle(ctx, trace.Call{Method: "setDirection", Text: mid + " " + direction}, func(ctx context.Context) error {
		return c.SetDirection(ctx, mid, direction)
	})
}

func (c *connection) stopTransceiver(ctx context.Context, mid string) error {
	return c.settle(ctx, trace.Call{Method: "stopTransceiver", Text: mid}, func(ctx context.Context) error {
		return c.StopTransceiver(ctx, mid)
	})
}

// channel reads the attributes of a channel; the trace has them at the call's return.
func (c *connection) channel(ctx context.Context, h peer.ChannelHandle) (peer.ChannelState, error) {
	ret, err := c.timed(ctx, trace.Call{Method: "channel", Channel: h}, func(ctx context.Context) (trace.Return, error) {
		s, err := c.Channel(ctx, h)
		return trace.Return{Channel: h, State: &s}, err
	})
	if err != nil {
		return peer.ChannelState{}, err
	}
	return *ret.State, nil
}

func (c *connection) setLowThreshold(ctx context.Context, h peer.ChannelHandle, bytes uint64) error {
	return c.settle(ctx, trace.Call{Method: "setBufferedAmountLowThreshold", Channel: h, Options: asJSON(bytes)}, func(ctx context.Context) error {
		return c.SetBufferedAmountLowThreshold(ctx, h, bytes)
	})
}

// newCandidate constructs an RTCIceCandidate; the trace has it at the call's return.
func (c *connection) newCandidate(ctx context.Context, init json.RawMessage) (peer.CandidateObject, error) {
	ret, err := c.timed(ctx, trace.Call{Method: "new RTCIceCandidate", Candidate: init}, func(ctx context.Context) (trace.Return, error) {
		o, err := c.NewCandidate(ctx, init)
		return trace.Return{Object: &o}, err
	})
	if err != nil {
		return peer.CandidateObject{}, err
	}
	return *ret.Object, nil
}

// asJSON is the JSON of options of ours.
func asJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings, numbers and booleans
	}
	return b
}
