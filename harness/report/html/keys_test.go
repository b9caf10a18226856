package html

import (
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/webrtc-rink/rink/harness/check"
)

const focused = `(document.activeElement.querySelector(".id") ?? document.activeElement).textContent`

func TestJAndKGoFromFailureToFailure(t *testing.T) {
	o := open(t, write(t, rich(t)))
	red := eval[[]string](t, o, `[...document.querySelectorAll(".card")].filter((el) => /fail|stale|error/.test(el.dataset.s)).map((el) => (el.querySelector(".id") ?? el).textContent)`)
	if len(red) != 4 {
		t.Fatalf("got %d red cards: %q", len(red), red)
	}
	for i, key := range "jjjjjkkj" {
		o.press(t, string(key))
		want := red[[]int{0, 1, 2, 3, 0, 3, 2, 3}[i]]
		if got := eval[string](t, o, focused); got != want {
			t.Errorf("key %d, %c: got %q, want %q", i+1, key, got, want)
		}
	}
	if !eval[bool](t, o, `document.activeElement.matches(".card")`) {
		t.Error("the focus is not on the card")
	}
	o.await(t, `(() => { const r = document.activeElement.getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight })()`)
	o.shoot(t, "focus")
	for _, with := range []chromedp.KeyOption{chromedp.KeyModifiers(chromedp.ModifierCtrl), chromedp.KeyModifiers(chromedp.ModifierAlt)} {
		o.press(t, "k", with)
		if got := eval[string](t, o, focused); got != red[3] {
			t.Errorf("with a modifier: got %q", got)
		}
	}
	o.filterBy(t, "s:stale")
	o.press(t, "j")
	if got := eval[string](t, o, focused); got != "CAND-003" {
		t.Errorf("filtered: got %q, want the first card that is left", got)
	}
	o.filterBy(t, "s:known")
	o.press(t, "k")
	if got := eval[string](t, o, focused); got != "CAND-002" {
		t.Errorf("nothing red: got %q, want the known deviation", got)
	}
	green := small()
	green.Results = green.Results[1:]
	o = open(t, write(t, green))
	o.press(t, "j")
	if got := o.seen(t).Status; got == "" {
		t.Error("where there is nothing to go to, nothing is said")
	}
	o.quiet(t)
}

func TestMotionIsLeftOutForWhomItDisturbs(t *testing.T) {
	o := open(t, write(t, rich(t)))
	reduce := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}}
	if err := call(o, emulation.SetEmulatedMedia, reduce); err != nil {
		t.Fatal(err)
	}
	if got := eval[string](t, o, "smoothly().behavior"); got != "instant" {
		t.Errorf("got %s", got)
	}
	if got := eval[float64](t, o, `(() => { const before = scrollY; step(-1); return scrollY - before })()`); got == 0 {
		t.Error("it has not scrolled at once")
	}
}

func TestTheFilterHasKeys(t *testing.T) {
	o := open(t, write(t, rich(t)))
	const inField = "document.activeElement === field"
	o.press(t, "/")
	if !eval[bool](t, o, inField) {
		t.Fatal("/ does not lead to the filter")
	}
	o.press(t, "jk?t/")
	if got := eval[string](t, o, "field.value"); got != "jk?t/" {
		t.Errorf("typed jk?t/, got %q", got)
	}
	o.press(t, kb.Escape)
	if got := eval[string](t, o, "field.value"); got != "" || !eval[bool](t, o, inField) {
		t.Errorf("Esc: got %q", got)
	}
	o.press(t, kb.Escape)
	if eval[bool](t, o, inField) {
		t.Error("Esc does not leave the empty filter")
	}
	if n := eval[int](t, o, `document.querySelectorAll("[data-row][hidden]").length`); n > 0 {
		t.Errorf("%d rows stay hidden", n)
	}
	o.quiet(t)
}

