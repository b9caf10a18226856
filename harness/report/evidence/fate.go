package evidence

import (
	"bytes"
	"encoding/json"

	"github.com/webrtc-rink/rink/harness/trace"
)

// maxFates is how many fates of one candidate are shown.
const maxFates = 20

// carried follows the candidates through signalling to addIceCandidate of the other
// end. One that the end never gave is Rink's own.
func (t *table) carried() {
	t.each(func(n int, r *trace.Record) {
		s := r.Signal
		if s == nil || s.Candidate == nil || r.Side != t.side {
			return
		}
		item := signalItem(r)
		f := Fate{N: n, T: r.T, Text: item.Outcome, call: -1}
		if !item.Dropped {
			if f.Text == "" {
				f.Text = "carried"
			}
			f.call = t.adding(n, compact(s.Candidate))
			t.settle(&f)
		}
		f.Marks = t.marked(append(t.both(f.call), n)...)
		t.fate(n, s.Candidate, f)
	})
}

// adding is the call that hands a candidate which was just carried to the other end.
func (t *table) adding(after int, raw json.RawMessage) int {
	for i, a := range t.adds {
		if a.call > after && !a.used && bytes.Equal(a.raw, raw) {
			t.adds[i].used = true
			return a.call
		}
	}
	return -1
}

// both are the places of a call and its return.
func (t *table) both(call int) []int {
	if call < 0 {
		return nil
	}
	places := []int{call}
	if ret, ok := t.returns[call]; ok {
		places = append(places, ret)
	}
	return places
}

// settle says what the other end made of it.
func (t *table) settle(f *Fate) {
	if f.call < 0 {
		f.Text += ", never added"
		return
	}
	_, ret := t.call(f.call)
	switch {
	case ret == nil:
		f.Text += ", addIceCandidate never settled"
	case ret.Error != nil:
		f.Refused = true
		f.Text += ", refused: " + oneLine(ret.Error.Name, maxPoint)
	case ret.Failure != "":
		f.Text += ", failed: " + oneLine(ret.Failure, maxLabel)
	default:
		f.Taken = true
		f.Text += ", taken"
	}
}

// added are the calls of the other end that no signal led to: a scenario hands it a
// candidate of its own making, or one that it kept.
func (t *table) added() {
	for _, a := range t.adds {
		if a.used {
			continue
		}
		n, r := a.call, &t.records[a.call]
		f := Fate{N: n, T: r.T, Text: "added by Rink", call: n}
		if r.Call.Probe != "" {
			f.Text += " [probe: " + oneLine(r.Call.Probe, maxPoint) + "]"
		}
		t.settle(&f)
		f.Marks = t.marked(t.both(n)...)
		t.fate(n, r.Call.Candidate, f)
	}
}

// fate notes a fate at its candidate.
func (t *table) fate(n int, raw json.RawMessage, f Fate) {
	c := t.row(n, FromRink, raw)
	at := t.find(n, c.raw, c.key)
	if at < 0 {
		c.Marks = nil // they are the fate's
		for i := range c.Cells {
			c.Cells[i].Marks = nil
		}
		t.rows = append(t.rows, c)
		at = len(t.rows) - 1
	}
	if row := &t.rows[at]; len(row.Fates) < maxFates || len(f.Marks) > 0 && len(row.Fates) < maxMarked {
		row.Fates = append(row.Fates, f)
	}
}
