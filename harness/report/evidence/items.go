package evidence

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// Kind says what an Item is.
type Kind string

// The kinds of items.
const (
	Stage   Kind = "stage"   // the session enters a stage
	Call    Kind = "call"    // Rink calls an end
	Event   Kind = "event"   // an end says something
	Signal  Kind = "signal"  // what an end gave goes through the middle to the other
	Reading Kind = "reading" // Rink reads states or stats of an end
	Note    Kind = "note"    // Rink says something, or the trace ends
)

// Item is one thing that happened.
type Item struct {
	N    int   // number of the record
	Also []int // further records that it stands for: the return of a call, and what was folded into it
	T    float64
	Kind Kind
	Side trace.Side // empty: Rink
	Text string     // in a few words
	// Outcome is how a call settled or what signalling did where that is not the usual:
	// "refused: TypeError: ...", "dropped", "altered: rename-mids".
	Outcome string
	Failed  string // what of it is most telling where a call did not succeed: the error's name
	Detail  string // more of it for the list
	Ms      float64
	Until   float64 // when a call settled, or when the last of what was folded was
	Dropped bool    // a signal that never arrives
	Times   int     // equal ones that were folded into it, itself included
	Left    int     // others that were left out right before it
	Marks   []Mark

	fold string // what may be folded has the same
	rank int    // what goes first when there is too much has the highest
}

// Label is the text with what became of it.
func (i Item) Label() string {
	s := i.Text
	if i.Times > 1 {
		s += fmt.Sprintf(" ×%d", i.Times)
	}
	if i.Outcome != "" {
		s += ", " + i.Outcome
	}
	return s
}

// items are all things that happened, by connection, in the order of time.
func (t *reading) items() map[string][]Item {
	all := map[string][]Item{}
	for _, n := range t.order {
		r := &t.records[n]
		if item, ok := t.item(n, r); ok {
			item.N, item.T, item.Side, item.Until = n, r.T, side(r.Side), max(r.T, item.Until)
			item.Marks = t.marked(append(item.Also, n)...)
			if item.Times == 0 {
				item.Times = 1
			}
			if len(item.Marks) > 0 {
				item.rank = 0
			}
			all[r.Conn] = append(all[r.Conn], item)
		}
	}
	return all
}

// side keeps what is drawn to the lifelines that there are.
func side(s trace.Side) trace.Side {
	if s == trace.Offerer || s == trace.Answerer {
		return s
	}
	return ""
}

// item says what a record is; logs of the ends are shown on their own, and a return
// with its call.
func (t *reading) item(n int, r *trace.Record) (Item, bool) {
	switch {
	case r.Call != nil:
		return t.callItem(n, r), true
	case r.Return != nil:
		_, ok := t.calls[n]
		return Item{Kind: Note, Text: clip(r.Return.Method, maxPoint) + " returned, and nobody had called it", rank: 3}, !ok
	case r.Event != nil:
		return t.eventItem(r), r.Event.Type != peer.EventLog
	case r.Signal != nil:
		return signalItem(r), true
	case r.Snapshot != nil:
		return Item{Kind: Reading, Text: "states read: " + clip(r.Snapshot.Moment, maxPoint), rank: 3}, true
	case r.Stats != nil:
		return Item{Kind: Reading, Text: "stats read: " + clip(r.Stats.Moment, maxPoint), rank: 3}, true
	case r.Stage != "":
		return Item{Kind: Stage, Text: clip(string(r.Stage), maxPoint)}, true
	case r.Log != "":
		return Item{Kind: Note, Text: oneLine(r.Log, maxLabel), rank: 3}, true
	case r.End != nil:
		return endItem(r.End), true
	}
	return Item{}, false // the head of the trace, or nothing that this version knows
}

func endItem(e *trace.End) Item {
	text := "the session " + clip(string(e.Result), maxPoint)
	if e.Reason != "" {
		text += ": " + oneLine(e.Reason, maxLabel)
	}
	return Item{Kind: Note, Text: text}
}

func (t *reading) callItem(n int, r *trace.Record) Item {
	c, ret := t.call(n)
	item := Item{Kind: Call, Text: oneLine(c.Method, maxPoint) + t.arguments(r), rank: 2}
	if c.Probe != "" {
		item.Text += " [probe: " + oneLine(c.Probe, maxPoint) + "]"
	}
	if len(c.Options) > 0 {
		item.Detail = "options " + oneLine(string(c.Options), maxLabel)
	}
	if c.Method == "addIceCandidate" || strings.HasSuffix(c.Method, "RTCIceCandidate") {
		if item.Detail = oneLine(string(c.Candidate), 2*maxLabel); item.Detail == "null" {
			item.Detail = ""
		}
	}
	if c.Method == "send" || c.Method == "channel" {
		item.rank, item.fold = 3, c.Method+" "+string(r.Side)+" "+string(c.Channel)
	}
	if ret == nil {
		item.Outcome, item.Failed, item.rank = "never settled", "never settled", 1
		return item
	}
	item.Ms, item.Until, item.Also = ret.Ms, t.records[t.returns[n]].T, []int{t.returns[n]}
	switch {
	case ret.Error != nil:
		item.Failed = oneLine(ret.Error.Name, maxQuote)
		item.Outcome, item.rank, item.fold = "refused: "+oneLine(ret.Error.Name+": "+ret.Error.Message, maxLabel), 1, ""
	case ret.Failure != "":
		item.Failed = "failed"
		item.Outcome, item.rank, item.fold = "failed: "+oneLine(ret.Failure, maxLabel), 1, ""
	case ret.Object != nil:
		item.Detail += " gives " + oneLine(string(ret.Object.JSON), 2*maxLabel)
	}
	return item
}

