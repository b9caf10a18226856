package main

import (
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

type explainCmd struct {
	ID string `arg:"" help:"A requirement, such as CAND-002."`
}

// Run implements the command.
func (c *explainCmd) Run(s streams) error {
	q, err := check.RequirementByID(c.ID)
	if err != nil {
		return usage(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n%s\n\n", q.ID, q.Slug, q.Title)
	fmt.Fprintf(&b, "Level       %s\nGroup       %s\nState       %s\nSince       %s\n\n%s\n\n", q.Level, q.Group, q.State(), q.Since, wrap(q.Statement))
	b.WriteString("Clauses\n")
	for _, ref := range q.Refs {
		fmt.Fprintf(&b, "  %s\n    %s\n", ref.Title, ref.URL)
	}
	if len(q.WPT) > 0 {
		fmt.Fprintf(&b, "\nThe same step in web-platform-tests\n  %s\n", strings.Join(q.WPT, "\n  "))
	}
	if q.Note != "" {
		fmt.Fprintf(&b, "\n%s\n%s\n", map[check.State]string{
			check.Unobservable: "Not observable yet", check.Recorded: "Recorded and never failed", check.Executable: "Note",
		}[q.State()], wrap(q.Note))
	}
	if q.State() != check.Unobservable {
		found, err := check.ByID(q.ID)
		if err != nil {
			return err
		}
		if err := explainCheck(&b, found); err != nil {
			return err
		}
	}
	_, err = fmt.Fprint(s.out, b.String())
	return err
}

// explainCheck says where a requirement is judged, what is known of it, and how to
// judge it again.
func explainCheck(b *strings.Builder, found check.Check) error {
	if len(found.Needs) > 0 {
		fmt.Fprintf(b, "\nA peer that does not declare %v is unsupported here.\n", strings.Join(words(found.Needs), ", "))
	}
	names, quick := graders(found)
	fmt.Fprintf(b, "\nGraded in\n%s\n", wrap(strings.Join(names, ", ")))
	var mutants []string
	for _, d := range fake.Defects() {
		if d.Check == found.ID {
			mutants = append(mutants, fmt.Sprintf("%s (the %s, in %s)", d.Name, d.Side, d.Scenario))
		}
	}
	fmt.Fprintf(b, "\nTurned red by\n%s\n", wrap(strings.Join(mutants, ", ")))
	set, err := run.LoadExpectations(run.ExpectBuiltin, run.Builtin())
	if err != nil {
		return err
	}
	for _, e := range set.Entries() {
		if e.Check == found.ID {
			fmt.Fprintf(b, "\nKnown of %s (reviewed %s)\n%s\n  %s\n", e.Peer, e.Since, wrap(e.Reason), e.Issue)
		}
	}
	fmt.Fprintf(b, "\nReproduce\n  rink run --checks %s --scenarios %s\n", found.ID, quick)
	return nil
}

// graders names the scenarios whose sessions the check says something about, and
// one of them that does not wait on purpose, where there is one.
func graders(c check.Check) (names []string, quick string) {
	for _, sc := range scenario.All() {
		h := trace.Header{Scenario: sc.Name, Family: sc.Family, Traits: sc.Traits}
		if c.Applies != nil && !c.Applies(h, trace.Offerer) && !c.Applies(h, trace.Answerer) {
			continue
		}
		names = append(names, sc.Name)
		if quick == "" && !sc.Slow {
			quick = sc.Name
		}
	}
	if quick == "" {
		quick = strings.Join(names, ",")
	}
	return names, quick
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

// wrap breaks a text into lines that a terminal shows whole.
func wrap(text string) string {
	const width = 98
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(text) {
		switch {
		case column == 0:
			b.WriteString("  ")
			column = 2
		case column+1+len(word) > width:
			b.WriteString("\n  ")
			column = 2
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}
