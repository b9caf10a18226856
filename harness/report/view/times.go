package view

import (
	"cmp"
	"math"
	"slices"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Spread is how long something took, over sessions, in milliseconds.
type Spread struct {
	N           int
	Median, P95 float64
}

// StageSpread is the spread of one stage.
type StageSpread struct {
	Stage trace.Stage
	Spread
}

// PairTimes is how long the sessions of a pair took that ran to their end.
type PairTimes struct {
	report.Pair
	Session Spread
	Stages  []StageSpread // in the order of the stages; only those that were entered
}

// stages are in the order in which sessions enter them.
func stages() []trace.Stage {
	return []trace.Stage{
		trace.StageLaunch, trace.StageGather, trace.StageSignal, trace.StageCheck, trace.StageNominate,
		trace.StageDTLS, trace.StageSCTP, trace.StageApp, trace.StageClose,
	}
}

// TimesOf measures every pair.
func TimesOf(r *report.Report) []PairTimes {
	type times struct {
		session []float64
		stages  map[trace.Stage][]float64
	}
	pairs := map[report.Pair]*times{}
	for i := range r.Sessions {
		s := &r.Sessions[i]
		if s.Result != trace.EndCompleted {
			continue
		}
		t := pairs[s.Pair]
		if t == nil {
			t = &times{stages: map[trace.Stage][]float64{}}
			pairs[s.Pair] = t
		}
		t.session = append(t.session, s.DurationMs)
		for stage, ms := range s.Stages {
			t.stages[stage] = append(t.stages[stage], ms)
		}
	}
	var all []PairTimes
	for _, p := range report.Pairs(r) {
		t := pairs[p]
		if t == nil {
			continue
		}
		one := PairTimes{Pair: p, Session: spreadOf(t.session)}
		for _, stage := range stages() {
			if list := t.stages[stage]; len(list) > 0 {
				one.Stages = append(one.Stages, StageSpread{stage, spreadOf(list)})
			}
		}
		all = append(all, one)
	}
	return all
}

// spreadOf takes both quantiles by their nearest rank, so that each is a time that
// was measured.
func spreadOf(times []float64) Spread {
	slices.Sort(times)
	at := func(q float64) float64 { return times[int(math.Ceil(q*float64(len(times))))-1] }
	return Spread{N: len(times), Median: at(0.5), P95: at(0.95)}
}

// SessionPick is the sessions that a reader looks for, out of many.
type SessionPick struct {
	Slowest  []*report.Session // the slowest first; all, where they are few
	Ended    []*report.Session // those that stopped or broke
	Left     int               // stopped or broke too, and not in Ended
	Lacking  []Lack            // sessions that were not played, by what a peer lacks
	Rest     int               // sessions in none of the lists
	Complete bool              // Slowest has all that were played
}

// Lack is how many sessions were not played for one reason.
type Lack struct {
	Reason   string
	Sessions int
}

// Pick limits: a table of a few hundred rows can still be read.
const (
	fewSessions = 200
	maxSlowest  = 20
	maxEnded    = 200
)

// PickSessions picks the slowest sessions and all that did not run to their end.
func PickSessions(r *report.Report) SessionPick {
	var pick SessionPick
	var completed []*report.Session
	lacks := map[string]int{}
	for i := range r.Sessions {
		s := &r.Sessions[i]
		switch {
		case s.Result == trace.EndUnsupported:
			at, ok := lacks[s.Reason]
			if !ok {
				at = len(pick.Lacking)
				lacks[s.Reason] = at
				pick.Lacking = append(pick.Lacking, Lack{Reason: s.Reason})
			}
			pick.Lacking[at].Sessions++
		case s.Result == trace.EndCompleted:
			completed = append(completed, s)
		case len(pick.Ended) < maxEnded:
			pick.Ended = append(pick.Ended, s)
		default:
			pick.Left++
		}
	}
	slices.SortStableFunc(completed, func(a, b *report.Session) int { return cmp.Compare(b.DurationMs, a.DurationMs) })
	pick.Complete = len(completed) <= fewSessions
	if !pick.Complete {
		completed, pick.Rest = completed[:maxSlowest], len(completed)-maxSlowest
	}
	pick.Slowest = completed
	return pick
}
