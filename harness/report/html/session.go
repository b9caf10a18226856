package html

import (
	"fmt"
	"html/template"
	"slices"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/trace"
)

// sessionFuncs are for "session", the evidence of one session, which report.html shows
// for what is red, and which is a page of its own, too.
var sessionFuncs = template.FuncMap{
	"sequence": drawSequence,
	"states":   drawStates,
	"clock":    evidence.Clock,
	"worst":    worst,
	"whose":    whose,
	"color":    ended,
	"red":      check.Outcome.Red,
	"heading":  func(e evidence.Session, id, text string) heading { return heading{e.Own, e.Prefix + id, text} },
	"marks":    func(e evidence.Session, list []evidence.Mark) marks { return marks{e.Prefix, list} },
	"once":     once,
	"notes":    notes,
	"items":    func(e evidence.Session, s evidence.Sequence) items { return items{e, s.Items, s.Tail} },
	"excerpt":  func(e evidence.Session, t evidence.Text) excerpt { return excerpt{e, t} },
	"at":       func(e evidence.Session, n int, t float64) place { return place{e.Prefix, e.At(n), t} },
}

// heading is one of a session's page, or of a session within the report.
type heading struct {
	Own      bool
	ID, Text string
}

// marks are those of one thing, and what the ids of the page begin with.
type marks struct {
	Prefix string
	List   []evidence.Mark
}

// items are what a list shows, and how many more there were after the last.
type items struct {
	E     evidence.Session
	Items []evidence.Item
	More  int
}

// excerpt is a text of the session's descriptions.
type excerpt struct {
	E    evidence.Session
	Text evidence.Text
}

// place is a time that leads to what the page shows of its record, where it does.
type place struct {
	Prefix, ID string
	T          float64
}

// RenderSession returns the page of one session.
func RenderSession(r *report.Report, e evidence.Session) ([]byte, error) {
	e.Own, e.Prefix, e.Base = true, "", "../"
	page, err := execute("session-page", struct {
		frame
		Run       string
		Generator report.Generator
		E         evidence.Session
	}{newFrame(e.Session.Scenario+", "+e.Session.Pair.String()+": Rink", sessionCSS), report.SafeText(r.Run.ID), report.SafeValue(r.Generator), e})
	if err != nil {
		return nil, fmt.Errorf("session %s: %w", e.Session.ID, err)
	}
	return page, nil
}

// worst is the outcome that colours what has these marks.
func worst(list []evidence.Mark) check.Outcome {
	if len(list) == 0 {
		return ""
	}
	return list[0].Outcome
}

// once are the marks of each verdict but once: where they link there is no more to say.
func once(list []evidence.Mark) []evidence.Mark {
	var some []evidence.Mark
	for _, m := range list {
		if !slices.ContainsFunc(some, func(o evidence.Mark) bool { return o.Anchor == m.Anchor }) {
			some = append(some, m)
		}
	}
	return some
}

// note is what a finding says of a candidate.
type note struct {
	evidence.Mark
	Of string // its fields, or what became of it; empty: all of it
}

// notes are what findings say of a candidate and of its parts, each once.
func notes(c evidence.Candidate) []note {
	var all []note
	add := func(of string, marks []evidence.Mark) {
		for _, m := range marks {
			at := slices.IndexFunc(all, func(n note) bool { return n.Anchor == m.Anchor && n.Text == m.Text })
			if at < 0 {
				all = append(all, note{m, of})
			} else if all[at].Of != "" {
				all[at].Of += ", " + of
			}
		}
	}
	add("", c.Marks)
	for _, cell := range c.Cells {
		add(string(cell.Field), cell.Marks)
	}
	for _, f := range c.Fates {
		add(f.Text, f.Marks)
	}
	return all
}

// whose names an end with its peer.
func whose(e evidence.Session, side trace.Side) string {
	switch side {
	case trace.Offerer:
		return e.Session.Pair.Offerer + ", the offerer"
	case trace.Answerer:
		return e.Session.Pair.Answerer + ", the answerer"
	}
	return "Rink"
}

// ended is the outcome whose colour the end of a session has.
func ended(s report.Session) check.Outcome {
	switch s.Result {
	case trace.EndCompleted:
		return check.Pass
	case trace.EndError:
		return check.Error
	case trace.EndUnsupported:
		return check.Unsupported
	}
	return check.Known // stopped: the checks say whether that is a deviation
}
