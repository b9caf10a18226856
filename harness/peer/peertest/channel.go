package peertest

import (
	"context"
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
)

func channelCases() []Case {
	with := func(fs ...peer.Feature) peer.Features { return append(peer.Features{peer.FeatureDataChannel}, fs...) }
	return []Case{
		{
			Name:     "channel-options",
			Explains: "a channel negotiated by its id opens on both sides without an event, and carries messages",
			Needs:    with(peer.FeatureChannelOptions),
			Run:      withPair(negotiatedChannel),
		},
		{
			Name:     "channel-state",
			Explains: "Channel reads on both sides what the channel was created with, and so does the datachannel event",
			Needs:    with(peer.FeatureChannelState, peer.FeatureChannelOptions),
			Run:      withPair(channelState),
		},
		{
			Name:     "unknown-channel",
			Explains: "the attributes of a channel that was never opened are refused with a named error",
			Needs:    with(peer.FeatureChannelState),
			Run: withConnection(func(ctx context.Context, w *Watched) error {
				_, err := w.Channel(ctx, "no such handle")
				return named("channel of an unknown handle", err)
			}),
		},
		{
			Name:     "buffered-amount",
			Explains: "a bufferedamountlow event follows a message that is larger than the threshold, and the buffer is then at most that",
			Needs:    with(peer.FeatureBufferedAmount, peer.FeatureChannelState),
			Run:      withPair(bufferedAmount),
		},
		{
			Name:     "max-message-size",
			Explains: "the snapshot of a connection with a data channel has a maxMessageSize",
			Needs:    with(peer.FeatureMaxMessageSize),
			Run: withPair(func(ctx context.Context, ab pair) error {
				if _, err := ConnectData(ctx, ab.a, ab.b, "rink"); err != nil {
					return err
				}
				s, err := ab.a.Snapshot(ctx)
				if err == nil && (s.MaxMessageSize == nil || *s.MaxMessageSize == 0) {
					err = fmt.Errorf("%s maxMessageSize: got null or 0, want bytes", ab.a.name)
				}
				return err
			}),
		},
	}
}

func negotiatedChannel(ctx context.Context, ab pair) error {
	id := uint16(5)
	l := Link{Label: "agreed", Offerer: ab.a, Answerer: ab.b}
	for _, side := range []struct {
		w      *Watched
		handle *peer.ChannelHandle
	}{{ab.a, &l.AtOfferer}, {ab.b, &l.AtOther}} {
		var err error
		if *side.handle, err = side.w.CreateDataChannel(ctx, l.Label, peer.DataChannelInit{Negotiated: true, ID: &id}); err != nil {
			return fmt.Errorf("%s createDataChannel(negotiated): %w", side.w.name, err)
		}
	}
	if err := Connect(ctx, ab.a, ab.b); err != nil {
		return err
	}
	for _, w := range []*Watched{ab.a, ab.b} {
		if _, err := w.Await(ctx, "open of channel agreed", OnChannel(peer.EventChannelOpen, l.Label)); err != nil {
			return err
		}
	}
	if err := l.Echo(ctx, peer.Message{Text: "over a negotiated channel"}); err != nil {
		return err
	}
	for _, w := range []*Watched{ab.a, ab.b} {
		for _, e := range w.Log() {
			if e.Type == peer.EventDataChannel {
				return fmt.Errorf("%s: got a datachannel event of %q, want none of a negotiated channel", w.name, e.Label)
			}
		}
	}
	return nil
}

func channelState(ctx context.Context, ab pair) error {
	limit := uint16(3)
	created := peer.DataChannelInit{Unordered: true, MaxRetransmits: &limit, Protocol: "rink-protocol"}
	handle, err := ab.a.CreateDataChannel(ctx, "options", created)
	if err != nil {
		return fmt.Errorf("%s createDataChannel: %w", ab.a.name, err)
	}
	if _, err := ConnectData(ctx, ab.a, ab.b, "rink"); err != nil {
		return err
	}
	incoming, err := ab.b.Await(ctx, "datachannel options", OnChannel(peer.EventDataChannel, "options"))
	if err != nil {
		return err
	}
	if incoming.Opened == nil {
		return fmt.Errorf("%s datachannel event: got no attributes, want them", ab.b.name)
	}
	if err := matches(*incoming.Opened, "options", created); err != nil {
		return fmt.Errorf("%s datachannel event: %w", ab.b.name, err)
	}
	for _, o := range []struct {
		w      *Watched
		handle peer.ChannelHandle
	}{{ab.a, handle}, {ab.b, incoming.Channel}} {
		s, err := o.w.Channel(ctx, o.handle)
		if err == nil {
			err = matches(s, "options", created)
		}
		if err != nil {
			return fmt.Errorf("%s channel: %w", o.w.name, err)
		}
	}
	return nil
}

// matches compares attributes with what the channel was created with.
func matches(s peer.ChannelState, label string, init peer.DataChannelInit) error {
	if s.Label != label || s.Protocol != init.Protocol || s.Ordered == init.Unordered || s.Negotiated != init.Negotiated ||
		s.MaxRetransmits == nil || *s.MaxRetransmits != *init.MaxRetransmits || s.MaxPacketLifeTime != nil || s.ID == nil {
		return fmt.Errorf("got %+v, want label %q, an id, and %+v", s, label, init)
	}
	return nil
}

func bufferedAmount(ctx context.Context, ab pair) error {
	link, err := ConnectData(ctx, ab.a, ab.b, "rink")
	if err != nil {
		return err
	}
	const threshold = 1000
	if err := ab.a.SetBufferedAmountLowThreshold(ctx, link.AtOfferer, threshold); err != nil {
		return fmt.Errorf("%s setBufferedAmountLowThreshold: %w", ab.a.name, err)
	}
	if err := ab.a.Send(ctx, link.AtOfferer, peer.Message{Text: strings.Repeat("x", 50*threshold)}); err != nil {
		return fmt.Errorf("%s send: %w", ab.a.name, err)
	}
	low, err := ab.a.Await(ctx, "bufferedamountlow of channel rink", OnChannel(peer.EventBufferedAmountLow, "rink"))
	if err != nil {
		return err
	}
	if low.Channel != link.AtOfferer {
		return fmt.Errorf("%s bufferedamountlow event: got channel %q, want %q", ab.a.name, low.Channel, link.AtOfferer)
	}
	return eventually(ctx, func() error {
		s, err := ab.a.Channel(ctx, link.AtOfferer)
		if err == nil && s.BufferedAmount > threshold {
			err = fmt.Errorf("%s bufferedAmount in the end: got %d, want at most %d", ab.a.name, s.BufferedAmount, threshold)
		}
		return err
	})
}
