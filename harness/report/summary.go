package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Counts counts results by outcome.
type Counts struct {
	Pass        int `json:"pass"`
	Fail        int `json:"fail"`
	Known       int `json:"known"`
	Stale       int `json:"stale"`
	Observed    int `json:"observed,omitempty"` // recorded: the standards leave open what is right
	Unsupported int `json:"unsupported"`
	Skipped     int `json:"skipped"`
	Error       int `json:"error"`
}

// of points at the count of an outcome; an unknown outcome counts as error.
func (c *Counts) of(o check.Outcome) *int {
	switch o {
	case check.Pass:
		return &c.Pass
	case check.Fail:
		return &c.Fail
	case check.Known:
		return &c.Known
	case check.Stale:
		return &c.Stale
	case check.Observed:
		return &c.Observed
	case check.Unsupported:
		return &c.Unsupported
	case check.Skipped:
		return &c.Skipped
	default:
		return &c.Error
	}
}

// Add counts one result.
func (c *Counts) Add(o check.Outcome) { *c.of(o)++ }

// Of returns the count of an outcome.
func (c Counts) Of(o check.Outcome) int { return *c.of(o) }

// Total is the number of results.
func (c Counts) Total() int { return c.Judged() + c.Observed + c.Error + c.Skipped + c.Unsupported }

// Judged is the number of results in which a peer was judged.
func (c Counts) Judged() int { return c.Pass + c.Fail + c.Known + c.Stale }

// Worst is the outcome that stands for all: the worst of what was judged or
// broke; skipped or unsupported only if nothing was judged; "" without results.
func (c Counts) Worst() check.Outcome {
	for _, o := range []check.Outcome{
		check.Error, check.Fail, check.Stale, check.Known, check.Observed, check.Pass, check.Skipped, check.Unsupported,
	} {
		if c.Of(o) > 0 {
			return o
		}
	}
	return ""
}

// Summary is a report in numbers. Summarize computes it from the rest.
type Summary struct {
	Verdict      string                 `json:"verdict"` // one sentence
	ExitCode     int                    `json:"exitCode"`
	Outcomes     Counts                 `json:"outcomes"` // of all results
	Levels       map[check.Level]Counts `json:"levels"`   // of all results, by the check's level
	Requirements Requirements           `json:"requirements"`
	Deviations   Deviations             `json:"deviations"`
	Sessions     SessionCounts          `json:"sessions"`
	// HarnessErrors counts the sessions in which the harness or the
	// environment broke: one of them makes many results an error.
	HarnessErrors int `json:"harnessErrors"`
}

// Requirements puts every check of the report into exactly one class, by its
// worst outcome over all sessions and sides.
type Requirements struct {
	Total       int `json:"total"`
	Met         int `json:"met"` // judged, and never anything but a pass
	Failed      int `json:"failed"`
	Stale       int `json:"stale"`
	Known       int `json:"known"`
	Error       int `json:"error"`
	Skipped     int `json:"skipped"`            // never judged: something was missing
	Unsupported int `json:"unsupported"`        // never judged: every peer declares that it lacks the feature
	Observed    int `json:"observed,omitempty"` // recorded, and no verdict is due
	NotGraded   int `json:"notGraded"`          // no session of the run says anything about it
}

// Deviations counts distinct pairs of requirement and peer.
type Deviations struct {
	Unexpected int `json:"unexpected"`
	Known      int `json:"known"`
	Stale      int `json:"stale"`
}

// SessionCounts counts sessions by how they ended.
type SessionCounts struct {
	Total       int `json:"total"`
	Completed   int `json:"completed"`
	Stopped     int `json:"stopped"`
	Unsupported int `json:"unsupported"`
	Error       int `json:"error"`
}

// The exit codes of a run.
const (
	ExitOK      = 0 // no peer fails unexpectedly
	ExitFailed  = 1 // a peer fails, or an expectation is stale
	ExitError   = 2 // the harness or the environment broke, or the run is incomplete
	ExitNothing = 3 // nothing was judged
)

// ExitCode returns the code that the program exits with. What broke comes
// before what failed: a broken run says too little about the peers.
func ExitCode(r *Report) int {
	var c Counts
	for i := range r.Results {
		c.Add(r.Results[i].Outcome)
	}
	broken := c.Error > 0 || !r.Run.Complete && !r.Run.FailedFast
	for i := range r.Sessions {
		broken = broken || r.Sessions[i].Result == trace.EndError
	}
	switch {
	case broken:
		return ExitError
	case r.nothingNew(), r.emptyShare():
		return ExitOK
	case c.Judged() == 0:
		return ExitNothing
	case c.Fail+c.Stale+len(r.Unused) > 0:
		return ExitFailed
	default:
		return ExitOK
	}
}

// nothingNew reports whether a whole run had no session to play, since all of them
// were green in earlier runs.
func (r *Report) nothingNew() bool {
	return r.Run.Complete && r.Run.Since != nil && r.Run.Since.LeftOut > 0 && len(r.Sessions) == 0
}

