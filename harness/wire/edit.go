package wire

import (
	"slices"
	"strings"
)

// noAddress is the connection address of a description whose default candidate
// is not known yet; its port is discardPort (RFC 8840 section 4.1.1).
const (
	noAddress   = "IN IP4 0.0.0.0"
	discardPort = 9
)

// newAttribute makes an a= line; an empty value makes a property attribute.
func newAttribute(key, value string) Line {
	if value != "" {
		key += ":" + value
	}
	return Line{'a', key}
}

// removeAttr returns lines without the attributes of that key.
func removeAttr(lines []Line, key string) []Line {
	return slices.DeleteFunc(lines, func(l Line) bool { return l.hasKey(key) })
}

// setAttr gives the first attribute of that key the value, removes the others,
// and appends it when there is none.
func setAttr(lines []Line, key, value string) []Line {
	at := slices.IndexFunc(lines, func(l Line) bool { return l.hasKey(key) })
	if at < 0 {
		return append(lines, newAttribute(key, value))
	}
	lines[at] = newAttribute(key, value)
	return append(lines[:at+1], removeAttr(lines[at+1:], key)...)
}

// RemoveAttr removes the section's a=key lines and returns how many there were.
func (m *Media) RemoveAttr(key string) int {
	before := len(m.Lines)
	m.Lines = removeAttr(m.Lines, key)
	return before - len(m.Lines)
}

// SetAttr makes a=key:value the section's only attribute of that key, in the
// place of the first one, else at the end. An empty value writes a=key. Text is
// taken as it is: a value with a line end makes a second line.
func (m *Media) SetAttr(key, value string) { m.Lines = setAttr(m.Lines, key, value) }

// AddAttr appends a=key:value to the section; an empty value writes a=key.
func (m *Media) AddAttr(key, value string) { m.Lines = append(m.Lines, newAttribute(key, value)) }

// RemoveAttr removes the session's own a=key lines and returns how many there
// were.
func (d *Description) RemoveAttr(key string) int {
	before := len(d.Session)
	d.Session = removeAttr(d.Session, key)
	return before - len(d.Session)
}

// SetAttr does for the session what Media.SetAttr does for a section.
func (d *Description) SetAttr(key, value string) { d.Session = setAttr(d.Session, key, value) }

// AddAttr appends a=key:value to the session's lines; an empty value writes
// a=key.
func (d *Description) AddAttr(key, value string) {
	d.Session = append(d.Session, newAttribute(key, value))
}

// isGroup reports whether the line is a group of that semantics.
func (l Line) isGroup(semantics string) bool {
	k, v, ok := l.attribute()
	s, _ := splitGroup(v)
	return ok && k == "group" && s == semantics
}

// RemoveGroup removes every group of that semantics.
func (d *Description) RemoveGroup(semantics string) {
	d.Session = slices.DeleteFunc(d.Session, func(l Line) bool { return l.isGroup(semantics) })
}

// SetGroup makes a group of these mids the only one of its semantics, in the
// place of the first one, else at the end of the session's lines. No mids make
// an empty group.
func (d *Description) SetGroup(semantics string, mids []string) {
	group := newAttribute("group", strings.Join(append([]string{semantics}, mids...), " "))
	at := slices.IndexFunc(d.Session, func(l Line) bool { return l.isGroup(semantics) })
	if at < 0 {
		d.Session = append(d.Session, group)
		return
	}
	d.RemoveGroup(semantics)
	d.Session = slices.Insert(d.Session, at, group)
}

// RemoveCandidates makes d a description from before gathering (RFC 8840
// section 4.1.1): no candidates and no end-of-candidates at any level, c= and
// a=rtcp with the address 0.0.0.0 and port 9, m= port 9. Port 0 stays, since it
// says rejected or bundle-only.
func (d *Description) RemoveCandidates() {
	d.Session = withoutCandidates(d.Session)
	for _, m := range d.Media {
		m.Lines = withoutCandidates(m.Lines)
		if m.Port != 0 {
			m.Port = discardPort
		}
	}
}

func withoutCandidates(lines []Line) []Line {
	lines = removeAttr(removeAttr(lines, "candidate"), "end-of-candidates")
	for i, l := range lines {
		_, value, _ := l.attribute()
		switch {
		case l.Type == 'c':
			lines[i].Value = noAddress
		case l.hasKey("rtcp") && strings.Contains(value, " "):
			lines[i].Value = "rtcp:9 " + noAddress
		case l.hasKey("rtcp"):
			lines[i].Value = "rtcp:9"
		}
	}
	return lines
}

// RenameMids gives the sections whose mid is a key of names the new mid, in
// a=mid and in every a=group line. Other mids stay. All names change at once,
// so two mids can be swapped.
func (d *Description) RenameMids(names map[string]string) {
	for i, l := range d.Session {
		if !l.hasKey("group") {
			continue
		}
		// The text is split at single spaces so that nothing but mids changes.
		words := strings.Split(l.Value, " ")
		for w := 1; w < len(words); w++ {
			words[w] = renamed(names, words[w])
		}
		d.Session[i].Value = strings.Join(words, " ")
	}
	for _, m := range d.Media {
		for i, l := range m.Lines {
			if l.hasKey("mid") {
				_, mid, _ := l.attribute()
				m.Lines[i].Value = "mid:" + renamed(names, mid)
			}
		}
	}
}

func renamed(names map[string]string, mid string) string {
	if n, ok := names[mid]; ok {
		return n
	}
	return mid
}
