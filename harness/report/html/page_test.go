package html

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/trace"
)

func TestThePageReadsFromTheVerdictToTheLegend(t *testing.T) {
	page := rendered(t, rich(t))
	var got []string
	for _, m := range regexp.MustCompile(`<h2 id="([a-z]+)">`).FindAllStringSubmatch(page, -1) {
		got = append(got, m[1])
	}
	want := []string{"changes", "pairs", "matrix", "coverage", "findings", "measurements", "sessions", "environment", "known", "reproduce", "reading"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headings (-want +got):\n%s", diff)
	}
	toc := regexp.MustCompile(`(?s)<nav class="toc".*?</nav>`).FindString(page)
	at := -1
	for _, id := range want {
		next := strings.Index(toc, `href="#`+id+`"`)
		if next <= at {
			t.Errorf("the contents have %s at %d, after %d", id, next, at)
		}
		at = next
	}
	if verdict, counters := strings.Index(page, "<h1>"), strings.Index(page, `class="counters"`); verdict > counters || counters > strings.Index(page, `id="changes"`) {
		t.Error("the verdict, the counters and what changed are not in this order")
	}
	for _, m := range regexp.MustCompile(`<table[^>]*>\n?`).FindAllStringIndex(page, -1) {
		if !strings.HasPrefix(page[m[1]:], "<caption>") {
			t.Errorf("a table has no caption: %.80s", page[m[0]:])
		}
	}
	if m := regexp.MustCompile(`<th( class="[^"]*")?>`).FindString(page); m != "" {
		t.Errorf("%s has no scope", m)
	}
}

func TestTheCounterOfErrorsLeadsToASessionThatBrokeWithoutAResult(t *testing.T) {
	r := small()
	r.Sessions[0].Result, r.Sessions[0].Reason, r.Results = trace.EndError, "Chrome died", nil
	r.Summary = report.Summarize(r)
	page := rendered(t, r)
	if !strings.Contains(r.Summary.Verdict, "1 harness error") {
		t.Fatalf("got the verdict %q", r.Summary.Verdict)
	}
	for _, part := range []string{`<li class="error"><a href="#findings" data-q="s:error"><span aria-hidden="true">!</span> <b>1</b> harness error</a>`, "nothing was graded"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page does not have %q", part)
		}
	}
	if page := rendered(t, rich(t)); strings.Contains(page, "</b> harness error") {
		t.Error("where results are errors, those are counted")
	}
}

func TestTheFirstScreenNamesWhatIsRed(t *testing.T) {
	page := rendered(t, rich(t))
	top := page[strings.Index(page, `class="top-red"`):strings.Index(page, "<main")]
	for _, part := range []string{`href="#broken-0"`, `href="#CAND-001-pion-fail"`, `href="#CAND-003-pion-stale"`, `href="#unused-0"`} {
		if !strings.Contains(top, part) {
			t.Errorf("it does not lead to %s", part)
		}
	}
	green := small()
	green.Results = green.Results[1:]
	if strings.Contains(rendered(t, green), "top-red\"") {
		t.Error("a green run names something")
	}
}

func TestWhatChangedLeadsToItsCell(t *testing.T) {
	r := small()
	if page := rendered(t, r); !strings.Contains(page, "--baseline OTHER") {
		t.Error("a report without a comparison does not say how to get one")
	}
	change := report.Change{
		Class: report.Regressed, Check: "CAND-001", Title: "A candidate names its section", Subject: "pion", Before: "met", Now: `got sdpMid ""`,
		Pairs: []string{"pion->chrome", "pion->gone"}, Scenarios: []string{"trickle"}, Sure: true,
	}
	r.Comparison = &report.Comparison{Verdict: "1 regression against pion v3.3.5", Against: []string{"pion v3.3.5, run 7"}, Notes: []string{"another machine"}, Changes: []report.Change{change}, Unchanged: 4}
	r.Comparison.Times = []report.TimeChange{{Class: report.Slower, Pair: "pion->chrome", Stage: "check", FromMs: 10, ToMs: 2000}}
	page := rendered(t, r)
	for _, part := range []string{
		"1 regression against pion v3.3.5", "<li>pion v3.3.5, run 7</li>", "another machine", "✗ regressed", `<a href="#c-CAND-001-pion--chrome">pion-&gt;chrome</a>, pion-&gt;gone`,
		`<a class="id" href="#coverage-CAND-001">CAND-001</a> A candidate`, "4 cells are unchanged", "10 ms", "2.00 s", "it may be the machine",
	} {
		if !strings.Contains(page, part) {
			t.Errorf("the page does not show %q", part)
		}
	}
	r.Comparison.Changes = slices.Repeat([]report.Change{change}, 1000)
	if page := rendered(t, r); !strings.Contains(page, "600 more changes") || strings.Count(page, "✗ regressed") != 400 {
		t.Error("a thousand changes are not cut, or it is not said")
	}
}

