package anonymise

import (
	"regexp"
	"strings"
)

// plain are attributes whose values are words of the format, among which a ufrag
// may be by chance: only what reads like an address or a name is replaced.
var plain = map[string]bool{}

func init() {
	for name := range strings.FieldsSeq(`rtpmap fmtp rtcp-fb extmap extmap-allow-mixed group mid setup rtcp-mux rtcp-mux-only rtcp-rsize
		sendrecv sendonly recvonly inactive ice-options ice-lite ice-pacing sctp-port sctpmap max-message-size rid simulcast bundle-only
		end-of-candidates ptime maxptime framerate imageattr rtcp-xr quality content connection`) {
		plain[name] = true
	}
}

// SDP replaces what is private in a session description, line by line.
func (m *Mapper) SDP(s string) string {
	return m.cached("sdp\x00"+s, func() string {
		var b strings.Builder
		for line := range strings.Lines(s) {
			body := strings.TrimRight(line, "\r\n")
			b.WriteString(m.line(body) + line[len(body):])
		}
		return b.String()
	})
}

// line replaces in one line without its end.
func (m *Mapper) line(l string) string {
	kind, value, ok := strings.Cut(l, "=")
	if !ok || len(kind) != 1 {
		return m.Text(l)
	}
	switch kind {
	case "a":
		return "a=" + m.attribute(value)
	case "o":
		return "o=" + m.origin(value)
	case "c":
		return "c=" + m.eachField(value, func(i int, f string) string {
			if i != 2 {
				return f
			}
			address, rest, _ := cutAt(f, '/') // 233.252.0.1/127
			return m.place(address) + rest
		})
	case "m", "t", "v", "b":
		m.words(value)
		return l
	case "e", "p":
		return kind + "=" + m.user(value)
	}
	return kind + "=" + m.Text(value)
}

// origin is <username> <sess-id> <sess-version> <nettype> <addrtype> <address>.
func (m *Mapper) origin(value string) string {
	return m.eachField(value, func(i int, f string) string {
		switch i {
		case 0:
			return m.user(f)
		case 1:
			return m.secret(Session, f)
		case 5:
			return m.place(f)
		}
		return f
	})
}

func (m *Mapper) attribute(a string) string {
	name, value, ok := cutAt(a, ':')
	m.words(name)
	if !ok {
		return a
	}
	lead, value := value[:1], value[1:]
	space := value[:len(value)-len(strings.TrimLeft(value, " "))]
	head, value := name+lead+space, value[len(space):]
	switch strings.ToLower(name) {
	case "ice-ufrag":
		return head + m.secret(Ufrag, value)
	case "ice-pwd":
		return head + m.secret(Pwd, value)
	case "fingerprint":
		algorithm, print, _ := cutAt(value, ' ')
		return head + algorithm + m.print(print)
	case "candidate":
		return name + m.candidate(lead+space+value)
	case "remote-candidates":
		return head + m.eachField(value, func(i int, f string) string {
			if i%3 == 1 {
				return m.place(f)
			}
			return f
		})
	case "rtcp":
		return head + m.eachField(value, func(i int, f string) string {
			if i == 3 {
				return m.place(f)
			}
			return f
		})
	case "ssrc", "ssrc-group", "msid", "msid-semantic", "tls-id", "identity", "crypto", "key-mgmt", "mslabel", "label":
		return head + m.mediaAttribute(strings.ToLower(name), value)
	}
	if plain[strings.ToLower(name)] {
		m.words(value)
		return head + m.patterns(pieces{{text: value}}).String()
	}
	return head + m.Text(value)
}

// mediaAttribute replaces ids of media and keys.
func (m *Mapper) mediaAttribute(name, value string) string {
	return m.eachField(value, func(i int, f string) string {
		switch {
		case name == "tls-id":
			return m.secret(Media, f)
		case name == "identity" && i == 0, name == "key-mgmt":
			return m.secret(Key, f)
		case name == "crypto":
			if key, ok := strings.CutPrefix(f, "inline:"); ok {
				return "inline:" + m.secret(Key, key)
			}
			return f
		case (name == "ssrc-group" || name == "msid-semantic") && i == 0:
			return f
		case name == "ssrc" && i == 1: // cname:X, or msid:X with another field behind it
			attribute, value, ok := strings.Cut(f, ":")
			if !ok {
				return f
			}
			return attribute + ":" + m.mediaID(value)
		}
		return m.mediaID(f)
	})
}

// mediaID replaces an id that an implementation drew; those that Rink gives say
// nothing.
func (m *Mapper) mediaID(v string) string {
	if v == "-" || v == "*" || v == "WMS" || v == "WMS*" || strings.HasPrefix(v, "rink") {
		return v
	}
	if anyUUID.MatchString(v) {
		return anyUUID.ReplaceAllStringFunc(v, m.uuid)
	}
	return m.secret(Media, v)
}

// candidate replaces in ":foundation component transport priority address port typ
// type ...", which may be broken.
func (m *Mapper) candidate(s string) string {
	before := ""
	return m.eachField(s, func(i int, f string) string {
		word := strings.ToLower(before)
		before = f
		switch {
		case i == 0:
			lead, foundation := "", f
			if at := strings.LastIndexByte(f, ':'); at >= 0 {
				lead, foundation = f[:at+1], f[at+1:]
			}
			m.words(lead)
			if len(foundation) < minNumber {
				return f
			}
			return lead + m.secret(Foundation, foundation)
		case i == 4, word == "raddr":
			return m.place(f)
		case word == "ufrag":
			return m.secret(Ufrag, f)
		case i < 8, word == "rport":
			m.words(f)
			return f
		case i%2 == 0: // the name of an extension
			m.words(f)
			return f
		}
		return m.Text(f)
	})
}

// Candidate replaces in a candidate attribute, with or without a= before it.
func (m *Mapper) Candidate(s string) string {
	if !candidateLine.MatchString(s) {
		return m.Text(s)
	}
	return m.candidate(s)
}

var candidateLine = regexp.MustCompile(`(?i)^(a=)?candidate:`)

// cutAt cuts around the first separator and leaves it with what follows.
func cutAt(s string, sep byte) (before, after string, found bool) {
	if at := strings.IndexByte(s, sep); at >= 0 {
		return s[:at], s[at:], true
	}
	return s, "", false
}

// eachField replaces the fields between single spaces by number.
func (m *Mapper) eachField(s string, change func(i int, f string) string) string {
	fields := strings.Split(s, " ")
	for i, f := range fields {
		if f != "" {
			fields[i] = change(i, f)
		}
	}
	return strings.Join(fields, " ")
}
