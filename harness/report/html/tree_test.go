package html

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
)

// A screen reader goes by headings and named regions, and Chrome's tree for it lacks
// what content-visibility skips.
func TestSectionsBeyondTheScreenHaveTheirHeadingsAndNames(t *testing.T) {
	session, _ := recorded(t, "pion_chrome_trickle-full")
	path := filepath.Join(t.TempDir(), "session.html")
	if err := os.WriteFile(path, []byte(session), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"report": write(t, rich(t)), "session": path} {
		t.Run(name, func(t *testing.T) {
			o := open(t, path)
			o.look(t, 1280, "light")
			heard := map[string][]string{}
			tree, err := chromedp.Call(o.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
			if err != nil {
				t.Fatal(err)
			}
			for _, node := range tree.Nodes {
				if !node.Ignored && node.Role != nil && node.Name != nil {
					role := spoken(t, node.Role)
					heard[role] = append(heard[role], spoken(t, node.Name))
				}
			}
			headings := eval[[]string](t, o, `[...document.querySelectorAll("main h2")].map((el) => el.textContent)`)
			if len(headings) < 6 {
				t.Fatalf("the page has the headings %q", headings)
			}
			for _, text := range headings {
				if !slices.Contains(heard["heading"], text) {
					t.Errorf("the heading %q is not told: %q", text, heard["heading"])
				}
				if !slices.Contains(heard["region"], text) {
					t.Errorf("no section is called %q: %q", text, heard["region"])
				}
			}
		})
	}
}

func spoken(t *testing.T, v *accessibility.Value) string {
	t.Helper()
	var text string
	if err := json.Unmarshal(v.Value, &text); err != nil {
		t.Fatal(err)
	}
	return text
}
