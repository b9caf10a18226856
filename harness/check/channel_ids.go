package check

import (
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// negotiatedChannels judges options on a connection of their own, and channels whose
// ids both ends agreed on.
func negotiatedChannels(v *View, side trace.Side) ([]Finding, error) {
	if v.Header.Traits.Has(trace.TraitChannelOptions) {
		return channelOptions(v.At("options"), side)
	}
	if err := isConnected(v); err != nil {
		return nil, err
	}
	var found []Finding
	judged := false
	for _, m := range v.made(side) {
		if !strings.HasPrefix(m.label, "agreed-") {
			continue
		}
		judged = true
		if len(v.on(side, m.label, peer.EventChannelOpen)) != 1 {
			found = append(found, Finding{Object: "channel " + m.label, Got: fmt.Sprintf("%d open events", len(v.on(side, m.label, peer.EventChannelOpen))), Want: "one", Where: []int{m.N}})
		}
		for _, e := range v.states(side, peer.EventDataChannel) {
			if e.Label == m.label {
				found = append(found, Finding{Object: "channel " + m.label, Got: "a datachannel event", Want: "none: both ends made it", Where: []int{e.N}})
			}
		}
		sent := v.sentOn(side.Other(), m.label)
		if len(sent) > 0 && sent[0].OK() && len(v.on(side, m.label, peer.EventMessage)) == 0 {
			found = append(found, Finding{
				Object: "channel " + m.label, Got: "no message", Want: "what the other end sent on the same id", Where: []int{sent[0].N},
				Joint: true, Why: "the trace does not tell whether the sender or the receiver lost it",
			})
		}
	}
	for _, c := range v.Calls(side, "createDataChannel") {
		if strings.HasPrefix(c.Text, "agreed-") && !c.OK() {
			judged = true
			found = append(found, Finding{Object: "channel " + c.Text, Got: refusalOf(c), Want: "taken", Where: []int{c.N, c.ReturnN}})
		}
	}
	if !judged {
		return nil, NoEvidence("no channel was agreed: one end does not declare %s", peer.FeatureChannelOptions)
	}
	return found, nil
}

// channelOptions judges the options that one end was given by itself.
func channelOptions(v *View, side trace.Side) ([]Finding, error) {
	calls := v.Calls(side, "createDataChannel")
	if len(calls) == 0 {
		return nil, NoEvidence("the %s was asked nothing: %s", side, v.End.Reason)
	}
	var found []Finding
	for _, c := range calls {
		switch {
		case c.Probe != "" && c.OK():
			found = append(found, Finding{Object: "createDataChannel, " + c.Probe, Got: "taken", Want: peer.TypeError, Where: []int{c.N, c.ReturnN}})
		case c.Probe != "" && c.Return.Error != nil && c.Return.Error.Name != peer.TypeError:
			found = append(found, Finding{Object: "createDataChannel, " + c.Probe, Got: c.Return.Error.Name, Want: peer.TypeError, Where: []int{c.N, c.ReturnN}})
		case c.Probe == "" && !c.OK():
			found = append(found, Finding{Object: "createDataChannel with " + string(c.Options), Got: refusalOf(c), Want: "taken", Where: []int{c.N, c.ReturnN}})
		}
	}
	for _, m := range v.made(side) {
		for _, r := range v.Calls(side, "channel") {
			if s := r.Return.State; m.Probe == "" && r.Channel == m.Return.Channel && s != nil && (!s.Negotiated || number(s.ID) != number(m.init.ID)) {
				found = append(found, Finding{
					Object: "channel with negotiated and id " + number(m.init.ID), Got: fmt.Sprintf("negotiated %v, id %s", s.Negotiated, number(s.ID)),
					Want: "what it was made with", Where: []int{m.N, r.ReturnN},
				})
			}
		}
	}
	return found, nil
}

// streamIDs judges the ids that the side gave to the channels that it opened in-band.
func streamIDs(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	client, settled, err := v.dtlsClient(side)
	if err != nil {
		return nil, err
	}
	role, parity := "server", uint16(1)
	if client {
		role, parity = "client", 0
	}
	var found []Finding
	taken := map[uint16]string{}
	for _, m := range v.made(side) {
		if m.init.Negotiated {
			continue
		}
		for _, r := range v.channelReadings(side, m.label) {
			if r.N < settled && r.Return.State.ID != nil {
				found = merge(found, Finding{Object: "id before the DTLS role is settled", Got: "a number", Want: "null", Where: []int{r.ReturnN}})
			}
		}
		id, joint := v.idAt(side, m.label), false
		if id == nil {
			if events := v.on(side.Other(), m.label, peer.EventDataChannel); len(events) > 0 && events[0].Opened != nil {
				id, joint = events[0].Opened.ID, true
			}
		}
		if id == nil {
			continue
		}
		if *id%2 != parity {
			f := Finding{Object: "ids of the DTLS " + role, Got: map[uint16]string{0: "an even one", 1: "an odd one"}[1-parity], Want: map[uint16]string{0: "even ones", 1: "odd ones"}[parity], Where: []int{m.N}, Joint: joint}
			if joint {
				f.Why = "the id is what the other end says of it"
			}
			found = merge(found, f)
		}
		if other, twice := taken[*id]; twice && !v.closedByCall(side, other) {
			found = merge(found, Finding{Object: "ids", Got: "the same for two open channels", Want: "one for each", Where: []int{m.N}, Joint: joint, Why: "the id is what the other end says of it"})
		}
		taken[*id] = m.label
	}
	return found, nil
}

// dtlsClient tells by the answer whether the side is the DTLS client (RFC 8842
// section 5), and from which record on that is settled for it.
func (v *View) dtlsClient(side trace.Side) (client bool, settled int, err error) {
	methods := map[trace.Side]string{trace.Offerer: "setRemoteDescription", trace.Answerer: "setLocalDescription"}
	for _, c := range v.Calls(side, methods[side]) {
		if c.Description == nil || c.Description.Type != "answer" || !c.OK() {
			continue
		}
		d, err := wire.ParseDescription(c.Description.SDP)
		if err != nil {
			return false, 0, NoEvidence("a description cannot be read: %v", err)
		}
		for _, m := range d.Media {
			if setup := d.Setup(m); setup != "" && !m.Rejected() {
				return (setup == "active") == (side == trace.Answerer), c.N, nil
			}
		}
	}
	return false, 0, NoEvidence("no answer of the session has an a=setup")
}

// closedByCall reports whether the session closed the channel of that label.
func (v *View) closedByCall(side trace.Side, label string) bool {
	for _, at := range []trace.Side{side, side.Other()} {
		handle := v.handles(at)[label]
		for _, c := range v.Calls(at, "closeDataChannel") {
			if c.Channel == handle {
				return true
			}
		}
	}
	return false
}
