// Package markdown writes the report for GitHub and its like: summary.md for the page
// of a CI step, comment.md for a pull request. Both are the same text, cut to what
// the two places take. What matters comes first: the verdict, what changed, what is
// red. What is known, and the whole of the requirements, are folded up.
package markdown

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
)

// Limit is the size of a summary in bytes. GitHub takes 1 MiB in a step summary.
const Limit = 900 << 10

// CommentLimit is the size of a comment in bytes. GitHub takes 65,536 characters.
const CommentLimit = 60_000

// all is the file that nothing is cut from.
const all = "report.html"

// maxScenarios is how many scenarios of a group are named.
const maxScenarios = 4

// maxVariants is how many findings of a group are shown.
const maxVariants = 8

// Render returns summary.md of at most Limit bytes: what does not fit is cut from
// the end, between rows, and the last sentence says what.
func Render(r *report.Report) []byte { return Fit(parts(r), Limit, all) }

// Step returns what the page of a CI step shows: Render, but of a shard what is red
// alone. Beside it are the pages of the others, and that of the whole.
func Step(r *report.Report) []byte {
	if r.Run.Shard == nil {
		return Render(r)
	}
	r = report.Safe(r)
	return Fit(append([]Part{head(r)}, red(r)...), Limit, all)
}

// Comment returns comment.md, of at most CommentLimit bytes.
func Comment(r *report.Report) []byte { return Fit(parts(r), CommentLimit, all) }

func parts(r *report.Report) []Part {
	r = report.Safe(r)
	list := append([]Part{head(r)}, changes(r.Comparison)...)
	list = append(append(list, notes(r)), red(r)...)
	return append(list, peers(r), tail(r), known(r), matrix(r))
}

// red is what makes the run red.
func red(r *report.Report) []Part {
	return []Part{groups(r, check.Fail, "unexpected deviation"), broken(r), groups(r, check.Stale, "stale expectation"), unused(r)}
}

func head(r *report.Report) Part {
	var b strings.Builder
	fmt.Fprintf(&b, "# WebRTC interop: %s\n\n", text(report.Clip(r.Summary.Verdict, 2*maxShown)))
	if s := r.Run.Shard; s != nil {
		fmt.Fprintf(&b, "> This is %s of a plan: verdict and counts are of this part alone. `rink merge` puts the parts together, and tells the whole.\n\n", s)
	}
	if !r.Run.Complete {
		fmt.Fprintf(&b, "> **Incomplete run:** %s\n\n", brief(r.Run.IncompleteReason))
	}
	c := r.Summary.Outcomes
	fmt.Fprintf(&b, "%s, %s: %d pass, %d fail, %d known, %d stale, %d observed, %d unsupported, %d skipped, %d error.\n\n",
		report.Plural(r.Summary.Sessions.Total, "session"), report.Plural(c.Total(), "result"),
		c.Pass, c.Fail, c.Known, c.Stale, c.Observed, c.Unsupported, c.Skipped, c.Error)
	return Part{Rows: []string{b.String()}}
}

func notes(r *report.Report) Part {
	p := Part{Noun: "note"}
	for _, n := range r.Notes {
		p.Rows = append(p.Rows, fmt.Sprintf("> %s\n\n", brief(n)))
	}
	return p
}

func broken(r *report.Report) Part {
	p := Part{Noun: "harness error"}
	for _, k := range view.Breaks(r) {
		p.Rows = append(p.Rows, fmt.Sprintf("## %s error: the harness, the environment or a peer's program broke\n\n- %s\n\n%s got no verdict in %s.\n\nRun again: %s\n\n",
			view.Glyph(check.Error), brief(k.Reason), report.Plural(len(k.Checks), "requirement"), scenarios(k.Scenarios), code(k.Reproduce())))
	}
	return p
}

func groups(r *report.Report, o check.Outcome, noun string) Part {
	p := Part{Noun: noun}
	for _, g := range view.Groups(r, o) {
		p.Rows = append(p.Rows, group(g))
	}
	return p
}

func group(g view.Group) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s %s: %s %s\n\n", view.Glyph(g.Outcome), text(string(g.Outcome)), brief(g.Check.ID), brief(g.Check.Title))
	fmt.Fprintf(&b, "Peer %s, in %s.\n\n", name(g.Subject), scenarios(g.Scenarios))
	for i, f := range g.Variants {
		if i == maxVariants {
			fmt.Fprintf(&b, "- and %s\n", report.Plural(len(g.Variants)-i, "other finding"))
			break
		}
		fmt.Fprintf(&b, "- %s: got %s, want %s", brief(f.Object), brief(f.Got), brief(f.Want))
		if f.Joint {
			fmt.Fprintf(&b, " (cannot tell which end: %s)", brief(f.Why))
		}
		b.WriteString("\n")
	}
	if g.More > 0 {
		fmt.Fprintf(&b, "- %s in the traces\n", report.Plural(g.More, "more finding"))
	}
	for _, e := range g.Expectations {
		if g.Outcome == check.Stale {
			fmt.Fprintf(&b, "- It passes now: delete the expectation at %s\n", name(e.File))
		}
	}
	b.WriteString("\n")
	if refs := refs(g.Check); refs != "" {
		fmt.Fprintf(&b, "Clauses: %s\n\n", refs)
	}
	fmt.Fprintf(&b, "Run again: %s\n\n", code(g.Reproduce()))
	return b.String()
}

