// Package evidence arranges what a trace holds of one session for readers: who sent
// what to whom and when, the candidates, the descriptions, the candidate pairs, the
// states, the logs. It marks what findings point at, and judges nothing itself.
//
// Everything in it is fit to be shown: strings of a trace are made safe as those of
// a report are, and their length and number are bounded. What is left out is
// counted; what a finding points at stays.
package evidence

import (
	"fmt"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Session is the evidence of one session.
type Session struct {
	Header  trace.Header
	Session report.Session
	Results []*report.Result // of this session, the worst first

	Title             string // of the scenario
	Offerer, Answerer peer.Description
	Verdicts          []Verdict // those with something to say: red, known, observed
	Met               []Brief   // the requirements that were met
	Unjudged          []Brief   // unsupported and skipped
	Broken            []Brief   // errors that say only that the session broke, as its result does

	Records      int  // in the trace; 0: there is none to be read
	Whole        bool // the trace has its end
	Sequence     Sequence
	Probes       []Connection  // connections beside the session's own
	Candidates   []Gathered    // of the offerer, then of the answerer
	Exchanges    []Exchange    // the offers with their answers, compared
	Descriptions []Description // those that findings point at
	Pairs        []Moment
	States       Timeline
	Logs         []Log

	Reproduce string // the command that plays exactly this session again
	Recheck   string // the command that grades its trace again; empty without one
	// Prefix is what the ids of a page have before the number of a record, so that
	// several sessions can be on one page.
	Prefix string
	// Own is true on a page that is this session's alone.
	Own bool
	// Alone says that the page is in no folder of a run.
	Alone bool
	// Base leads from the page to the folder of report.json: "" or "../".
	Base string

	places map[int]Point
}

// At is the id, without Prefix, of what is shown of a record; empty where it is
// left out.
func (e Session) At(n int) string {
	if p, ok := e.places[n]; ok {
		return fmt.Sprintf("r-%d", p.N)
	}
	return ""
}

// Of arranges the records of a session of the report. before is the same session of
// the baseline, or nil. The records may be incomplete, or none at all.
func Of(r *report.Report, s *report.Session, records, before []trace.Record) Session {
	e := Session{
		Session: report.SafeValue(*s), Records: len(records), Prefix: view.Anchor(s.ID) + "-",
		Reproduce: report.SafeText(r.Reproduce(s.Pair, s.Scenario, "")), Exchanges: exchanges(records, before),
	}
	if s.Trace != "" {
		e.Recheck = report.SafeText("rink check " + report.Quote(s.Trace))
	}
	e.introduce(r, s, records)
	for i := range r.Results {
		if r.Results[i].Session == s.ID {
			res := report.SafeValue(r.Results[i])
			e.Results = append(e.Results, &res)
		}
	}
	e.sort()
	t := read(records)
	t.mark(e.Results)
	items := t.items()
	e.Sequence = sequence(items[own])
	e.Probes = t.connections(items)
	e.Candidates = t.candidates()
	e.Descriptions = t.descriptions()
	e.Pairs = t.moments()
	e.States = t.timeline()
	e.Logs = t.logs()
	_, e.Whole = t.end()
	e.places = e.shown()
	e.explain(r)
	return e
}

// introduce says who met whom, by the trace or else by the report.
func (e *Session) introduce(r *report.Report, s *report.Session, records []trace.Record) {
	if len(records) > 0 && records[0].Session != nil {
		e.Header = report.SafeValue(*records[0].Session)
		e.Title, e.Offerer, e.Answerer = e.Header.Title, e.Header.Offerer, e.Header.Answerer
	} else {
		for _, p := range r.Peers {
			switch p.ID {
			case s.Pair.Offerer:
				e.Offerer = report.SafeValue(p)
			case s.Pair.Answerer:
				e.Answerer = report.SafeValue(p)
			}
		}
		if s.Pair.Offerer == s.Pair.Answerer {
			e.Answerer = e.Offerer
		}
	}
	for _, sc := range r.Scenarios {
		if sc.Name == s.Scenario && sc.Title != "" {
			e.Title = report.SafeText(sc.Title)
		}
	}
}
