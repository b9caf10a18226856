package report_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/webrtc-rink/rink/harness/report"
)

// safe is what becomes of a string of a report.
func safe(s string) string {
	return report.Safe(&report.Report{Run: report.Run{ID: s}}).Run.ID
}

func TestSafeSpellsOutWhatWouldChangeTheTextAroundIt(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "",
		"plain, «and» 日本語 🎥":       "plain, «and» 日本語 🎥",
		"two\nlines\tand a tab":    "two\nlines\tand a tab",
		"a\x00b":                   `a\x00b`,
		"\x1b[31mred\x1b[0m":       `\x1b[31mred\x1b[0m`,
		"\x7f":                     `\x7f`,
		"carriage\rreturn":         `carriage\x0dreturn`,
		"next\u0085line":           `next\u0085line`,
		"\u2028\u2029\ufeff":       `\u2028\u2029\ufeff`,
		"\u202egnp.exe\u202c":      `\u202egnp.exe\u202c`,
		"\u2066\u2069\u200f\u061c": `\u2066\u2069\u200f\u061c`,
		"\ufffe\uffff":             `\ufffe\uffff`,
		"invalid \xff\xc0\x80":     `invalid \xff\xc0\x80`,
		"half a rune \xe6\x97":     `half a rune \xe6\x97`,
		"surrogate \xed\xa0\x80":   `surrogate \xed\xa0\x80`,
		"the real one \ufffd":      "the real one \ufffd",
		"\ufffd and \xff":          "\ufffd and \\xff",
	} {
		if got := safe(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestSafeBoundsTheLengthOfAString(t *testing.T) {
	const limit = 4096
	for name, in := range map[string]string{
		"letters":       strings.Repeat("a", 1<<20),
		"just too long": strings.Repeat("a", limit+1),
		"runes":         strings.Repeat("日", 1<<18),
		"runes, odd":    "a" + strings.Repeat("日", limit),
		"NUL":           strings.Repeat("\x00", limit),
		"escapes":       strings.Repeat("\u202e", 1<<18),
		"invalid":       strings.Repeat("\xff", 1<<20),
	} {
		got := safe(in)
		if len(got) > limit || !utf8.ValidString(got) {
			t.Errorf("%s: got %d bytes, valid: %v", name, len(got), utf8.ValidString(got))
		}
		if !strings.HasSuffix(got, " more bytes)") || len(got) < limit/2 {
			t.Errorf("%s: got %q, want a long part and what was left out", name, got)
		}
	}
	for _, n := range []int{limit - 1, limit} {
		if in := strings.Repeat("a", n); safe(in) != in {
			t.Errorf("%d bytes fit, and were cut", n)
		}
	}
	if got, want := safe(strings.Repeat("a", 1<<20)), "a… (1044544 more bytes)"; !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want it to end in %q", got[limit-200:], want)
	}
}

// Else a report that is read and written again would change.
func TestSafeLeavesAloneWhatItMade(t *testing.T) {
	for _, in := range hostile {
		if once := safe(in); safe(once) != once {
			t.Errorf("%.40q: once gives %d bytes, twice %d", in, len(once), len(safe(once)))
		}
	}
}

func TestSafeCopiesAndLeavesItsArgumentAlone(t *testing.T) {
	const bad = "a\x00b"
	r := filled(bad)
	clean := report.Safe(r)
	if clean == r || r.Run.ID != bad || r.Results[0].Findings[0].Got != bad || r.Peers[0].Details[bad] != bad {
		t.Error("the argument changed")
	}
	if report.Safe(clean) != clean {
		t.Error("a safe report is made safe twice")
	}
	clean.Results[0].Findings[0].Where[0]++
	if r.Results[0].Findings[0].Where[0] == clean.Results[0].Findings[0].Where[0] {
		t.Error("the copy shares a list with the argument")
	}
	for at, s := range texts(clean) {
		if strings.Contains(s, "\x00") {
			t.Errorf("%s: got %q", at, s)
		}
	}
}