func TestHelpIsADialogThatGivesTheFocusBack(t *testing.T) {
	o := open(t, write(t, rich(t)))
	const isOpen, inside = `byId("help").open`, `byId("help").contains(document.activeElement)`
	o.press(t, "/"+kb.Escape+"j?")
	if !eval[bool](t, o, isOpen) || !eval[bool](t, o, inside) {
		t.Fatal("? opens no dialog, or the focus is not in it")
	}
	o.press(t, "j/")
	if !eval[bool](t, o, inside) {
		t.Error("keys of the page work behind the dialog")
	}
	o.press(t, kb.Escape)
	o.await(t, "!"+isOpen)
	if got := eval[string](t, o, focused); got == "" || eval[bool](t, o, "document.activeElement === document.body") {
		t.Errorf("the focus is lost: %q", got)
	}
	eval[any](t, o, `byId("keys").focus(); byId("keys").click(); null`)
	o.press(t, kb.Enter) // on Close, which has the focus
	o.await(t, "!"+isOpen)
	if got := eval[string](t, o, "document.activeElement.id"); got != "keys" {
		t.Errorf("the focus is at %q, want the button", got)
	}
	o.quiet(t)
}

func TestTheThemeIsChosenAndRemembered(t *testing.T) {
	path := write(t, rich(t))
	o := open(t, path)
	o.look(t, 1280, "dark")
	const ground = "getComputedStyle(document.body).backgroundColor"
	dark := eval[string](t, o, ground)
	words, grounds := []string{}, []string{}
	for range 3 {
		o.press(t, "t")
		words = append(words, eval[string](t, o, `document.querySelector("button.theme").textContent`))
		grounds = append(grounds, eval[string](t, o, ground))
	}
	if want := []string{"Theme: light", "Theme: dark", "Theme: auto"}; !slices.Equal(words, want) {
		t.Errorf("got %q, want %q", words, want)
	}
	if grounds[0] == dark || grounds[1] != dark || grounds[2] != dark {
		t.Errorf("got the grounds %q, dark is %s", grounds, dark)
	}
	eval[any](t, o, `document.querySelector("button.theme").click(); null`)
	o.visit(t, path+"?again")
	if got := eval[string](t, o, `document.querySelector("button.theme").textContent + getComputedStyle(document.body).backgroundColor`); got != words[0]+grounds[0] {
		t.Errorf("after a reload: got %q, want %q", got, words[0]+grounds[0])
	}
	o.quiet(t)
}

func TestAPageWithoutStorageHasThemesAsWell(t *testing.T) {
	o := tab(t)
	deny := `Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError") } })`
	o.before(t, deny)
	o.visit(t, write(t, small()))
	o.press(t, "tt")
	if got := eval[string](t, o, "document.documentElement.dataset.theme"); got != "dark" {
		t.Errorf("got %q", got)
	}
	o.quiet(t)
}

// The script must not be needed for anything that is told.
func TestWithoutJavaScriptEverythingIsThere(t *testing.T) {
	path := write(t, rich(t))
	with, without := open(t, path), tab(t)
	if err := call(without, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	without.visit(t, path)
	const text = `(() => {
		const all = new CSSStyleSheet(); // also what is not in view
		all.replaceSync("* { content-visibility: visible !important }");
		document.adoptedStyleSheets = [all];
		return document.querySelector("main").innerText;
	})()`
	if a, b := eval[string](t, with, text), eval[string](t, without, text); a != b || len(a) < 1000 {
		t.Errorf("with the script %d letters, without it %d", len(a), len(b))
	}
	for _, gone := range []string{"#controls", "#help", "button"} {
		if eval[bool](t, without, "[...document.querySelectorAll("+quote(gone)+")].some((el) => el.checkVisibility())") {
			t.Errorf("%s is there, and does nothing", gone)
		}
	}
	for _, o := range check.Outcomes() {
		href := eval[string](t, without, `document.querySelector(".counters li.`+string(o)+` a")?.getAttribute("href") ?? "#findings"`)
		if !eval[bool](t, without, "document.querySelector("+quote(href)+")?.checkVisibility()") {
			t.Errorf("the counter of %s leads to %s, which is not there", o, href)
		}
	}
	without.quiet(t)
}
