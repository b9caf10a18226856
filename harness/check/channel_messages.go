package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

const lost = "the trace does not tell whether it went wrong at the sender or at the receiver"

func messageChecks() []Check {
	messages := having(trace.TraitMessages)
	data := peer.Features{peer.FeatureDataChannel}
	return []Check{
		{Requirement: requirement("DATA-004"), Needs: data, Applies: messages, Run: emptyMessages},
		{Requirement: requirement("DATA-005"), Needs: data, Applies: messages, Run: manyMessages},
		{
			// The attribute is judged where a peer has it, send where a description
			// says what the other end takes.
			Requirement: requirement("DATA-008"), Needs: data,
			Applies: either(having(trace.TraitMessageLimit), all(either(negotiated, having(trace.TraitChannelOptions)), declaring(peer.FeatureMaxMessageSize))), Run: messageLimit,
		},
		{Requirement: requirement("DATA-009"), Needs: data, Applies: having(trace.TraitMessages, trace.TraitMessageLimit), Run: largeMessages},
		{Requirement: requirement("DATA-010"), Needs: peer.Features{peer.FeatureBufferedAmount}, Applies: messages, Run: bufferedAmount},
	}
}

// declaring holds for an end whose peer declares the feature.
func declaring(f peer.Feature) applies {
	return func(h trace.Header, side trace.Side) bool { return h.Peer(side).Features.Has(f) }
}

// delivery is what was sent to this side on one channel, and what arrived.
type delivery struct {
	sent, got []peer.Message
	sentN     []int
	refused   []Call // calls of send that the other end refused, but for probes
}

func (v *View) delivery(side trace.Side, label string) delivery {
	var c delivery
	for _, call := range v.sentOn(side.Other(), label) {
		if call.Probe != "" {
			continue
		}
		if !call.OK() {
			c.refused = append(c.refused, call)
			continue
		}
		c.sent, c.sentN = append(c.sent, *call.Message), append(c.sentN, call.N)
	}
	for _, e := range v.on(side, label, peer.EventMessage) {
		if e.Message != nil {
			c.got = append(c.got, *e.Message)
		}
	}
	return c
}

// refusedSends are the sends on that channel that this side refused. Where the channel
// has closed, that is not this side's doing alone.
func (v *View) refusedSends(side trace.Side, label, object string) []Finding {
	var found []Finding
	closed := len(v.on(side, label, peer.EventChannelClose)) > 0
	for _, c := range v.delivery(side.Other(), label).refused {
		found = merge(found, Finding{
			Object: object + ", send", Got: refusalOf(c), Want: "taken", Where: []int{c.N, c.ReturnN},
			Joint: closed, Why: "the channel was closed, and the trace does not tell by which end",
		})
	}
	return found
}

func emptyMessages(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	const label = "empty"
	found := v.refusedSends(side, label, "empty message")
	c := v.delivery(side, label)
	if len(c.sent)+len(c.refused) == 0 {
		return nil, NoEvidence("no empty message was sent to the %s: %s", side, v.End.Reason)
	}
	show := func(all []peer.Message) string {
		var kinds []string
		for _, m := range all {
			kind := "text"
			if m.Binary {
				kind = "binary"
			}
			if len(m.Text)+len(m.Bytes) > 0 {
				kind += " that is not empty"
			}
			kinds = append(kinds, kind)
		}
		return list(kinds)
	}
	if got, want := show(c.got), show(c.sent); got != want {
		found = append(found, Finding{Object: "empty messages", Got: got, Want: want, Where: c.sentN, Joint: true, Why: lost})
	}
	return found, nil
}

// manyMessages judges numbered messages: all of them in order on the reliable channel,
// and on the others each at most once and nothing else.
func manyMessages(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	labels := []string{"counted", "unordered-offerer", "retransmits-offerer", "lifetime-offerer"}
	var found []Finding
	for _, label := range labels {
		c := v.delivery(side, label)
		found = append(found, v.refusedSends(side, label, channelName(label))...)
		if label == labels[0] && len(c.sent) == 0 {
			if len(found) > 0 {
				return found, nil
			}
			return nil, NoEvidence("nothing was sent to the %s on %s: %s", side, channelName(label), v.End.Reason)
		}
		for _, f := range numbered(c, label == labels[0], label != labels[1] && label != labels[3]) {
			f.Object, f.Joint, f.Why = channelName(label)+", "+f.Object, true, lost
			found = append(found, f)
		}
	}
	return found, nil
}

