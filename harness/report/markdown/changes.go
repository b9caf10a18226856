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
func changes(c *report.Comparison) []part {
	if c == nil {
		return nil
	}
	title := "## What changed since the baseline\n\n"
	if len(c.Changes) == 0 {
		title += fmt.Sprintf("No requirement came out otherwise: %s unchanged.\n\n", report.Plural(c.Unchanged, "cell"))
	}
	seen := part{head: changesHead, foot: "\n", noun: "change"}
	aside := part{foot: "\n</details>\n\n", noun: "change"}
	for _, x := range c.Changes {
		if x.Class == report.Gone || x.Class == report.New {
			aside.rows = append(aside.rows, change(x))
			continue
		}
		seen.rows = append(seen.rows, change(x))
	}
	aside.head = fmt.Sprintf("<details><summary>Graded on one side alone: %s</summary>\n\n%s", report.Plural(len(aside.rows), "requirement"), changesHead)
	times := part{head: "Times, as medians:\n\n| Pair | Stage | Before | Now |\n|---|---|---|---|\n", foot: "\n", noun: "time"}
	notes := part{foot: "\n", noun: "note"}
	unsure := 0
	for _, t := range c.Times {
		if !t.Sure {
			unsure++
			continue
		}
		times.rows = append(times.rows, fmt.Sprintf("| %s | %s: %s | %.1f ms | %.1f ms |\n", name(t.Pair), brief(t.Stage), t.Class, t.FromMs, t.ToMs))
	}
	for _, a := range c.Against {
		notes.rows = append(notes.rows, "- Baseline: "+brief(a)+"\n")
	}
	for _, n := range c.Notes {
		notes.rows = append(notes.rows, "- "+brief(n)+"\n")
	}
	if unsure > 0 {
		notes.rows = append(notes.rows, fmt.Sprintf("- Slower or faster, which may be the machine: %s of a pair.\n", report.Plural(unsure, "stage")))
	}
	if c.Undecided > 0 {
		notes.rows = append(notes.rows, fmt.Sprintf("- Before every change is sure, %s would have to be played again.\n", report.Plural(c.Undecided, "session")))
	}
	return []part{{rows: []string{title}, noun: "section"}, seen, aside, times, notes}
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
	return code(clip(s, maxShown))
}