func TestWhatAProgramWroteBeforeItDiedKeepsItsLines(t *testing.T) {
	r := small()
	r.Sessions[0].Result, r.Sessions[0].Stage = trace.EndError, trace.StageSignal
	r.Sessions[0].Reason = "mine is gone: exit status 1\nit wrote last:\nTraceback\nKeyError: 'ice-ufrag'"
	page := rendered(t, r)
	if !strings.Contains(page, "<dd class=\"lines\">signal: mine is gone: exit status 1\nit wrote last:\nTraceback\nKeyError") {
		t.Error("the card runs the lines together")
	}
	if !strings.Contains(page, "error</span> signal: mine is gone: exit status 1</a>") {
		t.Error("the first screen names more than the first line, or less")
	}
}

func TestEachCellLeadsToWhatExplainsIt(t *testing.T) {
	r := rich(t)
	page := rendered(t, r)
	for id, href := range map[string]string{
		"c-CAND-002-pion--chrome": "#CAND-002-pion-known", "c-CAND-003-pion--chrome": "#CAND-003-pion-stale", "c-ZZZ-001-chrome--pion": "#coverage-ZZZ-001",
		"c-CAND-004-pion--chrome": "pairs/pion--chrome.html#CAND-004", "c-CONN-001-pion--chrome": "pairs/pion--chrome.html#CONN-001",
	} {
		if m := regexp.MustCompile(`<td id="` + id + `"[^>]*><a class="[a-z]+" href="([^"]*)"`).FindStringSubmatch(page); m == nil || m[1] != href {
			t.Errorf("%s: got %q, want a link to %s", id, m, href)
		}
	}
}

// besideSmall is evidence for a session of the small report.
func besideSmall(r *report.Report) Beside {
	return Beside{
		Evidence: map[string]evidence.Session{"s": evidence.Of(r, &r.Sessions[0], nil, nil)}, Pages: map[string]bool{"s": true},
	}
}

func TestTheEvidenceOfARedSessionIsInsideThePageOnce(t *testing.T) {
	r := small()
	r.Results[1].Outcome, r.Results[1].Findings = check.Fail, r.Results[0].Findings // two cards, one session
	data, err := besideSmall(r).Render(r)
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	if n := strings.Count(page, `<details class="evidence" id="evidence-s">`); n != 1 {
		t.Errorf("it is there %d times", n)
	}
	if !strings.Contains(page, `<dt>Evidence</dt><dd><a href="#evidence-s">`) || !strings.Contains(page, `<a href="sessions/s.html">The same on a page of its own</a>`) {
		t.Error("the other card does not lead to it, or it does not lead to its page")
	}
	if diff := cmp.Diff([]string{"s"}, Inline(r)); diff != "" {
		t.Errorf("inline (-want +got):\n%s", diff)
	}
	if page := rendered(t, r); strings.Contains(page, "evidence-s") || !strings.Contains(page, `href="traces/s.jsonl">trickle, pion-&gt;chrome</a> <span class="soft">(its trace)</span>`) {
		t.Error("without evidence a card does not lead to the trace")
	}
}