// numbered compares what arrived with what was sent: "0", "1", ...
func numbered(c delivery, complete, ordered bool) []Finding {
	var found []Finding
	times := make([]int, len(c.sent))
	last, disorder, foreign := -1, 0, 0
	for _, m := range c.got {
		n, err := strconv.Atoi(m.Text)
		if err != nil || m.Binary || n < 0 || n >= len(times) || strconv.Itoa(n) != m.Text {
			foreign++
			continue
		}
		times[n]++
		if n < last {
			disorder++
		}
		last = n
	}
	missing, doubled := 0, 0
	for _, t := range times {
		switch {
		case t == 0:
			missing++
		case t > 1:
			doubled++
		}
	}
	add := func(wrong bool, object, got, want string) {
		if wrong {
			found = append(found, Finding{Object: object, Got: got, Want: want})
		}
	}
	add(foreign > 0, "content", "messages that nobody sent", "those that were sent")
	add(doubled > 0, "messages", "some twice", "each once")
	add(complete && missing > 0, "messages", "some missing", "all of them")
	add(ordered && disorder > 0, "order", "another than they were sent in", "that in which they were sent")
	return found
}

// messageLimit judges sctp.maxMessageSize by the remote description, and that a larger
// message is refused.
func messageLimit(v *View, side trace.Side) ([]Finding, error) {
	if v.Header.Traits.Has(trace.TraitChannelOptions) {
		var found []Finding
		judged := 0
		for _, name := range v.Conns(side) {
			s, ok := v.At(name).Snapshot(side, trace.MomentFinal)
			if !ok || !strings.HasPrefix(name, "size-") {
				continue
			}
			judged++
			found = append(found, attributeOf(s)...)
		}
		if judged == 0 {
			return nil, NoEvidence("no answer was set at the %s: %s", side, v.End.Reason)
		}
		return found, nil
	}
	if err := isConnected(v); err != nil {
		return nil, err
	}
	s, ok := v.Snapshot(side, trace.MomentFinal)
	if !ok {
		return nil, NoEvidence("the states of the %s were not read: %s", side, v.End.Reason)
	}
	var found []Finding
	if v.Header.Peer(side).Features.Has(peer.FeatureMaxMessageSize) {
		found = attributeOf(s)
	}
	if !v.Header.Traits.Has(trace.TraitMessageLimit) {
		return found, nil
	}
	for _, c := range v.Calls(side, "send") {
		if c.Probe == trace.ProbeAboveLimit {
			return append(found, v.aboveLimit(side, c)...), nil
		}
	}
	return found, NoEvidence("the %s was not asked to send more than the limit: %s", side, v.End.Reason)
}

// aboveLimit judges the call that sends a byte more than the other end takes.
func (v *View) aboveLimit(side trace.Side, c Call) []Finding {
	const object = "message of a byte more than max-message-size"
	switch {
	case c.OK():
		return []Finding{{Object: object, Got: "sent", Want: peer.TypeError, Where: []int{c.N, c.ReturnN}}}
	case c.Return.Error != nil && c.Return.Error.Name != peer.TypeError:
		return []Finding{{Object: object, Got: c.Return.Error.Name, Want: peer.TypeError, Where: []int{c.N, c.ReturnN}}}
	}
	for _, e := range v.states(side.Other(), peer.EventMessage) {
		if e.Message != nil && e.Message.Equal(*c.Message) {
			return []Finding{{Object: object, Got: "refused and sent all the same", Want: "nothing is sent", Where: []int{c.N, e.N}}}
		}
	}
	return nil
}

