package html

import (
	"html/template"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/report/sdpdiff"
	"github.com/webrtc-rink/rink/harness/trace"
)

// sdpFuncs are for "session-sdp", the descriptions of a session.
var sdpFuncs = template.FuncMap{
	"sdp":      exchangesOf,
	"sdpClass": sdpClass,
	"sdpTally": sdpTally,
	"sdpLines": sdpLines,
	"sdpWord":  sdpWord,
	"sdpPanel": panelOf,
	"sdpFold":  fold,
	"sdpSection": func(s sdpdiff.Section, p sdpPanel) sdpState {
		return sdpState{s.Class != sdpdiff.Same, s.Class, sdpWord(s.Class, p.A, p.B), s.Note}
	},
}

// How much of a session's descriptions is shown: the trace has all.
const (
	maxExchanges = 8
	maxSDPLines  = 800
)

// shownExchanges is what the template sees of a session.
type shownExchanges struct {
	Exchanges []shownExchange
	More      int // left out
}

// shownExchange is an exchange with the names of the peers.
type shownExchange struct {
	evidence.Exchange
	OfferBy, AnswerBy string
	Open              bool
	Badges            []sdpBadge
	Panels            []sdpPanel // other comparisons
}

type sdpBadge struct {
	Class sdpdiff.Class
	N     int
}

// sdpPanel is one comparison, with what its two sides are called.
type sdpPanel struct {
	Title, Note, A, B string
	Open              bool
	Diff              *sdpdiff.Diff
}

// sdpState is what became of a section as such.
type sdpState struct {
	Said  bool
	Class sdpdiff.Class
	Word  string
	Note  string
}

// panelOf is for the template.
func panelOf(d *sdpdiff.Diff, a, b string) sdpPanel { return sdpPanel{A: a, B: b, Diff: d} }

// exchangesOf arranges the exchanges of a session. The first is open, and so are
// those in which something contradicts.
func exchangesOf(e evidence.Session) shownExchanges {
	out := shownExchanges{}
	all := e.Exchanges
	if len(all) > maxExchanges {
		out.More = len(all) - maxExchanges
		all = all[:maxExchanges]
	}
	by := func(t *evidence.Told) string {
		if t == nil {
			return ""
		}
		p := e.Session.Pair.Peer(t.Side)
		if p == "" && t.Side == trace.Offerer {
			p = e.Header.Offerer.ID
		}
		return p
	}
	for i, x := range all {
		s := shownExchange{Exchange: x, OfferBy: by(x.Offer), AnswerBy: by(x.Answer), Open: i == 0, Badges: badges(x.Diff)}
		s.Open = s.Open || len(s.Badges) > 0 && s.Badges[0].Class == sdpdiff.Conflict
		s.Panels = slices.Concat(againstBaseline(x.Offer), againstBaseline(x.Answer), altered(x.Offer), altered(x.Answer))
		out.Exchanges = append(out.Exchanges, s)
	}
	return out
}

func badges(d *sdpdiff.Diff) []sdpBadge {
	var list []sdpBadge
	if d == nil || d.Broken() {
		return nil
	}
	var open []sdpdiff.Row
	for _, s := range d.Sections() {
		if s.Class != sdpdiff.Same {
			open = append(open, sdpdiff.Row{Class: s.Class})
		}
		open = append(open, s.Open()...)
	}
	for _, c := range sdpdiff.Classes() {
		n := 0
		for _, r := range open {
			if r.Class == c {
				n++
			}
		}
		if n > 0 {
			list = append(list, sdpBadge{c, n})
		}
	}
	return list
}

// altered compares a description with what signalling handed over.
func altered(t *evidence.Told) []sdpPanel {
	if t == nil || t.Altered == nil {
		return nil
	}
	p := sdpPanel{Title: "The " + t.Type + " as it was made and as it was handed over", A: "A: made", B: "B: handed over", Diff: t.Altered}
	p.Note = "Signalling altered nothing: the local description was read after gathering had gone on."
	if t.Fault != "" {
		p.Title = "The " + t.Type + " as it was made, and as signalling altered it"
		p.Note, p.Open = "Signalling altered it, as the scenario asks: "+report.SafeText(t.Fault)+". Candidates and ports that came meanwhile are gathering's.", true
	}
	return []sdpPanel{p}
}

// againstBaseline compares a description with the baseline's.
func againstBaseline(t *evidence.Told) []sdpPanel {
	if t == nil || t.Before == nil {
		return nil
	}
	return []sdpPanel{{
		Title: "The " + t.Type + " of the baseline and of this run", A: "A: baseline", B: "B: this run", Open: t.Before.Differs(), Diff: t.Before,
	}}
}

// fold are the folded rows that are shown: of an offer and its answer all, so that
// both can be read side by side, else those that differ.
func fold(mode sdpdiff.Mode, rows []sdpdiff.Row) []sdpdiff.Row {
	if mode == sdpdiff.ModeAnswer {
		return rows
	}
	return slices.DeleteFunc(slices.Clone(rows), func(r sdpdiff.Row) bool { return r.Class == sdpdiff.Same })
}

// sdpClass is the outcome whose colours a class has.
func sdpClass(c sdpdiff.Class, allowed bool) string {
	if allowed {
		return "empty"
	}
	switch c {
	case sdpdiff.Conflict:
		return string(check.Fail)
	case sdpdiff.Changed:
		return string(check.Known)
	case sdpdiff.OnlyA, sdpdiff.OnlyB, sdpdiff.Order:
		return string(check.Stale)
	}
	return "empty"
}

// sdpWord is a class in the words of the two sides.
func sdpWord(c sdpdiff.Class, a, b string) string {
	switch c {
	case sdpdiff.OnlyA:
		return "only in " + bare(a)
	case sdpdiff.OnlyB:
		return "only in " + bare(b)
	}
	return string(c)
}

// bare is the name of a side without its letter.
func bare(name string) string {
	if _, after, ok := strings.Cut(name, ": "); ok {
		return after
	}
	return name
}

// sdpTally is the tally of rows in the words of the two sides.
func sdpTally(rows []sdpdiff.Row, a, b string) string {
	return strings.NewReplacer(string(sdpdiff.OnlyA), sdpWord(sdpdiff.OnlyA, a, b), string(sdpdiff.OnlyB), sdpWord(sdpdiff.OnlyB, a, b)).Replace(sdpdiff.Tally(rows))
}

// sdpText is a text by line, fit to be shown.
type sdpText struct {
	State string // as it was made, as it was handed over
	Lines []string
	More  int
}

// sdpLines is the text that the comparison of offer and answer is of: what the
// answerer got, and what it made of it.
func sdpLines(t *evidence.Told) sdpText {
	text, state := t.Text, "as it was made"
	if t.Type == "offer" && t.Carried != "" && t.Carried != t.Text {
		text, state = t.Carried, "as it was handed over"
	}
	lines := strings.Split(strings.TrimSuffix(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), "\n")
	more := 0
	if len(lines) > maxSDPLines {
		more = len(lines) - maxSDPLines
		lines = slices.Clone(lines[:maxSDPLines])
	}
	return sdpText{state, report.SafeValue(lines), more}
}
