package fake

import (
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// onMessage changes what a channel of that label brings; none drops it.
func onMessage(label string, change func(c *connection, m peer.Message) []peer.Message) func(*connection, peer.Event) []peer.Event {
	return func(c *connection, e peer.Event) []peer.Event {
		if e.Type != peer.EventMessage || e.Label != label {
			return []peer.Event{e}
		}
		var out []peer.Event
		for _, m := range change(c, *e.Message) {
			e := e
			e.Message = &m
			out = append(out, e)
		}
		return out
	}
}

// onOpened changes the channel that a datachannel event brings.
func onOpened(change func(s *peer.ChannelState)) func(*connection, peer.Event) []peer.Event {
	return func(_ *connection, e peer.Event) []peer.Event {
		if e.Type == peer.EventDataChannel {
			s := *e.Opened
			change(&s)
			e.Opened = &s
		}
		return []peer.Event{e}
	}
}

// dropEvent drops the events of one kind on the channels of that label.
func dropEvent(kind peer.EventType, label string) func(*connection, peer.Event) []peer.Event {
	return func(_ *connection, e peer.Event) []peer.Event {
		if e.Type == kind && e.Label == label {
			return nil
		}
		return []peer.Event{e}
	}
}

// refusingCall refuses calls of one method that a fake without a defect takes.
func refusingCall(method string, when func(call *Call) bool) func(*connection, *Call, func() error) error {
	return func(_ *connection, call *Call, do func() error) error {
		if call.Method == method && when(call) {
			return peer.Errorf(peer.OperationError, "refused by a defect")
		}
		return do()
	}
}

// forgiving takes what a fake without a defect refuses by that name. Nothing comes of
// it.
func forgiving(method, name string) func(*connection, *Call, func() error) error {
	return func(_ *connection, call *Call, do func() error) error {
		err := do()
		if call.Method == method && peer.NameOf(err) == name {
			return nil
		}
		return err
	}
}

// twice says events of one kind on channels of that label twice.
func twice(kind peer.EventType, label string) func(*connection, peer.Event) []peer.Event {
	return func(_ *connection, e peer.Event) []peer.Event {
		if e.Type == kind && e.Label == label {
			return []peer.Event{e, e}
		}
		return []peer.Event{e}
	}
}

func channelDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	return append([]Defect{
		{
			Name: "announces-every-channel-as-ordered", Check: "DATA-001", Scenario: "channels", Side: answerer,
			event: onOpened(func(s *peer.ChannelState) { s.Ordered = true }),
		},
		{
			Name: "forgets-the-protocol", Check: "DATA-001", Scenario: "channels", Side: offerer,
			call: func(_ *connection, call *Call, do func() error) error {
				err := do()
				if call.Method == "channel" && call.State != nil {
					call.State.Protocol = ""
				}
				return err
			},
		},
		{
			Name: "opens-twice", Check: "DATA-001", Scenario: "channels", Side: answerer,
			event: twice(peer.EventChannelOpen, "plain-answerer"),
		},
		{Name: "takes-a-negotiated-channel-without-id", Check: "DATA-006", Scenario: "channel-options", Side: answerer, call: forgiving("createDataChannel", peer.TypeError)},
		{
			Name: "refuses-id-0", Check: "DATA-006", Scenario: "channel-options", Side: offerer,
			call: refusingCall("createDataChannel", func(call *Call) bool { return call.Init.Negotiated && call.Init.ID != nil && *call.Init.ID == 0 }),
		},
		{
			Name: "announces-negotiated-channels", Check: "DATA-006", Scenario: "channels", Side: answerer,
			event: func(_ *connection, e peer.Event) []peer.Event {
				if e.Type == peer.EventChannelOpen && e.Label == "agreed-100" {
					return []peer.Event{{Type: peer.EventDataChannel, Channel: e.Channel, Label: e.Label}, e}
				}
				return []peer.Event{e}
			},
		},
		{Name: "ids-of-the-other-role", Check: "DATA-007", Scenario: "channels", Side: offerer, strayIDs: true},
		{
			Name: "knows-ids-too-early", Check: "DATA-007", Scenario: "channels", Side: answerer,
			call: func(_ *connection, call *Call, do func() error) error {
				err := do()
				if call.Method == "channel" && call.State != nil && call.State.ID == nil {
					call.State.ID = new(uint16)
				}
				return err
			},
		},
		{Name: "closes-in-silence", Check: "DATA-011", Scenario: "channels", Side: offerer, event: dropEvent(peer.EventChannelClose, "closing-offerer")},
		{Name: "closes-twice", Check: "DATA-011", Scenario: "channels", Side: answerer, event: twice(peer.EventChannelClose, "closing-offerer")},
		{
			Name: "forgets-what-is-pending", Check: "DATA-011", Scenario: "channels", Side: answerer,
			event: onMessage("closing-offerer", func(*connection, peer.Message) []peer.Message { return nil }),
		},
		{
			Name: "never-frees-an-id", Check: "DATA-011", Scenario: "channels", Side: answerer,
			call: refusingCall("createDataChannel", func(call *Call) bool { return len(call.Text) > 5 && call.Text[:5] == "again" }),
		},
		{
			Name: "negotiates-every-channel", Check: "DATA-012", Scenario: "channels", Side: answerer,
			call: func(c *connection, call *Call, do func() error) error {
				err := do()
				if call.Method == "createDataChannel" && !call.Init.Negotiated {
					defer c.lock()()
					c.emit(peer.Event{Type: peer.EventNegotiationNeeded})
				}
				return err
			},
		},
		{
			Name: "announces-before-it-is-open", Check: "DATA-013", Scenario: "channels", Side: answerer,
			event: onOpened(func(s *peer.ChannelState) { s.ReadyState = "connecting" }),
		},
	}, messageDefects()...)
}

func messageDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	return []Defect{
		{
			Name: "empty-binary-becomes-text", Check: "DATA-004", Scenario: "channel-messages", Side: answerer,
			event: onMessage("empty", func(*connection, peer.Message) []peer.Message { return []peer.Message{{}} }),
		},
		{
			Name: "one-of-a-thousand-twice", Check: "DATA-005", Scenario: "channel-messages", Side: offerer, Also: []string{"STATS-006"},
			event: onMessage("counted", func(_ *connection, m peer.Message) []peer.Message {
				if m.Text == "500" {
					return []peer.Message{m, m}
				}
				return []peer.Message{m}
			}),
		},
		{
			Name: "corrupts-unordered-messages", Check: "DATA-005", Scenario: "channel-messages", Side: answerer,
			event: onMessage("unordered-offerer", func(_ *connection, m peer.Message) []peer.Message { return []peer.Message{{Text: "x" + m.Text[1:]}} }),
		},
		{
			Name: "sends-above-the-limit", Check: "DATA-008", Scenario: "channel-limit", Side: offerer,
			call: forgiving("send", peer.TypeError),
		},
		{
			Name: "does-not-read-max-message-size", Check: "DATA-008", Scenario: "channel-options", Side: answerer,
			snapshot: func(_ *connection, s *peer.Snapshot) {
				if s.MaxMessageSize != nil {
					*s.MaxMessageSize = ownMessageSize
				}
			},
		},
		{
			Name: "mixes-up-large-messages", Check: "DATA-009", Scenario: "channel-messages", Side: answerer,
			event: onMessage("large-offerer", func(_ *connection, m peer.Message) []peer.Message {
				b := append([]byte(nil), m.Bytes...)
				b[len(b)-1]++
				return []peer.Message{{Binary: true, Bytes: b}}
			}),
		},
		{Name: "low-twice", Check: "DATA-010", Scenario: "channel-messages", Side: offerer, event: twice(peer.EventBufferedAmountLow, "buffered")},
		{
			Name: "keeps-an-amount", Check: "DATA-010", Scenario: "channel-messages", Side: answerer,
			call: func(_ *connection, call *Call, do func() error) error {
				err := do()
				if call.Method == "channel" && call.State != nil {
					call.State.BufferedAmount = 1
				}
				return err
			},
		},
	}
}
