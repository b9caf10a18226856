package mutant

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// candidateChanges alter one field of a candidate that was surfaced, and of what
// became of it on its way: whoever got it unaltered gets what is altered now.
func candidateChanges(records []trace.Record, at int) []change {
	init, err := peer.ParseCandidateInit(records[at].Event.Candidate)
	if err != nil || init == nil || init.Candidate == "" {
		return nil
	}
	var all []change
	add := func(field string, alter func(c *peer.ICECandidateInit)) {
		all = append(all, change{"candidate-field", field, func() []trace.Record {
			changed := init.Clone()
			alter(&changed)
			raw, err := json.Marshal(changed)
			if err != nil {
				panic(err) // strings and numbers
			}
			return carried(records, records[at].Event.Candidate, raw)
		}})
	}
	none := func(c *peer.ICECandidateInit) { c.SDPMid, c.SDPMLineIndex = nil, nil }
	add("sdpMid", func(c *peer.ICECandidateInit) { s := "nope"; c.SDPMid = &s })
	add("sdpMid null", func(c *peer.ICECandidateInit) { c.SDPMid = nil })
	add("sdpMLineIndex", func(c *peer.ICECandidateInit) { n := uint16(7); c.SDPMLineIndex = &n })
	add("sdpMLineIndex null", func(c *peer.ICECandidateInit) { c.SDPMLineIndex = nil })
	add("sdpMid and sdpMLineIndex null", none)
	add("usernameFragment", func(c *peer.ICECandidateInit) { s := "nobody"; c.UsernameFragment = &s })
	add("prefix", func(c *peer.ICECandidateInit) { c.Candidate = "a=" + c.Candidate })
	fields := strings.Fields(init.Candidate)
	for i, name := range []string{"foundation", "component", "transport", "priority", "address", "port", "typ", "type"} {
		if i >= len(fields) {
			break
		}
		for _, other := range otherField(name, fields[i]) {
			add(name, func(c *peer.ICECandidateInit) {
				altered := slices.Clone(fields)
				altered[i] = other
				c.Candidate = strings.Join(altered, " ")
			})
		}
	}
	add("raddr on a host candidate", func(c *peer.ICECandidateInit) { c.Candidate += " raddr 192.0.2.9 rport 9" })
	return all
}

// otherField is what a field of a candidate line could be instead.
func otherField(name, value string) []string {
	switch name {
	case "foundation":
		return []string{"candidate:" + strings.Repeat("f", 33), "candidate:f!"}
	case "component":
		return []string{"2", "0"}
	case "transport":
		return []string{"xyz"}
	case "priority":
		return []string{"1", "4294967295"}
	case "address":
		return []string{"127.0.0.1", "192.0.2.77", "x y"}
	case "port":
		return []string{"0", "70000", "1"}
	case "type":
		return []string{"relay", "tourist"}
	}
	return []string{value + "e"}
}

// carried replaces a candidate wherever it went as it was surfaced.
func carried(records []trace.Record, from, to json.RawMessage) []trace.Record {
	out := slices.Clone(records)
	for i, r := range out {
		switch {
		case r.Event != nil && string(r.Event.Candidate) == string(from):
			e := *r.Event
			e.Candidate = to
			out[i].Event = &e
		case r.Signal != nil && string(r.Signal.Candidate) == string(from):
			s := *r.Signal
			s.Candidate = to
			out[i].Signal = &s
		case r.Call != nil && string(r.Call.Candidate) == string(from):
			c := *r.Call
			c.Candidate = to
			out[i].Call = &c
		}
	}
	return out
}

// descriptionChanges drop, double and alter lines of a description that was created,
// wherever it went as it was.
func descriptionChanges(records []trace.Record, at int) []change {
	sdp := records[at].Return.Description.SDP
	lines := strings.SplitAfter(sdp, "\r\n")
	var all []change
	for i, line := range lines {
		key := keyOf(line)
		if key == "" {
			continue
		}
		object := records[at].Return.Description.Type + " " + key
		for _, way := range []struct {
			class string
			lines []string
		}{
			{"drop-line", nil},
			{"double-line", []string{line, line}},
			{"alter-line", []string{altered(line)}},
		} {
			all = append(all, change{way.class, object, func() []trace.Record {
				return described(records, sdp, strings.Join(slices.Concat(lines[:i], way.lines, lines[i+1:]), ""))
			}})
		}
	}
	return all
}

// keyOf is the type of a line, with the name of an attribute: "m", "a=mid".
func keyOf(line string) string {
	line = strings.TrimRight(line, "\r\n")
	key, value, ok := strings.Cut(line, "=")
	if !ok {
		return ""
	}
	if key == "a" {
		name, _, _ := strings.Cut(value, ":")
		return "a=" + name
	}
	return key
}

