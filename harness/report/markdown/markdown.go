// Package markdown writes summary.md: the report for a pull request, short
// enough for the places that show it.
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

// maxScenarios is how many scenarios of a group are named.
const maxScenarios = 4

// Render returns summary.md of at most Limit bytes: what does not fit is cut from
// the end, where the passing is, and the text says so.
func Render(r *report.Report) []byte {
	r = report.Safe(r)
	parts := []string{head(r)}
	for _, b := range view.Breaks(r) {
		parts = append(parts, broken(b))
	}
	for _, g := range view.Groups(r, check.Fail, check.Stale) {
		parts = append(parts, group(g))
	}
	if len(r.Unused) > 0 {
		parts = append(parts, unused(r))
	}
	parts = append(parts, known(r), matrix(r), tail(r))
	var b strings.Builder
	for i, p := range parts {
		if b.Len()+len(p) > Limit-200 {
			fmt.Fprintf(&b, "\n_%s left out: the summary is limited to %d KiB. report.html has all._\n", report.Plural(len(parts)-i, "more part"), Limit>>10)
			break
		}
		b.WriteString(p)
	}
	return []byte(b.String())
}

func head(r *report.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# WebRTC interop: %s\n\n", text(r.Summary.Verdict))
	if !r.Run.Complete {
		fmt.Fprintf(&b, "> **Incomplete run:** %s\n\n", text(r.Run.IncompleteReason))
	}
	c := r.Summary.Outcomes
	fmt.Fprintf(&b, "%s, %s: %d pass, %d fail, %d known, %d stale, %d observed, %d unsupported, %d skipped, %d error.\n\n",
		report.Plural(r.Summary.Sessions.Total, "session"), report.Plural(c.Total(), "result"),
		c.Pass, c.Fail, c.Known, c.Stale, c.Observed, c.Unsupported, c.Skipped, c.Error)
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "> %s\n\n", text(n))
	}
	return b.String()
}

func broken(k view.Break) string {
	return fmt.Sprintf("## %s error: the harness or the environment broke\n\n- %s\n\n%s got no verdict in %s.\n\nRun again: %s\n\n",
		view.Glyph(check.Error), text(k.Reason), report.Plural(len(k.Checks), "requirement"), scenarios(k.Scenarios), code(k.Reproduce()))
}

func group(g view.Group) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s %s: %s %s\n\n", view.Glyph(g.Outcome), text(string(g.Outcome)), text(g.Check.ID), text(g.Check.Title))
	fmt.Fprintf(&b, "Peer %s, in %s.\n\n", code(g.Subject), scenarios(g.Scenarios))
	for _, f := range g.Variants {
		fmt.Fprintf(&b, "- %s: got %s, want %s", text(f.Object), text(f.Got), text(f.Want))
		if f.Joint {
			fmt.Fprintf(&b, " (cannot tell which end: %s)", text(f.Why))
		}
		b.WriteString("\n")
	}
	if g.More > 0 {
		fmt.Fprintf(&b, "- %s in the traces\n", report.Plural(g.More, "more finding"))
	}
	for _, e := range g.Expectations {
		if g.Outcome == check.Stale {
			fmt.Fprintf(&b, "- It passes now: delete the expectation at %s\n", code(e.File))
		}
	}
	b.WriteString("\n")
	if refs := refs(g.Check); refs != "" {
		fmt.Fprintf(&b, "Clauses: %s\n\n", refs)
	}
	fmt.Fprintf(&b, "Run again: %s\n\n", code(g.Reproduce()))
	return b.String()
}

func unused(r *report.Report) string {
	var b strings.Builder
	b.WriteString("## Expectations that excuse nothing\n\nNo session put them to the proof. Delete them, or correct what they match.\n\n")
	for _, e := range r.Unused {
		fmt.Fprintf(&b, "- %s %s: %s\n", code(e.File), text(e.Check), text(e.Reason))
	}
	return b.String() + "\n"
}

func known(r *report.Report) string {
	groups := view.Groups(r, check.Known)
	if len(groups) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("## Known deviations\n\n| Requirement | Peer | Got | Why |\n|---|---|---|---|\n")
	for _, g := range groups {
		var got, why []string
		for _, f := range g.Variants {
			if line := text(f.Object) + ": " + text(f.Got); !slices.Contains(got, line) {
				got = append(got, line)
			}
		}
		for _, e := range g.Expectations {
			why = append(why, fmt.Sprintf("%s ([link](%s))", text(e.Reason), address(e.Issue)))
		}
		fmt.Fprintf(&b, "| %s %s | %s | %s in %s | %s |\n", text(g.Check.ID), text(g.Check.Title), code(g.Subject),
			strings.Join(got, "; "), scenarios(g.Scenarios), strings.Join(why, " "))
	}
	return b.String() + "\n"
}

func matrix(r *report.Report) string {
	m := view.MatrixOf(r)
	var b strings.Builder
	b.WriteString("## Requirements\n\n| Requirement |")
	for _, p := range m.Pairs {
		fmt.Fprintf(&b, " %s |", code(p.String()))
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(m.Pairs)) + "\n")
	for _, s := range m.Sections {
		for _, row := range s.Rows {
			fmt.Fprintf(&b, "| %s %s |", text(row.Check.ID), text(row.Check.Title))
			for _, c := range row.Cells {
				word := string(c.Outcome)
				if word == "" {
					word = "not graded"
				}
				fmt.Fprintf(&b, " %s %s |", view.Glyph(c.Outcome), word)
			}
			b.WriteString("\n")
		}
	}
	return b.String() + "\n"
}

func tail(r *report.Report) string {
	var b strings.Builder
	b.WriteString("## Peers\n\n| Peer | Implementation | Version | Learnt by |\n|---|---|---|---|\n")
	for _, p := range r.Peers {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", code(p.ID), text(p.Implementation), text(p.Version), text(p.VersionSource))
	}
	fmt.Fprintf(&b, "\nRun %s on the %s network, %.1f s, %s %s, seed %d.\n",
		code(r.Run.ID), text(r.Run.Network), r.Run.DurationMs/1000, text(r.Generator.Name), text(r.Generator.Version), r.Run.Seed)
	return b.String()
}

func scenarios(names []string) string {
	shown := names[:min(len(names), maxScenarios)]
	var list []string
	for _, n := range shown {
		list = append(list, code(n))
	}
	if more := len(names) - len(shown); more > 0 {
		list = append(list, fmt.Sprintf("%d more", more))
	}
	return strings.Join(list, ", ")
}

func refs(c report.Check) string {
	var list []string
	for _, ref := range c.Refs {
		list = append(list, fmt.Sprintf("[%s](%s)", text(ref.Title), address(ref.URL)))
	}
	return strings.Join(list, ", ")
}

// special are the characters that mean something inside of a line of GitHub's
// Markdown; & and < are written as entities.
const special = "\\`*_{}[]>|~"

// text escapes what a peer or a file may have put in.
func text(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
			b.WriteByte(' ')
		case r == '<':
			b.WriteString("&lt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '@':
			b.WriteString("@\u200b") // mentions nobody
		case strings.ContainsRune(special, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// code shows a string as code; a table cell must not hold a bar.
func code(s string) string {
	s = strings.NewReplacer("\n", " ", "`", "'", "|", "¦").Replace(s)
	return "`" + s + "`"
}

// address keeps a link from ending early or running anything.
func address(url string) string {
	if !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		return "#"
	}
	return strings.NewReplacer(" ", "%20", "(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "|", "%7C",
		"\t", "%09", "\\", "%5C", "`", "%60", "\n", "").Replace(url)
}
