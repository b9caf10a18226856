package check

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// View is a trace as checks read it: by side and kind, in the order of the
// record.
type View struct {
	Header trace.Header
	// End is how the session ended; a trace without an end was cut, which is an
	// error.
	End     trace.End
	Records []trace.Record
	sides   map[trace.Side]*sideView
	extras  map[string]map[trace.Side]*sideView // by Record.Conn
}

type sideView struct {
	events     []Event
	candidates []Candidate
	calls      []Call
	local      []Local
	snapshots  map[string]trace.Snapshot
	stats      map[string]trace.Stats
}

// Event is something that a connection said, with the number and time of its
// record.
type Event struct {
	N int
	T float64 // milliseconds
	peer.Event
}

// Candidate is a candidate that a connection surfaced.
type Candidate struct {
	N     int
	T     float64
	Index int // among all of its side, from 0
	Raw   json.RawMessage
	// Init is nil for the null candidate and for what is no RTCIceCandidateInit;
	// then Err says why.
	Init *peer.ICECandidateInit
	Err  error
}

// Null reports whether it is the null that ends gathering.
func (c Candidate) Null() bool { return c.Init == nil && c.Err == nil }

// Real reports whether it is a candidate: not null, nor the empty one.
func (c Candidate) Real() bool { return c.Init != nil && c.Init.Candidate != "" }

// Call is a method call with its return.
type Call struct {
	N int
	T float64
	trace.Call
	// Returned is false where the trace has no return.
	Returned bool
	ReturnN  int
	Return   trace.Return
}

// OK reports whether the call returned without an error.
func (c Call) OK() bool { return c.Returned && c.Return.Error == nil && c.Return.Failure == "" }

// Local is a local description that the side was asked to set, taken apart.
type Local struct {
	N           int    // of the call
	Type        string // offer, answer
	SDP         string
	Description *wire.Description // nil when it cannot be read
	Err         error
}

// NewView takes a trace apart.
func NewView(records []trace.Record) (*View, error) {
	if len(records) == 0 || records[0].Session == nil {
		return nil, errors.New("check: the trace has no header")
	}
	v := &View{
		Header: *records[0].Session, Records: records,
		End:   trace.End{Result: trace.EndError, Reason: "the trace has no end: the run was killed"},
		sides: newSides(), extras: map[string]map[trace.Side]*sideView{},
	}
	calls := map[int]int{} // call id to index, per side by its own ids
	for _, rec := range records {
		if rec.Kind == trace.KindEnd && rec.End != nil {
			v.End = *rec.End
		}
		sides := v.sides
		if rec.Conn != "" {
			if sides = v.extras[rec.Conn]; sides == nil {
				sides = newSides()
				v.extras[rec.Conn] = sides
			}
		}
		if s := sides[rec.Side]; s != nil {
			s.add(rec, calls)
		}
	}
	return v, nil
}

func newSides() map[trace.Side]*sideView {
	sides := map[trace.Side]*sideView{}
	for _, side := range trace.Sides() {
		sides[side] = &sideView{snapshots: map[string]trace.Snapshot{}, stats: map[string]trace.Stats{}}
	}
	return sides
}

// At is the trace as the further connections of that name saw it (trace.Record.Conn),
// without anything where there are none.
func (v *View) At(conn string) *View {
	at := *v
	if at.sides = v.extras[conn]; at.sides == nil {
		at.sides = newSides()
	}
	return &at
}

// Conns lists the names of the further connections of that side, sorted.
func (v *View) Conns(side trace.Side) []string {
	var names []string
	for name, sides := range v.extras {
		if s := sides[side]; len(s.calls) > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (s *sideView) add(rec trace.Record, calls map[int]int) {
	switch {
	case rec.Event != nil:
		e := Event{N: rec.N, T: rec.T, Event: *rec.Event}
		s.events = append(s.events, e)
		if e.Type == peer.EventICECandidate {
			c := Candidate{N: rec.N, T: rec.T, Index: len(s.candidates), Raw: e.Candidate}
			c.Init, c.Err = peer.ParseCandidateInit(e.Candidate)
			s.candidates = append(s.candidates, c)
		}
	case rec.Call != nil:
		calls[rec.Call.ID] = len(s.calls)
		s.calls = append(s.calls, Call{N: rec.N, T: rec.T, Call: *rec.Call})
		if rec.Call.Method == "setLocalDescription" && rec.Call.Description != nil {
			s.addLocal(rec.N, *rec.Call.Description)
		}
	case rec.Return != nil:
		if i, ok := calls[rec.Return.Call]; ok && i < len(s.calls) {
			c := &s.calls[i]
			c.Returned, c.ReturnN, c.Return = true, rec.N, *rec.Return
		}
	case rec.Snapshot != nil:
		s.snapshots[rec.Snapshot.Moment] = *rec.Snapshot
	case rec.Stats != nil:
		s.stats[rec.Stats.Moment] = *rec.Stats
	}
}

func (s *sideView) addLocal(n int, d peer.SessionDescription) {
	l := Local{N: n, Type: d.Type, SDP: d.SDP}
	l.Description, l.Err = wire.ParseDescription(d.SDP)
	s.local = append(s.local, l)
}

// Events returns the events of the side, of the given types or all.
func (v *View) Events(side trace.Side, types ...peer.EventType) []Event {
	var found []Event
	for _, e := range v.sides[side].events {
		for _, t := range types {
			if e.Type == t {
				found = append(found, e)
			}
		}
		if len(types) == 0 {
			found = append(found, e)
		}
	}
	return found
}

// Candidates returns what the side surfaced, nulls included.
func (v *View) Candidates(side trace.Side) []Candidate { return v.sides[side].candidates }

// RealCandidates returns the candidates that the side surfaced.
func (v *View) RealCandidates(side trace.Side) []Candidate {
	var found []Candidate
	for _, c := range v.sides[side].candidates {
		if c.Real() {
			found = append(found, c)
		}
	}
	return found
}

// Calls returns the calls of one method on the side's connection.
func (v *View) Calls(side trace.Side, method string) []Call {
	var found []Call
	for _, c := range v.sides[side].calls {
		if c.Method == method {
			found = append(found, c)
		}
	}
	return found
}

// Local returns the description that was the side's current or pending local
// description at record n: the last one that it was asked to set before, or its
// first. The error says that there is none that can be read.
func (v *View) Local(side trace.Side, n int) (*wire.Description, error) {
	var d *wire.Description
	err := NoEvidence("the %s set no local description: %s", side, v.End.Reason)
	for _, l := range v.sides[side].local {
		if d != nil && l.N > n {
			break
		}
		if l.Err != nil {
			err = NoEvidence("the local description cannot be read: %v", l.Err)
			continue
		}
		d, err = l.Description, nil
	}
	return d, err
}

// Snapshot returns the states that the side had at that moment.
func (v *View) Snapshot(side trace.Side, moment string) (peer.Snapshot, bool) {
	s, ok := v.sides[side].snapshots[moment]
	return s.Snapshot, ok
}

// Stats returns the statistics that the side had at that moment.
func (v *View) Stats(side trace.Side, moment string) (peer.Stats, bool) {
	s, ok := v.sides[side].stats[moment]
	return s.Stats, ok
}
