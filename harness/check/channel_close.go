package check

import (
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// closingChannels judges at one end what became of the channels that either end
// closed, and of the others.
func closingChannels(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	var found []Finding
	closed := false
	for _, at := range trace.Sides() {
		label := "closing-" + string(at)
		if !v.closedByCall(at, label) {
			continue
		}
		closed = true
		found = append(found, v.afterClose(side, at, label)...)
	}
	if !closed {
		return nil, NoEvidence("no channel was closed: %s", v.End.Reason)
	}
	for label := range v.handles(side) {
		if strings.HasPrefix(label, "closing-") {
			continue
		}
		if events := v.on(side, label, peer.EventChannelClose); len(events) > 0 {
			found = append(found, Finding{
				Object: channelName(label), Got: "closed", Want: "unaffected: another channel was closed", Where: []int{events[0].N},
				Joint: true, Why: "the trace does not tell which end closed it",
			})
		}
	}
	found = append(found, v.afterOthers(side)...)
	return append(found, v.reused(side)...), nil
}

// afterClose judges one closed channel as this side saw it.
func (v *View) afterClose(side, closer trace.Side, label string) []Finding {
	var found []Finding
	name := fmt.Sprintf("channel that the %s closed", closer)
	if side == closer {
		name = "channel that this end closed"
	}
	if events := v.on(side, label, peer.EventChannelClose); len(events) != 1 {
		found = append(found, Finding{
			Object: name, Got: fmt.Sprintf("%d close events", len(events)), Want: "one",
			Joint: side != closer && len(events) == 0, Why: "the trace does not tell whether the closer told it",
		})
	} else if readings := v.channelReadings(side, label); len(readings) > 0 {
		last := readings[len(readings)-1]
		if state := last.Return.State.ReadyState; last.N > events[0].N && state != "closed" {
			found = append(found, Finding{Object: name + ", readyState", Got: fmt.Sprintf("%q", state), Want: `"closed"`, Where: []int{events[0].N, last.ReturnN}})
		}
	}
	if side == closer {
		return found
	}
	var sent, got []string
	for _, c := range v.sentOn(closer, label) {
		if c.OK() {
			sent = append(sent, c.Message.Text)
		}
	}
	for _, e := range v.on(side, label, peer.EventMessage) {
		if e.Message != nil {
			got = append(got, e.Message.Text)
		}
	}
	if strings.Join(got, "\n") != strings.Join(sent, "\n") {
		found = append(found, Finding{
			Object: name, Got: fmt.Sprintf("%d messages of %d that were sent before, or in another order", len(got), len(sent)), Want: "all of them in their order",
			Joint: true, Why: "the trace does not tell whether the sender or the receiver lost them",
		})
	}
	return found
}

// afterOthers asks for the message that the other end sent on the session's channel
// once others were closed.
func (v *View) afterOthers(side trace.Side) []Finding {
	const text = "rink-after-close"
	for _, c := range v.Calls(side.Other(), "send") {
		if c.Message == nil || c.Message.Text != text || !c.OK() {
			continue
		}
		for _, e := range v.states(side, peer.EventMessage) {
			if e.Message != nil && e.Message.Text == text {
				return nil
			}
		}
		return []Finding{{
			Object: "other channels", Got: "no message after a channel was closed", Want: "they go on", Where: []int{c.N},
			Joint: true, Why: "the trace does not tell whether the sender or the receiver lost it",
		}}
	}
	return nil
}

// reused judges the channels that were made with the id of a closed one.
func (v *View) reused(side trace.Side) []Finding {
	var found []Finding
	for _, c := range v.Calls(side, "createDataChannel") {
		if !strings.HasPrefix(c.Text, "again-") {
			continue
		}
		sent := v.sentOn(side.Other(), c.Text)
		switch {
		case !c.OK():
			found = append(found, Finding{Object: "id of a closed channel", Got: refusalOf(c), Want: "free again", Where: []int{c.N, c.ReturnN}})
		case len(sent) > 0 && sent[0].OK() && len(v.on(side, c.Text, peer.EventMessage)) == 0:
			found = append(found, Finding{
				Object: "channel with the id of a closed one", Got: "no message", Want: "what the other end sent", Where: []int{c.N, sent[0].N},
				Joint: true, Why: "the trace does not tell whether the sender or the receiver lost it",
			})
		}
	}
	return found
}
