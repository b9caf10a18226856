package check

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

func channelChecks() []Check {
	channels := having(trace.TraitChannels)
	return append([]Check{
		{
			Requirement: requirement("DATA-001"), Needs: peer.Features{peer.FeatureChannelState},
			Applies: negotiated, Run: announcedAsOpened,
		},
		{
			Requirement: requirement("DATA-006"), Needs: peer.Features{peer.FeatureChannelOptions},
			Applies: having(trace.TraitChannels, trace.TraitChannelOptions), Run: negotiatedChannels,
		},
		{
			Requirement: requirement("DATA-007"), Needs: peer.Features{peer.FeatureChannelState},
			Applies: negotiated, Run: streamIDs,
		},
		{
			Requirement: requirement("DATA-011"), Needs: peer.Features{peer.FeatureDataChannel},
			Applies: having(trace.TraitClosesChannels), Run: closingChannels,
		},
		{
			Requirement: requirement("DATA-012"), Needs: peer.Features{peer.FeatureNegotiationNeeded},
			Applies: channels, Run: laterChannels,
		},
		{
			Requirement: requirement("DATA-013"), Needs: peer.Features{peer.FeatureChannelState},
			Applies: channels, Run: messageBeforeOpen,
		},
	}, messageChecks()...)
}

// madeChannel is a channel that a side opened with createDataChannel.
type madeChannel struct {
	Call
	label string
	init  peer.DataChannelInit
}

// made returns the channels that the side opened, in order. Sessions give each a label
// of its own.
func (v *View) made(side trace.Side) []madeChannel {
	var all []madeChannel
	for _, c := range v.Calls(side, "createDataChannel") {
		if !c.OK() {
			continue
		}
		m := madeChannel{Call: c, label: c.Text}
		if len(c.Options) > 0 && json.Unmarshal(c.Options, &m.init) != nil {
			continue // not options of ours
		}
		all = append(all, m)
	}
	return all
}

// handles maps the labels of the side's channels to its words for them.
func (v *View) handles(side trace.Side) map[string]peer.ChannelHandle {
	all := map[string]peer.ChannelHandle{}
	for _, m := range v.made(side) {
		all[m.label] = m.Return.Channel
	}
	for _, e := range v.Events(side, peer.EventDataChannel) {
		if _, ok := all[e.Label]; !ok {
			all[e.Label] = e.Channel
		}
	}
	return all
}

// on returns the events of one channel before the close of either connection.
func (v *View) on(side trace.Side, label string, kind peer.EventType) []Event {
	handle, ok := v.handles(side)[label]
	if !ok {
		return nil
	}
	end := min(v.closing(side), v.closing(side.Other()))
	return slices.DeleteFunc(v.Events(side, kind), func(e Event) bool { return e.Channel != handle || e.T > end })
}

// sentOn returns the calls of send on one channel.
func (v *View) sentOn(side trace.Side, label string) []Call {
	handle, ok := v.handles(side)[label]
	if !ok {
		return nil
	}
	return slices.DeleteFunc(v.Calls(side, "send"), func(c Call) bool { return c.Channel != handle || c.Message == nil })
}

// channelReadings returns the attributes of one channel as they were read, in order.
func (v *View) channelReadings(side trace.Side, label string) []Call {
	handle, ok := v.handles(side)[label]
	if !ok {
		return nil
	}
	return slices.DeleteFunc(v.Calls(side, "channel"), func(c Call) bool { return c.Channel != handle || c.Return.State == nil })
}

// channelName is how findings call a channel: its label without the end that opened it.
func channelName(label string) string {
	name, _, _ := strings.Cut(label, "-"+string(trace.Offerer))
	name, _, _ = strings.Cut(name, "-"+string(trace.Answerer))
	return "channel " + name
}

// announcedAsOpened judges what a side opened by its own attributes, and what the
// other end opened by how it was announced to this side.
func announcedAsOpened(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	var found []Finding
	for _, m := range v.made(side) {
		if m.init.Negotiated {
			continue
		}
		for _, r := range v.channelReadings(side, m.label) {
			for _, f := range asOpened(m, *r.Return.State) {
				f.Where = []int{m.N, r.ReturnN}
				found = merge(found, f)
			}
		}
		if len(v.on(side.Other(), m.label, peer.EventDataChannel)) > 0 && len(v.on(side, m.label, peer.EventChannelOpen)) != 1 {
			found = append(found, Finding{
				Object: channelName(m.label), Got: fmt.Sprintf("%d open events", len(v.on(side, m.label, peer.EventChannelOpen))), Want: "one: the other end has the channel",
				Where: []int{m.N},
			})
		}
	}
	for _, m := range v.made(side.Other()) {
		if !m.init.Negotiated {
			found = append(found, v.announcement(side, m)...)
		}
	}
	return found, nil
}

// asOpened compares the attributes of a channel with the options it was opened with.
func asOpened(m madeChannel, s peer.ChannelState) []Finding {
	var found []Finding
	compare := func(name string, got, want any) {
		if got != want {
			found = append(found, Finding{Object: channelName(m.label) + ", " + name, Got: fmt.Sprint(got), Want: fmt.Sprint(want)})
		}
	}
	compare("label", s.Label, m.label)
	compare("protocol", fmt.Sprintf("%q", s.Protocol), fmt.Sprintf("%q", m.init.Protocol))
	compare("ordered", s.Ordered, !m.init.Unordered)
	compare("maxPacketLifeTime", number(s.MaxPacketLifeTime), number(m.init.MaxPacketLifeTime))
	compare("maxRetransmits", number(s.MaxRetransmits), number(m.init.MaxRetransmits))
	compare("negotiated", s.Negotiated, m.init.Negotiated)
	return found
}

