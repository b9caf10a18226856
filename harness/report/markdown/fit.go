package markdown

import (
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/report"
)

// Part is a piece of a text that can be cut between its rows: what is left is valid,
// since Foot closes what Head opened. Without rows it is left out.
type Part struct {
	Head string
	Rows []string
	Foot string
	Noun string // what a row is, in the sentence that says what was cut
}

// reserve is room for that sentence.
const reserve = 1000

// Fit joins the parts within so many bytes. The first row that does not fit, and all
// that comes after it, are left out; the last sentence counts them and says which file
// has all. Of the first part everything is written.
func Fit(parts []Part, limit int, all string) []byte {
	var b strings.Builder
	left := newTally()
	for i, p := range parts {
		shown := 0
		if i == 0 || left.empty() {
			shown = p.within(limit - reserve - b.Len())
		}
		if i == 0 {
			shown = len(p.Rows)
		}
		if shown > 0 {
			b.WriteString(p.Head + strings.Join(p.Rows[:shown], "") + p.Foot)
		}
		left.add(p.Noun, len(p.Rows)-shown)
	}
	if !left.empty() {
		fmt.Fprintf(&b, "\n_Left out, since this is limited to %d bytes: %s. %s has all._\n", limit, left, all)
	}
	return []byte(b.String())
}

// within is how many of the rows there is room for.
func (p Part) within(room int) int {
	room -= len(p.Head) + len(p.Foot)
	for i, row := range p.Rows {
		if room -= len(row); room < 0 {
			return i
		}
	}
	return len(p.Rows)
}

// tally counts what was left out, in the order in which it was met.
type tally struct {
	nouns []string
	n     map[string]int
}

func newTally() *tally { return &tally{n: map[string]int{}} }

func (t *tally) empty() bool { return len(t.nouns) == 0 }

func (t *tally) add(noun string, n int) {
	if n == 0 {
		return
	}
	if t.n[noun] == 0 {
		t.nouns = append(t.nouns, noun)
	}
	t.n[noun] += n
}

func (t *tally) String() string {
	var list []string
	for _, noun := range t.nouns {
		list = append(list, report.Plural(t.n[noun], noun))
	}
	return strings.Join(list, ", ")
}
