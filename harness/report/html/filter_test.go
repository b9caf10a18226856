package html

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shownJS gives what is to be seen: requirements of the matrix, its columns, cards.
const shownJS = `(() => {
	const seen = (selector) => [...document.querySelectorAll(selector)].filter((el) => !el.closest("[hidden]"));
	return {
		rows: seen("[data-matrix] tr[data-row]").map((tr) => tr.querySelector(".id").textContent),
		columns: seen("[data-matrix] th[data-p]").map((th) => th.dataset.p),
		cards: seen(".card[data-s]").map((el) => (el.querySelector(".id")?.textContent ?? "break") + " " + el.dataset.s),
		status: document.getElementById("filter-status").textContent,
	};
})()`

type shown struct {
	Rows, Columns, Cards []string
	Status               string
}

func (o *opened) seen(t *testing.T) shown {
	t.Helper()
	s := eval[shown](t, o, shownJS)
	slices.Sort(s.Cards)
	return s
}

func list(s string) []string { return strings.Fields(s) }

// filterBy types a filter at once.
func (o *opened) filterBy(t *testing.T, q string) {
	t.Helper()
	eval[any](t, o, "field.value = "+quote(q)+`; field.dispatchEvent(new Event("input")); field.dispatchEvent(new Event("change")); null`)
}

// quote makes a literal of JavaScript.
func quote(s string) string {
	data, _ := json.Marshal(s) // of a string it cannot fail
	return string(data)
}

func TestTheFilterIsALanguage(t *testing.T) {
	const both = "chrome->pion pion->chrome"
	o := open(t, write(t, rich(t)))
	for _, tc := range []struct {
		q, rows, columns string
		cards            []string // nil: not looked at
		status           string
	}{
		{"", "CAND-001 CAND-002 CAND-003 CAND-004 CONN-001 MEDIA-001 ZZZ-001", both, nil, ""},
		{"s:fail", "", "", []string{"CAND-001 fail"}, "shown."},
		{"s:known", "CAND-002", both, []string{"CAND-002 known"}, "shown."},
		{"S:Known", "CAND-002", both, []string{"CAND-002 known"}, "shown."},
		{"s:known s:stale", "CAND-002 CAND-003", both, []string{"CAND-002 known", "CAND-003 stale", "CAND-009 stale"}, "shown."},
		{"s:kn", "CAND-002", both, []string{"CAND-002 known"}, "shown."},
		{"s:known p:chrome->pion", "CAND-002", "chrome->pion", []string{"CAND-002 known"}, "shown."},
		{"s:skipped p:pion->chrome", "", "", []string{}, "0 of"},
		{"p:pion->", "CAND-001 CAND-002 CAND-003 CAND-004 CONN-001 MEDIA-001 ZZZ-001", "pion->chrome", nil, "shown."},
		{"p:->pion", "CAND-001 CAND-002 CAND-003 CAND-004 CONN-001 MEDIA-001 ZZZ-001", "chrome->pion", nil, "shown."},
		{"p:pion→chrome s:error", "CAND-001 CONN-001", "pion->chrome", []string{"break error"}, "shown."},
		{"!p:chrome->pion s:known", "CAND-002", "pion->chrome", []string{"CAND-002 known"}, "shown."},
		{"!p:chrome", "", "", []string{}, "0 of"},
		{"!s:pass !s:known !s:error !s:skipped a:C", "CAND-003", both, []string{"CAND-001 fail", "CAND-003 stale"}, "shown."},
		{"a:cand", "CAND-001 CAND-002 CAND-003 CAND-004", both, nil, "shown."},
		{"!a:cand", "CONN-001 MEDIA-001 ZZZ-001", both, nil, "shown."},
		{"l:must a:cand", "CAND-001 CAND-002", both, []string{"CAND-001 fail", "CAND-002 known"}, "shown."},
		{"l:should l:may", "CAND-003 CAND-004", both, []string{"CAND-003 stale"}, "shown."},
		{"cand-002", "CAND-002", both, []string{"CAND-002 known"}, "shown."},
		{"!CAND title", "CONN-001 MEDIA-001 ZZZ-001", both, []string{}, "shown."},
		{`"title of cand-003"`, "CAND-003", both, []string{"CAND-003 stale"}, "shown."},
		{`"an expectation for chrome"`, "", "", []string{"CAND-009 stale"}, "shown."},
		{"x:1 cand-002", "CAND-002", both, []string{"CAND-002 known"}, "There is no key “x:”"},
		{"s:green", "", "", []string{}, "Nothing on this page has s:green."},
		{"s:", "CAND-001 CAND-002 CAND-003 CAND-004 CONN-001 MEDIA-001 ZZZ-001", both, nil, "shown."},
		{`"gather: the browser`, "", "", []string{"break error"}, "shown."},
		{"<img src=x> `${1}", "", "", []string{}, "0 of"},
	} {
		o.filterBy(t, tc.q)
		got := o.seen(t)
		if diff := cmp.Diff([2][]string{list(tc.rows), list(tc.columns)}, [2][]string{got.Rows, got.Columns}); diff != "" {
			t.Errorf("%s: rows and columns (-want +got):\n%s", tc.q, diff)
		}
		if tc.cards != nil {
			if diff := cmp.Diff(tc.cards, got.Cards); diff != "" {
				t.Errorf("%s: cards (-want +got):\n%s", tc.q, diff)
			}
		}
		if !strings.Contains(got.Status, tc.status) || (tc.q == "") != (got.Status == "") {
			t.Errorf("%s: got status %q, want %q", tc.q, got.Status, tc.status)
		}
	}
	o.quiet(t)
}