func TestFileNamesAreSafeAndUnique(t *testing.T) {
	plain := regexp.MustCompile(`^(pairs|sessions)/[a-z0-9_][-a-z0-9_.]*\.html$`)
	seen := map[string]report.Pair{}
	ids := []string{"pion", "Pion", "pion@v4.0.8", "pion-v4.0.8", "a", "a--b", "b", "b--a", "..", "../../x", "/etc", `c:\x`, "日本", "", "-a", "a-", strings.Repeat("x", 500), strings.Repeat("x", 501)}
	for _, a := range ids {
		for _, b := range ids {
			p := report.Pair{Offerer: a, Answerer: b}
			name := PairFile(p)
			if other, twice := seen[strings.ToLower(name)]; twice {
				t.Errorf("%q and %q are both %s", other, p, name)
			}
			seen[strings.ToLower(name)] = p
			if !plain.MatchString(name) || len(name) > 200 {
				t.Errorf("%q: got %q", p, name)
			}
		}
		if name := SessionFile(&report.Session{ID: a}); !plain.MatchString(name) {
			t.Errorf("%q: got %q", a, name)
		}
	}
	for got, want := range map[string]string{
		PairFile(report.Pair{Offerer: "pion", Answerer: "chrome"}):            "pairs/pion--chrome.html",
		SessionFile(&report.Session{ID: "pion_chrome_candidates-max-compat"}): "sessions/pion_chrome_candidates-max-compat.html",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestThePageOfAPairHasEveryResultOfItsSessions(t *testing.T) {
	r := rich(t)
	pair := report.Pair{Offerer: "pion", Answerer: "chrome"}
	data, err := Beside{}.RenderPair(r, pair)
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	for i := range r.Results {
		if res := &r.Results[i]; res.Pair == pair && !strings.Contains(page, `id="`+res.Check+`"`) {
			t.Errorf("there is no %s", res.Check)
		}
	}
	for _, part := range []string{
		"<h1>pion → chrome</h1>", `href="../report.html#c-CAND-002-pion--chrome"`, `href="../report.html#CAND-002-pion-known"`, "the reason for unsupported",
		`<a href="../traces/pion_chrome_trickle.jsonl">trickle</a>`, "rink run --pairs &#39;pion-&gt;chrome&#39; --scenarios &#39;*&#39;",
	} {
		if !strings.Contains(page, part) {
			t.Errorf("the page does not have %q", part)
		}
	}
	if strings.Contains(page, `id="ZZZ-001"`) || strings.Contains(page, "ZgotmplZ") {
		t.Error("the page has what is not of the pair, or a link that was refused")
	}
	soundLinks(t, page)
}

func TestAPairOfOnePeerWithItselfTellsItsEndsApart(t *testing.T) {
	r := small()
	self := report.Pair{Offerer: "pion", Answerer: "pion"}
	r.Sessions[0].Pair = self
	for i := range r.Results {
		r.Results[i].Pair = self
	}
	r.Results = append(r.Results, r.Results[1])
	r.Results[2].Role = trace.Answerer
	data, err := Beside{}.RenderPair(r, self)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), "pion as offerer and pion as answerer, 1 session") {
		t.Errorf("got %s", data)
	}
}

func TestWhatPeopleCallAnIssue(t *testing.T) {
	for url, want := range map[string]string{
		"https://github.com/pion/webrtc/issues/1833":                           "pion/webrtc#1833",
		"https://github.com/pion/webrtc/pull/7":                                "pion/webrtc#7",
		"https://github.com/pion/webrtc/blob/v3.3.6/peerconnection.go#L1777":   "pion/webrtc peerconnection.go#L1777",
		"https://webrtc.googlesource.com/src/+/refs/heads/main/pc/detector.cc": "webrtc.googlesource.com/…/detector.cc",
		"https://crbug.com/7": "crbug.com/7",
		"javascript:alert(1)": "javascript:alert(1)",
	} {
		if got := issueName(url); got != want {
			t.Errorf("%s: got %s, want %s", url, got, want)
		}
	}
}

func TestThePageOfAPairKnowsPeersWhoseNamesAreMadeSafe(t *testing.T) {
	r := small()
	pair := report.Pair{Offerer: "pi\x1bon", Answerer: "chrome"}
	r.Peers[1].ID, r.Sessions[0].Pair = pair.Offerer, pair
	for i := range r.Results {
		r.Results[i].Pair, r.Results[i].Subject = pair, pair.Offerer
	}
	data, err := Beside{}.RenderPair(r, pair)
	if err != nil {
		t.Fatal(err)
	}
	if page := string(data); strings.Contains(page, "\x1b") || !strings.Contains(page, " v3.3.6 makes the offer") || !strings.Contains(page, "answers, in 1 session.") || !strings.Contains(page, "CAND-001") {
		t.Errorf("got %.3000s", page[strings.Index(page, "<h1>"):])
	}
}
