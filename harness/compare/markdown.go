package compare

import (
	"fmt"
	"slices"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/markdown"
)

// Markdown returns the comparison for a pull request, in the style of comment.md and
// of at most as many bytes: what does not fit is cut from the end, where the good news
// is, and the text says so.
func (d Diff) Markdown() []byte {
	return markdown.Fit(d.MarkdownParts(), markdown.CommentLimit, "The JSON")
}

// MarkdownParts are what Markdown joins, for a text that has more.
func (d Diff) MarkdownParts() []markdown.Part {
	parts := []markdown.Part{{Rows: []string{d.markdownHead()}}, d.markdownNotes(), d.markdownBroken()}
	for _, list := range [][]Change{d.Regressed, d.Flaky, d.Changed, d.Fixed, d.Gone, d.New} {
		parts = append(parts, markdownChanges(list))
	}
	return append(append(parts, d.markdownTiming()...), d.markdownPeers())
}

func (d Diff) markdownHead() string {
	return fmt.Sprintf("# %s\n\n%d regressed, %d fixed, %d changed, %d flaky, %d gone, %d new, %s unchanged.\n\n", markdown.Text(report.Clip(d.Verdict, maxVerdict)),
		len(d.Regressed), len(d.Fixed), len(d.Changed), len(d.Flaky), len(d.Gone), len(d.New), report.Plural(d.Unchanged, "cell"))
}

// maxVerdict is how many characters of the verdict a title has.
const maxVerdict = 1000

func (d Diff) markdownNotes() markdown.Part {
	p := markdown.Part{Noun: "note"}
	for _, n := range d.Notes {
		p.Rows = append(p.Rows, fmt.Sprintf("> %s\n\n", markdown.Brief(n)))
	}
	if n := len(d.Repeats); n > 0 {
		p.Rows = append(p.Rows, fmt.Sprintf("> Not sure yet: %s would have to be played again.\n\n", report.Plural(n, "session")))
	}
	return p
}

func (d Diff) markdownBroken() markdown.Part {
	p := markdown.Part{Head: "## ! The harness, the environment or another peer broke\n\n", Foot: "\n", Noun: "break"}
	for _, x := range d.Broken {
		p.Rows = append(p.Rows, fmt.Sprintf("- %s, %s %s %s: %s\n", when(x.Side), markdown.Code(x.Check), markdown.Text(x.Pair), markdown.Text(x.Scenario), markdown.Brief(x.Reason)))
	}
	return p
}

func markdownChanges(changes []Change) markdown.Part {
	groups := Groups(changes)
	if len(groups) == 0 {
		return markdown.Part{}
	}
	class := groups[0].Class
	p := markdown.Part{
		Head: fmt.Sprintf("## %s %s\n\n| Requirement | Peer | Before | Now | Where |\n|---|---|---|---|---|\n", class.Glyph(), class),
		Foot: "\n", Noun: "change",
	}
	for _, g := range groups {
		now := markdown.Brief(g.Now)
		if g.Rates != "" {
			now += " (" + g.Rates + ")"
		}
		p.Rows = append(p.Rows, fmt.Sprintf("| %s %s | %s | %s | %s | %s: %s%s |\n", markdown.Text(g.Check), markdown.Text(g.Title), markdown.Code(g.Subject),
			markdown.Brief(g.Before), now, markdown.Names(g.Pairs), markdown.Names(g.Scenarios), g.unsure()))
	}
	return p
}

func (d Diff) markdownTiming() []markdown.Part {
	sure := slices.DeleteFunc(slices.Clone(d.Timing), func(t Timing) bool { return !t.Sure })
	var unsure, p markdown.Part
	if n := len(d.Timing) - len(sure); n > 0 {
		unsure = markdown.Part{Rows: []string{fmt.Sprintf("Times: %s, which may be the machine.\n\n", stagesDiffer(n))}, Noun: "remark"}
	}
	p = markdown.Part{Head: "## Times\n\n| Pair | Stage | Median |\n|---|---|---|\n", Foot: "\n", Noun: "time"}
	for _, t := range sure {
		p.Rows = append(p.Rows, fmt.Sprintf("| %s | %s | %s: %s |\n", markdown.Code(t.Pair), markdown.Text(string(t.Stage)), t.Class, t.say()))
	}
	return []markdown.Part{unsure, p}
}

func (d Diff) markdownPeers() markdown.Part {
	p := markdown.Part{Head: "## Peers\n\n| Peer | Before | Now |\n|---|---|---|\n", Noun: "peer"}
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
		p.Rows = append(p.Rows, fmt.Sprintf("| %s | %s | %s |\n", markdown.Code(n), markdown.Text(versions[n][0]), markdown.Text(versions[n][1])))
	}
	return p
}
