package sdpdiff

import (
	"fmt"
	"strings"
	"unicode"
)

// Widths of a row as text, in characters.
const (
	keyWidth   = 26
	valueWidth = 90
)

// Text is the Diff for a terminal. What is the same, has to differ or is left to the
// answer is counted, and shown if all is set.
func (d Diff) Text(all bool) string {
	var b strings.Builder
	if d.Broken() {
		d.textLines(&b, all)
		return b.String()
	}
	for _, s := range d.Sections() {
		folded := Tally(s.Fine())
		if len(s.Rows) == 0 && s.Class == Same {
			continue
		}
		fmt.Fprint(&b, printable(s.Title))
		if folded != "" && !all {
			fmt.Fprintf(&b, " (%s)", folded)
		}
		fmt.Fprintln(&b)
		if s.Class != Same {
			fmt.Fprintf(&b, "  %s %s: %s\n", s.Class.Glyph(), s.Class, s.Note)
		}
		for _, r := range s.Rows {
			if all || !r.Fine() {
				r.write(&b)
			}
		}
		if s.More > 0 {
			fmt.Fprintf(&b, "  … %d more rows are left out\n", s.More)
		}
	}
	if d.More > 0 {
		fmt.Fprintf(&b, "… %d more media sections are left out\n", d.More)
	}
	return b.String()
}

func (r Row) write(b *strings.Builder) {
	fmt.Fprintf(b, "  %s %-10s  %-*s  ", r.Class.Glyph(), r.Class, keyWidth, short(r.Key, 2*valueWidth))
	switch a, v := short(r.A, valueWidth), short(r.B, valueWidth); {
	case a != "" && v != "" && a != v:
		fmt.Fprintf(b, "%s → %s", a, v)
	case a != "":
		fmt.Fprint(b, a)
	default:
		fmt.Fprint(b, v)
	}
	fmt.Fprintln(b)
	if r.Note != "" {
		fmt.Fprintf(b, "      %s\n", printable(r.Note))
	}
}

func (d Diff) textLines(b *strings.Builder, all bool) {
	for i, err := range []string{d.ErrA, d.ErrB} {
		name := "AB"[i : i+1]
		if err != "" {
			fmt.Fprintf(b, "%s cannot be read: %s\n", name, printable(err))
		}
	}
	fmt.Fprintln(b, "compared by line:")
	for _, l := range d.Lines {
		if all || l.Class != Same {
			fmt.Fprintf(b, "  %s %5s %5s  %s\n", l.Class.Glyph(), number(l.A), number(l.B), short(l.Text, 2*valueWidth))
		}
	}
	if d.MoreLines > 0 {
		fmt.Fprintf(b, "  … %d more lines are not compared\n", d.MoreLines)
	}
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// short cuts a text to some characters.
func short(s string, width int) string {
	r := []rune(printable(s))
	if len(r) <= width {
		return string(r)
	}
	return string(r[:width-1]) + "…"
}

// printable spells out what would change how the text around it is read.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == '\ufeff' {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}
