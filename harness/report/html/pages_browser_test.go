package html

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/webrtc-rink/rink/harness/report"
)

// axe is the engine of accessibility rules of testdata/axe. It is run by the browser
// from outside of the page, whose policy would not let it in.
//
//go:embed testdata/axe/axe.min.js
var axe string

// Every rule that axe-core has for WCAG 2 at A and AA, and its good practices.
const axeJS = `axe.run(document, {
	preload: false,
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	rules: { "target-size": { enabled: true } },
}).then((r) => ({
	violations: r.violations.map((v) => v.id + ": " + v.help + v.nodes.slice(0, 4).map((n) => "\n    " + n.target.join(" ") + ": " + n.failureSummary.replace(/\s+/g, " ")).join("")),
	passes: r.passes.map((p) => p.id),
}))`

type axeResult struct{ Violations, Passes []string }

// axe applies the rules to what the page shows now.
func (o *opened) axe(t *testing.T) axeResult {
	t.Helper()
	if eval[string](t, o, "typeof axe") == "undefined" {
		eval[any](t, o, axe+"; null")
	}
	got, err := chromedp.Run(o.ctx, chromedp.Evaluate[axeResult](axeJS, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// accessible fails for each rule that is violated.
func (o *opened) accessible(t *testing.T, when string) {
	t.Helper()
	got := o.axe(t)
	for _, v := range got.Violations {
		t.Errorf("%s: %s", when, v)
	}
	if len(got.Passes) < 10 || !strings.Contains(strings.Join(got.Passes, " "), "color-contrast") {
		t.Errorf("%s: axe looked at %v only", when, got.Passes)
	}
}

func TestTheRulesOfAccessibilityCanGoRed(t *testing.T) {
	o := open(t, write(t, rich(t)))
	eval[any](t, o, `
		document.querySelector("#controls label").remove();
		field.removeAttribute("placeholder");
		field.removeAttribute("aria-describedby");
		document.querySelectorAll(".scroll").forEach((el) => el.removeAttribute("tabindex"));
		document.querySelector("h1").style.color = "#999";
		document.querySelector("main").before(Object.assign(document.createElement("p"), { textContent: "outside of every landmark" }));
		document.querySelector("main > section:last-child p").style.color = "#999"; // not in view
		Object.assign(document.querySelector("nav.toc").style, { gap: 0, fontSize: "6px", lineHeight: 1 });
		null`)
	o.look(t, 700, "light")
	got := strings.Join(o.axe(t).Violations, "\n")
	if !strings.Contains(got, "section:last-child") && !strings.Contains(got, "reading") {
		t.Errorf("what is not in view is not looked at:\n%s", got)
	}
	for _, rule := range []string{"label", "color-contrast", "region", "target-size", "scrollable-region-focusable"} {
		if !strings.Contains("\n"+got, "\n"+rule+": ") {
			t.Errorf("%s is not noticed in\n%s", rule, got)
		}
	}
}

// checkPage is what holds for every page: light and dark, wide and narrow, it follows
// the rules, nothing scrolls sideways, nothing is fetched or complained of.
func checkPage(t *testing.T, name, path string) {
	o := open(t, path)
	background := map[string]string{}
	for _, scheme := range []string{"light", "dark"} {
		for size, width := range map[string]int64{"narrow": 360, "middle": 700, "wide": 1280} {
			if size == "middle" && scheme == "dark" {
				continue
			}
			o.look(t, width, scheme)
			when := fmt.Sprintf("%s, %d px, %s", name, width, scheme)
			if got := eval[int64](t, o, "document.documentElement.scrollWidth"); got > width {
				t.Errorf("%s: it is %d px wide", when, got)
			}
			o.accessible(t, when)
			o.shoot(t, strings.ReplaceAll(name, "/", "-")+"-"+size+"-"+scheme)
		}
		background[scheme] = eval[string](t, o, "getComputedStyle(document.body).backgroundColor")
	}
	if background["light"] == background["dark"] {
		t.Errorf("%s: both schemes have the background %s", name, background["light"])
	}
	if !eval[bool](t, o, "document.head.contains(document.scripts[0])") {
		t.Errorf("%s: the theme comes after the first paint", name)
	}
	// The theme that is chosen is the one of the system: light here.
	o.look(t, 1280, "light")
	o.press(t, "tt")
	if got := eval[string](t, o, `document.querySelector("button.theme").textContent + getComputedStyle(document.body).backgroundColor`); got != "Theme: dark"+background["dark"] {
		t.Errorf("%s: the chosen dark theme: got %q", name, got)
	}
	o.press(t, "t")
	o.printed(t, name)
	o.quiet(t)
}

func TestHelpAndAFilteredReportAreAccessible(t *testing.T) {
	o := open(t, write(t, rich(t))+"#?q=s:known%20x:1")
	for _, scheme := range []string{"light", "dark"} {
		o.look(t, 1280, scheme)
		o.accessible(t, "filtered, "+scheme)
		o.press(t, "?")
		o.accessible(t, "help, "+scheme)
		o.shoot(t, "help-"+scheme)
		eval[any](t, o, `byId("help-close").click(); null`)
	}
	o.filterBy(t, "s:known s:none nothing")
	o.accessible(t, "nothing found")
	o.look(t, 360, "light")
	o.press(t, "?")
	if got := eval[int64](t, o, "document.documentElement.scrollWidth"); got > 360 {
		t.Errorf("with the help the page is %d px wide", got)
	}
	o.shoot(t, "help-narrow")
	o.quiet(t)
}

// printJS finds what paper would not show, or not legibly: text of low contrast on
// white, what is wider than the page, and closed details within cards.
const printJS = `(() => {
	const bad = [];
	const luminance = (c) => {
		const [r, g, b] = c.match(/[\d.]+/g).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const seen = (el) => el.checkVisibility({ contentVisibilityAuto: true });
	for (const el of document.querySelectorAll("button, input, dialog, .skip, nav.toc")) if (seen(el)) bad.push("a control: " + el.outerHTML.slice(0, 80));
	let texts = 0;
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walker.nextNode()) {
		const el = walker.currentNode.parentElement;
		if (!walker.currentNode.data.trim() || !seen(el)) continue;
		texts++;
		const style = getComputedStyle(el);
		const ratio = 1.05 / (luminance(el.closest("svg") ? style.fill : style.color) + 0.05);
		if (ratio < 4.5) bad.push(ratio.toFixed(2) + ":1 on paper: " + walker.currentNode.data.trim().slice(0, 60));
	}
	for (const el of document.querySelectorAll("table, pre, svg, .card")) {
		if (seen(el) && el.getBoundingClientRect().right > innerWidth + 1) bad.push("clipped: " + el.tagName + " " + el.textContent.slice(0, 60));
		for (let up = el.parentElement; up; up = up.parentElement) if (seen(el) && /auto|scroll|hidden/.test(getComputedStyle(up).overflowX) && up.scrollWidth > up.clientWidth + 1) bad.push("scrolls: " + up.tagName + "." + up.className);
	}
	for (const el of document.querySelectorAll(".card:not(details) details > *, details.card[open] details > *")) if (!seen(el)) bad.push("closed: " + el.textContent.slice(0, 60));
	if (!texts) bad.push("nothing");
	return bad;
})()`

// printed is the page on paper, from the dark theme.
func (o *opened) printed(t *testing.T, name string) {
	t.Helper()
	eval[any](t, o, `useTheme("dark"); null`)
	for _, err := range []error{
		call(o, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 720, Height: 1000, DeviceScaleFactor: 1}), // A4
		call(o, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, bad := range eval[[]string](t, o, printJS) {
		t.Errorf("%s on paper: %s", name, bad)
	}
	eval[any](t, o, `useTheme("auto"); null`)
	paper, err := chromedp.Call(o.ctx, cdppage.PrintToPDF, cdppage.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69})
	if err != nil || len(paper.Data) < 1000 {
		t.Errorf("%s: a PDF of %d bytes (%v)", name, len(paper.Data), err)
	}
	o.keep(t, strings.ReplaceAll(name, "/", "-")+".pdf", paper.Data)
}

func TestClausesHaveTheirAddressOnPaper(t *testing.T) {
	r := small()
	r.Checks[0].Refs = []report.Ref{{Title: "RFC 8839", URL: "https://www.rfc-editor.org/rfc/rfc8839"}}
	o := open(t, write(t, r))
	const after = `getComputedStyle(document.querySelector(".card a[href^=http]"), "::after").content`
	if got := eval[string](t, o, after); got != "none" {
		t.Errorf("on the screen: got %s", got)
	}
	if err := call(o, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		t.Fatal(err)
	}
	if got := eval[string](t, o, after); !strings.Contains(got, "https://www.rfc-editor.org/rfc/rfc8839") {
		t.Errorf("on paper: got %s", got)
	}
}
