package sdpdiff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/wire"
)

// value is one thing said. Two are the same if norm is.
type value struct {
	norm, text string
	line       int
	number     string // of the format that it is about, as it is written
	all        string // of what many lines say, all of it
	// level is where it stands if that is not where it is compared: "at session level".
	level string
}

// entry is all that is said under one key. The attribute tells which rules apply.
type entry struct {
	key, attr string
	values    []value
}

// level is the session's lines, or a media section, by key in the order of lines.
type level struct {
	entries []*entry
	byKey   map[string]*entry
}

func (l *level) add(key, attr string, v value) {
	if l.byKey == nil {
		l.byKey = map[string]*entry{}
	}
	e := l.byKey[key]
	if e == nil {
		e = &entry{key: key, attr: attr}
		l.byKey[key] = e
		l.entries = append(l.entries, e)
	}
	e.values = append(e.values, v)
}

// side is one of the two descriptions with the numbers of its lines.
type side struct {
	mode    Mode
	d       *wire.Description
	starts  []int          // line of each m=
	bundled map[string]int // mid to its place in the first BUNDLE group
}

func readSide(mode Mode, d *wire.Description) *side {
	s := &side{mode: mode, d: d, bundled: map[string]int{}}
	at := len(d.Session) + 1
	for _, m := range d.Media {
		s.starts = append(s.starts, at)
		at += 1 + len(m.Lines)
	}
	mids, _ := d.Group("BUNDLE")
	for i, mid := range mids {
		if _, twice := s.bundled[mid]; !twice {
			s.bundled[mid] = i
		}
	}
	return s
}

// inherited are the attributes that hold for a section from the session level (RFC
// 8839 sections 5.4 and 5.6, RFC 4145 section 4, RFC 8122 section 5, RFC 8866 section
// 6.7). They are compared by section.
var inherited = map[string]bool{
	"ice-ufrag": true, "ice-pwd": true, "fingerprint": true, "setup": true, "ice-options": true, directionKey: true,
}

// directionKey stands for sendrecv, sendonly, recvonly and inactive.
const directionKey = "direction"

// formatsKey is the list of formats of an m= line.
const formatsKey = "m= formats"

// nameOf is what an attribute is called here.
func nameOf(l wire.Line) (name, text string) {
	name, text, _ = strings.Cut(l.Value, ":")
	if name == "sendrecv" || name == "sendonly" || name == "recvonly" || name == "inactive" {
		return directionKey, name
	}
	return name, text
}

// session reads the session level. What sections inherit is left to them.
func (s *side) session() *level {
	out := &level{}
	for i, l := range s.d.Session {
		if l.Type != 'a' {
			s.plain(out, string(l.Type)+"=", l, i+1)
			continue
		}
		if name, _ := nameOf(l); s.mode != ModeCopies && inherited[name] && len(s.d.Media) > 0 {
			continue
		}
		s.attribute(out, l, i+1, nil)
	}
	s.collect(out)
	return out
}

// section reads media section i. The codecs name its formats.
func (s *side) section(i int, names naming) *level {
	m := s.d.Media[i]
	at := s.starts[i]
	out := &level{}
	for _, v := range []struct{ key, text string }{
		{"m= media", m.Kind}, {"m= port", port(m)}, {"m= protocol", m.Proto}, {formatsKey, strings.Join(m.Formats, " ")},
	} {
		out.add(v.key, v.key, value{norm: v.text, text: v.text, line: at})
	}
	out.byKey[formatsKey].values[0].norm = strings.Join(names.keys(m.Formats), " ")
	for j, l := range m.Lines {
		if l.Type != 'a' {
			s.plain(out, string(l.Type)+"=", l, at+1+j)
			continue
		}
		s.attribute(out, l, at+1+j, names)
	}
	s.inherit(out, m)
	if s.mode != ModeCopies {
		names.static(out, m, at)
	}
	s.collect(out)
	return out
}

