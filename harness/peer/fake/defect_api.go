package fake

import (
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// isType reports whether the call sets a description of that type by that method.
func (c *Call) isType(method, typ string) bool {
	return c.Method == method && c.Description != nil && c.Description.Type == typ
}

// say emits an event from outside a call.
func (c *connection) say(e peer.Event) {
	defer c.lock()()
	c.emit(e)
}

// refusing makes a fake refuse a call that it should take.
func refusing(name string, when func(c *connection, call *Call) bool) callHook {
	return func(c *connection, call *Call, do func() error) error {
		if when(c, call) {
			return peer.Errorf(name, "refused by a defect")
		}
		return do()
	}
}

func apiDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	return []Defect{
		{Name: "a-wrong-state-is-an-operation-error", Check: "API-001", Scenario: "api-states", Side: offerer, call: renamesRefusals},
		{Name: "creates-answers-to-nothing", Check: "API-001", Scenario: "api-states", Side: answerer, call: answersNothing},
		{Name: "takes-altered-descriptions", Check: "API-002", Scenario: "api-states", Side: answerer, call: takesAltered},
		{Name: "rolls-back-in-stable", Check: "API-003", Scenario: "api-rollback", Side: offerer, call: rollsBackNothing},
		{
			Name: "rolls-back-local-offers-only", Check: "API-003", Scenario: "api-rollback", Side: answerer,
			call: refusing(peer.OperationError, func(_ *connection, call *Call) bool { return call.isType("setRemoteDescription", "rollback") }),
		},
		{
			Name: "needs-a-rollback-before-an-offer", Check: "API-004", Scenario: "api-rollback", Side: answerer,
			call: refusing(peer.InvalidStateError, underGlare),
		},
		{
			Name: "gives-up-under-glare", Check: "API-005", Scenario: "api-glare", Side: answerer,
			call: refusing(peer.InvalidStateError, underGlare),
		},
		{
			Name: "needs-a-description-to-answer", Check: "API-006", Scenario: "api-implicit", Side: offerer,
			call: refusing(peer.TypeError, func(c *connection, call *Call) bool {
				return call.Method == "setLocalDescription" && call.Description == nil && c.at("have-remote-offer")
			}),
		},
		{Name: "asks-for-every-change", Check: "API-007", Scenario: "api-needed", Side: answerer, call: asksForEveryChange},
		{
			Name: "leaves-its-answer-pending", Check: "API-008", Scenario: "candidates-data", Side: answerer,
			snapshot: func(_ *connection, s *peer.Snapshot) {
				s.PendingLocalDescription, s.CurrentLocalDescription = s.CurrentLocalDescription, nil
			},
		},
		{
			Name: "refuses-candidates-before-the-final-answer", Check: "API-009", Scenario: "api-pranswer", Side: offerer,
			candidate: refuse(peer.InvalidStateError, func(c *connection, _ peer.ICECandidateInit) bool { return c.signaling == "have-remote-pranswer" }),
		},
	}
}

// at reports whether the connection is in that signaling state.
func (c *connection) at(state string) bool {
	defer c.lock()()
	return c.signaling == state
}

func underGlare(c *connection, call *Call) bool {
	return call.isType("setRemoteDescription", "offer") && c.at("have-local-offer")
}

func renamesRefusals(_ *connection, call *Call, do func() error) error {
	err := do()
	if call.Method == "setRemoteDescription" && peer.NameOf(err) == peer.InvalidStateError {
		return peer.Errorf(peer.OperationError, "renamed by a defect")
	}
	return err
}

func answersNothing(c *connection, call *Call, do func() error) error {
	if call.Method == "createAnswer" && c.at("stable") {
		return nil
	}
	return do()
}

func takesAltered(c *connection, call *Call, do func() error) error {
	err := do()
	if call.Method == "setLocalDescription" && peer.NameOf(err) == peer.InvalidModificationError {
		c.remember(*call.Description)
		return do()
	}
	return err
}

func rollsBackNothing(c *connection, call *Call, do func() error) error {
	if call.isType("setLocalDescription", "rollback") && c.at("stable") {
		return nil
	}
	return do()
}

func asksForEveryChange(c *connection, call *Call, do func() error) error {
	err := do()
	if call.Method == "createDataChannel" || call.Method == "addTransceiver" {
		c.say(peer.Event{Type: peer.EventNegotiationNeeded})
	}
	return err
}
