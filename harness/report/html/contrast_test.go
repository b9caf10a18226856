package html

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What WCAG 2 asks for at level AA: of text, and of what is no text but tells
// something, such as the ring of the focus, the edge of a control, a bar.
const (
	minContrast      = 4.5
	minShapeContrast = 3
)

var (
	declared = regexp.MustCompile(`--([a-z-]+):\s*light-dark\(#([0-9a-fA-F]{6}),\s*#([0-9a-fA-F]{6})\);`)
	rule     = regexp.MustCompile(`([^{}]+)\{([^{}]*)\}`)
	colour   = regexp.MustCompile(`(?:^|[;\s])color:\s*var\(--([a-z-]+)\)`)
	ground   = regexp.MustCompile(`(?:^|[;\s])background(?:-color)?:\s*var\(--([a-z-]+)\)`)
	used     = regexp.MustCompile(`var\(--([a-z-]+)\)`)
	edge     = regexp.MustCompile(`(?:^|[;\s])(?:border|border-color|outline):[^;]*var\(--([a-z-]+)\)`)
	drawn    = regexp.MustCompile(`(?:^|[;\s])(?:fill|stroke):\s*var\(--([a-z-]+)\)`)
	control  = regexp.MustCompile(`button|input|select|:focus|:target|dialog`)
)

// styles are the style sheets of all pages, for the screen and for paper.
func styles(t *testing.T) (screen, paper string) {
	t.Helper()
	sheets, err := filepath.Glob("*.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(sheets, "../history/history.css") {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		on, off, _ := strings.Cut(string(data), "@media print")
		screen, paper = screen+on, paper+off
	}
	if !strings.Contains(css, screen[:strings.Index(screen, "}")]) || paper == "" {
		t.Fatal("these are not the sheets of the page, or none is for paper")
	}
	return screen, paper
}

// themes are the values of the variables, light and dark.
func themes(t *testing.T) (light, dark map[string]string) {
	t.Helper()
	light, dark = map[string]string{}, map[string]string{}
	for _, m := range declared.FindAllStringSubmatch(css, -1) {
		if light[m[1]] != "" {
			t.Errorf("--%s is declared twice", m[1])
		}
		light[m[1]], dark[m[1]] = m[2], m[3]
	}
	if len(light) == 0 {
		t.Fatal("no colours")
	}
	return light, dark
}

// pairs are the foregrounds and backgrounds that meet: those of one rule; text
// that has no ground of its own may lie on every ground whose rule names no
// colour of text, and on the page's.
func pairs(t *testing.T) [][2]string {
	t.Helper()
	var all [][2]string
	var floating, grounds []string
	screen, _ := styles(t)
	for _, m := range rule.FindAllStringSubmatch(screen, -1) {
		fore, back := colour.FindStringSubmatch(m[2]), ground.FindStringSubmatch(m[2])
		page := strings.TrimSpace(m[1]) == "body"
		if fore != nil && back != nil {
			all = append(all, [2]string{fore[1], back[1]})
		}
		if fore != nil && (back == nil || page) {
			floating = append(floating, fore[1])
		}
		if back != nil && (fore == nil || page) {
			grounds = append(grounds, back[1])
		}
	}
	for _, fore := range floating {
		for _, back := range grounds {
			all = append(all, [2]string{fore, back})
		}
	}
	for _, must := range [][2]string{
		{"text", "bg"},
		{"soft", "panel"},
		{"link", "panel"},
		{"text", "known-bg"},
		{"text", "fail-bg"},
		{"pass", "pass-bg"},
		{"fail", "fail-bg"},
		{"known", "known-bg"},
		{"stale", "stale-bg"},
		{"error", "error-bg"},
		{"none", "none-bg"},
	} {
		if !slices.Contains(all, must) {
			t.Errorf("%v is not found: the style changed its form", must)
		}
	}
	return all
}

func TestTextCanBeReadInBothThemes(t *testing.T) {
	light, dark := themes(t)
	for name, values := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, p := range pairs(t) {
			if got := contrast(t, values[p[0]], values[p[1]]); got < minContrast {
				t.Errorf("%s: --%s on --%s: got %.2f:1, want at least %.1f:1", name, p[0], p[1], got, minContrast)
			}
		}
	}
}

