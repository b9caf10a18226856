package evidence

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// maxCandidates is how many candidates of an end are shown; marked ones come on top.
const maxCandidates = 120

// Gathered is what one end gave of candidates, and what became of each.
type Gathered struct {
	Side       trace.Side
	Fields     []Field // the columns: those of which there is something to see
	Candidates []Candidate
	Left       int // candidates that are left out
}

// Apart is how many of the columns are taken from the text of a candidate; the rest
// are members of their own.
func (g Gathered) Apart() int { return len(g.Fields) - 3 }

// Columns is how many columns the table has: the time and what became of a candidate
// come before its fields.
func (g Gathered) Columns() int { return 2 + len(g.Fields) }

// Source says where a candidate was seen first.
type Source string

// The sources.
const (
	FromEvent       Source = "icecandidate"
	FromDescription Source = "description"
	FromRink        Source = "Rink" // the end never gave it
)

// Candidate is one row of the table.
type Candidate struct {
	N        int // of the record that it was seen in first
	T        float64
	From     Source
	Listed   bool   // a description of the end lists it too
	End      bool   // it ends candidates
	Unparsed string // the text, where it cannot be taken apart
	Cells    []Cell // by Fields; none for one that is unparsed as a whole
	Marks    []Mark // about all of it
	Fates    []Fate

	raw json.RawMessage
	key string
}

// Cell is a field of a candidate.
type Cell struct {
	Field Field
	Text  string
	Null  bool // it is null or not there
	Marks []Mark
}

// Fate is what became of a candidate on its way to the other end.
type Fate struct {
	N       int // of the record that says so
	T       float64
	Text    string // carried, dropped, altered: ...
	Taken   bool
	Refused bool
	Marks   []Mark

	call int // place of addIceCandidate; -1
}

// table puts the candidates of one side together.
type table struct {
	*reading
	side trace.Side
	rows []Candidate
	adds []adding // of the other end
}

// adding is a call of addIceCandidate.
type adding struct {
	call int
	raw  json.RawMessage
	used bool // a signal led to it
}

func (t *reading) candidates() []Gathered {
	var all []Gathered
	for _, side := range trace.Sides() {
		tab := &table{reading: t, side: side}
		t.each(func(n int, r *trace.Record) {
			if r.Call != nil && r.Call.Method == "addIceCandidate" && r.Side == side.Other() {
				tab.adds = append(tab.adds, adding{call: n, raw: compact(r.Call.Candidate)})
			}
		})
		tab.surfaced()
		tab.listed()
		tab.carried()
		tab.added()
		all = append(all, tab.gathered())
	}
	return all
}

func (t *table) surfaced() {
	t.each(func(n int, r *trace.Record) {
		if e := r.Event; e != nil && e.Type == peer.EventICECandidate && r.Side == t.side {
			t.rows = append(t.rows, t.row(n, FromEvent, e.Candidate))
		}
	})
}

// row takes a candidate apart.
func (t *table) row(n int, from Source, raw json.RawMessage) Candidate {
	c := Candidate{N: n, T: t.records[n].T, From: from, raw: compact(raw)}
	init, err := peer.ParseCandidateInit(raw)
	switch {
	case err != nil:
		c.Unparsed = oneLine(string(raw), maxLabel)
	case init == nil:
		c.End, c.key = true, "null"
	default:
		t.fill(&c, init)
	}
	c.Marks = about(t.marked(n), FieldRow)
	for i := range c.Cells {
		c.Cells[i].Marks = about(t.marked(n), c.Cells[i].Field)
	}
	return c
}

func (t *table) fill(c *Candidate, init *peer.ICECandidateInit) {
	parsed, err := wire.ParseCandidate(strings.TrimSpace(strings.TrimPrefix(init.Candidate, "a=")))
	switch {
	case init.Candidate == "":
		c.End, c.key = true, "end "+said(init.SDPMid)+said(init.SDPMLineIndex)
	case err != nil:
		c.Unparsed, c.key = oneLine(init.Candidate, maxLabel), init.Candidate
	default:
		c.key = key(parsed)
	}
	values := map[Field]string{}
	if init.Candidate != "" && err == nil {
		values = map[Field]string{
			FieldType: parsed.Type, FieldProtocol: strings.TrimSpace(parsed.Transport + " " + parsed.TCPType), FieldAddress: parsed.Address,
			FieldPort: fmt.Sprint(parsed.Port), FieldPriority: fmt.Sprint(parsed.Priority), FieldFoundation: parsed.Foundation,
			FieldComponent: fmt.Sprint(parsed.Component),
		}
		if parsed.HasRelated {
			values[FieldRelated] = address(parsed.RelatedAddress, parsed.RelatedPort)
		}
	}
	for _, f := range Fields() {
		text, there := values[f]
		switch f {
		case FieldSDPMid:
			text, there = quoted(init.SDPMid), init.SDPMid != nil
		case FieldUfrag:
			text, there = quoted(init.UsernameFragment), init.UsernameFragment != nil
		case FieldSDPMLineIndex:
			text, there = said(init.SDPMLineIndex), init.SDPMLineIndex != nil
		}
		c.Cells = append(c.Cells, Cell{Field: f, Text: oneLine(text, maxPoint), Null: !there})
	}
}