// attributeOf judges maxMessageSize: at most what the remote description takes, and
// what it takes where that is so small that everybody can send it. How much an end can
// send by itself is its own affair.
func attributeOf(s peer.Snapshot) []Finding {
	if s.RemoteDescription == nil || s.LocalDescription == nil || s.SignalingState != "stable" {
		return nil
	}
	d, err := wire.ParseDescription(s.RemoteDescription.SDP)
	if err != nil || !slices.ContainsFunc(d.Media, func(m *wire.Media) bool { return m.Kind == "application" && !m.Rejected() }) {
		return nil
	}
	size, said := d.MaxMessageSize()
	text := fmt.Sprintf("a=max-message-size:%d", size)
	if !said {
		size, text = wire.DefaultMaxMessageSize, "no a=max-message-size"
	}
	object := "maxMessageSize for " + text
	const small = 16384
	switch got := s.MaxMessageSize; {
	case got == nil:
		return []Finding{{Object: object, Got: "no sctp", Want: "a number"}}
	case size == 0 && *got == 0:
		return []Finding{{Object: object, Got: "0", Want: "what this end can send: the other takes everything"}}
	case size > 0 && (*got < 0 || *got > int64(size)):
		return []Finding{{Object: object, Got: sizeText(*got), Want: fmt.Sprintf("at most %d", size)}}
	case size > 0 && *got < int64(min(size, small)):
		return []Finding{{Object: object, Got: sizeText(*got), Want: fmt.Sprintf("at least %d", min(size, small))}}
	}
	return nil
}

func sizeText(bytes int64) string {
	if bytes < 0 {
		return "Infinity"
	}
	return fmt.Sprint(bytes)
}

// largeMessages compares large messages, of which a trace keeps length and hash.
func largeMessages(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	mine, its := "large-"+string(side), "large-"+string(side.Other()) // each end sends on its own
	if v.Header.Traits.Has(trace.TraitMessageLimit) {
		mine, its = "rink", "rink"
	}
	c := v.delivery(side, its)
	var found []Finding
	for _, call := range v.delivery(side.Other(), mine).refused {
		if call.Message.Binary {
			found = merge(found, Finding{Object: "message of " + lengthOf(*call.Message) + ", send", Got: refusalOf(call), Want: "taken", Where: []int{call.N, call.ReturnN}})
		}
	}
	var sent, got []peer.Message
	for _, m := range c.sent {
		if m.Binary {
			sent = append(sent, m)
		}
	}
	for _, m := range c.got {
		if m.Binary {
			got = append(got, m)
		}
	}
	if len(sent) == 0 {
		if len(found) > 0 {
			return found, nil
		}
		return nil, NoEvidence("no large message was sent to the %s: %s", side, v.End.Reason)
	}
	for _, m := range sent {
		if !slices.ContainsFunc(got, m.Equal) {
			found = append(found, Finding{Object: "message of " + lengthOf(m), Got: "not received as it was sent", Want: "every byte of it", Joint: true, Why: lost})
		}
	}
	return found, nil
}

// lengthOf reads the length of a message that the trace may have cut.
func lengthOf(m peer.Message) string {
	if length, _, cut := strings.Cut(strings.TrimPrefix(m.Text, "… ("), " bytes in all"); cut && m.Binary {
		return length + " bytes"
	}
	return fmt.Sprintf("%d bytes", len(m.Text)+len(m.Bytes))
}

// bufferedAmount judges one send of a message that is larger than the low threshold.
// When bytes leave the buffer is the implementation's affair, so that a reading right
// after send may be anything up to what was sent.
func bufferedAmount(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	const label = "buffered"
	sent := v.sentOn(side, label)
	if len(sent) == 0 || !sent[0].OK() {
		return nil, NoEvidence("the %s sent nothing on channel %s: %s", side, label, v.End.Reason)
	}
	var found []Finding
	if lows := v.on(side, label, peer.EventBufferedAmountLow); len(lows) != 1 {
		found = append(found, Finding{
			Object: "bufferedamountlow", Got: fmt.Sprintf("%d events", len(lows)), Want: "one for a message above the threshold", Where: []int{sent[0].N},
		})
	}
	size, err := strconv.ParseUint(strings.TrimSuffix(lengthOf(*sent[0].Message), " bytes"), 10, 64)
	if err != nil {
		return found, fmt.Errorf("length of the message on channel %s: %w", label, err)
	}
	readings := v.channelReadings(side, label)
	for i, r := range readings {
		amount := r.Return.State.BufferedAmount
		switch {
		case r.N < sent[0].N && amount != 0:
			found = merge(found, Finding{Object: "bufferedAmount before anything is sent", Got: "not 0", Want: "0", Where: []int{r.ReturnN}})
		case amount > size:
			found = merge(found, Finding{Object: "bufferedAmount", Got: "more than was sent", Want: "the bytes of the payload at most", Where: []int{r.ReturnN}})
		case i == len(readings)-1 && amount != 0:
			found = append(found, Finding{Object: "bufferedAmount once all has left", Got: "not 0", Want: "0", Where: []int{r.ReturnN}})
		}
	}
	return found, nil
}