func port(m *wire.Media) string {
	if m.PortCount > 0 {
		return fmt.Sprintf("%d/%d", m.Port, m.PortCount)
	}
	return fmt.Sprint(m.Port)
}

func (s *side) plain(out *level, key string, l wire.Line, line int) {
	out.add(key, key, value{norm: l.Value, text: l.Value, line: line})
}

// inherit adds what the section has from the session level, and the direction that
// a section without one has.
func (s *side) inherit(out *level, m *wire.Media) {
	if s.mode == ModeCopies {
		return
	}
	own := map[string]bool{}
	for key := range inherited {
		own[key] = out.byKey[key] != nil
	}
	for i, l := range s.d.Session {
		if l.Type != 'a' {
			continue
		}
		name, _ := nameOf(l)
		if !inherited[name] || own[name] || name == directionKey && m.Kind == "application" {
			continue
		}
		s.attribute(out, l, i+1, nil)
		values := out.byKey[name].values
		values[len(values)-1].level = "at session level"
	}
	if out.byKey[directionKey] == nil && m.Kind != "application" {
		out.add(directionKey, directionKey, value{norm: "sendrecv", text: "sendrecv", level: "not written"})
	}
}

// attribute reads one a= line.
func (s *side) attribute(out *level, l wire.Line, line int, names naming) {
	name, text := nameOf(l)
	v := value{norm: text, text: text, line: line}
	if s.mode != ModeCopies {
		v.norm = strings.TrimRight(text, " ")
	}
	key := name
	switch name {
	case "rtpmap", "fmtp", "rtcp-fb":
		format, rest, _ := strings.Cut(text, " ")
		key = name + ":" + names.key(format)
		v.number = format
		v.norm, v.text = names.normal(name, rest), rest
		if s.mode == ModeCopies {
			v.norm = rest
		}
	case "extmap":
		number, rest, _ := strings.Cut(text, " ")
		uri, more, _ := strings.Cut(rest, " ")
		key = "extmap:" + cut(uri)
		v.text = strings.TrimRight(number+" "+more, " ")
		v.norm = v.text
	case "group":
		semantics, rest, _ := strings.Cut(text, " ")
		key, v.norm, v.text = "group:"+cut(semantics), rest, rest
	case "rid":
		id, rest, _ := strings.Cut(text, " ")
		key, v.norm, v.text = "rid:"+cut(id), rest, rest
	case "fingerprint":
		v.norm = strings.ToLower(v.norm)
	case "ice-options":
		options := strings.Fields(text)
		slices.Sort(options)
		v.norm = strings.Join(options, " ")
	}
	if v.text == "" && key == name {
		v.text = "yes" // a property: it is there
	}
	out.add(cut(key), name, v)
}

// collect puts what is many lines for one thing into one value.
func (s *side) collect(out *level) {
	for _, e := range out.entries {
		joined := value{line: e.values[0].line, number: e.values[0].number}
		switch {
		case e.attr == "rtcp-fb":
			joined.text, joined.norm = joinFeedback(e.values)
			e.values = []value{joined}
			continue
		case s.mode == ModeCopies:
			continue
		case s.mode == ModeAnswer && len(e.values) > 1 && (e.attr == "fingerprint" || e.attr == "msid" || e.attr == "rtcp"):
			joined.text, joined.level = joinTexts(e.values), e.values[0].level // each end has its own, however many
			joined.norm = joined.text
		case e.attr == "candidate":
			joined.text = shapeOfCandidates(e.values)
			joined.norm = joined.text
		case e.attr == "ssrc":
			joined.text = shapeOfSources(e.values)
			joined.norm = joined.text
		case e.attr == "ssrc-group":
			joined.text = shapeOfGroups(e.values)
			joined.norm = joined.text
		default:
			continue
		}
		var all strings.Builder
		for _, v := range e.values {
			all.WriteString(v.text + "\n")
		}
		joined.all = all.String()
		e.values = []value{joined}
	}
}
