package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/markdown"
)

// Markdown returns the comparison for a pull request, in the style of summary.md
// and of at most markdown.Limit bytes: what does not fit is cut from the end, where
// the good news is, and the text says so.
func (d Diff) Markdown() []byte {
	parts := []string{d.markdownHead()}
	if len(d.Broken) > 0 {
		parts = append(parts, d.markdownBroken())
	}
	for _, list := range [][]Change{d.Regressed, d.Flaky, d.Changed, d.Fixed, d.Gone, d.New} {
		parts = append(parts, markdownChanges(list))
	}
	parts = append(parts, d.markdownTiming(), d.markdownPeers())
	var b strings.Builder
	for i, p := range parts {
		if b.Len()+len(p) > markdown.Limit-200 {
			fmt.Fprintf(&b, "\n_%s left out: the summary is limited to %d KiB. The JSON has all._\n", report.Plural(len(parts)-i, "more part"), markdown.Limit>>10)
			break
		}
		b.WriteString(p)
	}
	return []byte(b.String())
}

func (d Diff) markdownHead() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%d regressed, %d fixed, %d changed, %d flaky, %d gone, %d new, %s unchanged.\n\n", markdown.Text(d.Verdict),
		len(d.Regressed), len(d.Fixed), len(d.Changed), len(d.Flaky), len(d.Gone), len(d.New), report.Plural(d.Unchanged, "cell"))
	for _, n := range d.Notes {
		fmt.Fprintf(&b, "> %s\n\n", markdown.Text(n))
	}
	if n := len(d.Repeats); n > 0 {
		fmt.Fprintf(&b, "> Not sure yet: %s would have to be played again.\n\n", report.Plural(n, "session"))
	}
	return b.String()
}

func (d Diff) markdownBroken() string {
	var b strings.Builder
	b.WriteString("## ! The harness, the environment or another peer broke\n\n")
	for _, x := range d.Broken {
		fmt.Fprintf(&b, "- %s, %s %s %s: %s\n", when(x.Side), markdown.Code(x.Check), markdown.Text(x.Pair), markdown.Text(x.Scenario), markdown.Text(x.Reason))
	}
	return b.String() + "\n"
}

func markdownChanges(changes []Change) string {
	groups := Groups(changes)
	if len(groups) == 0 {
		return ""
	}
	class := groups[0].Class
	var b strings.Builder
	fmt.Fprintf(&b, "## %s %s\n\n| Requirement | Peer | Before | Now | Where |\n|---|---|---|---|---|\n", class.Glyph(), class)
	for _, g := range groups {
		now := markdown.Text(g.Now)
		if g.Rates != "" {
			now += " (" + g.Rates + ")"
		}
		fmt.Fprintf(&b, "| %s %s | %s | %s | %s | %s: %s%s |\n", markdown.Text(g.Check), markdown.Text(g.Title), markdown.Code(g.Subject),
			markdown.Text(g.Before), now, markdown.Names(g.Pairs), markdown.Names(g.Scenarios), g.unsure())
	}
	return b.String() + "\n"
}

func (d Diff) markdownTiming() string {
	sure := slices.DeleteFunc(slices.Clone(d.Timing), func(t Timing) bool { return !t.Sure })
	var b strings.Builder
	if n := len(d.Timing) - len(sure); n > 0 {
		fmt.Fprintf(&b, "Times: %s, which may be the machine.\n\n", stagesDiffer(n))
	}
	if len(sure) == 0 {
		return b.String()
	}
	b.WriteString("## Times\n\n| Pair | Stage | Median |\n|---|---|---|\n")
	for _, t := range sure {
		fmt.Fprintf(&b, "| %s | %s | %s: %s |\n", markdown.Code(t.Pair), markdown.Text(string(t.Stage)), t.Class, t.say())
	}
	return b.String() + "\n"
}

func (d Diff) markdownPeers() string {
	var b strings.Builder
	b.WriteString("## Peers\n\n| Peer | Before | Now |\n|---|---|---|\n")
	versions := map[string][2]string{}
	var names []string
	for i, side := range []Side{d.From, d.To} {
		for _, p := range side.Peers {
			v := versions[p.Name]
			v[i] = p.ID + " " + p.Version
			versions[p.Name] = v
			names = add(names, p.Name)
		}
	}
	for _, n := range names {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", markdown.Code(n), markdown.Text(versions[n][0]), markdown.Text(versions[n][1]))
	}
	return b.String()
}
