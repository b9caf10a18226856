package signaling

import (
	"encoding/json"
	"maps"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/repair"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// members are the members of an RTCIceCandidateInit as JSON, so that what is not
// touched stays as the sender wrote it.
type members map[string]json.RawMessage

func (m members) text(name string) (string, bool) {
	var s *string
	if err := json.Unmarshal(m[name], &s); err != nil || s == nil {
		return "", false
	}
	return *s, true
}

func (m members) number(name string) (int, bool) {
	var n *int
	if err := json.Unmarshal(m[name], &n); err != nil || n == nil {
		return 0, false
	}
	return *n, true
}

func (m members) set(name string, value any) {
	if raw, err := json.Marshal(value); err == nil {
		m[name] = raw
	}
}

// edit returns c with its members changed; the end of candidates, what is no
// JSON object and what the change leaves as it was pass unchanged.
func edit(c Candidate, change func(members)) Candidate {
	if c.End() {
		return c
	}
	var m members
	if err := json.Unmarshal(c.Raw, &m); err != nil || m == nil {
		return c
	}
	before := maps.Clone(m)
	change(m)
	if maps.EqualFunc(before, m, func(a, b json.RawMessage) bool { return string(a) == string(b) }) {
		return c
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return c
	}
	c.Raw = raw
	return c
}

func one(c Candidate) []Candidate { return []Candidate{c} }

// address puts the mid and index of the candidate's own section, as the sender's
// description has them. The faults below test the receiver with input that is
// right but for the one fault, whatever the sender wrote.
func address(local *wire.Description, m members) {
	if local == nil || len(local.Media) == 0 {
		return
	}
	index := 0
	if i, ok := m.number("sdpMLineIndex"); ok && i >= 0 && i < len(local.Media) {
		index = i
	}
	if mid, ok := m.text("sdpMid"); ok {
		if i, section := local.ByMid(mid); section != nil {
			index = i
		}
	}
	m.set("sdpMid", nil)
	if mid, ok := local.Media[index].Attr("mid"); ok {
		m.set("sdpMid", mid)
	}
	m.set("sdpMLineIndex", index)
}

// onFields makes a fault that addresses each candidate rightly and then changes
// it. What an earlier fault made wrong on purpose stays wrong.
func onFields(name string, change func(members)) Fault {
	return fixed(name, handler{candidate: func(_ trace.Side, local *wire.Description, c Candidate) []Candidate {
		if c.Probe != "" {
			return one(c)
		}
		return one(edit(c, func(m members) {
			address(local, m)
			change(m)
		}))
	}})
}

// probing makes a fault that first delivers a copy that must be refused, and
// then the candidate addressed rightly.
func probing(name, probe string, change func(members)) Fault {
	return fixed(name, handler{candidate: func(_ trace.Side, local *wire.Description, c Candidate) []Candidate {
		if c.End() || c.Probe != "" {
			return one(c)
		}
		right := edit(c, func(m members) { address(local, m) })
		if text, _ := asMembers(c).text("candidate"); text == "" {
			return one(right)
		}
		wrong := edit(right, change)
		wrong.Probe = probe
		return []Candidate{wrong, right}
	}})
}

func asMembers(c Candidate) members {
	var m members
	if err := json.Unmarshal(c.Raw, &m); err != nil {
		return members{}
	}
	return m
}

// MidOnly delivers candidates with sdpMid and without sdpMLineIndex.
func MidOnly() Fault {
	return onFields("mid-only", func(m members) { m.set("sdpMLineIndex", nil) })
}

// IndexOnly delivers candidates with sdpMLineIndex and without sdpMid.
func IndexOnly() Fault {
	return onFields("index-only", func(m members) { m.set("sdpMid", nil) })
}

// Addressed delivers candidates with the mid and index of their own section.
func Addressed() Fault { return onFields("addressed", func(members) {}) }

// Neither first delivers each candidate without mid and index.
func Neither() Fault {
	return probing("neither", trace.ProbeNeither, func(m members) {
		m.set("sdpMid", nil)
		m.set("sdpMLineIndex", nil)
	})
}

// Unaddressed delivers candidates without mid and index, both null: what is left
// of them in aiortc's RTCIceGatherer.getLocalCandidates(). Unlike Neither it is
// no probe: nothing right follows.
func Unaddressed() Fault {
	return fixed("unaddressed", handler{candidate: func(_ trace.Side, _ *wire.Description, c Candidate) []Candidate {
		if c.Probe != "" {
			return one(c)
		}
		return one(edit(c, func(m members) {
			m.set("sdpMid", nil)
			m.set("sdpMLineIndex", nil)
		}))
	}})
}

// Stamped delivers candidates with the mid, index and ufrag that repair.Stamp
// finds for them in the sender's description as it was produced. Where it finds
// none they stay as they are, and the receiver says what it makes of them.
func Stamped() Fault {
	return fixed("stamped", handler{candidate: func(_ trace.Side, local *wire.Description, c Candidate) []Candidate {
		init, err := peer.ParseCandidateInit(c.Raw)
		if c.Probe != "" || local == nil || err != nil || init == nil {
			return one(c)
		}
		stamped, err := repair.Stamp(peer.SessionDescription{SDP: local.String()}, *init)
		if err != nil {
			return one(c)
		}
		return one(edit(c, func(m members) {
			m.set("sdpMid", stamped.SDPMid)
			m.set("sdpMLineIndex", stamped.SDPMLineIndex)
			m.set("usernameFragment", stamped.UsernameFragment)
		}))
	}})
}

// UnknownMid first delivers each candidate with a mid that no section has and
// an index that is right.
func UnknownMid() Fault {
	return probing("unknown-mid", trace.ProbeUnknownMid, func(m members) { m.set("sdpMid", "nope") })
}

// Extensions appends name and value pairs that nobody knows (RFC 8839 section
// 5.1).
func Extensions(pairs string) Fault {
	return onFields("extensions", func(m members) {
		if text, ok := m.text("candidate"); ok && text != "" {
			m.set("candidate", strings.TrimRight(text, " ")+" "+pairs)
		}
	})
}

// EmptyCandidate puts an empty candidate with mid and index of the first section
// before the end of candidates.
func EmptyCandidate() Fault {
	return fixed("empty-candidate", handler{candidate: func(_ trace.Side, local *wire.Description, c Candidate) []Candidate {
		if !c.End() {
			return one(c)
		}
		empty := Candidate{Raw: json.RawMessage(`{"candidate":""}`)}
		return []Candidate{edit(empty, func(m members) { address(local, m) }), c}
	}})
}
