package markdown

import (
	"regexp"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/report"
)

func rich(t *testing.T) *report.Report {
	t.Helper()
	r, err := report.Read("../testdata/rich.report.json")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheSummaryBeginsWithTheVerdictAndEndsWithThePassing(t *testing.T) {
	r := rich(t)
	got := string(Render(r))
	inOrder(t, got,
		"# WebRTC interop: "+text(r.Summary.Verdict)+"\n",
		"> **Incomplete run:** interrupted\n",
		"5 sessions, 10 results: 2 pass, 1 fail, 2 known, 1 stale, 0 observed, 1 unsupported, 1 skipped, 2 error.\n",
		"> a note\n",
		"## ✗ fail: CAND-001 The title of CAND-001\n",
		"Peer `pion`, in `trickle`.\n",
		`- candidate: got sdpMid "", want one of \["0"\]`+"\n",
		"- session: got no connection, want connected (cannot tell which end: no side shows why)\n",
		"Clauses: [RFC 8840 §4.1.1](https://www.rfc-editor.org/rfc/rfc8840#section-4.1.1), [a book](#)\n",
		"Run again: `rink run --pairs 'pion->chrome' --scenarios trickle --checks CAND-001 --expectations fixtures/expectations`\n",
		"## ! error: the harness, the environment or a peer's program broke\n",
		"- gather: the browser died\n",
		"2 requirements got no verdict in `nominate`.\n",
		"## ↺ stale: CAND-003 The title of CAND-003\n",
		"- It passes now: delete the expectation at `fixtures/expectations/pion.yaml:12`\n",
		"## Expectations that excuse nothing\n",
		"- `chrome.yaml:3` CAND-009: long ago\n",
		"## Peers\n",
		"| `pion` | pion/webrtc | v3.3.6 | go list -m |\n",
		"seed 7.\n",
		"<details><summary>Known deviations: 1</summary>\n\n| Requirement |",
		`| CAND-002 The title of CAND-002 | `+"`pion`"+` | candidate: sdpMid "" in `+"`trickle`"+` | pion leaves sdpMid empty ([link](https://github.com/pion/webrtc/issues/1)) |`,
		"\n</details>\n",
		"<details><summary>Requirements: 7</summary>\n\n| Requirement | `chrome->pion` | `pion->chrome` |\n|---|---|---|\n",
		"| CAND-002 The title of CAND-002 | ≈ known | ≈ known |\n",
		"| ZZZ-001 The title of ZZZ-001 |   not graded |   not graded |\n",
		"\n</details>\n",
	)
	if strings.Contains(got, "baseline") {
		t.Error("it speaks of a baseline, which there is none")
	}
}

func inOrder(t *testing.T, got string, parts ...string) {
	t.Helper()
	at := 0
	for _, part := range parts {
		next := strings.Index(got[at:], part)
		if next < 0 {
			t.Fatalf("no %q after %q in\n%s", part, got[:at], got)
		}
		at += next + len(part)
	}
}

func TestWhatChangedComesRightAfterTheVerdict(t *testing.T) {
	where := []string{"pion->chrome"}
	r := rich(t).Compared(&report.Comparison{
		Verdict: "1 regression against pion v3.3.5", Against: []string{"pion@v3.3.5: pion/webrtc v3.3.5, now v3.3.6"}, Notes: []string{"160 requirements that the baseline did not grade: A|B."},
		Changes: []report.Change{
			{Class: report.Regressed, Check: "CAND-001", Title: "The title", Subject: "pion", Before: "met", Now: "got a | b", Pairs: where, Scenarios: []string{"trickle"}, Sure: true},
			{Class: report.Flaky, Check: "CAND-003", Subject: "pion", Before: "met", Now: "got x", Pairs: where, Scenarios: []string{"trickle"}, Rates: "red in 0 of 3 runs before, in 1 of 3 now"},
			{Class: report.New, Check: "CAND-004", Subject: "pion", Before: "not graded", Now: "met", Pairs: where, Scenarios: []string{"trickle"}, Sure: true},
		},
		Times: []report.TimeChange{
			{Class: report.Slower, Pair: "pion->chrome", Stage: "gather", FromMs: 10, ToMs: 20, Sure: true},
			{Class: report.Faster, Pair: "chrome->pion", Stage: "dtls", FromMs: 10, ToMs: 2},
		},
		Undecided: 2,
	})
	inOrder(t, string(Render(r)),
		"# WebRTC interop: Incomplete run: 1 regression against pion v3.3.5; ",
		"## What changed since the baseline\n\n| Change | Requirement | Peer | Before | Now | Where |\n|---|---|---|---|---|---|\n",
		"| ✗ regressed | CAND-001 The title | `pion` | met | got a \\| b | `pion->chrome`: `trickle` |\n",
		"| \\~ flaky, not sure yet | CAND-003  | `pion` | met | got x (red in 0 of 3 runs before, in 1 of 3 now) |",
		"<details><summary>Graded on one side alone: 1 requirement</summary>\n\n| Change |",
		"| + new | CAND-004 ", "\n</details>\n",
		"| `pion->chrome` | gather: slower | 10.0 ms | 20.0 ms |\n",
		"- Baseline: pion@\u200bv3.3.5: pion/webrtc v3.3.5, now v3.3.6\n", "- 160 requirements that the baseline did not grade: A\\|B.\n",
		"- Slower or faster, which may be the machine: 1 stage of a pair.\n", "- Before every change is sure, 2 sessions would have to be played again.\n",
		"> a note\n", "## ✗ fail: CAND-001",
	)
	quiet := string(Render(rich(t).Compared(&report.Comparison{Verdict: "No regression against pion v3.3.5", Unchanged: 12})))
	inOrder(t, quiet, "## What changed since the baseline\n\nNo requirement came out otherwise: 12 cells unchanged.\n", "> a note\n")
}

func TestTheScenariosThatAreTooManyAreCounted(t *testing.T) {
	for want, names := range map[string][]string{
		"":                             nil,
		"`a`":                          {"a"},
		"`a`, `b`, `c`, `d`":           {"a", "b", "c", "d"},
		"`a`, `b`, `c`, `d`, 2 more":   {"a", "b", "c", "d", "e", "f"},
		"`a¦b`, `a'b`, `a b`, `<img>`": {"a|b", "a`b", "a\nb", "<img>"},
	} {
		if got := scenarios(names); got != want {
			t.Errorf("%q: got %q, want %q", names, got, want)
		}
	}
}

func TestTextHasNoMeaningInMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"plain (text), 1.5 s!":  "plain (text), 1.5 s!",
		"a|b":                   `a\|b`,
		"`code` **b** _i_ ~s~":  "\\`code\\` \\*\\*b\\*\\* \\_i\\_ \\~s\\~",
		"](javascript:alert(1)": `\](javascript:alert(1)`,
		"![x](y)":               `!\[x\](y)`,
		"<img src=x>":           `&lt;img src=x\>`,
		"&lt;":                  "&amp;lt;",
		"@octocat":              "@\u200boctocat",
		"two\nlines\tand":       "two lines and",
		`\| \\`:                 `\\\| \\\\`,
	} {
		if got := text(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// destination is what may stand between the parentheses of a link: nothing ends
// it early, and no span of code or escape reaches over its end.
var destination = regexp.MustCompile("^[^\\s()<>|`\\\\]+$")

func TestAnAddressStaysInItsLink(t *testing.T) {
	for in, want := range map[string]string{
		"https://example.com/a?b=c&d#e": "https://example.com/a?b=c&d#e",
		"http://example.com":            "http://example.com",
		"https://a/(b) <c>|d":           "https://a/%28b%29%20%3Cc%3E%7Cd",
		"https://a/\tb\n":               "https://a/%09b",
		`https://a/b\`:                  "https://a/b%5C",
		"https://a/`b":                  "https://a/%60b",
		"javascript:alert(1)":           "#",
		"JavaScript://https://x":        "#",
		"data:text/html,x":              "#",
		" https://example.com":          "#",
		"//example.com":                 "#",
		"":                              "#",
	} {
		if got := address(in); got != want || !destination.MatchString(got) {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
