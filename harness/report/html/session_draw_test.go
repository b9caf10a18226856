package html

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/trace"
)

func drawing(items ...evidence.Item) sequenceDrawing {
	for i := range items {
		items[i].Times, items[i].Until = max(items[i].Times, 1), max(items[i].Until, items[i].T)
	}
	return drawSequence(evidence.Session{
		Session: report.Session{Pair: report.Pair{Offerer: "a", Answerer: "b"}}, Sequence: evidence.Sequence{Items: items},
	})
}

func TestAnArrowLeadsToTheOtherEndOrToACross(t *testing.T) {
	d := drawing(
		evidence.Item{Kind: evidence.Signal, Side: trace.Offerer, Text: "offer"},
		evidence.Item{Kind: evidence.Signal, Side: trace.Answerer, Text: "answer", Outcome: "altered: x"},
		evidence.Item{Kind: evidence.Signal, Side: trace.Offerer, Text: "candidate", Outcome: "dropped", Dropped: true},
	)
	want := []string{"M96 64H904m-7-4L904 64l-7 4", "M904 90H96m7-4L96 90l7 4", "M96 116H500m-5-5l10 10m0-10l-10 10"}
	var got, texts []string
	for _, row := range d.Rows {
		got, texts = append(got, row.Arrow), append(texts, row.Text+" "+row.Class)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"offer c", "answer, altered: x c odd", "candidate, dropped c odd"}, texts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestACallLastsUntilItSettled(t *testing.T) {
	d := drawing(
		evidence.Item{Kind: evidence.Call, Side: trace.Offerer, Text: "long", T: 1, Until: 9},
		evidence.Item{Kind: evidence.Call, Side: trace.Offerer, Text: "beside", T: 2, Until: 3},
		evidence.Item{Kind: evidence.Call, Side: trace.Answerer, Text: "elsewhere", T: 2, Failed: "TypeError"},
		evidence.Item{Kind: evidence.Event, Side: trace.Offerer, Text: "said", T: 8},
		evidence.Item{Kind: evidence.Call, Side: trace.Offerer, Text: "after", T: 10},
	)
	want := []bar{
		{X: 92, Y: 47, H: 95}, {X: 86, Y: 73, H: 43}, {X: 900, Y: 99, H: 17, Refused: true}, {X: 92, Y: 151, H: 17},
	}
	if diff := cmp.Diff(want, d.Bars); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatBecameOfACallIsNeverCut(t *testing.T) {
	long := strings.Repeat("addIceCandidate ", 20)
	d := drawing(
		evidence.Item{Kind: evidence.Call, Side: trace.Offerer, Text: long, Failed: "TypeError", Outcome: "refused: TypeError: why"},
		evidence.Item{Kind: evidence.Event, Side: trace.Answerer, Text: long, Times: 128},
		evidence.Item{Kind: evidence.Call, Side: trace.Answerer, Text: long, Ms: 12},
	)
	for i, end := range []string{"… ✗ TypeError", "… ×128", "…, 12 ms"} {
		if got := d.Rows[i].Text; !strings.HasSuffix(got, end) || len([]rune(got)) > sideText+1 {
			t.Errorf("got %q, want it short with %q at its end", got, end)
		}
	}
}

func TestLongPausesAndWhatIsLeftOutAreMarked(t *testing.T) {
	d := drawing(
		evidence.Item{Kind: evidence.Event, Side: trace.Offerer, T: 1},
		evidence.Item{Kind: evidence.Event, Side: trace.Offerer, T: 3, Left: 2},
		evidence.Item{Kind: evidence.Event, Side: trace.Offerer, T: 203, Left: 1},
		evidence.Item{Kind: evidence.Event, Side: trace.Offerer, T: 204},
	)
	var gaps []string
	for _, row := range d.Rows {
		gaps = append(gaps, row.Gap)
	}
	if diff := cmp.Diff([]string{"", "⋮ 2 things left out", "⋮ 200 ms later, 1 thing left out", ""}, gaps); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if first, last := d.Rows[0].Top, d.Rows[3].Top; last-first != 3*seqRow+2*seqGap {
		t.Errorf("the last row is %d below the first", last-first)
	}
}

func TestStagesAreBandsThatFillTheDiagram(t *testing.T) {
	stage := evidence.Item{Kind: evidence.Stage, Text: "gather"}
	d := drawing(stage, evidence.Item{Kind: evidence.Event, Side: trace.Offerer}, stage)
	want := []band{{Y: seqTop, H: 2 * seqRow}, {Y: seqTop + 2*seqRow, H: seqRow, Odd: true}}
	if diff := cmp.Diff(want, d.Bands); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if d.Height < seqTop+3*seqRow || d.Rows[0].Text != "stage gather" {
		t.Errorf("got height %d and %q", d.Height, d.Rows[0].Text)
	}
}

func TestAMarkedRowNamesTheCheckAndCountsTheOthers(t *testing.T) {
	mark := func(id string) evidence.Mark { return evidence.Mark{Check: id, Outcome: "known", Anchor: "f-" + id} }
	row := drawing(evidence.Item{Kind: evidence.Event, Side: trace.Offerer, Marks: []evidence.Mark{mark("A-1"), mark("A-2"), mark("A-1")}}).Rows[0]
	if row.Mark != "known" || row.MarkText != "A-1 and 1 more" {
		t.Errorf("got %+v", row)
	}
}

func TestWordsOfTheTimelineDoNotOverlap(t *testing.T) {
	_, e := recorded(t, "pion_chrome_restart-by-offerer")
	d := drawStates(e)
	if len(d.Lanes) != 8 || len(d.Ticks) < 3 {
		t.Fatalf("got %d lanes and %d moments", len(d.Lanes), len(d.Ticks))
	}
	for _, l := range d.Lanes {
		at := lanesLeft
		for _, s := range l.Spans {
			if s.X < at || s.W < s.width()-2 {
				t.Errorf("%s: %q is %d wide at %d, want %d at %d or later", l.Name, s.Text, s.W, s.X, s.width(), at)
			}
			at = s.X + s.W
		}
		if at > d.Width {
			t.Errorf("%s ends at %d of %d", l.Name, at, d.Width)
		}
	}
}

func TestTheTimelineShowsTheLastStateOfAMoment(t *testing.T) {
	line := evidence.Timeline{Lanes: []evidence.Lane{{Side: trace.Offerer, Name: "signalingState", First: "stable"}}}
	for i, state := range []string{"have-local-offer", "stable", "closed"} {
		line.Changes = append(line.Changes, evidence.Change{T: []float64{1, 1.01, 2}[i], State: state})
	}
	var got []string
	for _, s := range drawStates(evidence.Session{States: line}).Lanes[0].Spans {
		got = append(got, fmt.Sprint(s.Text, " ", s.Tone))
	}
	if diff := cmp.Diff([]string{"stable first", "stable good", "closed "}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The diagrams stand on the page, on the bands of stages and on the grounds of marks.
func TestTextsOfTheDiagramsCanBeReadInBothThemes(t *testing.T) {
	light, dark := themes(t)
	grounds := []string{"bg", "panel", "known-bg", "fail-bg", "none-bg", "pass-bg"}
	inks := regexp.MustCompile(`svg[^{}]*(?:text|\.t)\b[^{}]*\{[^}]*\bfill: var\(--([a-z-]+)\)`).FindAllStringSubmatch(joined("session.css"), -1)
	var found []string
	for _, ink := range inks {
		found = append(found, ink[1])
		for name, theme := range map[string]map[string]string{"light": light, "dark": dark} {
			for _, ground := range grounds {
				if got := contrast(t, theme[ink[1]], theme[ground]); got < minContrast {
					t.Errorf("%s: --%s on --%s: got %.2f:1", name, ink[1], ground, got)
				}
			}
		}
	}
	for _, ink := range []string{"text", "soft"} {
		if !slices.Contains(found, ink) {
			t.Errorf("--%s is not found as the colour of a text: the style changed its form", ink)
		}
	}
	for _, m := range used.FindAllStringSubmatch(joined("session.css"), -1) {
		if light[m[1]] == "" || dark[m[1]] == "" {
			t.Errorf("--%s is of no theme", m[1])
		}
	}
	if m := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b`).FindString(joined("session.css")); m != "" {
		t.Errorf("%s is a colour of no theme", m)
	}
}
