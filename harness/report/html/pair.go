package html

import (
	"cmp"
	"slices"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
	"github.com/webrtc-rink/rink/harness/trace"
)

// maxFindings is how many findings or reasons the page of a pair repeats for one
// end and outcome.
const maxFindings = 3

// pairContent is what the template of a pair's page sees.
type pairContent struct {
	frame
	R                 *report.Report
	Pair              report.Pair
	Offerer, Answerer peer.Description
	Counts            report.Counts
	Rows              []graded
	Red               []graded // those of the rows that are red, to begin with
	Sessions          []sessionRow
	Missing           []view.Lack
	Cut               int // sessions whose page was left out for its size
	Again             string
}

// graded is a requirement with its results, by outcome and end.
type graded struct {
	Check    report.Check
	Anchor   string
	Back     string // the cell of report.html
	Worst    check.Outcome
	Outcomes string
	Ends     []gradedEnd
}

// gradedEnd is the sessions in which one end came out in one way, or both.
type gradedEnd struct {
	Outcome  check.Outcome
	Who      string
	Card     string // of report.html
	Quiet    bool   // nothing to look at
	Findings cut    // or reasons
	Sessions []target
}

// sessionRow is a row in a table of sessions.
type sessionRow struct {
	S           *report.Session
	Page, Trace string
	P, Outcomes string
}

func (b Beside) row(base string, s *report.Session) sessionRow {
	row := sessionRow{S: s, Trace: local(base, s.Trace), P: tokens([]string{s.Pair.Offerer, s.Pair.Answerer, s.Pair.String()})}
	if b.Pages[s.ID] {
		row.Page = base + SessionFile(s)
	}
	return row
}

// Row is a session as the tables of report.html show it.
func (c *content) Row(s *report.Session) sessionRow {
	row := c.beside.row("", s)
	row.Outcomes = tokens(c.said[s.ID])
	return row
}

// RenderPair returns the page of a directed pair: every result of its sessions, by
// requirement.
func (b Beside) RenderPair(r *report.Report, p report.Pair) ([]byte, error) {
	r, p = report.Safe(r), report.SafeValue(p)
	c := pairContent{frame: newFrame(p.Offerer+" → "+p.Answerer+": Rink", resultsCSS), R: r, Pair: p, Again: r.Reproduce(p, "*", "")}
	for _, d := range r.Peers {
		if d.ID == p.Offerer {
			c.Offerer = d
		}
		if d.ID == p.Answerer {
			c.Answerer = d
		}
	}
	sessions := map[string]*report.Session{}
	for i := range r.Sessions {
		if s := &r.Sessions[i]; s.Pair == p {
			sessions[s.ID] = s
			c.Sessions = append(c.Sessions, b.row("../", s))
			c.without(b, s)
		}
	}
	byCheck := map[string][]*report.Result{}
	for i := range r.Results {
		if res := &r.Results[i]; res.Pair == p {
			byCheck[res.Check] = append(byCheck[res.Check], res)
		}
	}
	names := anchors{"requirements": "page", "sessions": "page", "again": "page"}
	for _, of := range r.Checks {
		if results := byCheck[of.ID]; len(results) > 0 {
			row := b.graded(of, results, sessions)
			row.Anchor = names.of(of.ID, of.ID)
			row.Back = view.Anchor("c", of.ID, p.Offerer+"--"+p.Answerer)
			c.Counts.Add(row.Worst)
			c.Rows = append(c.Rows, row)
			if row.Worst.Red() {
				c.Red = append(c.Red, row)
			}
		}
	}
	return execute("pair-page", c)
}

// without counts a session that has no page, by why.
func (c *pairContent) without(b Beside, s *report.Session) {
	why, missing := b.Missing[s.ID]
	switch {
	case b.Pages == nil || b.Pages[s.ID]:
	case !missing:
		c.Cut++
	default:
		at := slices.IndexFunc(c.Missing, func(l view.Lack) bool { return l.Reason == why })
		if at < 0 {
			at = len(c.Missing)
			c.Missing = append(c.Missing, view.Lack{Reason: why})
		}
		c.Missing[at].Sessions++
	}
}

func (b Beside) graded(of report.Check, results []*report.Result, sessions map[string]*report.Session) graded {
	type key struct {
		outcome check.Outcome
		subject string
		role    trace.Side
	}
	row := graded{Check: of}
	var counts report.Counts
	var outcomes []string
	index, said := map[key]int{}, map[key][]string{}
	for _, res := range results {
		counts.Add(res.Outcome)
		outcomes = append(outcomes, string(res.Outcome))
		k := key{res.Outcome, res.Subject, res.Role}
		at, ok := index[k]
		if !ok {
			at = len(row.Ends)
			index[k] = at
			row.Ends = append(row.Ends, newEnd(res))
		}
		said[k] = append(said[k], saidBy(res)...)
		to := target{Name: res.Scenario}
		if s := sessions[res.Session]; s != nil {
			to.Href = b.link("../", s)
		}
		row.Ends[at].Sessions = append(row.Ends[at].Sessions, to)
	}
	for k, at := range index {
		slices.Sort(said[k])
		row.Ends[at].Findings = cutAt(slices.Compact(said[k]), maxFindings)
	}
	row.Worst = counts.Worst()
	row.Ends = merged(row.Ends)
	slices.SortStableFunc(row.Ends, func(x, y gradedEnd) int {
		return cmp.Compare(slices.Index(check.Outcomes(), x.Outcome), slices.Index(check.Outcomes(), y.Outcome))
	})
	row.Outcomes = tokens(outcomes)
	return row
}

func newEnd(res *report.Result) gradedEnd {
	e := gradedEnd{Outcome: res.Outcome, Who: res.Subject + " as " + string(res.Role)}
	switch res.Outcome {
	case check.Pass, check.Skipped, check.Unsupported:
		e.Quiet = true
	case check.Error: // the page has cards of what broke by its reason
	default:
		e.Card = view.Anchor(res.Check, res.Subject, string(res.Outcome))
	}
	return e
}

// merged puts ends together of which there is nothing to tell apart.
func merged(ends []gradedEnd) []gradedEnd {
	var all []gradedEnd
	for _, e := range ends {
		at := slices.IndexFunc(all, func(x gradedEnd) bool {
			return e.Quiet && x.Quiet && x.Outcome == e.Outcome && slices.Equal(x.Findings.Shown, e.Findings.Shown) && slices.Equal(x.Sessions, e.Sessions)
		})
		if at < 0 {
			all = append(all, e)
			continue
		}
		all[at].Who += " and " + e.Who
	}
	return all
}

// saidBy is what a result says for itself.
func saidBy(res *report.Result) []string {
	var lines []string
	for _, f := range res.Findings {
		lines = append(lines, f.String())
	}
	if res.Reason != "" {
		lines = append(lines, res.Reason)
	}
	return lines
}
