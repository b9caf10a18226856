// Package github tells GitHub Actions about a report: the step's summary and
// annotations
// (https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands).
package github

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/markdown"
	"github.com/webrtc-rink/rink/harness/report/view"
)

// maxAnnotations is how many annotations of a step GitHub shows; the last one
// says how many more there are.
const maxAnnotations = 10

// Active reports whether this process runs in GitHub Actions.
func Active() bool { return os.Getenv("GITHUB_ACTIONS") == "true" }

// Publish appends the summary to the step's and writes the annotations to w,
// which must be the step's standard output.
func Publish(r *report.Report, w io.Writer) error {
	return publish(Annotations(r), markdown.Step(r), w)
}

// Annotation is a sentence that the step shows.
type Annotation struct {
	Level string // error, warning, notice
	Title string
	Text  string
}

// Tell appends a summary of another kind to the step's and writes the annotations
// to w, which must be the step's standard output.
func Tell(annotations []Annotation, summary []byte, w io.Writer) error {
	var lines []string
	for _, a := range annotations {
		lines = append(lines, fmt.Sprintf("::%s title=%s::%s", a.Level, property(a.Title), data(a.Text)))
	}
	return publish(shortened(lines), summary, w)
}

func publish(annotations string, summary []byte, w io.Writer) error {
	_, err := io.WriteString(w, annotations)
	path := os.Getenv("GITHUB_STEP_SUMMARY")
	if path == "" {
		return err
	}
	f, openErr := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // GitHub names it
	if openErr != nil {
		return errors.Join(err, fmt.Errorf("step summary: %w", openErr))
	}
	_, writeErr := f.Write(summary)
	return errors.Join(err, writeErr, f.Close())
}

// Annotations are the workflow commands for what regressed and what is red. There is
// room for ten: what regressed is told first, and what fails is not told again. A
// regression that is not sure, or that an expectation excuses, is a warning, and comes
// last.
func Annotations(r *report.Report) string {
	r = report.Safe(r)
	fails := map[told]bool{}
	red := view.Groups(r, check.Fail, check.Stale)
	for _, g := range red {
		fails[told{g.Check.ID, g.Subject}] = g.Outcome == check.Fail
	}
	lines, warnings, regressed := regressions(r.Comparison, fails)
	for _, b := range view.Breaks(r) {
		lines = append(lines, "::error title="+property("The harness or the environment broke")+"::"+data(b.Reason+" in "+view.Some(b.Scenarios)))
	}
	for _, g := range red {
		if g.Outcome == check.Fail && regressed[told{g.Check.ID, g.Subject}] {
			continue
		}
		title := fmt.Sprintf("%s %s (%s)", g.Check.ID, g.Check.Title, g.Subject)
		lines = append(lines, "::error title="+property(title)+"::"+data(sentence(g)))
	}
	for _, e := range r.Unused {
		lines = append(lines, "::error title="+property("Unused expectation "+e.Check)+"::"+data(e.File+" excuses nothing: "+e.Reason))
	}
	if !r.Run.Complete {
		lines = append(lines, "::error title=Incomplete run::"+data(r.Run.IncompleteReason))
	}
	return shortened(append(lines, warnings...))
}

// told is a requirement of a peer.
type told struct{ check, subject string }

func regressions(c *report.Comparison, fails map[told]bool) (red, warnings []string, regressed map[told]bool) {
	regressed = map[told]bool{}
	if c == nil {
		return nil, nil, regressed
	}
	for _, x := range c.Changes {
		if x.Class != report.Regressed {
			continue
		}
		is := told{x.Check, x.Subject}
		regressed[is] = true
		title := fmt.Sprintf("Regressed: %s %s (%s)", x.Check, x.Title, x.Subject)
		text := fmt.Sprintf("%s; before: %s; in %s: %s", x.Now, x.Before, view.Some(x.Pairs), view.Some(x.Scenarios))
		if fails[is] {
			red = append(red, "::error title="+property(title)+"::"+data(text))
			continue
		}
		if !x.Sure {
			text += " (more runs have to confirm it)"
		}
		warnings = append(warnings, "::warning title="+property(title)+"::"+data(text))
	}
	return red, warnings, regressed
}

// shortened are as many lines as are shown, the last of which counts the others. It is
// an error where one of those is.
func shortened(lines []string) string {
	if len(lines) > maxAnnotations {
		rest, level := lines[maxAnnotations-1:], "warning"
		if slices.ContainsFunc(rest, func(line string) bool { return strings.HasPrefix(line, "::error ") }) {
			level = "error"
		}
		lines = append(lines[:maxAnnotations-1:maxAnnotations-1], fmt.Sprintf("::%s title=Rink::and %d more; the report has all", level, len(rest)))
	}
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

func sentence(g view.Group) string {
	var parts []string
	for _, f := range g.Variants {
		parts = append(parts, f.String())
	}
	if g.Outcome == check.Stale {
		parts = append(parts, "passes, although an expectation says that it fails")
	}
	return strings.Join(parts, "; ") + " in " + view.Some(g.Scenarios)
}

// data and property escape as the workflow commands' documentation asks.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(s))
}
