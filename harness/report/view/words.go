package view

import (
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
)

// maxNames is how many names Some names.
const maxNames = 4

// Some names the first few of a list, for where a line must do. In the place of "and 1
// more" it names that one.
func Some(names []string) string {
	if len(names) <= maxNames+1 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNames], ", "), len(names)-maxNames)
}

// Glyph is the sign of an outcome, so that no reader depends on colour.
func Glyph(o check.Outcome) string {
	switch o {
	case check.Pass:
		return "✓"
	case check.Fail:
		return "✗"
	case check.Known:
		return "≈"
	case check.Stale:
		return "↺"
	case check.Observed:
		return "○"
	case check.Unsupported:
		return "–"
	case check.Skipped:
		return "·"
	case check.Error:
		return "!"
	}
	return " "
}

// ChangeGlyph is the sign of a class of changes.
func ChangeGlyph(c report.ChangeClass) string {
	switch c {
	case report.Regressed:
		return "✗"
	case report.Fixed:
		return "✓"
	case report.Flaky:
		return "~"
	case report.Changed:
		return "≠"
	case report.Gone:
		return "−"
	case report.New:
		return "+"
	}
	return " "
}

// FirstLine is the first line of a text, for where there is room for one. Reasons
// have what a program wrote before it died in the lines that follow.
func FirstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSuffix(line, ":")
}

// Meaning explains an outcome to a reader who sees it for the first time.
func Meaning(o check.Outcome) string {
	switch o {
	case check.Pass:
		return "The peer does what the clause asks for, as far as this session shows."
	case check.Fail:
		return "The peer deviates, and nobody has reviewed that yet. This makes the run exit with 1."
	case check.Known:
		return "The peer deviates; a reviewed expectation says why and links the issue. The run stays green."
	case check.Stale:
		return "An expectation says that the peer deviates, and it does not. Delete the entry. This makes the run exit with 1."
	case check.Observed:
		return "What the peer does is recorded. The standards disagree or leave it open, so that it is no deviation."
	case check.Unsupported:
		return "A peer of the pair declares that it lacks a feature that this needs."
	case check.Skipped:
		return "The session does not show what the check needs to judge."
	case check.Error:
		return "The harness or the environment broke; nothing is said about the peer. This makes the run exit with 2."
	}
	return ""
}
