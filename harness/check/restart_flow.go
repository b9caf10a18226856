package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// flowSteps are the steps after which messages cross, in their order, with what had
// happened by then.
var flowSteps = []struct{ name, done string }{
	{"before", "nothing was done yet"},
	{"offered", "the restart offer was set"},
	{"heard", "the other end had the restart offer"},
	{"answered", "the answer was set"},
	{"agreed", "both ends had both descriptions"},
	{"restarted", "both ends had gathered again"},
}

// flowed is one numbered message: when it was sent, and each time that it arrived.
type flowed struct {
	text     string
	sent     int
	arrivals []int
}

// flow lists the messages of a step that the side sent.
func (v *View) flow(side trace.Side, step string) []flowed {
	var all []flowed
	for _, c := range v.Calls(side, "send") {
		if c.Message == nil || !strings.HasPrefix(c.Message.Text, trace.FlowPrefix+step+":") {
			continue
		}
		f := flowed{text: c.Message.Text, sent: c.N}
		for _, e := range v.Events(side.Other(), peer.EventMessage) {
			if e.Message != nil && e.Message.Text == c.Message.Text {
				f.arrivals = append(f.arrivals, e.N)
			}
		}
		all = append(all, f)
	}
	return all
}

// flowsOn asks that the messages of each step arrive before the next one is made: only
// the old pair can carry them until both ends have both descriptions. What stops them
// both ways is what the last step did, and the end that did it.
func flowsOn(v *View, side trace.Side) ([]Finding, error) {
	if isConnected(v) != nil || len(v.flow(side, flowSteps[0].name)) == 0 {
		return Connected(v, side)
	}
	if found, stopped, err := v.stoppedFlow(side); stopped {
		return found, err
	}
	if found, refused, err := v.restartRefused(side); refused {
		return found, err
	}
	found := v.flowOrder(side)
	for _, e := range v.states(side, peer.EventChannelClose) {
		if e.T > v.closing(side.Other()) {
			break // the other end was closed first
		}
		found = append(found, Finding{Object: "data channel", Got: "closed", Want: "open until the session closes it", Where: []int{e.N}})
	}
	return found, nil
}

// stoppedFlow finds the first step after which a message did not arrive in time.
func (v *View) stoppedFlow(side trace.Side) (found []Finding, stopped bool, err error) {
	for i, step := range flowSteps[:4] {
		next := v.flowBegins(flowSteps[i+1].name)
		if next < 0 {
			return nil, false, nil
		}
		var late []int
		silent, lost := 0, v.flowBegins("agreed") >= 0 // ends whose messages are late; none of those came later
		for _, s := range trace.Sides() {
			before := len(late)
			for _, m := range v.flow(s, step.name) {
				if len(m.arrivals) == 0 || m.arrivals[0] > next {
					late, lost = append(late, m.sent), lost && len(m.arrivals) == 0
				}
			}
			if len(late) > before {
				silent++
			}
		}
		if len(late) == 0 {
			continue
		}
		f := Finding{Object: "messages", Got: "not all arrive once " + step.done, Want: "they flow on over the pair of before", Where: late}
		switch by, known := v.stepOf(step.name); {
		case !known:
			f.Joint, f.Why = true, "the ends had done nothing yet"
		case silent == 1 && lost: // a restart that is through does not explain that
			f.Joint, f.Why = true, "one direction has stopped for good and the other goes on; the trace does not tell whether the sender or the receiver stopped it"
		case by != side:
			return nil, true, NoEvidence("the %s stopped the messages; that is counted there", by)
		}
		return []Finding{f}, true, nil
	}
	return nil, false, nil
}

// stepOf is the end that does a step.
func (v *View) stepOf(step string) (trace.Side, bool) {
	by := trace.Offerer
	if v.Header.Traits.Has(trace.TraitRestartByAnswerer) {
		by = trace.Answerer
	}
	switch step {
	case "offered":
		return by, true
	case "heard", "answered":
		return by.Other(), true
	}
	return "", false
}

// flowBegins is the record at which the first message of a step is sent, -1 where
// none is.
func (v *View) flowBegins(step string) int {
	first := -1
	for _, side := range trace.Sides() {
		if all := v.flow(side, step); len(all) > 0 && (first < 0 || all[0].sent < first) {
			first = all[0].sent
		}
	}
	return first
}

// restartRefused tells of a session that stopped because a description of the restart
// was refused. An answer with the wrong DTLS role is rightly refused.
func (v *View) restartRefused(side trace.Side) (found []Finding, refused bool, err error) {
	for _, s := range trace.Sides() {
		f, ok := v.refusal(s)
		if !ok {
			continue
		}
		if wrong, err := keepsSetup(v, s.Other()); err == nil && len(wrong) > 0 && f.Object == "setRemoteDescription" {
			return nil, true, NoEvidence("the description of the %s changes the DTLS role and was rightly refused; RESTART-014 counts that", s.Other())
		}
		if s == side {
			return []Finding{f}, true, nil
		}
		return nil, true, NoEvidence("the %s stopped the restart: %s", s, f)
	}
	return nil, false, nil
}

// flowOrder judges what a side received of all that was sent: each message once, and
// in their order.
func (v *View) flowOrder(side trace.Side) []Finding {
	const why = "the trace does not tell whether the sender or the receiver is at fault"
	var found []Finding
	var order, lost []int
	twice := 0
	for _, step := range flowSteps {
		for _, m := range v.flow(side.Other(), step.name) {
			switch len(m.arrivals) {
			case 0:
				lost = append(lost, m.sent)
			case 1:
				order = append(order, m.arrivals[0])
			default:
				twice++
			}
		}
	}
	if len(lost) > 0 {
		found = append(found, Finding{Object: "messages", Got: "lost over the restart", Want: "all of them", Where: lost, Joint: true, Why: why})
	}
	if twice > 0 || !slices.IsSorted(order) {
		found = append(found, Finding{Object: "messages", Got: fmt.Sprintf("in another order, or twice (%d)", twice), Want: "each once, in the order in which they were sent", Joint: true, Why: why})
	}
	return found
}
