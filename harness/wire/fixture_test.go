package wire

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// fixtures returns the text of the files under fixtures/ that match, by base
// name without extension. None is an error.
func fixtures(t testing.TB, pattern string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "fixtures", filepath.FromSlash(pattern)))
	if err != nil || len(paths) == 0 {
		t.Fatalf("fixtures %q: got %d files (%v), want some", pattern, len(paths), err)
	}
	texts := map[string]string{}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		texts[strings.TrimSuffix(filepath.Base(p), filepath.Ext(p))] = string(b)
	}
	return texts
}

// candidateLines returns the lines of a candidate fixture without its comments.
func candidateLines(t testing.TB, text string) []string {
	t.Helper()
	var lines []string
	for l := range strings.Lines(text) {
		l = strings.TrimSuffix(l, "\n")
		if strings.HasPrefix(l, "#") {
			continue
		}
		if strings.HasPrefix(l, `"`) {
			s, err := strconv.Unquote(l)
			if err != nil {
				t.Fatalf("fixture line %s: %v", l, err)
			}
			l = s
		}
		lines = append(lines, l)
	}
	if len(lines) == 0 {
		t.Fatal("fixture: got no candidates, want some")
	}
	return lines
}

func TestValidCandidateFixtures(t *testing.T) {
	for name, text := range fixtures(t, "candidates/valid-*.txt") {
		for _, line := range candidateLines(t, text) {
			c, err := ParseCandidate(line)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			again, err := ParseCandidate(c.String())
			if err != nil || !reflect.DeepEqual(c, again) {
				t.Errorf("%s: String() of %q gave %+v (%v), want %+v", name, line, again, err, c)
			}
			// What implementations send is canonical but for the case of its literals.
			if !strings.HasPrefix(name, "valid-hand-grammar") && !strings.EqualFold(c.String(), line) {
				t.Errorf("%s: String() got %q, want %q", name, c.String(), line)
			}
		}
	}
}

func TestInvalidCandidateFixtures(t *testing.T) {
	for name, text := range fixtures(t, "candidates/invalid-*.txt") {
		field := strings.ReplaceAll(strings.TrimPrefix(name, "invalid-"), "-", " ")
		for _, line := range candidateLines(t, text) {
			c, err := ParseCandidate(line)
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Errorf("%s: %q gave %+v, %v, want a SyntaxError", name, line, c, err)
				continue
			}
			if syntax.Field != field || !reflect.DeepEqual(c, Candidate{}) {
				t.Errorf("%s: got field %q and %+v, want field %q and nothing: %v", name, syntax.Field, c, field, err)
			}
		}
	}
}

