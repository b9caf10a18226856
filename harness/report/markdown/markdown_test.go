package markdown

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
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
	at := 0
	for _, part := range []string{
		"# WebRTC interop: " + text(r.Summary.Verdict) + "\n",
		"> **Incomplete run:** interrupted\n",
		"5 sessions, 10 results: 2 pass, 1 fail, 2 known, 1 stale, 0 observed, 1 unsupported, 1 skipped, 2 error.\n",
		"> a note\n",
		"## ! error: the harness or the environment broke\n",
		"- gather: the browser died\n",
		"2 requirements got no verdict in `nominate`.\n",
		"## ✗ fail: CAND-001 The title of CAND-001\n",
		"Peer `pion`, in `trickle`.\n",
		`- candidate: got sdpMid "", want one of \["0"\]` + "\n",
		"- session: got no connection, want connected (cannot tell which end: no side shows why)\n",
		"Clauses: [RFC 8840 §4.1.1](https://www.rfc-editor.org/rfc/rfc8840#section-4.1.1), [a book](#)\n",
		"Run again: `rink run --pairs 'pion->chrome' --scenarios trickle --checks CAND-001 --expectations fixtures/expectations`\n",
		"## ↺ stale: CAND-003 The title of CAND-003\n",
		"- It passes now: delete the expectation at `fixtures/expectations/pion.yaml:12`\n",
		"## Expectations that excuse nothing\n",
		"- `chrome.yaml:3` CAND-009: long ago\n",
		"## Known deviations\n",
		`| CAND-002 The title of CAND-002 | ` + "`pion`" + ` | candidate: sdpMid "" in ` + "`trickle`" + ` | pion leaves sdpMid empty ([link](https://github.com/pion/webrtc/issues/1)) |`,
		"## Requirements\n\n| Requirement | `chrome->pion` | `pion->chrome` |\n|---|---|---|\n",
		"| CAND-002 The title of CAND-002 | ≈ known | ≈ known |\n",
		"| ZZZ-001 The title of ZZZ-001 |   not graded |   not graded |\n",
		"## Peers\n",
		"| `pion` | pion/webrtc | v3.3.6 | go list -m |\n",
		"seed 7.\n",
	} {
		next := strings.Index(got[at:], part)
		if next < 0 {
			t.Fatalf("no %q after %q in\n%s", part, got[:at], got)
		}
		at += next + len(part)
	}
}

func TestASummaryThatIsTooLongIsCutAtAPartAndSaysSo(t *testing.T) {
	long := strings.Repeat("|`<", 1000)
	r := &report.Report{Run: report.Run{Complete: true}, Sessions: []report.Session{}}
	for i := range 300 {
		r.Results = append(r.Results, report.Result{
			Check: fmt.Sprintf("A-%03d", i), Subject: "pion", Outcome: check.Fail, Role: trace.Offerer,
			Findings: []report.Finding{{Object: long, Got: long, Want: long}},
		})
	}
	got := string(Render(r))
	if len(got) > Limit || len(got) < Limit/2 || !utf8.ValidString(got) {
		t.Errorf("got %d bytes, valid: %v, want nearly %d", len(got), utf8.ValidString(got), Limit)
	}
	shown := strings.Count(got, "\nRun again: ")
	if want := fmt.Sprintf("\n_%d more parts left out: the summary is limited to 900 KiB. report.html has all._\n", 300-shown+3); !strings.HasSuffix(got, want) {
		t.Errorf("got the end %q, want %q", got[len(got)-200:], want)
	}
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
