package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
)

// palette colours words where that is wanted; the zero value does not. No
// meaning depends on it.
type palette struct{ on bool }

// paletteFor honours https://no-color.org.
func paletteFor(terminal bool) palette {
	return palette{on: terminal && os.Getenv("NO_COLOR") == ""}
}

func (p palette) sgr(code, text string) string {
	if !p.on {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (p palette) bold(text string) string { return p.sgr("1", text) }

func (p palette) outcome(o check.Outcome, text string) string {
	switch o {
	case check.Pass:
		return p.sgr("32", text)
	case check.Fail, check.Error:
		return p.sgr("1;31", text)
	case check.Stale, check.Known:
		return p.sgr("33", text)
	case check.Unsupported, check.Skipped, check.Observed:
		return p.sgr("2", text)
	}
	return text
}

// maxFindings is how many findings of a group are shown unless more is wanted.
const maxFindings = 3

// writeFindings writes a paragraph for each thing that broke and for each
// deviation: what, got, want, where.
func writeFindings(w io.Writer, p palette, r *report.Report, all bool) {
	var b strings.Builder
	for _, k := range view.Breaks(r) {
		fmt.Fprintf(&b, "%s %s\n    in %s (%s)\n", p.outcome(check.Error, view.Glyph(check.Error)+" error"), reason(k.Reason, all),
			view.Some(k.Scenarios), report.Plural(len(k.Checks), "requirement")+" without a verdict")
	}
	for _, g := range view.Groups(r, check.Fail, check.Stale, check.Known) {
		fmt.Fprintf(&b, "%s %s %s: %s\n", p.outcome(g.Outcome, view.Glyph(g.Outcome)+" "+string(g.Outcome)),
			p.bold(g.Check.ID), g.Subject, g.Check.Title)
		for i, f := range g.Variants {
			if i == maxFindings && !all {
				fmt.Fprintf(&b, "    and %d more\n", len(g.Variants)-i)
				break
			}
			fmt.Fprintf(&b, "    %s\n", f)
		}
		if g.More > 0 {
			fmt.Fprintf(&b, "    %s in the traces\n", report.Plural(g.More, "more finding"))
		}
		for _, e := range g.Expectations {
			word := "expected by"
			switch g.Outcome {
			case check.Stale:
				word = "passes, so delete"
			case check.Fail: // the nearest entry, as report.html says too
				word = "not covered by"
			default:
			}
			fmt.Fprintf(&b, "    %s %s: %s %s\n", word, e.File, e.Reason, e.Issue)
		}
		fmt.Fprintf(&b, "    in %s\n", view.Some(g.Scenarios))
	}
	for _, e := range r.Unused {
		fmt.Fprintf(&b, "%s %s %s: no session put this expectation to the proof: %s\n", p.outcome(check.Stale, "unused"), e.Check, e.Peer, e.File)
	}
	_, _ = io.WriteString(w, b.String()) // a closed terminal must not end the run
}

// maxReason is how many lines of a reason are shown unless more is wanted.
const maxReason = 8

// reason is a reason for the terminal, with what a program wrote before it died:
// that tells whoever wrote an agent what to mend. Of many lines, as a dying browser
// writes them, it has the first and the last.
func reason(text string, all bool) string {
	lines := strings.Split(text, "\n")
	if len(lines) > maxReason && !all {
		lines = slices.Concat(lines[:maxReason/2], []string{"..."}, lines[len(lines)-maxReason/2:])
	}
	return strings.Join(lines, "\n    ")
}

// writeJSON writes v to a file, or to standard output where that is "-".
func writeJSON(s streams, to string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	if to == "-" {
		_, err = s.out.Write(data)
		return err
	}
	return os.WriteFile(to, data, 0o644) //nolint:gosec // reports are for everybody
}
