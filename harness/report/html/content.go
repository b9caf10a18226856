package html

import (
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
)

// content is what the template of report.html sees.
type content struct {
	frame
	R        *report.Report
	Outcomes []check.Outcome

	Top     []top // what is red, for the first screen
	MoreTop int

	Changes     []change
	MoreChanges int

	Table    view.PairTable
	Pairs    []report.Pair // the matrix' columns
	Sections []section
	Coverage []view.GroupCoverage

	Broken   []broken
	Red      []card
	Observed []card
	Known    []deviation

	Times    []view.PairTimes
	Longest  float64 // of the medians and 95th percentiles
	Sessions view.SessionPick

	Reproduce reproduce

	beside  Beside
	anchors anchors
	pairs   map[report.Pair]string // anchors
	cellOf  map[string]string      // ids of cells by check and pair
	inline  map[string]bool        // sessions whose evidence some card shows
	session map[string]*report.Session
	said    map[string][]string // outcomes of the sessions that are listed
}

// section is one group of requirements.
type section struct {
	Group string
	Rows  []row
}

// row is a requirement with its cells.
type row struct {
	view.Row
	Cells  []cell
	Anchor string // of its coverage
	P      string // the peers that were asked
}

// cell is short, for a matrix of a hundred pairs has twenty thousand of them.
type cell struct {
	ID, Class, Href, Text string
	Outcome               check.Outcome
}

// reproduce is the commands that bring the report, or parts of it, again.
type reproduce struct{ All, Pair, Session, Trace string }

// content arranges a report.
func (b Beside) content(r *report.Report) *content {
	c := &content{
		frame: newFrame("Rink: "+r.Summary.Verdict, css, script), R: r, Outcomes: check.Outcomes(), beside: b,
		anchors: anchors{}, pairs: map[report.Pair]string{}, cellOf: map[string]string{},
		inline: map[string]bool{}, session: make(map[string]*report.Session, len(r.Sessions)),
	}
	for i := range r.Sessions {
		c.session[r.Sessions[i].ID] = &r.Sessions[i]
	}
	m := view.MatrixOf(r)
	c.Pairs = m.Pairs
	for _, p := range m.Pairs {
		c.pairs[p] = c.anchors.of("pair "+p.Offerer+"\x00"+p.Answerer, p.Offerer+"--"+p.Answerer)
	}
	c.Table, c.Coverage = view.PairsOf(m), view.CoverageOf(r, m)
	for _, s := range m.Sections {
		c.Sections = append(c.Sections, section{Group: s.Group})
		in := &c.Sections[len(c.Sections)-1]
		for _, one := range s.Rows {
			in.Rows = append(in.Rows, c.row(one))
		}
	}
	c.changes()
	c.cards(r)
	c.top()
	c.measure(r)
	c.reproduce(r)
	return c
}

func (c *content) row(of view.Row) row {
	one := row{Row: of, Anchor: c.anchors.of("coverage "+of.Check.ID, "coverage", of.Check.ID)}
	for _, at := range of.Cells {
		x := cell{
			ID: c.anchors.of("cell "+of.Check.ID+"\x00"+c.pairs[at.Pair], "c", of.Check.ID, c.pairs[at.Pair]), Class: string(at.Outcome),
			Outcome: at.Outcome, Text: view.Glyph(at.Outcome) + " " + word(at.Outcome),
		}
		switch at.Outcome {
		case check.Fail, check.Stale, check.Known, check.Observed:
			x.Href = "#" + at.Anchor(of.Check.ID)
		case "":
			x.Href, x.Class, x.Text = "#"+one.Anchor, "empty", word("")
		default:
			x.Href = PairFile(at.Pair) + "#" + view.Anchor(of.Check.ID)
		}
		c.cellOf[of.Check.ID+" "+at.Pair.String()] = x.ID
		one.Cells = append(one.Cells, x)
	}
	var asked []string
	for _, by := range of.By {
		asked = append(asked, by.Subject)
	}
	one.P = tokens(asked)
	return one
}

