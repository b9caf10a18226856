package html

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// minContrast is what WCAG 2 asks for at level AA.
const minContrast = 4.5

var (
	declared = regexp.MustCompile(`--([a-z-]+):\s*#([0-9a-fA-F]{6})\b`)
	rule     = regexp.MustCompile(`([^{}]+)\{([^{}]*)\}`)
	colour   = regexp.MustCompile(`(?:^|[;\s])color:\s*var\(--([a-z-]+)\)`)
	ground   = regexp.MustCompile(`(?:^|[;\s])background(?:-color)?:\s*var\(--([a-z-]+)\)`)
	used     = regexp.MustCompile(`var\(--([a-z-]+)\)`)
)

// themes are the values of the variables, light and dark.
func themes(t *testing.T) (light, dark map[string]string) {
	t.Helper()
	before, after, ok := strings.Cut(css, "@media (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("no dark theme")
	}
	read := func(block string) map[string]string {
		values := map[string]string{}
		for _, m := range declared.FindAllStringSubmatch(block, -1) {
			values[m[1]] = m[2]
		}
		return values
	}
	return read(before), read(after)
}

// pairs are the foregrounds and backgrounds that meet: those of one rule; text
// that has no ground of its own may lie on every ground whose rule names no
// colour of text, and on the page's.
func pairs(t *testing.T) [][2]string {
	t.Helper()
	var all [][2]string
	var floating, grounds []string
	for _, m := range rule.FindAllStringSubmatch(css, -1) {
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

func TestBothThemesHaveEveryColourThatIsUsed(t *testing.T) {
	light, dark := themes(t)
	for _, m := range used.FindAllStringSubmatch(css, -1) {
		if light[m[1]] == "" || dark[m[1]] == "" {
			t.Errorf("--%s: light %q, dark %q", m[1], light[m[1]], dark[m[1]])
		}
	}
	if len(light) != len(dark) {
		t.Errorf("got %d colours in the light theme, %d in the dark one", len(light), len(dark))
	}
	withoutThemes := declared.ReplaceAllString(css, "")
	if m := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b[;\s}]`).FindString(withoutThemes); m != "" {
		t.Errorf("%q is a colour of no theme", m)
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