// altered changes the last letter or digit of a line's value.
func altered(line string) string {
	text := strings.TrimRight(line, "\r\n")
	end := line[len(text):]
	last := text[len(text)-1]
	other := byte('x')
	switch {
	case last >= '0' && last < '9', last >= 'a' && last < 'z', last >= 'A' && last < 'Z':
		other = last + 1
	case last == '9':
		other = '8'
	case last == 'z':
		other = 'y'
	}
	return text[:len(text)-1] + string(other) + end
}

// described replaces a description wherever it went as it was created.
func described(records []trace.Record, from, to string) []trace.Record {
	out := slices.Clone(records)
	replace := func(d *peer.SessionDescription) *peer.SessionDescription {
		if d == nil || d.SDP != from {
			return d
		}
		return &peer.SessionDescription{Type: d.Type, SDP: to}
	}
	for i, r := range out {
		switch {
		case r.Return != nil:
			c := *r.Return
			c.Description = replace(c.Description)
			out[i].Return = &c
		case r.Call != nil:
			c := *r.Call
			c.Description = replace(c.Description)
			out[i].Call = &c
		case r.Signal != nil:
			s := *r.Signal
			s.Description = replace(s.Description)
			out[i].Signal = &s
		}
	}
	return out
}

func statsChanges(records []trace.Record, at int) []change {
	r := records[at]
	if len(r.Stats.Transports) == 0 {
		return nil
	}
	var all []change
	add := func(object string, alter func(s *trace.Stats)) {
		all = append(all, change{"stats", fmt.Sprintf("%s when %s", object, momentKind(r)), func() []trace.Record {
			s := *r.Stats
			s.Transports, s.Inbound, s.Outbound = slices.Clone(s.Transports), slices.Clone(s.Inbound), slices.Clone(s.Outbound)
			s.Channels, s.Pairs = slices.Clone(s.Channels), slices.Clone(s.Pairs)
			alter(&s)
			changed := r
			changed.Stats = &s
			return with(records, at, changed)
		}})
	}
	role := map[string]string{"controlling": "controlled", "controlled": "controlling", "client": "server", "server": "client"}
	add("iceRole", func(s *trace.Stats) { s.Transports[0].ICERole = role[s.Transports[0].ICERole] })
	add("dtlsRole", func(s *trace.Stats) { s.Transports[0].DTLSRole = role[s.Transports[0].DTLSRole] })
	add("dtlsState", func(s *trace.Stats) { s.Transports[0].DTLSState = "failed" })
	add("a transport too many", func(s *trace.Stats) { s.Transports = append(s.Transports, s.Transports[0]) })
	add("no transport", func(s *trace.Stats) { s.Transports = nil })
	no := false
	add("nominated", func(s *trace.Stats) { s.Transports[0].Nominated = &no })
	add("pairState", func(s *trace.Stats) { s.Transports[0].PairState = "in-progress" })
	add("localUfrag", func(s *trace.Stats) { s.Transports[0].LocalUfrag = "nobody" })
	add("localFingerprint", func(s *trace.Stats) { s.Transports[0].LocalFingerprint = "sha-256 00:00" })
	add("remoteFingerprint", func(s *trace.Stats) { s.Transports[0].RemoteFingerprint = "sha-256 00:00" })
	if l := r.Stats.Transports[0].Local; l != nil {
		add("local port", func(s *trace.Stats) { c := *l; c.Port++; s.Transports[0].Local = &c })
		add("local type", func(s *trace.Stats) { c := *l; c.Type = "relay"; s.Transports[0].Local = &c })
		add("local protocol", func(s *trace.Stats) { c := *l; c.Protocol = "tcp"; s.Transports[0].Local = &c })
		add("no local candidate", func(s *trace.Stats) { s.Transports[0].Local = nil })
	}
	if m := r.Stats.Transports[0].Remote; m != nil {
		add("remote port", func(s *trace.Stats) { c := *m; c.Port++; s.Transports[0].Remote = &c })
		add("remote type", func(s *trace.Stats) { c := *m; c.Type = "relay"; s.Transports[0].Remote = &c })
	}
	if len(r.Stats.Inbound) > 0 {
		add("nothing received", func(s *trace.Stats) {
			for i := range s.Inbound {
				s.Inbound[i].PacketsReceived, s.Inbound[i].FramesDecoded, s.Inbound[i].SamplesReceived = 0, 0, 0
			}
		})
	}
	if len(r.Stats.Channels) > 0 {
		add("messages sent", func(s *trace.Stats) { s.Channels[0].MessagesSent += 5 })
		add("messages received", func(s *trace.Stats) { s.Channels[0].MessagesReceived += 5 })
	}
	return all
}