func (c *content) measure(r *report.Report) {
	c.Times, c.Sessions = view.TimesOf(r), view.PickSessions(r)
	c.said = map[string][]string{}
	for _, s := range slices.Concat(c.Sessions.Slowest, c.Sessions.Ended) {
		c.said[s.ID] = []string{}
	}
	for i := range r.Results {
		res := &r.Results[i]
		if list, listed := c.said[res.Session]; listed && !slices.Contains(list, string(res.Outcome)) {
			c.said[res.Session] = append(list, string(res.Outcome))
		}
	}
	for _, t := range c.Times {
		c.Longest = max(c.Longest, t.Session.Median)
		for _, s := range t.Stages {
			c.Longest = max(c.Longest, s.Median)
		}
	}
}

func (c *content) reproduce(r *report.Report) {
	c.Reproduce.All = commandLine(r.Run.Command)
	if len(r.Sessions) == 0 {
		return
	}
	// The first red one is what a reader wants to see again.
	s := &r.Sessions[0]
	if len(c.Red) > 0 {
		if red := c.session[c.Red[0].Results[0].Session]; red != nil {
			s = red
		}
	}
	c.Reproduce.Pair, c.Reproduce.Session = r.Reproduce(s.Pair, "*", ""), r.Reproduce(s.Pair, s.Scenario, "")
	if s.Trace != "" {
		c.Reproduce.Trace = "rink check " + commandLine([]string{s.Trace})
	}
}

// maxWhole is how many pairs a matrix has that needs no box of its own to scroll in.
const maxWhole = 6

// Wide reports whether the matrix has more pairs than a screen is wide.
func (c *content) Wide() bool { return len(c.Pairs) > maxWhole }

// Columns is how many columns the matrix has.
func (c *content) Columns() int { return len(c.Pairs) + 1 }

// counter is how many results have an outcome, with a link to them.
type counter struct {
	Outcome     check.Outcome
	N           int
	Of, Section string
}

// Counters are those of the outcomes. A session that breaks may leave no result
// behind: where none is an error, what broke is counted as the verdict does.
func (c *content) Counters() []counter {
	var all []counter
	for _, o := range c.Outcomes {
		x := counter{o, c.R.Summary.Outcomes.Of(o), string(o), c.section(o)}
		if o == check.Error && x.N == 0 && len(c.Broken) > 0 {
			x.N, x.Of = c.R.Summary.HarnessErrors, "harness error"
		}
		all = append(all, x)
	}
	return all
}

// section is where a counter leads without JavaScript: to where its outcome is shown.
func (c *content) section(o check.Outcome) string {
	switch {
	case o == check.Fail || o == check.Stale || o == check.Error:
		return "findings"
	case o == check.Known:
		return "known"
	case o == check.Observed && len(c.Observed) > 0:
		return "observed"
	}
	return "matrix"
}

// PairFile is where the page of a pair is.
func (c *content) PairFile(p report.Pair) string { return PairFile(p) }

// Link is where a session can be read: its page, or else its trace.
func (c *content) Link(s *report.Session) string { return c.beside.link("", s) }

// link leads from a page to a session's page or its trace; base leads from there to
// the folder of the report. It is empty where there is neither.
func (b Beside) link(base string, s *report.Session) string {
	if b.Pages[s.ID] {
		return base + SessionFile(s)
	}
	return local(base, s.Trace)
}

// tokens joins names by which the page is filtered, each once. One with a space in
// it would be several.
func tokens(names []string) string {
	var all []string
	for _, name := range names {
		if name = strings.Join(strings.Fields(name), "_"); name != "" && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return strings.Join(all, " ")
}

// commandLine writes a command as a shell takes it.
func commandLine(words []string) string {
	quoted := make([]string, 0, len(words))
	for _, w := range words {
		quoted = append(quoted, report.Quote(w))
	}
	return strings.Join(quoted, " ")
}
