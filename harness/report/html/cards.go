package html

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/report/view"
)

// What a card shows at most: its pairs' pages and the traces have the rest.
const (
	maxVariants = 5
	maxBrief    = 2 // variants of a card that is brief
	maxPairs    = 4
	maxFull     = 300 // green cards that repeat what their requirement asks for
)

// card is a group of results that have the same to say.
type card struct {
	view.Group
	Rest     []view.Variant // after the first
	Left     int            // variants beyond those
	Seen     cut            // scenarios
	In       []target       // pages of pairs
	MoreIn   int
	P        string
	Brief    bool // what the requirement asks for is said elsewhere on the page
	Evidence proof
}

// broken is sessions that broke for one reason.
type broken struct {
	view.Break
	Seen     cut
	P        string
	Evidence proof
}

// deviation is a known deviation.
type deviation struct {
	card
	Since            string
	Days             int
	Versions, Issues []string
}

// proof is the evidence of one session: here, elsewhere on the page, or beside it.
type proof struct {
	Session *report.Session
	Here    *evidence.Session
	At      string // id of the evidence in the page
	Href    string // page or trace
	Page    bool   // Href is a page
	Why     string // why there is no page
}

func (c *content) cards(r *report.Report) {
	for _, b := range view.Breaks(r) {
		var names []string
		for _, p := range b.Pairs {
			names = append(names, p.String(), p.Offerer, p.Answerer)
		}
		c.Broken = append(c.Broken, broken{Break: b, Seen: cutAt(b.Scenarios, maxFew), P: tokens(names), Evidence: c.show([]string{b.Session})})
	}
	for _, g := range view.Groups(r, check.Fail, check.Stale) {
		one := newCard(g)
		one.Evidence = c.show(sessionsOf(g))
		c.Red = append(c.Red, one)
	}
	for _, g := range view.Groups(r, check.Observed) {
		c.Observed = append(c.Observed, newCard(g))
	}
	for _, d := range view.Deviations(r) {
		one := deviation{card: newCard(d.Group), Since: d.Since, Days: d.Days}
		for _, e := range d.Expectations {
			one.Versions = append(one.Versions, cmp.Or(e.Versions, "all"))
			one.Issues = append(one.Issues, e.Issue)
		}
		one.Versions, one.Issues = each(one.Versions), each(one.Issues)
		c.Known = append(c.Known, one)
	}
	// A hundred deviations can be read whole. With a thousand, each says what it is,
	// and leads to the rest.
	brief := len(c.Known)+len(c.Observed) > maxFull
	for i := range c.Observed {
		c.Observed[i].brief(brief)
		c.Observed[i].Evidence = c.page(c.Observed[i].Results[0].Session)
	}
	for i := range c.Known {
		c.Known[i].brief(brief)
		c.Known[i].Evidence = c.page(c.Known[i].Results[0].Session)
	}
}

func newCard(g view.Group) card {
	one := card{Group: g, Seen: cutAt(g.Scenarios, maxFew)}
	if n := len(g.Variants); n > 1 {
		one.Rest = g.Variants[1:min(n, maxVariants)]
		one.Left = max(0, n-maxVariants)
	}
	names := []string{g.Subject}
	for i, p := range g.Pairs {
		names = append(names, p.String())
		if i < maxPairs {
			one.In = append(one.In, target{p.Offerer + " → " + p.Answerer, PairFile(p) + "#" + view.Anchor(g.Check.ID)})
		}
	}
	one.P, one.MoreIn = tokens(names), len(g.Pairs)-len(one.In)
	return one
}

// each is the list without what it says again.
func each(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

func (x *card) brief(yes bool) {
	if x.Brief = yes; yes {
		x.P, x.In, x.MoreIn = tokens([]string{x.Subject}), x.In[:1], len(x.Pairs)-1
	}
}

// First are the first findings in one line each.
func (x card) First() []string {
	var lines []string
	for _, v := range x.Variants[:min(len(x.Variants), maxBrief)] {
		lines = append(lines, v.String())
	}
	return lines
}

// Others is how many findings there are besides.
func (x card) Others() int { return max(0, len(x.Variants)-maxBrief) + x.More }

func sessionsOf(g view.Group) []string {
	ids := make([]string, 0, len(g.Results))
	for _, res := range g.Results {
		ids = append(ids, res.Session)
	}
	return ids
}

// show picks the session whose evidence stands for a red group, the first one that
// is inside the page. Each is proof once, with the first group that it stands for.
func (c *content) show(ids []string) proof {
	for _, id := range ids {
		e, ok := c.beside.Evidence[id]
		if !ok || c.session[id] == nil {
			continue
		}
		s := c.page(id)
		s.At = c.anchors.of("evidence "+id, "evidence", id)
		if !c.inline[id] {
			c.inline[id] = true
			s.Here = &e
		}
		return s
	}
	return c.page(ids[0])
}

// page is a session with its page, or else its trace.
func (c *content) page(id string) proof {
	s := c.session[id]
	if s == nil {
		return proof{}
	}
	return proof{Session: s, Href: c.Link(s), Page: c.beside.Pages[id], Why: c.beside.Missing[id]}
}

// maxTop is how many red things the first screen names.
const maxTop = 6

// top is a link to a card.
type top struct{ Href, Class, Word, Text string }

// top names what is red, the worst first.
func (c *content) top() {
	for i, b := range c.Broken {
		c.Top = append(c.Top, top{fmt.Sprintf("broken-%d", i), "error", view.Glyph(check.Error) + " error", view.FirstLine(b.Reason)})
	}
	for _, g := range c.Red {
		c.Top = append(c.Top, top{g.Anchor(), string(g.Outcome), view.Glyph(g.Outcome) + " " + string(g.Outcome), g.Check.ID + " " + g.Subject + ": " + g.Check.Title})
	}
	for i, u := range c.R.Unused {
		c.Top = append(c.Top, top{fmt.Sprintf("unused-%d", i), "stale", view.Glyph(check.Stale) + " unused", u.Check + " " + u.Peer + ": " + u.File})
	}
	if len(c.Top) > maxTop+1 {
		c.MoreTop = len(c.Top) - maxTop
		c.Top = c.Top[:maxTop]
	}
}

// Inline returns the ids of the sessions whose evidence belongs into report.html, in
// its order: one for each thing that is red, as few as will do.
func Inline(r *report.Report) []string {
	var ids []string
	chosen := map[string]bool{}
	choose := func(of ...string) {
		for _, id := range of {
			if chosen[id] {
				return
			}
		}
		chosen[of[0]] = true
		ids = append(ids, of[0])
	}
	for _, b := range view.Breaks(r) {
		choose(b.Session)
	}
	for _, g := range view.Groups(r, check.Fail, check.Stale) {
		choose(sessionsOf(g)...)
	}
	return ids
}
