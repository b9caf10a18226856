package view

import (
	"fmt"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Apart is a case of the run itself: what makes it red beside its results.
type Apart struct {
	Name    string
	Outcome check.Outcome // error or stale
	Message string        // a sentence
	Text    string        // more of it; may be empty
}

// AllApart are that the run is not complete, the sessions that broke and have no result
// that says so, and the expectations of no use.
func AllApart(r *report.Report) []Apart {
	var all []Apart
	if !r.Run.Complete {
		all = append(all, Apart{Name: "the run is complete", Outcome: check.Error, Message: r.Run.IncompleteReason})
	}
	told := map[string]bool{}
	for i := range r.Results {
		var c report.Counts // an outcome that nobody knows is an error
		if c.Add(r.Results[i].Outcome); c.Error > 0 {
			told[r.Results[i].Session] = true
		}
	}
	for i := range r.Sessions {
		if s := &r.Sessions[i]; s.Result == trace.EndError && !told[s.ID] {
			all = append(all, Apart{Name: "session " + s.ID, Outcome: check.Error, Message: fmt.Sprintf("%s: %s", s.Stage, s.Reason)})
		}
	}
	for _, e := range r.Unused {
		all = append(all, Apart{
			Name: fmt.Sprintf("expectation %s [%s]", e.Check, e.Peer), Outcome: check.Stale,
			Message: "no session put it to the proof: delete it, or correct what it matches", Text: e.File + ": " + e.Reason,
		})
	}
	return all
}