// key is what a candidate is told apart by, whatever else was done to its text.
func key(c wire.Candidate) string {
	return fmt.Sprintf("%s %d %s %s %d", c.Foundation, c.Component, c.Transport, c.Address, c.Port)
}

func compact(raw json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return raw
	}
	return b.Bytes()
}

func quoted(p *string) string {
	if p == nil {
		return "null"
	}
	return fmt.Sprintf("%q", *p)
}

func said[V any](p *V) string {
	if p == nil {
		return "null"
	}
	return fmt.Sprint(*p)
}

// listed adds those that only descriptions of the end have.
func (t *table) listed() {
	seen := map[string]bool{}
	t.each(func(n int, r *trace.Record) {
		if r.Side != t.side {
			return
		}
		for _, d := range made(r) {
			if d == nil || seen[d.SDP] {
				continue
			}
			seen[d.SDP] = true
			if parsed, err := wire.ParseDescription(d.SDP); err == nil {
				t.list(n, parsed)
			}
		}
	})
}

// made are the descriptions that a record shows to be the end's own.
func made(r *trace.Record) []*peer.SessionDescription {
	switch {
	case r.Return != nil:
		return []*peer.SessionDescription{r.Return.Description}
	case r.Snapshot != nil:
		return []*peer.SessionDescription{r.Snapshot.LocalDescription}
	}
	return nil
}

func (t *table) list(n int, d *wire.Description) {
	for i, m := range d.Media {
		for _, line := range m.Candidates() {
			mid, index, ufrag := m.Mid(), uint16(min(i, 1<<16-1)), d.ICEUfrag(m)
			init := peer.ICECandidateInit{Candidate: line, SDPMid: &mid, SDPMLineIndex: &index, UsernameFragment: &ufrag}
			raw, err := json.Marshal(init)
			if err != nil {
				continue // strings and numbers always marshal
			}
			c := t.row(n, FromDescription, raw)
			// The finding of a description is marked there.
			c.Marks = nil
			for i := range c.Cells {
				c.Cells[i].Marks = nil
			}
			at := t.find(n, c.raw, c.key)
			if at < 0 {
				t.rows = append(t.rows, c)
				at = len(t.rows) - 1
			}
			t.rows[at].Listed = true
		}
	}
}

// find returns the row of the candidate of record n: the very same text first, then
// the same candidate in another dress. Of several it is the last one before, for
// the end of candidates looks the same in each generation.
func (t *table) find(n int, raw json.RawMessage, key string) int {
	exact, same := -1, -1
	for i, row := range t.rows {
		equal := bytes.Equal(row.raw, raw)
		if equal && (exact < 0 || row.N < n) {
			exact = i
		}
		if !equal && key != "" && row.key == key && (same < 0 || row.N < n) {
			same = i
		}
	}
	if exact >= 0 {
		return exact
	}
	return same
}

// gathered keeps the number of rows within bounds.
func (t *table) gathered() Gathered {
	g := Gathered{Side: t.side, Fields: Fields()}
	for _, c := range t.rows {
		if len(g.Candidates) < maxCandidates || len(g.Candidates) < maxMarked && c.Marked() {
			g.Candidates = append(g.Candidates, c)
		} else {
			g.Left++
		}
	}
	g.drop(FieldRelated)
	return g
}

// drop leaves a column out that has nothing in it.
func (g *Gathered) drop(f Field) {
	at := slices.Index(g.Fields, f)
	for _, c := range g.Candidates {
		if len(c.Cells) > 0 && (!c.Cells[at].Null || len(c.Cells[at].Marks) > 0) {
			return
		}
	}
	g.Fields = slices.Delete(g.Fields, at, at+1)
	for i := range g.Candidates {
		if c := &g.Candidates[i]; len(c.Cells) > 0 {
			c.Cells = slices.Delete(c.Cells, at, at+1)
		}
	}
}

// Marked reports whether a finding points at any of it.
func (c Candidate) Marked() bool {
	marked := len(c.Marks) > 0
	for _, cell := range c.Cells {
		marked = marked || len(cell.Marks) > 0
	}
	for _, f := range c.Fates {
		marked = marked || len(f.Marks) > 0
	}
	return marked
}
