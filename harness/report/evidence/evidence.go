// Package evidence arranges what a trace holds of one session for readers: who sent
// what to whom and when, the candidates, the descriptions, the candidate pairs, the
// states, the logs. It marks what findings point at, and judges nothing itself.
package evidence

import (
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Session is the evidence of one session.
type Session struct {
	Header  trace.Header
	Session report.Session
	Results []*report.Result // of this session, the worst first
	// Exchanges are the offers with their answers, in order.
	Exchanges []Exchange
}

// Of arranges the records of a session of the report. before is the same session of
// the baseline, or nil.
func Of(r *report.Report, s *report.Session, records, before []trace.Record) Session {
	e := Session{Session: *s, Exchanges: exchanges(records, before)}
	if len(records) > 0 && records[0].Session != nil {
		e.Header = *records[0].Session
	}
	for i := range r.Results {
		if r.Results[i].Session == s.ID {
			e.Results = append(e.Results, &r.Results[i])
		}
	}
	return e
}
