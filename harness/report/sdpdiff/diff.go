package sdpdiff

import (
	"errors"
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/wire"
)

// Class says what a row is.
type Class string

// The classes. Readers need not look at the first two.
const (
	Same     Class = "same"
	Must     Class = "as it must" // differs, since it has to or is drawn anew each time
	Changed  Class = "changed"
	OnlyA    Class = "only in A"
	OnlyB    Class = "only in B"
	Order    Class = "order"    // only order, repetition or level differ
	Conflict Class = "conflict" // contradicts the offer
)

// Classes lists them, what readers should see first first.
func Classes() []Class { return []Class{Conflict, Changed, OnlyA, OnlyB, Order, Must, Same} }

// Glyph is the sign of a class, so that no reader depends on colour.
func (c Class) Glyph() string {
	switch c {
	case Same:
		return "="
	case Must:
		return "~"
	case Changed:
		return "≠"
	case OnlyA:
		return "−"
	case OnlyB:
		return "+"
	case Order:
		return "⇅"
	case Conflict:
		return "✗"
	}
	return " "
}

// Mode says what the two descriptions are of each other.
type Mode string

// The modes.
const (
	ModeAnswer   Mode = "offer and answer" // B answers A
	ModeVersions Mode = "versions"         // two versions, peers or runs made them in the same place
	ModeCopies   Mode = "copies"           // B is what became of A on its way
)

// Limits on what a Diff holds. Real descriptions have some hundred lines.
const (
	MaxBytes    = 256 << 10 // of a description that is taken apart; a longer one is compared by line
	MaxSections = 64        // media sections that are compared
	MaxRows     = 300       // rows of a section
	MaxLines    = 1000      // lines of a description that cannot be read, and is compared by line
	maxValue    = 300       // bytes of a value
)

// Row is one thing that a description says, at both sides.
type Row struct {
	Key   string // the attribute, with what identifies it: rtpmap:111, extmap:<uri>, candidate
	A, B  string // empty where it is not said
	Class Class
	Note  string
	// Allowed says that the difference is one that the standards leave to the answer.
	Allowed bool
	// LineA and LineB are where it is said first, from 1; 0 where it is not.
	LineA, LineB int
}

// Fine reports whether the row needs no look.
func (r Row) Fine() bool { return r.Class == Same || r.Class == Must || r.Allowed }

// Notable reports whether readers want to see the row at once: it needs a look, or
// the answer changed what was offered, as it may.
func (r Row) Notable() bool { return !r.Fine() || r.Class == Changed }

// Section is the session level, or a media section of one or both.
type Section struct {
	Title string // session; section 1: video, mid 1
	// A and B are the section's indexes, -1 where there is none and at session level.
	A, B  int
	Class Class  // of the section as such: moved, missing, added, rejected
	Note  string // why it is not Same
	Rows  []Row
	More  int // rows left out
}

// Open are the rows to look at.
func (s Section) Open() []Row { return s.pick(func(r Row) bool { return !r.Fine() }) }

// Fine are the others.
func (s Section) Fine() []Row { return s.pick(Row.Fine) }

// Notable are the rows that readers want to see at once.
func (s Section) Notable() []Row { return s.pick(Row.Notable) }

// Folded are the others.
func (s Section) Folded() []Row { return s.pick(func(r Row) bool { return !r.Notable() }) }

func (s Section) pick(want func(Row) bool) []Row {
	var rows []Row
	for _, r := range s.Rows {
		if want(r) {
			rows = append(rows, r)
		}
	}
	return rows
}

// Tally says how many rows of each class there are: "2 changed, 7 same".
func Tally(rows []Row) string {
	var parts []string
	for _, c := range Classes() {
		n := 0
		for _, r := range rows {
			if r.Class == c {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, c))
		}
	}
	return strings.Join(parts, ", ")
}

// names are what the two sides are called in notes.
func (m Mode) names() (a, b string) {
	if m == ModeAnswer {
		return "the offer", "the answer"
	}
	return "A", "B"
}

// Diff is how two descriptions differ.
type Diff struct {
	Mode    Mode
	Session Section
	Media   []Section // in the order of A, then what B alone has
	More    int       // media sections left out
	// ErrA and ErrB say why a description cannot be read; Lines is there instead of
	// Session and Media then.
	ErrA, ErrB string
	Lines      []Line
	MoreLines  int // lines left out
}

// OfferAnswer compares an offer with its answer.
func OfferAnswer(offer, answer string) Diff { return compare(ModeAnswer, offer, answer) }

// Versions compares the same description as two versions, peers or runs made it.
func Versions(a, b string) Diff { return compare(ModeVersions, a, b) }

// Copies compares a description with what became of it on its way, where nothing
// differs by itself.
func Copies(made, carried string) Diff { return compare(ModeCopies, made, carried) }

// Broken reports whether one of the two could not be read.
func (d Diff) Broken() bool { return d.ErrA != "" || d.ErrB != "" }

// Sections are the session level, if it has rows, and the media sections.
func (d Diff) Sections() []Section {
	if d.Broken() {
		return nil
	}
	return append([]Section{d.Session}, d.Media...)
}

// Differs reports whether there is something to look at: anything but what is the
// same, has to differ, or is left to the answer.
func (d Diff) Differs() bool {
	if d.Broken() {
		for _, l := range d.Lines {
			if l.Class != Same {
				return true
			}
		}
		return d.MoreLines > 0
	}
	for _, s := range d.Sections() {
		if s.Class != Same && !(s.Class == Must) || s.More > 0 || len(s.Open()) > 0 {
			return true
		}
	}
	return d.More > 0
}

// Summary is the Diff in one line.
func (d Diff) Summary() string {
	if d.Broken() {
		return "cannot be read, compared by line"
	}
	var open, folded []Row
	for _, s := range d.Sections() {
		if s.Class != Same {
			open = append(open, Row{Class: s.Class})
		}
		open, folded = append(open, s.Open()...), append(folded, s.Fine()...)
	}
	switch {
	case len(open) == 0:
		return "nothing to look at: " + Tally(folded)
	case len(folded) == 0:
		return "to look at: " + Tally(open)
	}
	return "to look at: " + Tally(open) + "; as it should be: " + Tally(folded)
}

func compare(mode Mode, textA, textB string) Diff {
	d := Diff{Mode: mode}
	a, errA := parse(textA)
	b, errB := parse(textB)
	if errA != nil || errB != nil {
		d.ErrA, d.ErrB = said(errA), said(errB)
		d.Lines, d.MoreLines = lines(textA, textB)
		return d
	}
	c := comparison{mode: mode, a: readSide(mode, a), b: readSide(mode, b)}
	d.Session = c.session()
	d.Media, d.More = c.media()
	return d
}

func parse(text string) (*wire.Description, error) {
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("it has %d bytes, and no more than %d are taken apart", len(text), MaxBytes)
	}
	return wire.ParseDescription(text)
}

func said(err error) string {
	if err == nil {
		return ""
	}
	var syntax *wire.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("line %d: %s", syntax.Line, strings.TrimPrefix(err.Error(), fmt.Sprintf("description line %d ", syntax.Line)))
	}
	return err.Error()
}

// cut makes a value fit to be shown: no longer than a table can bear, and without
// what changes how the text around it is read.
func cut(s string) string {
	if len(s) <= maxValue {
		return printable(s)
	}
	return fmt.Sprintf("%s… (%d more bytes)", printable(strings.ToValidUTF8(s[:maxValue], "")), len(s)-maxValue)
}