// announcement judges how a channel of the other end was announced to this side.
func (v *View) announcement(side trace.Side, m madeChannel) []Finding {
	const why = "the trace does not tell whether the opener wrote or this end read it wrong"
	name := channelName(m.label)
	if len(v.on(side.Other(), m.label, peer.EventChannelOpen)) == 0 {
		return nil // the opener does not have it either
	}
	events := v.on(side, m.label, peer.EventDataChannel)
	if len(events) != 1 {
		if len(events) == 0 && !v.Header.Traits.Any(trace.TraitChannels, trace.TraitMessages) {
			return nil // the session did not wait for it
		}
		return []Finding{{Object: name, Got: fmt.Sprintf("%d datachannel events", len(events)), Want: "one", Where: []int{m.N}, Joint: len(events) == 0, Why: why}}
	}
	e := events[0]
	if e.Opened == nil {
		return []Finding{{Object: name, Got: "announced without a channel", Want: "the channel in the datachannel event", Where: []int{e.N}}}
	}
	found := asOpened(m, *e.Opened)
	if id := v.idAt(side.Other(), m.label); id != nil && number(e.Opened.ID) != number(id) {
		found = append(found, Finding{Object: name + ", id", Got: "another than the opener's", Want: "the same at both ends"})
	}
	for i := range found {
		found[i].Where, found[i].Joint, found[i].Why = []int{m.N, e.N}, true, why
	}
	switch open := v.on(side, m.label, peer.EventChannelOpen); {
	case len(open) != 1 && v.Header.Traits.Any(trace.TraitChannels, trace.TraitMessages):
		found = append(found, Finding{Object: name, Got: fmt.Sprintf("%d open events", len(open)), Want: "one, after the datachannel event", Where: []int{e.N}})
	case len(open) > 0 && open[0].N < e.N:
		found = append(found, Finding{Object: name, Got: "open, then datachannel", Want: "datachannel, then open", Where: []int{open[0].N, e.N}})
	}
	return found
}

// idAt is the stream id of a channel as the side read it last; nil where it did not.
func (v *View) idAt(side trace.Side, label string) *uint16 {
	var id *uint16
	for _, r := range v.channelReadings(side, label) {
		if r.Return.State.ID != nil {
			id = r.Return.State.ID
		}
	}
	return id
}

// laterChannels: once the ends are connected, a channel opens without negotiation.
func laterChannels(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	first, opened := Call{}, false
	var found []Finding
	for _, m := range v.made(side) {
		if !strings.HasPrefix(m.label, "plain-") {
			continue
		}
		if !opened {
			first, opened = m.Call, true
		}
		if len(v.on(side, m.label, peer.EventChannelOpen)) == 0 {
			found = append(found, Finding{Object: channelName(m.label), Got: "not open", Want: "open without another offer", Where: []int{m.N}, Joint: true, Why: "the trace does not tell which end is at fault"})
		}
	}
	if !opened {
		return nil, NoEvidence("the %s opened no channel once it was connected: %s", side, v.End.Reason)
	}
	for _, e := range v.states(side, peer.EventNegotiationNeeded) {
		if e.T >= first.T {
			found = merge(found, Finding{Object: "negotiationneeded", Got: "fired for a channel beyond the first", Want: "the data section is there already", Where: []int{first.N, e.N}})
		}
	}
	return found, nil
}

// messageBeforeOpen: a channel that is announced is open already, so that the handler
// can send.
func messageBeforeOpen(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	label := "greet-" + string(side.Other())
	events := v.on(side, label, peer.EventDataChannel)
	if len(events) == 0 || events[0].Opened == nil {
		return nil, NoEvidence("%s was not announced, or without its attributes; DATA-001 counts that", channelName(label))
	}
	name := channelName(label)
	if state := events[0].Opened.ReadyState; state != "open" {
		return []Finding{{Object: name + ", readyState in the datachannel handler", Got: fmt.Sprintf("%q", state), Want: `"open"`, Where: []int{events[0].N}}}, nil
	}
	sent := v.sentOn(side, label)
	switch {
	case len(sent) == 0:
		return nil, NoEvidence("nothing was sent on %s: %s", name, v.End.Reason)
	case !sent[0].OK():
		return []Finding{{Object: name + ", send", Got: refusalOf(sent[0]), Want: "taken: the channel is open", Where: []int{sent[0].N, sent[0].ReturnN}}}, nil
	case len(v.on(side.Other(), label, peer.EventMessage)) == 0:
		return []Finding{{
			Object: name, Got: "the message that was sent before the open event did not arrive", Want: "it arrives", Where: []int{sent[0].N},
			Joint: true, Why: "the trace does not tell whether the sender or the receiver lost it",
		}}, nil
	}
	return nil, nil
}

// refusalOf names how a call was refused.
func refusalOf(c Call) string {
	if c.Return.Error != nil {
		return c.Return.Error.Name
	}
	return "no answer"
}
