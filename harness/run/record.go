package run

import (
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/webrtc-rink/rink/harness/expect"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/progress"
	"github.com/webrtc-rink/rink/harness/trace"
)

// record writes how a run goes into its folder, for those who look on. A run goes on
// without it: then a note says so.
type record struct {
	to  *progress.Writer // nil where there is none
	err error            // why
	say func(text string)
}

// startRecord begins the record of a run. Notes of the run from now on go to it, too.
func startRecord(p Plan, f Folder, started time.Time, jobs []Job, told *Progress) *record {
	s := progress.Started{ID: f.ID, Command: p.Command, Sessions: len(jobs), StartedAt: started, PID: os.Getpid(), Pairs: []progress.Lane{}}
	at := map[Pair]int{}
	for _, j := range jobs {
		i, seen := at[j.Pair]
		if !seen {
			i = len(s.Pairs)
			at[j.Pair] = i
			s.Pairs = append(s.Pairs, progress.Lane{Pair: report.Pair{Offerer: j.Pair.Offerer, Answerer: j.Pair.Answerer}})
		}
		s.Pairs[i].Sessions++
	}
	r := &record{say: told.note}
	r.to, r.err = progress.Create(f.Dir, s)
	if r.err != nil {
		return r
	}
	for _, text := range p.Notes {
		r.to.Note(text)
	}
	told.Note = func(text string) {
		r.to.Note(text)
		r.say(text)
	}
	return r
}

func (r *record) session(s Session, done, total int) {
	if r.to == nil {
		return
	}
	line := progress.Session{
		ID: s.Header.ID, Scenario: s.Header.Scenario, Pair: report.Pair{Offerer: s.Header.Offerer.ID, Answerer: s.Header.Answerer.ID},
		Result: s.End.Result, Worst: s.Worst(), DurationMs: s.End.DurationMs, Done: done, Total: total,
	}
	if s.End.Result != trace.EndCompleted {
		line.Reason = s.End.Reason
	}
	for _, v := range s.Verdicts {
		line.Outcomes.Add(v.Outcome)
		if v.Outcome.Red() {
			line.Red = append(line.Red, redOf(s, v))
		}
	}
	r.to.Session(line)
}

func redOf(s Session, v expect.Verdict) progress.Red {
	red := progress.Red{Check: v.Grade.Check, Subject: s.Header.Peer(v.Grade.Side).ID, Outcome: v.Outcome}
	for _, f := range slices.Concat(v.Uncovered, v.Grade.Findings) { // those first that nothing explains
		red.Finding = f.String()
		break
	}
	return red
}

// missing says what the record does not tell, as a note for the report.
func (r *record) missing() []string {
	err := r.err
	if r.to != nil {
		err = r.to.Err()
	}
	if err == nil {
		return nil
	}
	text := fmt.Sprintf("Who looks on sees less than there is: %v", err)
	r.say(text)
	return []string{text}
}

// drop ends the record of a run that is to be anonymised: it has what peers said, and
// goes with the folder, which an open file would keep on some systems.
func (r *record) drop() {
	if r.to != nil {
		_ = r.to.Close() // nobody is to read it
	}
}

// end ends the record with what the report says.
func (r *record) end(made *report.Report) {
	if r.to == nil {
		return
	}
	r.to.End(progress.End{
		Verdict: made.Summary.Verdict, ExitCode: made.Summary.ExitCode, Complete: made.Run.Complete,
		IncompleteReason: made.Run.IncompleteReason, Outcomes: made.Summary.Outcomes,
	})
	if err := r.to.Close(); err != nil {
		r.say(fmt.Sprintf("The record of the run has no end: %v", err))
	}
}
