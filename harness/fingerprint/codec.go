package fingerprint

import (
	"strings"

	"github.com/webrtc-rink/rink/harness/wire"
)

// codecAttributes are told by codec, since the number of a format is nothing but
// its name in one description.
var codecAttributes = map[string]bool{"rtpmap": true, "fmtp": true, "rtcp-fb": true}

// named stands between a codec or extension and what is said of it.
const named = " = "

// codecs reads the formats of a section: which there are, in order of preference
// (RFC 8866 section 5.14), their numbers, parameters and feedback.
func (d described) codecs(at string, m *wire.Media) {
	maps, params := byFormat(m.Attrs("rtpmap")), byFormat(m.Attrs("fmtp"))
	count := map[string]int{}
	for _, format := range m.Formats {
		count[first(maps[format])]++
	}
	label := func(format string) string {
		name := first(maps[format])
		switch {
		case name == "":
			return "format " + format
		case count[name] > 1 && len(params[format]) > 0: // told apart by their parameters
			return name + " " + first(params[format])
		}
		return name
	}
	labels := map[string]string{}
	for _, format := range m.Formats {
		labels[format] = label(format)
		if original, ok := strings.CutPrefix(first(params[format]), "apt="); ok { // RFC 4588 section 8.6
			labels[format] = first(maps[format]) + " for " + label(original)
		}
	}
	var order, numbers, fmtp, feedback []string
	for _, format := range m.Formats {
		name := labels[format]
		order = append(order, name)
		if _, numeric := maps[format]; numeric {
			numbers = append(numbers, name+named+format)
		}
		for _, p := range params[format] {
			if !strings.HasSuffix(name, p) && !strings.HasPrefix(p, "apt=") {
				fmtp = append(fmtp, name+named+p)
			}
		}
	}
	for _, fb := range m.Attrs("rtcp-fb") {
		format, rest, _ := strings.Cut(fb, " ")
		name, ok := labels[format]
		if !ok {
			name = "format " + format
		}
		feedback = append(feedback, name+named+strings.TrimRight(rest, " "))
	}
	d[at+"/"+codecsObject] = strings.Join(order, then)
	for object, items := range map[string][]string{"payload types": numbers, "a=fmtp": fmtp, "a=rtcp-fb": feedback} {
		if len(items) > 0 {
			d[at+"/"+object] = join(items)
		}
	}
}

// codecsObject lists the codecs of a section by preference.
const codecsObject = "codecs"

// byFormat splits "96 VP8/90000" into format and value.
func byFormat(values []string) map[string][]string {
	m := map[string][]string{}
	for _, v := range values {
		format, rest, _ := strings.Cut(v, " ")
		m[format] = append(m[format], rest)
	}
	return m
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