// arguments are those of a call in a few words.
func (t *reading) arguments(r *trace.Record) string {
	c := r.Call
	switch {
	case c.Description != nil:
		return "(" + oneLine(c.Description.Type, maxPoint) + ")"
	case c.Candidate != nil:
		return "(" + candidateWords(c.Candidate) + ")"
	case c.Message != nil:
		return "(" + messageWords(*c.Message) + ")" + t.on(r, string(c.Channel))
	case c.Channel != "":
		return t.on(r, string(c.Channel))
	case c.Text != "":
		return "(" + oneLine(c.Text, maxPoint) + ")"
	}
	return ""
}

// on names the channel that a record is about.
func (t *reading) on(r *trace.Record, handle string) string {
	if label, ok := t.labels[channel{r.Side, r.Conn, handle}]; ok {
		return " on " + oneLine(label, maxPoint)
	}
	return " on channel " + oneLine(handle, maxPoint)
}

func messageWords(m peer.Message) string {
	if m.Binary {
		if m.Text != "" { // it was cut, and says so
			return "binary " + oneLine(m.Text, maxPoint)
		}
		return report.Plural(len(m.Bytes), "byte")
	}
	return fmt.Sprintf("%q", oneLine(m.Text, maxQuote))
}

// candidateWords names a candidate by what people tell candidates apart with.
func candidateWords(raw json.RawMessage) string {
	init, err := peer.ParseCandidateInit(raw)
	switch {
	case err != nil:
		return oneLine(string(raw), maxPoint)
	case init == nil:
		return "null"
	case init.Candidate == "":
		return "end of candidates" + ofSection(init)
	}
	c, err := wire.ParseCandidate(strings.TrimPrefix(init.Candidate, "a="))
	if err != nil {
		return oneLine(init.Candidate, maxPoint)
	}
	return oneLine(fmt.Sprintf("%s %s %s", c.Type, c.Transport, address(c.Address, c.Port)), maxPoint)
}

func ofSection(init *peer.ICECandidateInit) string {
	switch {
	case init.SDPMid != nil:
		return fmt.Sprintf(" of mid %q", oneLine(*init.SDPMid, maxPoint))
	case init.SDPMLineIndex != nil:
		return fmt.Sprintf(" of section %d", *init.SDPMLineIndex)
	}
	return ""
}

func address(host string, port int) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return fmt.Sprintf("%s:%d", host, port)
}

func (t *reading) eventItem(r *trace.Record) Item {
	e := r.Event
	item := Item{Kind: Event, Text: oneLine(string(e.Type), maxPoint), rank: 3}
	switch e.Type {
	case peer.EventICECandidate:
		item.Text, item.rank = "icecandidate "+candidateWords(e.Candidate), 2
	case peer.EventICEGatheringStateChange, peer.EventICEConnectionStateChange, peer.EventConnectionStateChange, peer.EventSignalingStateChange:
		item.Text, item.rank = item.Text+" "+oneLine(e.State, maxPoint), 1
	case peer.EventMessage:
		if e.Message != nil {
			item.Text += " " + messageWords(*e.Message)
		}
		item.Text += t.on(r, string(e.Channel))
		item.fold = "message " + string(r.Side) + " " + string(e.Channel)
	case peer.EventBufferedAmountLow:
		item.Text += t.on(r, string(e.Channel))
		item.fold = "low " + string(r.Side) + " " + string(e.Channel)
	case peer.EventDataChannel, peer.EventChannelOpen, peer.EventChannelClose:
		item.Text, item.rank = item.Text+" "+oneLine(e.Label, maxPoint), 2
	case peer.EventTrack:
		item.Text, item.rank = fmt.Sprintf("track %s, mid %q", oneLine(string(e.Kind), maxPoint), oneLine(e.Mid, maxPoint)), 2
	case peer.EventGone:
		item.rank = 0
	}
	if e.Text != "" {
		item.Detail = oneLine(e.Text, maxLabel)
	}
	return item
}

func signalItem(r *trace.Record) Item {
	s := r.Signal
	item := Item{Kind: Signal, Text: oneLine(s.What, maxPoint), rank: 1, Dropped: s.Act == trace.ActDrop}
	switch {
	case s.Description != nil:
		item.Text = oneLine(s.Description.Type, maxPoint)
	case s.Candidate != nil:
		item.Text = "candidate " + candidateWords(s.Candidate)
	}
	fault := oneLine(s.Fault, maxPoint)
	switch {
	case item.Dropped && fault != "" && fault != "drop":
		item.Outcome = "dropped: " + fault
	case item.Dropped:
		item.Outcome = "dropped"
	case s.Act != trace.ActCarry:
		item.Outcome = strings.TrimSpace(oneLine(string(s.Act), maxPoint) + " " + fault)
	case fault != "":
		item.Outcome = "altered: " + fault
	}
	return item
}
