package html

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheDescriptionsInABrowser: with everything unfolded nothing scrolls sideways,
// nothing is fetched and nothing is complained of; and without JavaScript of ours
// what is folded opens.
func TestTheDescriptionsInABrowser(t *testing.T) {
	offered, err := os.ReadFile("../../../fixtures/sdp/valid-chromium-156-av-data-turn-offer.sdp")
	if err != nil {
		t.Fatal(err)
	}
	answered, err := os.ReadFile("../../../fixtures/sdp/valid-pion-v3.3.6-to-chromium-av-data-answer.sdp")
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Replace(string(offered), "a=mid:0", "a=mid:0\r\na=x-"+strings.Repeat("long", 200)+":"+strings.Repeat("y", 2000), 1)
	path := filepath.Join(t.TempDir(), "session.html")
	page := sdpPageOf(t, negotiated(long, string(answered), "broken", anAnswer("active")), negotiated(string(answered), long))
	if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	o := open(t, path)
	folded := eval[int](t, o, `document.querySelectorAll("details.sd:not([open])").length`)
	eval[any](t, o, `for (const d of document.querySelectorAll("details.sd:not([open]) > summary")) d.click(); null`)
	if left := eval[int](t, o, `document.querySelectorAll("details.sd:not([open])").length`); folded == 0 || left != 0 {
		t.Errorf("got %d folded parts, %d of them after a click on each", folded, left)
	}
	for _, width := range []int64{360, 1280} {
		o.look(t, width, "light")
		if got := eval[int64](t, o, "document.documentElement.scrollWidth"); got > width {
			t.Errorf("%d px wide at %d px: %s", got, width, eval[string](t, o, fmt.Sprintf(`[...document.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > %d).map((e) => e.outerHTML.slice(0, 160)).slice(0, 5).join("\n")`, width)))
		}
	}
	numbered := eval[string](t, o, `getComputedStyle(document.querySelector(".sd-text code"), "::before").content`)
	if !strings.Contains(numbered, "counter") && !strings.Contains(numbered, "1") {
		t.Errorf("got %q before the first line, want its number", numbered)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.complaints) > 0 {
		t.Errorf("the browser complains: %q", o.complaints)
	}
}
