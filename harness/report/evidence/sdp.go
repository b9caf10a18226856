package evidence

import (
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report/sdpdiff"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Exchange is an offer with its answer. A provisional answer and the one after it
// make two exchanges of the same offer.
type Exchange struct {
	Offer  *Told
	Answer *Told         // nil: there was none
	Diff   *sdpdiff.Diff // of the offer as it arrived and the answer as it was made
}

// Told is a description: as its end made it, as signalling handed it over, and as
// the baseline has it.
type Told struct {
	Side trace.Side
	Type string // offer, answer, pranswer
	N    int    // of the record that has it first
	T    float64
	Text string // as it was made
	Set  bool   // its end set it
	// Carried is what signalling handed over; empty: nothing yet, or nothing at all.
	Carried string
	Dropped bool   // signalling handed nothing over
	Fault   string // what signalling did to it
	// Altered is how Carried differs from Text, nil where it does not. Without a
	// fault, gathering made the difference.
	Altered *sdpdiff.Diff
	Before  *sdpdiff.Diff // the baseline's and this, nil without a baseline
}

// Arrived is the text that the other end got, as far as the trace tells.
func (t *Told) Arrived() string {
	if t.Carried != "" {
		return t.Carried
	}
	return t.Text
}

// exchanges pairs the offers and answers of the session's own two connections, in
// the order in which the offers were made. Those of further connections, which
// probe and meet nobody, are left to the trace.
func exchanges(records, before []trace.Record) []Exchange {
	all, was := exchanged(records), exchanged(before)
	for i := range all {
		x := &all[i]
		if x.Answer != nil {
			d := sdpdiff.OfferAnswer(x.Offer.Arrived(), x.Answer.Text)
			x.Diff = &d
		}
		var baseline Exchange
		if i < len(was) {
			baseline = was[i]
		}
		x.Offer.compare(baseline.Offer)
		if x.Answer != nil {
			x.Answer.compare(baseline.Answer)
		}
	}
	return all
}

// Exchanges are the offers and answers of a trace.
func Exchanges(records []trace.Record) []Exchange { return exchanges(records, nil) }

// compare fills in how t differs from what was handed over, and from the baseline.
func (t *Told) compare(before *Told) {
	if t.Carried != "" && t.Carried != t.Text && t.Altered == nil {
		d := sdpdiff.Copies(t.Text, t.Carried)
		t.Altered = &d
	}
	if before != nil && before.Side == t.Side && before.Type == t.Type && t.Before == nil {
		d := sdpdiff.Versions(before.Text, t.Text)
		t.Before = &d
	}
}

// exchanged pairs offers and answers, and compares nothing.
func exchanged(records []trace.Record) []Exchange {
	p := pairing{latest: map[trace.Side]map[string]*Told{trace.Offerer: {}, trace.Answerer: {}}}
	for i := range records {
		r := &records[i]
		if r.Conn != "" || p.latest[r.Side] == nil {
			continue
		}
		switch {
		case r.Return != nil && (r.Return.Method == "createOffer" || r.Return.Method == "createAnswer") && r.Return.Description != nil:
			p.made(r, *r.Return.Description)
		case r.Call != nil && r.Call.Method == "setLocalDescription" && r.Call.Description != nil:
			p.set(r, *r.Call.Description)
		case r.Signal != nil && r.Signal.Description != nil:
			p.signalled(r, *r.Signal.Description)
		}
	}
	return p.found
}

// pairing finds out which answer is to which offer.
type pairing struct {
	found  []Exchange
	latest map[trace.Side]map[string]*Told // by type
}

func (p *pairing) made(r *trace.Record, d peer.SessionDescription) *Told {
	t := &Told{Side: r.Side, Type: d.Type, N: r.N, T: r.T, Text: d.SDP}
	p.latest[r.Side][d.Type] = t
	if d.Type == "offer" {
		p.found = append(p.found, Exchange{Offer: t})
		return t
	}
	for i := len(p.found) - 1; i >= 0; i-- {
		x := &p.found[i]
		if x.Offer.Side == r.Side || x.Offer.Carried == "" && !x.Offer.Set {
			continue
		}
		if x.Answer != nil {
			p.found = append(p.found, Exchange{Offer: x.Offer, Answer: t})
			return t
		}
		x.Answer = t
		return t
	}
	return t // an answer to nothing: the checks say so
}

func (p *pairing) set(r *trace.Record, d peer.SessionDescription) {
	if d.Type != "offer" && d.Type != "answer" && d.Type != "pranswer" {
		return // a rollback describes nothing
	}
	t := p.latest[r.Side][d.Type]
	if t == nil && d.Type == "pranswer" { // createAnswer gave it as an answer
		t = p.latest[r.Side]["answer"]
	}
	if t == nil || t.Text != d.SDP && t.Set {
		t = p.made(r, d)
	}
	t.Set = true
}

func (p *pairing) signalled(r *trace.Record, d peer.SessionDescription) {
	t := p.latest[r.Side][d.Type]
	if t == nil && d.Type == "pranswer" {
		t = p.latest[r.Side]["answer"]
	}
	if t == nil || t.Carried != "" { // set without a text, which only signalling saw
		if t != nil && (t.Carried == d.SDP || r.Signal.Act != trace.ActCarry) {
			return
		}
		if t != nil && r.Signal.Fault != "" {
			t.Fault = r.Signal.Fault
			return // a second copy of it
		}
		t = p.made(r, d)
		t.Set = true
	}
	t.Fault = r.Signal.Fault
	if r.Signal.Act == trace.ActDrop {
		t.Dropped = true
		return
	}
	t.Carried = d.SDP
}
