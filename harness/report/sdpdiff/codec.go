package sdpdiff

import (
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/wire"
)

// naming gives each format of a section the number by which it is compared, which
// is A's: a payload type is nothing but a name in one description. Formats that are
// not in it keep their number.
type naming map[string]string

func (n naming) key(format string) string {
	if k, ok := n[format]; ok {
		return k
	}
	return format
}

func (n naming) keys(formats []string) []string {
	keys := make([]string, len(formats))
	for i, f := range formats {
		keys[i] = n.key(f)
	}
	return keys
}

// normal is what a codec attribute says, however it is written.
func (n naming) normal(attr, text string) string {
	text = strings.TrimSpace(text)
	switch attr {
	case "rtpmap":
		return encoding(text)
	case "fmtp":
		return n.parameters(text)
	}
	return text
}

// encoding is "opus/48000/2": names in any case, one channel if none is said (RFC
// 8866 section 6.6).
func encoding(text string) string { return strings.TrimSuffix(strings.ToLower(text), "/1") }

// parameters sorts those of a=fmtp, and names the formats in them as n does.
func (n naming) parameters(text string) string {
	parts := strings.Split(text, ";")
	for i, p := range parts {
		name, v, has := strings.Cut(strings.TrimSpace(p), "=")
		switch {
		case !has && isNumbers(name): // red: 111/111 (RFC 2198 section 5)
			name = strings.Join(n.keys(strings.Split(name, "/")), "/")
		case strings.EqualFold(name, "apt"): // rtx (RFC 4588 section 8.6)
			v = n.key(strings.TrimSpace(v))
		}
		if parts[i] = name; has {
			parts[i] = strings.ToLower(name) + "=" + v
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, ";")
}

func isNumbers(s string) bool { return s != "" && strings.Trim(s, "0123456789/") == "" }

// staticTypes are the payload types that need no a=rtpmap (RFC 3551 section 6), as
// far as WebRTC peers know them.
var staticTypes = map[string]string{
	"0": "PCMU/8000", "3": "GSM/8000", "8": "PCMA/8000", "9": "G722/8000", "13": "CN/8000", "18": "G729/8000",
}

// static adds the a=rtpmap that a static payload type has without saying it.
func (n naming) static(out *level, m *wire.Media, line int) {
	if !strings.Contains(m.Proto, "RTP") {
		return
	}
	for _, f := range m.Formats {
		key := "rtpmap:" + n.key(f)
		if name, ok := staticTypes[f]; ok && out.byKey[key] == nil {
			out.add(key, "rtpmap", value{norm: encoding(name), text: name, line: line, number: f, level: "by RFC 3551"})
		}
	}
}

// codecs tells the formats of a section apart by what they mean.
type codecs struct {
	formats []string
	written map[string]string // encoding by number, as it is written
	name    map[string]string // in lower case
	params  map[string]string
}

func codecsOf(m *wire.Media) codecs {
	c := codecs{written: map[string]string{}, name: map[string]string{}, params: map[string]string{}}
	seen := map[string]bool{}
	for _, f := range m.Formats {
		if !seen[f] {
			seen[f] = true
			c.formats = append(c.formats, f)
			c.written[f], c.name[f] = staticTypes[f], encoding(staticTypes[f])
		}
	}
	for _, v := range m.Attrs("rtpmap") {
		f, rest, _ := strings.Cut(v, " ")
		c.written[f] = strings.TrimSpace(rest)
		c.name[f] = encoding(c.written[f])
	}
	for _, v := range m.Attrs("fmtp") {
		f, rest, _ := strings.Cut(v, " ")
		if len(c.params[f]) < maxValue { // nobody says more than that in one line
			c.params[f] += naming(nil).parameters(rest) + ";"
		}
	}
	return c
}

// whole is a codec with its parameters; that of a retransmission names what it is for.
func (c codecs) whole(f string) string {
	if f == "" || c.name[f] == "" {
		return "format " + f
	}
	params := c.params[f]
	if original, ok := strings.CutPrefix(params, "apt="); ok {
		original = strings.TrimSuffix(original, ";")
		return c.name[f] + " for " + c.name[original] + " " + c.params[original]
	}
	if isNumbers(strings.TrimSuffix(params, ";")) {
		params = ""
	}
	return c.name[f] + " " + params
}

func (c codecs) short(f string) string {
	if f == "" || c.name[f] == "" {
		return "format " + f
	}
	if original, ok := strings.CutPrefix(c.params[f], "apt="); ok { // not that of another codec
		return c.name[f] + " for " + c.name[strings.TrimSuffix(original, ";")]
	}
	return c.name[f]
}

// ofB marks the key of a format of B whose number means something else in A. No
// format has a slash.
const ofB = "/B"

// match finds out which formats of B are which of A.
func match(mode Mode, ca, cb codecs) naming {
	names := naming{}
	if mode == ModeCopies {
		return names
	}
	there, used := map[string]bool{}, map[string]bool{}
	for _, f := range ca.formats {
		there[f] = true
	}
	pair := func(fb, fa string) { names[fb], used[fa] = fa, true }
	if mode == ModeAnswer { // the offer's number is to be used for the offer's codec
		for _, f := range cb.formats {
			if there[f] {
				pair(f, f)
			}
		}
	}
	for _, of := range []func(codecs, string) string{codecs.whole, codecs.short} {
		for _, f := range cb.formats {
			if _, done := names[f]; !done && there[f] && !used[f] && of(ca, f) == of(cb, f) {
				pair(f, f)
			}
		}
		free := map[string][]string{}
		for _, f := range ca.formats {
			if !used[f] {
				free[of(ca, f)] = append(free[of(ca, f)], f)
			}
		}
		for _, f := range cb.formats {
			list := free[of(cb, f)]
			if _, done := names[f]; !done && len(list) > 0 {
				pair(f, list[0])
				free[of(cb, f)] = list[1:]
			}
		}
	}
	for _, f := range cb.formats { // its number means something else in A
		if _, done := names[f]; !done && there[f] {
			names[f] = f + ofB
		}
	}
	return names
}
