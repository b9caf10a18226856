package anonymise

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// wordMembers are members of traces and reports whose values are words of the
// formats, names that the user gave to peers, or texts of the rule book.
var wordMembers = map[string]bool{}

// drawn are members that hold no words: times, hashes, bytes.
var drawn = map[string]bool{"wall": true, "bytes": true, "startedAt": true, "sha256": true}

// bookMembers are further ones of reports: in a trace they hold what peers say.
var bookMembers = map[string]bool{}

func init() {
	for name := range strings.FieldsSeq(`schema id scenario family title traits implementation version versionSource features network kind side
		conn stage wall method channel probe act what fault moment signalingState iceGatheringState iceConnectionState connectionState
		type state level mid sdpMid component protocol tcpType relayProtocol iceRole dtlsState dtlsRole iceState pairState direction
		currentDirection readyState transport result iceTransportPolicy bundlePolicy answeringDtlsRole source name label`) {
		wordMembers[name] = true
	}
	for name := range strings.FieldsSeq(`go os arch kernel ci slug group statement wpt since note url offerer answerer subject role outcome
		check session trace scenarios pairs class pair peer versions verdict ids`) {
		bookMembers[name] = true
	}
}

// Trace replaces in the lines of a trace (JSON Lines). A last line that was cut, as
// a killed run leaves it, is left out.
func (m *Mapper) Trace(data []byte) ([]byte, error) {
	defer m.forget() // texts repeat within a session
	var out bytes.Buffer
	for n := 1; len(data) > 0; n++ {
		line, rest, whole := bytes.Cut(data, []byte("\n"))
		data = rest
		if !whole {
			break
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		mapped, err := m.json(line, false)
		if err != nil {
			return nil, fmt.Errorf("%d: %w", n, err)
		}
		out.Write(mapped)
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
}

// Report replaces in the content of report.json.
func (m *Mapper) Report(data []byte) ([]byte, error) { return m.json(data, true) }

// level is an object or a list that the reader of JSON is in.
type level struct {
	object, atKey bool
	name, key     string // the member that it is, and that is read now
}

// json replaces every string of a JSON text where it stands: what it does not know
// stays as it was written, to the byte.
func (m *Mapper) json(data []byte, book bool) ([]byte, error) {
	if !json.Valid(data) {
		return nil, errors.New("no JSON")
	}
	out := make([]byte, 0, len(data))
	var levels []level
	top := func() *level {
		if len(levels) == 0 {
			levels = append(levels, level{})
		}
		return &levels[len(levels)-1]
	}
	for i := 0; i < len(data); {
		switch c := data[i]; c {
		case '"':
			end := stringEnd(data, i)
			var v string
			if err := json.Unmarshal(data[i:end], &v); err != nil {
				return nil, err
			}
			at := top()
			to := ""
			if at.object && at.atKey {
				to, at.key = m.member(at.name, v), v
			} else {
				to = m.value(*at, v, book)
			}
			out = appendString(out, data[i:end], v, to)
			i = end
			continue
		case '{', '[':
			levels = append(levels, level{object: c == '{', atKey: c == '{', name: top().key, key: inherited(c, top().key)})
		case '}', ']':
			levels = levels[:len(levels)-1]
		case ':':
			top().atKey = false
		case ',':
			top().atKey = top().object
		}
		out = append(out, data[i])
		i++
	}
	return out, nil
}

// inherited is the member that the elements of a list belong to.
func inherited(c byte, key string) string {
	if c == '[' {
		return key
	}
	return ""
}

// stringEnd returns where a string that begins at i ends, in valid JSON.
func stringEnd(data []byte, i int) int {
	for i++; data[i] != '"'; i++ {
		if data[i] == '\\' {
			i++
		}
	}
	return i + 1
}

func appendString(out, raw []byte, from, to string) []byte {
	if from == to {
		return append(out, raw...)
	}
	quoted, err := json.Marshal(to)
	if err != nil { // strings always marshal
		return append(out, `""`...)
	}
	return append(out, quoted...)
}

// member replaces in the name of a member: peers give names to their details.
func (m *Mapper) member(of, name string) string {
	m.words(name)
	if of != "details" {
		return name
	}
	return m.patterns(pieces{{text: name}}).String()
}

// value replaces a string by the member that it is.
func (m *Mapper) value(at level, v string, book bool) string {
	switch {
	case v == "":
		return v
	case at.name == "details", at.name == "ownPeers":
		return m.Text(v)
	case at.name == "run" && at.key == "expectations":
		m.builtin = v == "built-in"
	case at.name == "expectation", at.name == "unusedExpectations":
		return m.expectation(at.key, v)
	case at.name == "event" && at.key == "type" && v == "log" && !m.settled:
		m.logs++
	}
	switch at.key {
	case "sdp":
		return m.SDP(v)
	case "candidate":
		return m.Candidate(v)
	case "usernameFragment", "localUfrag":
		return m.secret(Ufrag, v)
	case "foundation":
		if len(v) < minNumber {
			return v
		}
		return m.secret(Foundation, v)
	case "localFingerprint", "remoteFingerprint":
		algorithm, print, _ := cutAt(v, ' ')
		return algorithm + m.print(print)
	case "address", "relatedAddress":
		return m.place(v)
	case "username":
		return m.user(v)
	case "credential":
		return "redacted"
	}
	if drawn[at.key] {
		return v
	}
	if wordMembers[at.key] || book && bookMembers[at.key] {
		m.words(v)
		return v
	}
	return m.Text(v)
}

// expectation replaces in a member of an expectation: those that come with Rink are
// public, and others are somebody's, written for people.
func (m *Mapper) expectation(member, v string) string {
	if m.builtin || member != "reason" && member != "issue" && member != "file" {
		m.words(v)
		return v
	}
	return m.Text(v)
}
