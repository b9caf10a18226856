package fingerprint

import (
	"fmt"
	"strconv"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// statistics reads which fields the statistics have, and the values of those that
// name a role or a state.
func (f facts) statistics() {
	s, ok := f.view.Stats(f.side, trace.MomentConnected)
	if !ok {
		return
	}
	f.set("stats/transports", strconv.Itoa(len(s.Transports)))
	values := map[string][]string{}
	for _, t := range s.Transports {
		for name, value := range map[string]string{
			"iceRole": t.ICERole, "dtlsState": t.DTLSState, "dtlsRole": t.DTLSRole, "pairState": t.PairState,
			"nominated": flag(t.Nominated), "local candidate": end(t.Local), "remote candidate": protocol(t.Remote),
		} {
			if value == "" {
				value = "left out"
			}
			values[name] = append(values[name], value)
		}
	}
	for name, vs := range values {
		f.list("stats/"+name, vs...)
	}
	var inbound []string
	for _, in := range s.Inbound {
		mid := "without mid"
		if in.Mid != "" {
			mid = "with mid"
		}
		inbound = append(inbound, string(in.Kind)+" "+mid)
	}
	f.list("stats/inbound", inbound...)
}

func flag(b *bool) string {
	if b == nil {
		return ""
	}
	return strconv.FormatBool(*b)
}

func end(c *peer.CandidateStats) string {
	if c == nil {
		return ""
	}
	form := c.Type + " " + c.Protocol
	if c.Address == "" {
		form += " without address"
	}
	return form
}

// protocol leaves out the type: whether a remote candidate is known or peer
// reflexive depends on what comes first, it or the first check.
func protocol(c *peer.CandidateStats) string {
	if c == nil {
		return ""
	}
	return c.Protocol
}

// channels reads what each data channel said until it was closed, and what kinds
// of messages came.
func (f facts) channels() {
	said, order := map[peer.ChannelHandle][]string{}, []peer.ChannelHandle{}
	for _, e := range f.until(peer.EventDataChannel, peer.EventChannelOpen, peer.EventChannelClose, peer.EventMessage) {
		if said[e.Channel] == nil {
			order = append(order, e.Channel)
		}
		what := string(e.Type)
		if e.Type == peer.EventMessage {
			what = messageForm(e.Message)
		}
		said[e.Channel] = append(said[e.Channel], what)
	}
	for i, handle := range order {
		f.sequence(fmt.Sprintf("channel/events of channel %d", i), said[handle]...)
	}
}

func messageForm(m *peer.Message) string {
	switch {
	case m == nil:
		return "no message"
	case m.Binary:
		return "binary message"
	}
	return "text message"
}
