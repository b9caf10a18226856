package main

import (
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

type explainCmd struct {
	ID string `arg:"" help:"A requirement, such as CAND-002."`
}

// Run implements the command.
func (c *explainCmd) Run(s streams) error {
	found, err := check.ByID(strings.ToUpper(c.ID))
	if err != nil {
		return usage(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n%s\n\n", found.ID, found.Slug, found.Title)
	fmt.Fprintf(&b, "Level       %s\nGroup       %s\nSince       %s\n\n%s\n\n", found.Level, found.Group, found.Since, wrap(found.Statement))
	b.WriteString("Clauses\n")
	for _, ref := range found.Refs {
		fmt.Fprintf(&b, "  %s\n    %s\n", ref.Title, ref.URL)
	}
	if len(found.Needs) > 0 {
		fmt.Fprintf(&b, "\nA peer that does not declare %v is unsupported here.\n", strings.Join(words(found.Needs), ", "))
	}
	names, quick := graders(found)
	fmt.Fprintf(&b, "\nGraded in\n%s\n", wrap(strings.Join(names, ", ")))
	set, err := run.LoadExpectations(run.ExpectBuiltin, run.Builtin())
	if err != nil {
		return err
	}
	for _, e := range set.Entries() {
		if e.Check == found.ID {
			fmt.Fprintf(&b, "\nKnown of %s (reviewed %s)\n%s\n  %s\n", e.Peer, e.Since, wrap(e.Reason), e.Issue)
		}
	}
	fmt.Fprintf(&b, "\nReproduce\n  rink run --checks %s --scenarios %s\n", found.ID, quick)
	_, err = fmt.Fprint(s.out, b.String())
	return err
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
