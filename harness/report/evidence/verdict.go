package evidence

import (
	"cmp"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
	"github.com/webrtc-rink/rink/harness/trace"
)

// maxPoints is how many records a finding names; the diagram marks all.
const maxPoints = 12

// Verdict is what a check says of one end of the session, with what explains it.
type Verdict struct {
	Requirement report.Check
	Result      *report.Result
	Anchor      string // without Session.Prefix
	Findings    []Finding
}

// Finding is one deviation with the records that show it.
type Finding struct {
	report.Finding
	Points []Point
	More   int // records beyond those
}

// Point leads to what the page shows of a record.
type Point struct {
	N    int // the number in the id of what is shown
	Text string
}

// Brief is a requirement of which there is nothing more to say than its outcome.
type Brief struct {
	ID, Title string
	Outcome   check.Outcome
	Roles     []trace.Side
	Reason    string
}

// Mark is put at what a finding points at.
type Mark struct {
	Check   string
	Outcome check.Outcome
	Text    string // got and want in one line
	Anchor  string // of its verdict
	finding report.Finding
}

func anchor(r *report.Result) string { return view.Anchor("f", r.Check, string(r.Role)) }

// sort puts the worst results first and leaves their order otherwise.
func (e *Session) sort() {
	slices.SortStableFunc(e.Results, func(a, b *report.Result) int { return cmp.Compare(rank(a.Outcome), rank(b.Outcome)) })
}

// rank orders outcomes for a reader; what nobody knows comes first.
func rank(o check.Outcome) int { return slices.Index(check.Outcomes(), o) }

// explain fills the verdicts; what the page shows of each record is known by then.
func (e *Session) explain(r *report.Report) {
	checks := map[string]report.Check{}
	for _, c := range r.Checks {
		checks[c.ID] = c
	}
	for _, res := range e.Results {
		c, ok := checks[res.Check]
		if !ok {
			c = report.Check{ID: res.Check}
		}
		switch {
		case res.Outcome == check.Pass:
			e.Met = brief(e.Met, c, res)
		case res.Outcome == check.Unsupported, res.Outcome == check.Skipped:
			e.Unjudged = brief(e.Unjudged, c, res)
		case e.repeats(res):
			e.Broken = brief(e.Broken, c, res)
		default:
			v := Verdict{Requirement: report.SafeValue(c), Result: res, Anchor: anchor(res)}
			for _, f := range res.Findings {
				v.Findings = append(v.Findings, pointing(f, e.places))
			}
			e.Verdicts = append(e.Verdicts, v)
		}
	}
}

// repeats is whether a result is an error that says no more than the session's own
// result: a session that broke has a hundred of them.
func (e *Session) repeats(r *report.Result) bool {
	return r.Outcome == check.Error && len(r.Findings) == 0 && e.Session.Result == trace.EndError &&
		e.Session.Reason != "" && strings.HasSuffix(r.Reason, e.Session.Reason)
}

// brief adds a result to a list in which both ends are one line where they agree.
func brief(list []Brief, c report.Check, res *report.Result) []Brief {
	i := slices.IndexFunc(list, func(b Brief) bool { return b.ID == res.Check && b.Outcome == res.Outcome && b.Reason == res.Reason })
	if i < 0 {
		i = len(list)
		list = append(list, Brief{ID: res.Check, Title: clip(c.Title, maxLabel), Outcome: res.Outcome, Reason: res.Reason})
	}
	list[i].Roles = append(list[i].Roles, res.Role)
	return list
}

// shown maps records to the number in the id of what the page shows of them.
func (e *Session) shown() map[int]Point {
	all := map[int]Point{}
	add := func(items []Item) {
		for _, item := range items {
			p := Point{item.N, Clock(item.T) + " ms " + clip(item.Label(), maxPoint)}
			all[item.N] = p
			for _, n := range item.Also {
				all[n] = p
			}
		}
	}
	add(e.Sequence.Items)
	for _, c := range e.Probes {
		add(c.Sequence.Items)
	}
	for _, l := range e.Logs {
		for _, line := range l.Lines {
			if line.N >= 0 {
				all[line.N] = Point{line.N, Clock(line.T) + " ms " + oneLine(line.Text, maxPoint)}
			}
		}
	}
	return all
}

func pointing(f report.Finding, shown map[int]Point) Finding {
	out := Finding{Finding: f}
	for _, n := range f.Where {
		p, ok := shown[n]
		switch {
		case slices.Contains(out.Points, p): // a call and its return
		case !ok || len(out.Points) == maxPoints:
			out.More++
		default:
			out.Points = append(out.Points, p)
		}
	}
	return out
}