// validDescriptions has the outline of every valid description. The values were
// made by searching the files as text, not with this package.
var validDescriptions = map[string]string{
	"valid-chromium-156-av-data-turn-offer":          `[0 1 2] | audio 59883 "0" actpass 4 candidates | video 49238 "1" actpass 4 candidates | application 35947 "2" actpass 4 candidates`,
	"valid-chromium-156-balanced-two-videos-offer":   `[0 1 2] | audio 40907 "0" actpass 2 candidates | video 60121 "1" actpass 2 candidates | video 34792 "2" actpass 2 candidates`,
	"valid-chromium-156-data-mdns-create-offer":      `[0] | application 9 "0" actpass`,
	"valid-chromium-156-data-mdns-offer":             `[0] | application 9 "0" actpass 2 candidates`,
	"valid-chromium-156-data-relay-offer":            `[0] | application 42537 "0" actpass 1 candidates`,
	"valid-chromium-156-max-bundle-create-offer":     `[0 1 2] | audio 9 "0" actpass | video 9 "1" actpass | application 9 "2" actpass`,
	"valid-chromium-156-max-compat-offer":            `[0 1] | audio 56877 "0" actpass 2 candidates | application 55616 "1" actpass 2 candidates`,
	"valid-chromium-156-stopped-transceiver-answer":  `[0 1 2] | audio 59499 "0" active 2 candidates | video 9 "1" active | application 9 "2" active`,
	"valid-chromium-156-to-pion-data-answer":         `[0] | application 55998 "0" active 2 candidates`,
	"valid-chromium-156-unbundled-answer":            `| audio 45949 "0" active 2 candidates | application 34116 "1" active 2 candidates`,
	"valid-hand-bundle-only-offer":                   `[a1 v1 d1] | audio 9 "a1" actpass | video 0 "v1"  bundle-only no-credentials | application 0 "d1"  bundle-only no-credentials`,
	"valid-hand-legacy-no-mid-offer":                 `| application 34567 "" actpass 1 candidates end`,
	"valid-hand-session-level-ice-offer":             `| audio 45664 "0" passive 1 candidates | video 45666 "1" active 1 candidates`,
	"valid-hand-unknown-lines":                       `[] [0] | audio 9 "0"  no-credentials`,
	"valid-pion-v3.3.6-av-data-answer":               `[0 1 2] | audio 9 "0" active 4 candidates end | video 9 "1" active | application 9 "2" active`,
	"valid-pion-v3.3.6-av-data-turn-offer":           `[0 1 2] | audio 9 "0" actpass 10 candidates end | video 9 "1" actpass | application 9 "2" actpass`,
	"valid-pion-v3.3.6-data-create-offer":            `[0] | application 9 "0" actpass`,
	"valid-pion-v3.3.6-data-offer":                   `[0] | application 9 "0" actpass 4 candidates end`,
	"valid-pion-v3.3.6-to-chromium-av-data-answer":   `[0 1 2] | audio 9 "0" active 4 candidates end | video 9 "1" active | application 9 "2" active`,
	"valid-pion-v3.3.6-to-unbundled-rejected-answer": `| audio 0 "0" active 4 candidates end rejected | application 0 "1" active rejected`,
}

// outline tells what the accessors say of a description: groups, then each
// section as kind, port and mid with its marks.
func outline(d *Description) string {
	var b strings.Builder
	for _, g := range d.Groups("BUNDLE") {
		fmt.Fprintf(&b, "%v ", g)
	}
	for _, m := range d.Media {
		fmt.Fprintf(&b, "| %s %d %q %s", m.Kind, m.Port, m.Mid(), d.Setup(m))
		if n := len(m.Candidates()); n > 0 {
			fmt.Fprintf(&b, " %d candidates", n)
		}
		for _, mark := range []struct {
			name string
			on   bool
		}{{"end", m.EndOfCandidates()}, {"rejected", m.Rejected()}, {"bundle-only", m.BundleOnly()}} {
			if mark.on {
				b.WriteString(" " + mark.name)
			}
		}
		if len(d.ICEUfrag(m)) < 4 || len(d.ICEPwd(m)) < 22 {
			b.WriteString(" no-credentials")
		}
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

func TestValidDescriptionFixtures(t *testing.T) {
	want := validDescriptions
	got := fixtures(t, "sdp/valid-*.sdp")
	for name, text := range got {
		d, err := ParseDescription(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if o := outline(d); o != want[name] {
			t.Errorf("%s:\n got %s\nwant %s", name, o, want[name])
		}
		if d.String() != withCRLF(text) {
			t.Errorf("%s: String() got\n%q\nwant\n%q", name, d, withCRLF(text))
		}
		for i, m := range d.Media {
			for _, c := range m.Candidates() {
				if _, err := ParseCandidate(c); err != nil {
					t.Errorf("%s: section %d: %v", name, i, err)
				}
			}
		}
	}
	for name := range want {
		if _, ok := got[name]; !ok {
			t.Errorf("%s: no such fixture", name)
		}
	}
}

// withCRLF gives text the line ends that Description.String writes.
func withCRLF(text string) string {
	var b strings.Builder
	for l := range strings.Lines(text) {
		l = strings.TrimSuffix(l, "\n")
		b.WriteString(strings.TrimSuffix(l, "\r") + "\r\n")
	}
	return b.String()
}
