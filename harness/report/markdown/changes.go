package markdown

import (
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
)

const changesHead = "| Change | Requirement | Peer | Before | Now | Where |\n|---|---|---|---|---|---|\n"

// changes are what changed since the baseline: what a reader has to look at, then in
// short what one side alone graded, and what the comparison leaves out.
func changes(c *report.Comparison) []Part {
	if c == nil {
		return nil
	}
	title := "## What changed since the baseline\n\n"
	if len(c.Changes) == 0 {
		title += fmt.Sprintf("No requirement came out otherwise: %s unchanged.\n\n", report.Plural(c.Unchanged, "cell"))
	}
	seen := Part{Head: changesHead, Foot: "\n", Noun: "change"}
	aside := Part{Foot: "\n</details>\n\n", Noun: "change"}
	for _, x := range c.Changes {
		if x.Class == report.Gone || x.Class == report.New {
			aside.Rows = append(aside.Rows, change(x))
			continue
		}
		seen.Rows = append(seen.Rows, change(x))
	}
	aside.Head = fmt.Sprintf("<details><summary>Graded on one side alone: %s</summary>\n\n%s", report.Plural(len(aside.Rows), "requirement"), changesHead)
	times := Part{Head: "Times, as medians:\n\n| Pair | Stage | Before | Now |\n|---|---|---|---|\n", Foot: "\n", Noun: "time"}
	notes := Part{Foot: "\n", Noun: "note"}
	unsure := 0
	for _, t := range c.Times {
		if !t.Sure {
			unsure++
			continue
		}
		times.Rows = append(times.Rows, fmt.Sprintf("| %s | %s: %s | %.1f ms | %.1f ms |\n", name(t.Pair), brief(t.Stage), t.Class, t.FromMs, t.ToMs))
	}
	for _, a := range c.Against {
		notes.Rows = append(notes.Rows, "- Baseline: "+brief(a)+"\n")
	}
	for _, n := range c.Notes {
		notes.Rows = append(notes.Rows, "- "+brief(n)+"\n")
	}
	if unsure > 0 {
		notes.Rows = append(notes.Rows, fmt.Sprintf("- Slower or faster, which may be the machine: %s of a pair.\n", report.Plural(unsure, "stage")))
	}
	if c.Undecided > 0 {
		notes.Rows = append(notes.Rows, fmt.Sprintf("- Before every change is sure, %s would have to be played again.\n", report.Plural(c.Undecided, "session")))
	}
	return []Part{{Rows: []string{title}, Noun: "section"}, seen, aside, times, notes}
}

func change(x report.Change) string {
	class := view.ChangeGlyph(x.Class) + " " + string(x.Class)
	if !x.Sure {
		class += ", not sure yet"
	}
	now := brief(x.Now)
	if x.Rates != "" {
		now += " (" + brief(x.Rates) + ")"
	}
	return fmt.Sprintf("| %s | %s %s | %s | %s | %s | %s: %s |\n", text(class), brief(x.Check), brief(x.Title), name(x.Subject),
		brief(x.Before), now, scenarios(x.Pairs), scenarios(x.Scenarios))
}

// name shows a name as code, if there is one.
func name(s string) string {
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return code(report.Clip(s, maxShown))
}