// Summarize computes the summary of a report from its results and sessions.
func Summarize(r *Report) Summary {
	s := Summary{ExitCode: ExitCode(r), Levels: map[check.Level]Counts{}}
	perCheck := make(map[string]*Counts, len(r.Checks))
	level := make(map[string]check.Level, len(r.Checks))
	for _, c := range r.Checks {
		perCheck[c.ID] = &Counts{}
		level[c.ID] = c.Level
		s.Levels[c.Level] = Counts{}
	}
	for i := range r.Results {
		res := &r.Results[i]
		s.Outcomes.Add(res.Outcome)
		if counts := perCheck[res.Check]; counts != nil {
			counts.Add(res.Outcome)
			l := s.Levels[level[res.Check]]
			l.Add(res.Outcome)
			s.Levels[level[res.Check]] = l
		}
	}
	for _, counts := range perCheck {
		s.Requirements.add(counts.Worst())
	}
	s.Deviations = countDeviations(r)
	for i := range r.Sessions {
		s.Sessions.add(r.Sessions[i].Result)
	}
	s.HarnessErrors = countBroken(r)
	s.Verdict = r.inShard(verdict(r, s))
	return s
}

func (q *Requirements) add(worst check.Outcome) {
	q.Total++
	switch worst {
	case check.Pass:
		q.Met++
	case check.Fail:
		q.Failed++
	case check.Stale:
		q.Stale++
	case check.Known:
		q.Known++
	case check.Error:
		q.Error++
	case check.Skipped:
		q.Skipped++
	case check.Observed:
		q.Observed++
	case check.Unsupported:
		q.Unsupported++
	default:
		q.NotGraded++
	}
}

func (n *SessionCounts) add(result trace.EndResult) {
	n.Total++
	switch result {
	case trace.EndCompleted:
		n.Completed++
	case trace.EndStopped:
		n.Stopped++
	case trace.EndUnsupported:
		n.Unsupported++
	default:
		n.Error++
	}
}

func countDeviations(r *Report) Deviations {
	type key struct {
		outcome        check.Outcome
		check, subject string
	}
	seen := map[key]bool{}
	var d Deviations
	for i := range r.Results {
		res := &r.Results[i]
		k := key{res.Outcome, res.Check, res.Subject}
		if seen[k] {
			continue
		}
		seen[k] = true
		switch res.Outcome {
		case check.Fail:
			d.Unexpected++
		case check.Known:
			d.Known++
		case check.Stale:
			d.Stale++
		default: // nobody deviates
		}
	}
	return d
}

// countBroken counts the sessions that ended in an error or left one behind.
func countBroken(r *Report) int {
	broken := map[string]bool{}
	for i := range r.Sessions {
		if r.Sessions[i].Result == trace.EndError {
			broken[r.Sessions[i].ID] = true
		}
	}
	for i := range r.Results {
		if r.Results[i].Outcome == check.Error {
			broken[r.Results[i].Session] = true
		}
	}
	return len(broken)
}

// verdict is the sentence that answers the reader's first question.
func verdict(r *Report, s Summary) string {
	if r.nothingNew() {
		return fmt.Sprintf("Nothing was played: %s left out, green in %s.",
			Plural(r.Run.Since.LeftOut, "session"), strings.Join(r.Run.Since.Reports, ", "))
	}
	if s.Outcomes.Judged() == 0 && s.HarnessErrors == 0 {
		return "Nothing was judged: " + cmp.Or(r.Run.IncompleteReason, "no session of this run says anything about any requirement") + "."
	}
	d := s.Deviations
	var lead []string
	for _, part := range []struct {
		n    int
		noun string
	}{
		{s.HarnessErrors, "harness error"},
		{d.Unexpected, "unexpected deviation"},
		{d.Stale, "stale expectation"},
		{len(r.Unused), "unused expectation"},
	} {
		if part.n > 0 {
			lead = append(lead, Plural(part.n, part.noun))
		}
	}
	if d.Unexpected == 0 {
		lead = append(lead, "no unexpected deviation")
	}
	met := fmt.Sprintf("%d of %s met, %s", s.Requirements.Met, Plural(s.Requirements.Total, "requirement"), Plural(d.Known, "known deviation"))
	sentence := fmt.Sprintf("%s %s: %s.", enumerate(lead), between(r), met)
	if r.Comparison != nil {
		sentence = fmt.Sprintf("%s; %s, %s.", r.Comparison.Verdict, strings.Join(lead, ", "), met)
	}
	if !r.Run.Complete {
		return "Incomplete run: " + sentence
	}
	if r.Run.Since != nil && r.Run.Since.LeftOut > 0 {
		return fmt.Sprintf("Partial run, %s left out as green before: %s", Plural(r.Run.Since.LeftOut, "session"), sentence)
	}
	return strings.ToUpper(sentence[:1]) + sentence[1:]
}

// enumerate joins parts as a sentence does.
func enumerate(parts []string) string {
	last := len(parts) - 1
	if last <= 0 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

// between names the peers of a run, or how many they are.
func between(r *Report) string {
	name := func(i int) string { return r.Peers[i].ID + " " + r.Peers[i].Version }
	switch len(r.Peers) {
	case 0:
		return "in this run"
	case 1:
		return "of " + name(0)
	case 2:
		return "between " + name(0) + " and " + name(1)
	default:
		return fmt.Sprintf("among %d peers in %s", len(r.Peers), Plural(len(Pairs(r)), "directed pair"))
	}
}

// Plural returns the number with its noun.
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
