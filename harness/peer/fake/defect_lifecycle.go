package fake

import (
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

func lifecycleDefects() []Defect {
	return []Defect{
		{
			Name: "never-completes", Check: "STATE-005", Scenario: "ice-completed", Side: trace.Offerer,
			event: onState(peer.EventICEConnectionStateChange, "completed"),
		},
		{Name: "says-that-it-closes", Check: "LIVE-006", Scenario: "close-alone", Side: trace.Answerer, call: saysThatItCloses},
		{
			Name: "keeps-its-channels-when-the-other-end-closes", Check: "LIVE-007", Scenario: "close-one-end", Side: trace.Answerer,
			event: func(_ *connection, e peer.Event) []peer.Event {
				if e.Type == peer.EventChannelClose {
					return nil
				}
				return []peer.Event{e}
			},
		},
		{Name: "offers-after-close", Check: "LIVE-008", Scenario: "close-alone", Side: trace.Offerer, call: offersAfterClose},
	}
}

func saysThatItCloses(c *connection, call *Call, do func() error) error {
	if call.Method == "close" {
		c.say(peer.Event{Type: peer.EventConnectionStateChange, State: "closed"})
	}
	return do()
}

func offersAfterClose(_ *connection, call *Call, do func() error) error {
	err := do()
	if call.Method == "createOffer" && peer.NameOf(err) == peer.InvalidStateError {
		return nil
	}
	return err
}
