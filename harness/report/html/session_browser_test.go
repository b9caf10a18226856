package html

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestASessionInABrowser: nothing is fetched, nothing is complained of, the page does
// not scroll sideways and its diagrams do, and a link opens what it leads to.
func TestASessionInABrowser(t *testing.T) {
	page, _ := recorded(t, "pion_chrome_trickle-full")
	path := filepath.Join(t.TempDir(), "session.html")
	if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	o := open(t, path)
	for _, scheme := range []string{"light", "dark"} {
		for name, width := range map[string]int64{"narrow": 360, "wide": 1280} {
			o.look(t, width, scheme)
			if got := eval[int64](t, o, "document.documentElement.scrollWidth"); got > width {
				t.Errorf("%s: %d px wide at %d px", scheme, got, width)
			}
			o.shoot(t, "session-"+name+"-"+scheme)
		}
	}
	o.look(t, 1280, "light")
	for _, side := range []string{"offerer", "answerer"} {
		if over := eval[int](t, o, `(() => { const b = document.querySelector('[aria-label="Candidates of the `+side+`"]'); return b.scrollWidth - b.clientWidth })()`); over > 0 {
			t.Errorf("the candidates of the %s are %d px wider than the page", side, over)
		}
	}
	o.look(t, 360, "light")
	for _, box := range []string{"Signalling sequence diagram", "State timeline", "Candidates of the offerer"} {
		if !eval[bool](t, o, `(() => { const b = document.querySelector('[aria-label="`+box+`"]'); return b.scrollWidth > b.clientWidth && b.tabIndex === 0 })()`) {
			t.Errorf("%s does not scroll in a box of its own that the keyboard reaches", box)
		}
	}
	if got := eval[string](t, o, `getComputedStyle(document.querySelector("svg.seq text")).fill`); got == "rgb(0, 0, 0)" {
		t.Errorf("the diagram has the colour %s: the style does not reach it", got)
	}
	small := eval[string](t, o, `[...document.querySelectorAll("main *")].filter((e) => e.childElementCount === 0 && e.textContent.trim() && parseFloat(getComputedStyle(e).fontSize) < 11).map((e) => e.textContent).join("; ")`)
	if small != "" {
		t.Errorf("too small to read: %s", small)
	}
	target := eval[string](t, o, `document.querySelector('#f-CAND-002-offerer a[href^="#r-"]').hash`)
	eval[any](t, o, `document.querySelector('#f-CAND-002-offerer a[href^="#r-"]').click(), null`)
	o.await(t, `document.querySelector("`+target+`").closest("details").open`)
	if text := eval[string](t, o, `document.querySelector("`+target+`").textContent`); !strings.Contains(text, "icecandidate") || !strings.Contains(text, "CAND-002") {
		t.Errorf("%s is %q", target, text)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.complaints) > 0 {
		t.Errorf("the browser complains: %q", o.complaints)
	}
}
