package evidence

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// How much of descriptions is shown.
const (
	maxDescriptions = 60   // of the session
	maxTextLines    = 1500 // of one text
)

// Description is a session description that findings point at: one that an end made,
// or one that an end was handed to see what it makes of it. Exchanges have the others.
type Description struct {
	Side   trace.Side
	Conn   string // the name of a connection beside the session's own
	Type   string // offer, answer, pranswer
	Method string // what gave it or what it was handed to: createOffer, setRemoteDescription
	Handed bool   // it was handed to the end
	N      int    // of the record that has it
	T      float64
	Text   Text
	Marks  []Mark
}

// Text is the text of a description by sections, without line ends.
type Text struct {
	Sections []Section
	Left     int // lines that are left out
}

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

// descriptions are those that findings point at, in the order of time.
func (t *reading) descriptions() []Description {
	var all []Description
	for _, n := range t.order {
		r := &t.records[n]
		if len(t.marks[n]) == 0 || len(all) == maxDescriptions {
			continue
		}
		d := Description{Side: side(r.Side), Conn: oneLine(r.Conn, maxPoint), N: n, T: r.T, Marks: t.marked(n)}
		var given *peer.SessionDescription
		switch {
		case r.Return != nil:
			given, d.Method = r.Return.Description, oneLine(r.Return.Method, maxPoint)
		case r.Call != nil:
			given, d.Method, d.Handed = r.Call.Description, oneLine(r.Call.Method, maxPoint), true
		}
		if given == nil || given.SDP == "" {
			continue
		}
		d.Type, d.Text = oneLine(given.Type, maxPoint), textOf(given.SDP, t.marks[n])
		all = append(all, d)
	}
	return all
}

// textOf splits a text into its sections, whatever it is.
func textOf(sdp string, marks []Mark) Text {
	t := Text{Sections: []Section{{Name: "session"}}}
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
