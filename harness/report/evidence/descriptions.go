package evidence

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/webrtc-rink/rink/harness/trace"
)

// How much of descriptions is shown.
const (
	maxDescriptions = 24   // of the session; those with marks come on top
	maxTextLines    = 1500 // of one text
)

// Description is a session description of one end: as the end made it, and as
// signalling carried it where that is another text.
type Description struct {
	Side    trace.Side
	Conn    string // the name of a connection beside the session's own
	Type    string // offer, answer, pranswer
	Method  string // what made it: createOffer, createAnswer; empty: only signalling shows it
	N       int    // of the record that has it
	T       float64
	Made    Text  // none where only signalling shows it
	Carried *Text // as it left the middle; nil: as it was made, or never carried
	// CarriedN is the record of signalling; -1: it was never carried.
	CarriedN int
	CarriedT float64
	Fault    string // what signalling altered; empty: nothing, it was read again after gathering
	Marks    []Mark
}

// Text is the text of a description by sections, without line ends.
type Text struct {
	Sections []Section
	Left     int // lines that are left out

	raw string
}

// Raw is the text as it was recorded, for readers that take it apart. It is not
// safe to be shown.
func (t Text) Raw() string { return t.raw }

// Section is the session's lines or a media section.
type Section struct {
	Name  string // session, or "0 audio, mid 0"
	Lines []Line
	Marks []Mark // about the section as a whole
}

// Line is one line of a description.
type Line struct {
	Text  string
	Marks []Mark
}

// Marked reports whether a finding points into the section.
func (s Section) Marked() bool {
	return len(s.Marks) > 0 || slices.ContainsFunc(s.Lines, func(l Line) bool { return len(l.Marks) > 0 })
}

// descriptions are those that the ends made, in the order of time. Of the
// connections beside the session's own only those are there that findings point at.
func (t *reading) descriptions() []Description {
	var all []Description
	plain := 0
	for _, n := range t.order {
		r := &t.records[n]
		marks := t.marks[n]
		switch {
		case r.Return != nil && r.Return.Description != nil && (r.Conn == own || len(marks) > 0):
			if len(marks) == 0 {
				if plain++; plain > maxDescriptions {
					continue
				}
			} else if len(all) >= maxMarked/4 {
				continue
			}
			d := r.Return.Description
			all = append(all, Description{
				Side: side(r.Side), Conn: oneLine(r.Conn, maxPoint), Type: oneLine(d.Type, maxPoint), Method: oneLine(r.Return.Method, maxPoint),
				N: n, T: r.T, Made: textOf(d.SDP, marks), CarriedN: -1, Marks: t.marked(n),
			})
		case r.Signal != nil && r.Signal.Description != nil && r.Conn == own:
			all = carriedIn(all, n, r)
		}
	}
	return all
}

// carriedIn notes at the last description of the end that it was carried.
func carriedIn(all []Description, n int, r *trace.Record) []Description {
	s := r.Signal
	at := -1
	for i, d := range all {
		if d.Side == r.Side && d.Conn == own && d.Type == oneLine(s.Description.Type, maxPoint) && d.CarriedN < 0 {
			at = i
		}
	}
	if at < 0 {
		if len(all) >= maxMarked/4 {
			return all
		}
		all = append(all, Description{Side: side(r.Side), Type: oneLine(s.Description.Type, maxPoint), N: n, T: r.T})
		at = len(all) - 1
	}
	d := &all[at]
	d.CarriedN, d.CarriedT, d.Fault = n, r.T, oneLine(s.Fault, maxPoint)
	if s.Description.SDP != d.Made.raw {
		text := textOf(s.Description.SDP, nil)
		d.Carried = &text
	}
	return all
}

// textOf splits a text into its sections, whatever it is.
func textOf(sdp string, marks []Mark) Text {
	t := Text{raw: sdp}
	if sdp == "" {
		return t
	}
	t.Sections = []Section{{Name: "session"}}
	n := 0
	for line := range strings.SplitSeq(strings.TrimRight(sdp, "\r\n"), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if n++; n > maxTextLines {
			t.Left++
			continue
		}
		if strings.HasPrefix(line, "m=") {
			kind, _, _ := strings.Cut(line[2:], " ")
			t.Sections = append(t.Sections, Section{Name: fmt.Sprintf("%d %s", len(t.Sections)-1, oneLine(kind, maxPoint))})
		}
		s := &t.Sections[len(t.Sections)-1]
		if mid, ok := strings.CutPrefix(line, "a=mid:"); ok && len(t.Sections) > 1 {
			s.Name += ", mid " + oneLine(mid, maxPoint)
		}
		s.Lines = append(s.Lines, Line{Text: oneLine(line, maxLine)})
	}
	t.place(marks)
	return t
}

// inSection is how findings name a section: "offer, section 1 (video)".
var inSection = regexp.MustCompile(`\bsection (\d{1,4})\b`)

// place puts each mark where its finding says: at lines of the section that it
// names, or at the section. One that names none is the description's alone.
func (t *Text) place(marks []Mark) {
	for _, m := range marks {
		named := inSection.FindStringSubmatch(m.finding.Object)
		for i := range t.Sections {
			s := &t.Sections[i]
			if named != nil && named[1] != strconv.Itoa(i-1) {
				continue
			}
			placed := false
			for j := range s.Lines {
				if saysLine(m.finding.Got, s.Lines[j].Text) {
					s.Lines[j].Marks = append(s.Lines[j].Marks, m)
					placed = true
				}
			}
			if named != nil && !placed {
				s.Marks = append(s.Marks, m)
			}
		}
	}
}

// saysLine reports whether what was got is this line: "a=setup:active" is, and so is
// "port 9" of the m= line. "no a=tls-id" names none.
func saysLine(got, line string) bool {
	for part := range strings.SplitSeq(got, ", ") {
		if strings.HasPrefix(part, "a=") && (line == part || strings.HasPrefix(line, part+":") || strings.HasPrefix(line, part+" ")) {
			return true
		}
		if strings.HasPrefix(part, "c=") && line == part {
			return true
		}
		if port, ok := strings.CutPrefix(part, "port "); ok && strings.HasPrefix(line, "m=") {
			if f := strings.Fields(line); len(f) > 1 && f[1] == port {
				return true
			}
		}
	}
	return false
}
