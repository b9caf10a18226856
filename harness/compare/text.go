package compare

import (
	"fmt"
	"io"
	"strings"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
)

// maxGroups is how many groups of a class that hardly matters are written.
const maxGroups = 8

// WriteText writes the comparison for a terminal: the verdict first, then what
// changed, equal changes in one paragraph.
func (d Diff) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", d.Verdict)
	for _, n := range d.Notes {
		fmt.Fprintf(&b, "  note: %s\n", n)
	}
	for _, x := range d.Broken {
		fmt.Fprintf(&b, "! broke %s (%s) %s %s\n    %s\n", x.Check, when(x.Side), x.Pair, x.Scenario, oneLine(x.Reason))
	}
	for _, list := range [][]Change{d.Regressed, d.Flaky, d.Changed, d.Fixed, d.Gone, d.New} {
		groups := Groups(list)
		for i, g := range groups {
			if i == maxGroups && g.Class != Regressed {
				fmt.Fprintf(&b, "%s %s: %s\n", g.Class.Glyph(), g.Class, report.Plural(len(groups)-i, "more group"))
				break
			}
			g.write(&b)
		}
	}
	unsure := 0
	for _, t := range d.Timing {
		if !t.Sure {
			unsure++
			continue
		}
		fmt.Fprintf(&b, "%s %s: stage %s %s\n", t.Class, t.Pair, t.Stage, t.say())
	}
	if unsure > 0 {
		fmt.Fprintf(&b, "times: %s, which may be the machine: --json has them\n", stagesDiffer(unsure))
	}
	if n := len(d.Repeats); n > 0 {
		fmt.Fprintf(&b, "not sure yet: %s would have to be played again\n", report.Plural(n, "session"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (g Group) write(b *strings.Builder) {
	fmt.Fprintf(b, "%s %s %s", g.Class.Glyph(), g.Class, g.Check)
	if g.Subject != "" {
		fmt.Fprintf(b, " %s", g.Subject)
	}
	if g.Title != "" {
		fmt.Fprintf(b, ": %s", g.Title)
	}
	b.WriteString("\n")
	switch g.Class {
	case Gone:
		fmt.Fprintf(b, "    %s\n", oneLine(g.Now))
	case New:
		fmt.Fprintf(b, "    now %s\n", oneLine(g.Now))
	default:
		fmt.Fprintf(b, "    before: %s\n    now:    %s\n", oneLine(g.Before), oneLine(g.Now))
	}
	if g.Rates != "" {
		fmt.Fprintf(b, "    %s\n", g.Rates)
	}
	fmt.Fprintf(b, "    %s, %s: %s%s\n", report.Plural(len(g.Changes), "cell"), view.Some(g.Pairs), view.Some(g.Scenarios), g.unsure())
}

func (g Group) unsure() string {
	if g.Sure {
		return ""
	}
	return " (more runs have to confirm it)"
}

func (t Timing) say() string {
	return fmt.Sprintf("%.1f ms before, %.1f ms now (%+.0f %%, p=%.2g, n=%d)", t.FromMs, t.ToMs, 100*t.Change, t.P, t.Samples[0])
}

func stagesDiffer(n int) string {
	if n == 1 {
		return "1 stage differs"
	}
	return fmt.Sprintf("%d stages differ", n)
}

func oneLine(text string) string { return strings.ReplaceAll(text, "\n", " ") }

func when(side string) string {
	switch side {
	case "from":
		return "before"
	case "to":
		return "now"
	}
	return side
}
