package scenario

import (
	"context"
	"fmt"
	"sync"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

// The courses of family datachannel.
const (
	openChannels   Course = "open-channels"
	sendMessages   Course = "send-messages"
	limitMessages  Course = "limit-messages"
	channelOptions Course = "channel-options"
)

// messageLimit is the a=max-message-size of TraitMessageLimit, in bytes.
const messageLimit = 1000

// channelScenarios are the scenarios of family datachannel that this file has the acts of.
func channelScenarios() []Scenario {
	return []Scenario{
		{
			Name: "channels", Family: "datachannel", Course: openChannels, Traits: trace.Traits{trace.TraitChannels, trace.TraitClosesChannels},
			Title: "opens channels of several kinds from both ends, closes some, and uses their ids again",
		},
		{
			Name: "channels-passive", Family: "datachannel", Course: openChannels, Traits: trace.Traits{trace.TraitChannels},
			Needs:  map[trace.Side]peer.Features{trace.Answerer: {peer.FeatureAnsweringRole}},
			Config: map[trace.Side]peer.Configuration{trace.Answerer: {AnsweringDTLSRole: "server"}},
			Title:  "opens channels of several kinds when the answerer is the DTLS server",
		},
		{
			Name: "channel-messages", Family: "datachannel", Course: sendMessages, Traits: trace.Traits{trace.TraitMessages},
			Title: "sends empty messages, a thousand, and large ones",
		},
		{
			Name: "channel-limit", Family: "datachannel", Course: limitMessages, Traits: trace.Traits{trace.TraitMessageLimit},
			Policy: signaling.Policy{Name: "max-message-size", Faults: []signaling.Fault{signaling.MaxMessageSize(messageLimit)}},
			Title:  "keeps to a max-message-size of 1000",
		},
		{
			Name: "channel-options", Family: "datachannel", Course: channelOptions, Alone: true, Traits: trace.Traits{trace.TraitChannelOptions},
			Title: "each end judges the options of a channel and reads max-message-size",
		},
	}
}

func channelActs() map[Course]act {
	return map[Course]act{
		openChannels:   {together: (*session).openChannels},
		sendMessages:   {together: (*session).sendMessages},
		limitMessages:  {together: (*session).limitMessages},
		channelOptions: {alone: (*session).channelOptions},
	}
}

// kind is a channel that an end opens. Its label says what it is and which end opens
// it, so that a trace tells one from the other.
type kind struct {
	label string
	init  peer.DataChannelInit
}

func channelKinds(at trace.Side, f peer.Features) []kind {
	plain := kind{"plain-" + string(at), peer.DataChannelInit{}}
	if !f.Has(peer.FeatureChannelOptions) {
		return []kind{plain}
	}
	none, half := uint16(0), uint16(500)
	return []kind{
		plain,
		{"unordered-" + string(at), peer.DataChannelInit{Unordered: true, Protocol: "rink/1"}},
		{"retransmits-" + string(at), peer.DataChannelInit{MaxRetransmits: &none}},
		{"lifetime-" + string(at), peer.DataChannelInit{Unordered: true, MaxPacketLifeTime: &half}},
	}
}

// both does the same at both ends at the same time.
func both(f func(trace.Side) error) error {
	errs := map[trace.Side]*error{trace.Offerer: new(error), trace.Answerer: new(error)}
	var doing sync.WaitGroup
	for _, at := range trace.Sides() {
		doing.Go(func() { *errs[at] = f(at) })
	}
	doing.Wait()
	for _, at := range trace.Sides() {
		if err := *errs[at]; err != nil {
			return err
		}
	}
	return nil
}

// openOne opens a channel. A refusal, which the trace has, leaves the session going.
func (s *session) openOne(ctx context.Context, at trace.Side, label string, init peer.DataChannelInit) (peer.ChannelHandle, error) {
	side := s.sides[at]
	h, err := side.conn.openChannel(ctx, label, init)
	if ok, err := accepted(err); !ok {
		return "", err
	}
	s.board.update(func() { side.state.channel(h).label = label })
	return h, nil
}

// openAll opens every kind of channel at both ends, waits until each is open at both,
// and reads their attributes.
func (s *session) openAll(ctx context.Context) error {
	var mu sync.Mutex
	var labels []string
	err := both(func(at trace.Side) error {
		for _, k := range channelKinds(at, s.sides[at].desc.Features) {
			h, err := s.openOne(ctx, at, k.label, k.init)
			if err != nil {
				return err
			}
			if h != "" {
				mu.Lock()
				labels = append(labels, k.label)
				mu.Unlock()
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.opened(ctx, labels...)
}

// opened waits until channels of those labels are open at both ends. One that is not
// is for the checks.
func (s *session) opened(ctx context.Context, labels ...string) error {
	return s.lenient(s.await(ctx, "channels open", s.opt.Timeouts.App, each(func(st *state) (bool, string) {
		for _, label := range labels {
			if _, open := st.open(label); !open {
				return false, fmt.Sprintf("opens channel %s", label)
			}
		}
		return true, ""
	})))
}

// agreed opens a negotiated channel at both ends, where both can.
func (s *session) agreed(ctx context.Context, label string, id uint16) (bool, error) {
	for _, at := range trace.Sides() {
		if !s.sides[at].desc.Features.Has(peer.FeatureChannelOptions) {
			return false, nil
		}
	}
	all := true
	for _, at := range trace.Sides() {
		h, err := s.openOne(ctx, at, label, peer.DataChannelInit{Negotiated: true, ID: &id})
		if err != nil {
			return false, err
		}
		all = all && h != ""
	}
	return all, nil
}

// readChannels reads the attributes of the channels of an end that has them to read.
func (s *session) readChannels(ctx context.Context) error {
	return both(func(at trace.Side) error {
		side := s.sides[at]
		if !side.desc.Features.Has(peer.FeatureChannelState) {
			return nil
		}
		var handles []peer.ChannelHandle
		s.board.read(func() {
			for h := range side.state.channels {
				handles = append(handles, h)
			}
		})
		for _, h := range handles {
			if _, err := side.conn.channel(ctx, h); err != nil {
				return s.tolerate(err)
			}
		}
		return nil
	})
}

// openChannels opens channels before and after the ends are connected.
func (s *session) openChannels(ctx context.Context) error {
	if err := s.layout(ctx); err != nil {
		return err
	}
	early := func(at trace.Side) string { return "early-" + string(at) }
	for _, at := range trace.Sides() {
		if _, err := s.openOne(ctx, at, early(at), peer.DataChannelInit{}); err != nil {
			return err
		}
	}
	const agreed = "agreed-0"
	ok, err := s.agreed(ctx, agreed, 0)
	if err != nil {
		return err
	}
	if err := s.readChannels(ctx); err != nil {
		return err
	}
	if err := s.negotiate(ctx); err != nil {
		return err
	}
	if err := s.connectAndTalk(ctx); err != nil {
		return err
	}
	labels := []string{early(trace.Offerer), early(trace.Answerer)}
	if ok {
		labels = append(labels, agreed)
	}
	if err := s.opened(ctx, labels...); err != nil {
		return err
	}
	return s.openLater(ctx, labels)
}

func (s *session) openLater(ctx context.Context, labels []string) error {
	if err := s.openAll(ctx); err != nil {
		return err
	}
	const agreed = "agreed-100"
	ok, err := s.agreed(ctx, agreed, 100)
	if err != nil {
		return err
	}
	if ok {
		labels = append(labels, agreed)
		if err := s.opened(ctx, agreed); err != nil {
			return err
		}
	}
	if err := s.greet(ctx); err != nil {
		return err
	}
	if err := s.readChannels(ctx); err != nil {
		return err
	}
	for _, label := range labels {
		if err := s.swap(ctx, label, "rink-on:"+label); err != nil {
			return err
		}
	}
	if s.scenario.Traits.Has(trace.TraitClosesChannels) {
		if err := s.closeSome(ctx); err != nil {
			return err
		}
	}
	return s.finish(ctx)
}