// Lines that only separate (--line) tell nothing, and grounds are no shapes.
func TestShapesCanBeSeenInBothThemes(t *testing.T) {
	screen, _ := styles(t)
	light, dark := themes(t)
	found := map[string]bool{}
	for _, m := range rule.FindAllStringSubmatch(screen, -1) {
		shapes := drawn.FindAllStringSubmatch(m[2], -1)
		if control.MatchString(m[1]) {
			shapes = append(shapes, edge.FindAllStringSubmatch(m[2], -1)...)
		}
		for _, shape := range shapes {
			if name := shape[1]; name != "line" && name != "bg" && name != "panel" && !strings.HasSuffix(name, "-bg") {
				found[name] = true
			}
		}
	}
	for _, must := range []string{"link", "soft", "pass", "fail"} {
		if !found[must] {
			t.Errorf("no shape with --%s is found: the style changed its form", must)
		}
	}
	for name := range found {
		for _, back := range []string{"bg", "panel", "none-bg"} {
			for theme, values := range map[string]map[string]string{"light": light, "dark": dark} {
				if got := contrast(t, values[name], values[back]); got < minShapeContrast {
					t.Errorf("%s: a shape of --%s on --%s: got %.2f:1, want at least %d:1", theme, name, back, got, minShapeContrast)
				}
			}
		}
	}
}

// Printers leave grounds out: every text has to be dark by itself.
func TestTextCanBeReadOnPaper(t *testing.T) {
	screen, paper := styles(t)
	light, _ := themes(t)
	if !strings.Contains(paper, ":root, :root[data-theme] { color-scheme: light;") {
		t.Error("a page with the dark theme is printed in its colours")
	}
	inks := colour.FindAllStringSubmatch(screen+paper, -1)
	if len(inks) < 10 {
		t.Fatalf("got %d colours of text: the style changed its form", len(inks))
	}
	for _, ink := range inks {
		if ink[1] == "error" { // white on red; for paper it is turned round
			continue
		}
		if got := contrast(t, light[ink[1]], "ffffff"); got < minContrast {
			t.Errorf("--%s on paper: got %.2f:1, want at least %.1f:1", ink[1], got, minContrast)
		}
	}
	if !strings.Contains(paper, ".error { color: var(--error-bg); background: none; }") {
		t.Error("white is printed on white")
	}
}

// Both values of a colour stand in one place: a theme that is chosen and one that the
// system asks for cannot differ.
func TestEveryColourIsOfBothThemes(t *testing.T) {
	screen, paper := styles(t)
	light, _ := themes(t)
	for _, m := range used.FindAllStringSubmatch(screen+paper, -1) {
		if light[m[1]] == "" {
			t.Errorf("--%s is used, and not declared as light-dark(#rrggbb, #rrggbb)", m[1])
		}
	}
	rest := declared.ReplaceAllString(screen+paper, "")
	if m := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b[;\s},)]`).FindString(rest); m != "" {
		t.Errorf("%q is a colour of no theme", m)
	}
	if strings.Contains(rest, "prefers-color-scheme") {
		t.Error("a rule asks the system for its theme: the one that was chosen would not get it")
	}
	for _, chosen := range []string{`:root[data-theme="light"] { color-scheme: light; }`, `:root[data-theme="dark"] { color-scheme: dark; }`} {
		if !strings.Contains(screen, chosen) {
			t.Errorf("no rule %s", chosen)
		}
	}
}

func TestContrastIsComputedAsWCAGDoes(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want float64
	}{
		{"000000", "ffffff", 21},
		{"ffffff", "ffffff", 1},
		{"767676", "ffffff", 4.54},
		{"777777", "ffffff", 4.48},
		{"ff0000", "ffffff", 4.00},
	} {
		if got := contrast(t, tc.a, tc.b); math.Abs(got-tc.want) > 0.01 {
			t.Errorf("%s on %s: got %.3f, want %.2f", tc.a, tc.b, got, tc.want)
		}
	}
}

// contrast is the contrast ratio of two colours
// (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	rgb, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatalf("no colour: %v", err)
	}
	part := func(shift int) float64 {
		c := float64(rgb>>shift&0xff) / 0xff
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}