func unused(r *report.Report) Part {
	p := Part{
		Head: "## Expectations that excuse nothing\n\nNo session put them to the proof. Delete them, or correct what they match.\n\n",
		Foot: "\n", Noun: "unused expectation",
	}
	for _, e := range r.Unused {
		p.Rows = append(p.Rows, fmt.Sprintf("- %s %s: %s\n", name(e.File), brief(e.Check), brief(e.Reason)))
	}
	return p
}

func known(r *report.Report) Part {
	groups := view.Groups(r, check.Known)
	p := Part{
		Head: fmt.Sprintf("<details><summary>Known deviations: %d</summary>\n\n| Requirement | Peer | Got | Why |\n|---|---|---|---|\n", len(groups)),
		Foot: "\n</details>\n\n", Noun: "known deviation",
	}
	for _, g := range groups {
		var got, why []string
		for _, f := range g.Variants {
			if line := brief(f.Object) + ": " + brief(f.Got); !slices.Contains(got, line) {
				got = append(got, line)
			}
		}
		if n := len(got); n > maxVariants {
			got = append(got[:maxVariants], fmt.Sprintf("and %d more", n-maxVariants))
		}
		for _, e := range g.Expectations {
			why = append(why, fmt.Sprintf("%s ([link](%s))", brief(e.Reason), address(e.Issue)))
		}
		p.Rows = append(p.Rows, fmt.Sprintf("| %s %s | %s | %s in %s | %s |\n", brief(g.Check.ID), brief(g.Check.Title), name(g.Subject),
			strings.Join(got, "; "), scenarios(g.Scenarios), strings.Join(why, " ")))
	}
	return p
}

func matrix(r *report.Report) Part {
	m := view.MatrixOf(r)
	p := Part{Foot: "\n</details>\n\n", Noun: "requirement"}
	columns := ""
	for _, pair := range m.Pairs {
		columns += " " + name(pair.String()) + " |"
	}
	for _, s := range m.Sections {
		for _, row := range s.Rows {
			line := fmt.Sprintf("| %s %s |", brief(row.Check.ID), brief(row.Check.Title))
			for _, c := range row.Cells {
				word := string(c.Outcome)
				if word == "" {
					word = "not graded"
				}
				line += fmt.Sprintf(" %s %s |", view.Glyph(c.Outcome), text(word))
			}
			p.Rows = append(p.Rows, line+"\n")
		}
	}
	p.Head = fmt.Sprintf("<details><summary>Requirements: %d</summary>\n\n| Requirement |%s\n|---|%s\n", len(p.Rows), columns, strings.Repeat("---|", len(m.Pairs)))
	return p
}

func peers(r *report.Report) Part {
	p := Part{Head: "## Peers\n\n| Peer | Implementation | Version | Learnt by |\n|---|---|---|---|\n", Foot: "\n", Noun: "peer"}
	for _, one := range r.Peers {
		p.Rows = append(p.Rows, fmt.Sprintf("| %s | %s | %s | %s |\n", name(one.ID), brief(one.Implementation), brief(one.Version), brief(one.VersionSource)))
	}
	return p
}

func tail(r *report.Report) Part {
	return Part{Noun: "line on the run", Rows: []string{fmt.Sprintf("Run %s on the %s network, %.1f s, %s %s, seed %d.\n\n",
		name(r.Run.ID), brief(r.Run.Network), r.Run.DurationMs/1000, brief(r.Generator.Name), brief(r.Generator.Version), r.Run.Seed)}}
}

func scenarios(names []string) string {
	shown := names[:min(len(names), maxScenarios)]
	var list []string
	for _, n := range shown {
		list = append(list, code(report.Clip(n, maxShown)))
	}
	if more := len(names) - len(shown); more > 0 {
		list = append(list, fmt.Sprintf("%d more", more))
	}
	return strings.Join(list, ", ")
}

func refs(c report.Check) string {
	var list []string
	for _, ref := range c.Refs {
		list = append(list, fmt.Sprintf("[%s](%s)", brief(ref.Title), address(ref.URL)))
	}
	return strings.Join(list, ", ")
}
