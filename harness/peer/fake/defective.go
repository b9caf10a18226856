package fake

import (
	"context"
	"encoding/json"

	"github.com/webrtc-rink/rink/harness/peer"
)

// defective is a connection whose calls pass through the hands of its defects.
type defective struct{ *connection }

func (d defective) pass(call *Call, do func() error) error {
	for _, defect := range d.peer.defects {
		if defect.call != nil {
			next := do
			do = func() error { return defect.call(d.connection, call, next) }
		}
	}
	return do()
}

func (d defective) Send(ctx context.Context, h peer.ChannelHandle, m peer.Message) error {
	return d.pass(&Call{Method: "send", Channel: h, Message: m}, func() error { return d.connection.Send(ctx, h, m) })
}

func (d defective) CloseDataChannel(ctx context.Context, h peer.ChannelHandle) error {
	return d.pass(&Call{Method: "closeDataChannel", Channel: h}, func() error { return d.connection.CloseDataChannel(ctx, h) })
}

func (d defective) AddTrack(ctx context.Context, kind peer.Kind) error {
	return d.pass(&Call{Method: "addTrack", Text: string(kind)}, func() error { return d.connection.AddTrack(ctx, kind) })
}

func (d defective) AddTransceiver(ctx context.Context, kind peer.Kind, init peer.TransceiverInit) error {
	return d.pass(&Call{Method: "addTransceiver", Text: string(kind)}, func() error { return d.connection.AddTransceiver(ctx, kind, init) })
}

func (d defective) SetLocalDescription(ctx context.Context, desc *peer.SessionDescription) error {
	return d.pass(&Call{Method: "setLocalDescription", Description: desc}, func() error { return d.connection.SetLocalDescription(ctx, desc) })
}

func (d defective) SetRemoteDescription(ctx context.Context, desc peer.SessionDescription) error {
	return d.pass(&Call{Method: "setRemoteDescription", Description: &desc}, func() error { return d.connection.SetRemoteDescription(ctx, desc) })
}

func (d defective) AddICECandidate(ctx context.Context, init *peer.ICECandidateInit) error {
	return d.pass(&Call{Method: "addIceCandidate", Candidate: init}, func() error { return d.connection.AddICECandidate(ctx, init) })
}

func (d defective) RestartICE(ctx context.Context) error {
	return d.pass(&Call{Method: "restartIce"}, func() error { return d.connection.RestartICE(ctx) })
}

func (d defective) SetConfiguration(ctx context.Context, config peer.Configuration) error {
	return d.pass(&Call{Method: "setConfiguration", Config: config}, func() error {
		if err := d.alive(); err != nil {
			return err
		}
		return d.connection.SetConfiguration(ctx, config)
	})
}

func (d defective) SetDirection(ctx context.Context, mid, direction string) error {
	return d.pass(&Call{Method: "setDirection", Text: mid}, func() error { return d.connection.SetDirection(ctx, mid, direction) })
}

func (d defective) StopTransceiver(ctx context.Context, mid string) error {
	return d.pass(&Call{Method: "stopTransceiver", Text: mid}, func() error { return d.connection.StopTransceiver(ctx, mid) })
}

func (d defective) SetBufferedAmountLowThreshold(ctx context.Context, h peer.ChannelHandle, n uint64) error {
	return d.pass(&Call{Method: "setBufferedAmountLowThreshold", Channel: h}, func() error { return d.connection.SetBufferedAmountLowThreshold(ctx, h, n) })
}

func (d defective) CreateDataChannel(ctx context.Context, label string, init peer.DataChannelInit) (peer.ChannelHandle, error) {
	var result peer.ChannelHandle
	call := &Call{Method: "createDataChannel", Text: label, Init: init}
	err := d.pass(call, func() (err error) {
		result, err = d.connection.CreateDataChannel(ctx, label, init)
		call.Channel = result
		return err
	})
	return result, err
}

func (d defective) CreateOffer(ctx context.Context, o peer.OfferOptions) (peer.SessionDescription, error) {
	var result peer.SessionDescription
	call := &Call{Method: "createOffer", Restart: o.ICERestart}
	err := d.pass(call, func() (err error) {
		result, err = d.connection.CreateOffer(ctx, o)
		call.Created = &result
		return err
	})
	d.remember(result)
	return result, err
}

func (d defective) CreateAnswer(ctx context.Context) (peer.SessionDescription, error) {
	var result peer.SessionDescription
	call := &Call{Method: "createAnswer"}
	err := d.pass(call, func() (err error) {
		result, err = d.connection.CreateAnswer(ctx)
		call.Created = &result
		return err
	})
	d.remember(result)
	return result, err
}

func (d defective) Channel(ctx context.Context, h peer.ChannelHandle) (peer.ChannelState, error) {
	var result peer.ChannelState
	call := &Call{Method: "channel", Channel: h}
	err := d.pass(call, func() (err error) {
		result, err = d.connection.Channel(ctx, h)
		call.State = &result
		return err
	})
	return result, err
}

func (d defective) NewCandidate(ctx context.Context, init json.RawMessage) (peer.CandidateObject, error) {
	var result peer.CandidateObject
	call := &Call{Method: "new RTCIceCandidate", Raw: init}
	err := d.pass(call, func() (err error) {
		result, err = d.connection.NewCandidate(ctx, init)
		call.Object = &result
		return err
	})
	return result, err
}

func (d defective) Close(ctx context.Context) error {
	return d.pass(&Call{Method: "close"}, func() error { return d.connection.Close(ctx) })
}

func (d defective) Snapshot(ctx context.Context) (peer.Snapshot, error) {
	s, err := d.connection.Snapshot(ctx)
	for _, defect := range d.peer.defects {
		if defect.snapshot != nil && err == nil {
			defect.snapshot(d.connection, &s)
		}
	}
	return s, err
}
