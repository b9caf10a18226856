package wire

import "strings"

// attribute splits an a= line into key and value; a property attribute, one
// without ":", has the value "". Keys are case-sensitive (RFC 8866 section 5).
func (l Line) attribute() (key, value string, ok bool) {
	if l.Type != 'a' {
		return "", "", false
	}
	key, value, _ = strings.Cut(l.Value, ":")
	return key, value, true
}

func (l Line) hasKey(key string) bool {
	k, _, ok := l.attribute()
	return ok && k == key
}

// values returns the values of the attributes of that key, in order.
func values(lines []Line, key string) []string {
	var vs []string
	for _, l := range lines {
		if k, v, ok := l.attribute(); ok && k == key {
			vs = append(vs, v)
		}
	}
	return vs
}

// first returns the first value of that key.
func first(lines []Line, key string) (string, bool) {
	for _, l := range lines {
		if k, v, ok := l.attribute(); ok && k == key {
			return v, true
		}
	}
	return "", false
}

// Attr returns the value of the session's first a=key line, with its exact
// text; "" and true for a property attribute.
func (d *Description) Attr(key string) (string, bool) { return first(d.Session, key) }

// Attr returns the value of the section's first a=key line, with its exact
// text; "" and true for a property attribute. The session level is not looked
// at.
func (m *Media) Attr(key string) (string, bool) { return first(m.Lines, key) }

// Attrs returns the values of all a=key lines of the section, in order.
func (m *Media) Attrs(key string) []string { return values(m.Lines, key) }

// Group returns the mids of the first a=group line of that semantics (RFC 5888
// section 5), such as "BUNDLE". An empty group gives no mids and true.
func (d *Description) Group(semantics string) (mids []string, ok bool) {
	groups := d.Groups(semantics)
	if len(groups) == 0 {
		return nil, false
	}
	return groups[0], true
}

// Groups returns the mids of every a=group line of that semantics, in order.
func (d *Description) Groups(semantics string) [][]string {
	var groups [][]string
	for _, v := range values(d.Session, "group") {
		if s, mids := splitGroup(v); s == semantics {
			groups = append(groups, mids)
		}
	}
	return groups
}

// splitGroup splits "BUNDLE 0 1" into semantics and mids.
func splitGroup(value string) (semantics string, mids []string) {
	semantics, rest, _ := strings.Cut(value, " ")
	return semantics, strings.Fields(rest)
}

// ByMid returns the first section with that a=mid and its index, or -1 and nil.
// The empty mid matches nothing.
func (d *Description) ByMid(mid string) (index int, m *Media) {
	for i, m := range d.Media {
		if mid != "" && m.Mid() == mid {
			return i, m
		}
	}
	return -1, nil
}

// Mids returns the mid of every section, "" where a section has none.
func (d *Description) Mids() []string {
	mids := make([]string, len(d.Media))
	for i, m := range d.Media {
		mids[i] = m.Mid()
	}
	return mids
}

// ICEUfrag returns a=ice-ufrag of the section, else of the session, else "". A
// nil section means the session (RFC 8839 section 5.4).
func (d *Description) ICEUfrag(m *Media) string { return d.inherited(m, "ice-ufrag") }

// ICEPwd returns a=ice-pwd of the section, else of the session, else "". A nil
// section means the session (RFC 8839 section 5.4).
func (d *Description) ICEPwd(m *Media) string { return d.inherited(m, "ice-pwd") }

// Setup returns a=setup of the section, else of the session, else "". A nil
// section means the session (RFC 8842 section 5.2).
func (d *Description) Setup(m *Media) string { return d.inherited(m, "setup") }

func (d *Description) inherited(m *Media, key string) string {
	if m != nil {
		if v, ok := m.Attr(key); ok {
			return v
		}
	}
	v, _ := d.Attr(key)
	return v
}

// Mid returns the section's a=mid (RFC 5888 section 4), "" without one.
func (m *Media) Mid() string {
	v, _ := m.Attr("mid")
	return v
}

// Candidates returns the section's candidate lines, as ParseCandidate takes
// them: "candidate:..." without "a=".
func (m *Media) Candidates() []string {
	var cs []string
	for _, l := range m.Lines {
		if l.hasKey("candidate") {
			cs = append(cs, l.Value)
		}
	}
	return cs
}

// EndOfCandidates reports whether the section says a=end-of-candidates (RFC
// 8840 section 8.2).
func (m *Media) EndOfCandidates() bool {
	_, ok := m.Attr("end-of-candidates")
	return ok
}

// BundleOnly reports whether the section says a=bundle-only (RFC 9143 section
// 6).
func (m *Media) BundleOnly() bool {
	_, ok := m.Attr("bundle-only")
	return ok
}

// Rejected reports whether the section is refused: port 0 (RFC 8866 section
// 5.14) without a=bundle-only, with which port 0 does not refuse.
func (m *Media) Rejected() bool { return m.Port == 0 && !m.BundleOnly() }

// Connection returns the section's own c= line, such as "IN IP4 0.0.0.0", ""
// without one.
func (m *Media) Connection() string {
	for _, l := range m.Lines {
		if l.Type == 'c' {
			return l.Value
		}
	}
	return ""
}