func TestAViewIsAnAddress(t *testing.T) {
	path := write(t, rich(t))
	o := open(t, path+"#?q=s:known%20p:pion-%3Echrome")
	got := o.seen(t)
	if diff := cmp.Diff([][]string{{"CAND-002"}, {"pion->chrome"}, {"CAND-002 known"}}, [][]string{got.Rows, got.Columns, got.Cards}); diff != "" {
		t.Errorf("opened with a filter (-want +got):\n%s", diff)
	}
	if got := eval[string](t, o, "field.value"); got != "s:known p:pion->chrome" {
		t.Errorf("the field has %q", got)
	}
	// Typed in one go, it is one step of the history.
	eval[any](t, o, "field.focus(); field.select(); null")
	o.press(t, "l:must")
	if got := eval[string](t, o, "location.hash"); got != "#?q=l:must" {
		t.Errorf("typed: got %s", got)
	}
	eval[any](t, o, "history.back(); null")
	o.await(t, `field.value === "s:known p:pion->chrome"`)
	if diff := cmp.Diff(got, o.seen(t)); diff != "" {
		t.Errorf("back (-want +got):\n%s", diff)
	}
	eval[any](t, o, "history.forward(); null")
	o.await(t, `field.value === "l:must"`)
	// A counter is a link with a filter.
	if got := eval[int](t, o, `document.querySelectorAll(".counters a").length`); got != 7 {
		t.Errorf("got %d counters that are links, want one for each outcome that there is", got)
	}
	eval[any](t, o, `document.querySelector(".counters .stale a").click(); null`)
	o.await(t, `field.value === "s:stale"`)
	if diff := cmp.Diff([]string{"CAND-003 stale", "CAND-009 stale"}, o.seen(t).Cards); diff != "" {
		t.Errorf("counter (-want +got):\n%s", diff)
	}
	o.quiet(t)
}

func TestSectionsAndHeadingsWithoutAMatchVanish(t *testing.T) {
	o := open(t, write(t, rich(t)))
	const headings = `[...document.querySelectorAll("h2[id], th[scope=rowgroup]")].filter((el) => el.checkVisibility()).map((el) => el.textContent)`
	all := eval[[]string](t, o, headings)
	o.filterBy(t, "s:stale l:should")
	few := eval[[]string](t, o, headings)
	for _, gone := range []string{"Known deviations", "CONN", "MEDIA", "Sessions"} {
		if !slices.Contains(all, gone) || slices.Contains(few, gone) {
			t.Errorf("%q: before %v, filtered %v", gone, slices.Contains(all, gone), slices.Contains(few, gone))
		}
	}
	if !slices.Contains(few, "CAND") {
		t.Errorf("got %q, want the group of what is shown", few)
	}
	o.filterBy(t, "s:known s:fail text that is nowhere")
	if !eval[bool](t, o, `empty.checkVisibility()`) {
		t.Error("an empty result is not said to be one")
	}
	eval[any](t, o, `empty.querySelector("button").click(); null`)
	if got := eval[[]string](t, o, headings); !slices.Equal(got, all) || eval[bool](t, o, `empty.checkVisibility()`) {
		t.Errorf("cleared: got the headings %q, want %q", got, all)
	}
}

func TestALinkShowsWhatItLeadsTo(t *testing.T) {
	path := write(t, rich(t))
	o := open(t, path+"#coverage-CAND-004")
	const open004 = `document.getElementById("coverage-CAND-004").open`
	if !eval[bool](t, o, open004) {
		t.Error("closed details are not opened by an address")
	}
	eval[any](t, o, `document.getElementById("coverage-CAND-004").open = false; document.querySelector('a[href="#coverage-CAND-004"]').click(); null`)
	o.await(t, open004) // the address is the same as before
	o.filterBy(t, "s:stale")
	const cell = `document.getElementById("c-CAND-002-pion--chrome")`
	eval[any](t, o, `location.hash = "#c-CAND-002-pion--chrome"; null`)
	o.await(t, cell+`.checkVisibility() && field.value === ""`)
	if got := o.seen(t).Status; !strings.Contains(got, "taken back") {
		t.Errorf("got the status %q", got)
	}
	if !eval[bool](t, o, `(() => { const r = `+cell+`.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight })()`) {
		t.Error("it is not in view")
	}
	// What a link leads to within a filtered view leaves the filter alone.
	o.filterBy(t, "s:known")
	eval[any](t, o, `location.hash = "#CAND-002-pion-known"; null`)
	o.await(t, `location.hash === "#CAND-002-pion-known"`)
	if got := eval[string](t, o, "field.value"); got != "s:known" {
		t.Errorf("the filter is %q", got)
	}
	o.visit(t, path+"#no-such-%place")
	o.quiet(t)
}
