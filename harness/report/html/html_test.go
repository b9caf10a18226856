package html

import (
	"crypto/sha256"
	"encoding/base64"
	"flag"
	stdhtml "html"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

var update = flag.Bool("update", false, "write the files in testdata again")

func rich(t *testing.T) *report.Report {
	t.Helper()
	r, err := report.Read("../testdata/rich.report.json")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// small is the report of one session in which a peer fails one of two checks.
func small() *report.Report {
	pair := report.Pair{Offerer: "pion", Answerer: "chrome"}
	result := func(id string, o check.Outcome) report.Result {
		return report.Result{Check: id, Scenario: "trickle", Pair: pair, Subject: "pion", Role: trace.Offerer, Outcome: o, Session: "s"}
	}
	r := &report.Report{
		Schema: report.Schema,
		Run: report.Run{
			ID: "run", Seed: 7, Command: []string{"rink", "run"}, StartedAt: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC),
			DurationMs: 1500, Complete: true, Network: "private", TimeoutScale: 1, Expectations: "none",
		},
		Generator: report.Generator{Name: "rink", Version: "v0.1.0"},
		Peers: []peer.Description{
			{ID: "chrome", Implementation: "Chromium", Version: "156.0", VersionSource: "Browser.getVersion", Features: peer.Features{"media"}},
			{ID: "pion", Implementation: "pion/webrtc", Version: "v3.3.6", VersionSource: "go list -m"},
		},
		Checks: []report.Check{
			{ID: "CAND-001", Title: "A candidate names its section", Level: check.Must, Group: "candidates", Statement: "It does."},
			{ID: "CAND-002", Title: "A candidate has an address", Level: check.Must, Group: "candidates"},
		},
		Sessions: []report.Session{{
			ID: "s", Scenario: "trickle", Pair: pair, Result: trace.EndCompleted, Trace: "traces/s.jsonl", DurationMs: 1000,
			Timing: report.Timing{PeersMs: 900, RinkMs: 100},
		}},
		Results: []report.Result{result("CAND-001", check.Fail), result("CAND-002", check.Pass)},
	}
	r.Results[0].Findings = []report.Finding{{Object: "candidate", Got: `sdpMid ""`, Want: `"0"`}}
	r.Summary = report.Summarize(r)
	return r
}

// wide is the report of five peers, each with each: a matrix that no screen is wide
// enough for.
func wide() *report.Report {
	r := small()
	r.Peers, r.Sessions, r.Results = nil, nil, nil
	peers := []string{"aiortc", "chrome", "firefox", "pion@v3.3.6", "libdatachannel"}
	for i, a := range peers {
		r.Peers = append(r.Peers, peer.Description{ID: a, Implementation: a, Version: "1"})
		for j, b := range peers {
			if a == b {
				continue
			}
			pair := report.Pair{Offerer: a, Answerer: b}
			id := a + "_" + b
			r.Sessions = append(r.Sessions, report.Session{ID: id, Scenario: "trickle", Pair: pair, Result: trace.EndCompleted, Trace: "traces/" + id + ".jsonl", DurationMs: 1000})
			for k, c := range r.Checks {
				r.Results = append(r.Results, report.Result{
					Check: c.ID, Scenario: "trickle", Pair: pair, Subject: a, Role: trace.Offerer, Session: id,
					Outcome: check.Outcomes()[(i+j+k)%len(check.Outcomes())], Findings: []report.Finding{{Object: "candidate", Got: "this", Want: "that"}},
				})
			}
		}
	}
	r.Summary = report.Summarize(r)
	return r
}

func rendered(t *testing.T, r *report.Report) string {
	t.Helper()
	data, err := Render(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The style, the script and their hashes are left out: they are tested below, and
// the file is to show what the template makes of a report.
func TestTheSmallReportIsThePageInTestdata(t *testing.T) {
	const path = "testdata/small.html"
	hash := strings.NewReplacer("'sha256-", "", "'", "", "+", "&#43;").Replace
	got := strings.NewReplacer(css, "", theme, "", script, "", hash(Hash(css)), "STYLE", hash(Hash(theme)), "THEME", hash(Hash(script)), "SCRIPT").Replace(rendered(t, small()))
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("differs (-want +got; go test -update writes it again):\n%s", diff)
	}
}

func TestThePolicyAllowsTheStyleAndTheScriptOfThePageAndNoOther(t *testing.T) {
	page := rendered(t, rich(t))
	policy := regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)
	if policy == nil {
		t.Fatal("no policy")
	}
	got := map[string]string{}
	for directive := range strings.SplitSeq(stdhtml.UnescapeString(policy[1]), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), " ")
		got[name] = value
	}
	want := map[string]string{"default-src": "'none'", "img-src": "data:", "base-uri": "'none'", "form-action": "'none'"}
	for tag, n := range map[string]int{"style": 1, "script": 2} {
		blocks := regexp.MustCompile(`(?s)<`+tag+`\b[^>]*>(.*?)</`+tag+`>`).FindAllStringSubmatch(page, -1)
		if len(blocks) != n {
			t.Fatalf("got %d elements %s, want %d", len(blocks), tag, n)
		}
		var hashes []string
		for _, b := range blocks {
			sum := sha256.Sum256([]byte(b[1]))
			hashes = append(hashes, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
		}
		want[tag+"-src"] = strings.Join(hashes, " ")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if at := strings.Index(page, policy[0]); strings.Contains(page[:at], "<style") || strings.Contains(page[:at], "<script") {
		t.Error("the policy comes after what it is for")
	}
	// They would be refused by it.
	if inline := regexp.MustCompile(`<[a-z][^>]*\s(style|on[a-z]+)=`).FindString(page); inline != "" {
		t.Errorf("inline style or handler: %s", inline)
	}
}

func TestThePageNeedsNothingFromElsewhere(t *testing.T) {
	page := rendered(t, rich(t))
	for _, loads := range []string{
		`\ssrc=`, `\ssrcset=`, `\sposter=`, `\sxlink:href=`, `<(img|iframe|object|embed|video|audio|base|use|image)\b`,
		`url\(`, `@import`, `@font-face`, `\bfetch\(`, `\bimport\b`, `XMLHttpRequest`, `http-equiv="refresh"`,
	} {
		if found := regexp.MustCompile(`(?i)` + loads).FindString(page); found != "" {
			t.Errorf("the page has %q", found)
		}
	}
	if got := regexp.MustCompile(`<link [^>]*>`).FindAllString(page, -1); len(got) != 1 || got[0] != `<link rel="icon" href="data:,">` {
		t.Errorf("got links %q, want the empty icon alone", got)
	}
}

var (
	ids    = regexp.MustCompile(`\sid="([^"]*)"`)
	inPage = regexp.MustCompile(`\shref="#([^"]*)"`)
	labels = regexp.MustCompile(`\s(?:aria-labelledby|for)="([^"]*)"`)
)

func TestEveryIDIsUniqueAndEveryLinkHasItsTarget(t *testing.T) {
	one := small()
	one.Results[0].Subject, one.Sessions[0].Pair.Offerer, one.Results[0].Pair.Offerer = "pion@v4 ü", "pion@v4 ü", "pion@v4 ü"
	for name, r := range map[string]*report.Report{"rich": rich(t), "small": small(), "a peer that needs escaping": one} {
		t.Run(name, func(t *testing.T) {
			page := rendered(t, r)
			there := map[string]bool{}
			for _, id := range ids.FindAllStringSubmatch(page, -1) {
				if there[id[1]] {
					t.Errorf("twice: %s", id[1])
				}
				there[id[1]] = true
			}
			links := inPage.FindAllStringSubmatch(page, -1)
			for _, link := range append(links, labels.FindAllStringSubmatch(page, -1)...) {
				target, err := url.PathUnescape(stdhtml.UnescapeString(link[1]))
				if err != nil || target != "" && !there[target] {
					t.Errorf("%q leads nowhere (%v)", link[0], err)
				}
			}
			if len(links) < 8 || !there["coverage-CAND-001"] || !there["findings"] {
				t.Errorf("got %d links and the ids %v", len(links), there)
			}
		})
	}
}

func TestThePageShowsWhatTheReaderMustKnow(t *testing.T) {
	r := rich(t)
	page := rendered(t, r)
	for _, part := range []string{
		"<h1>" + stdhtml.EscapeString(r.Summary.Verdict) + "</h1>", "This run is incomplete.", "interrupted", "This run was narrowed down",
		"no IPv6", "a note", "The harness, the environment or a peer's program broke", "gather: the browser died", `id="CAND-001-pion-fail"`,
		`id="CAND-002-pion-known"`, `id="CAND-003-pion-stale"`, "Not covered by", "Cannot tell: no side shows why",
		"An expectation for chrome excuses nothing", `href="https://github.com/pion/webrtc/issues/1"`, "the reason for skipped",
		`href="traces/pion_chrome_trickle.jsonl"`, "nobody: no session of this run says anything about it",
	} {
		if !strings.Contains(page, part) {
			t.Errorf("the page does not show %q", part)
		}
	}
	for _, part := range []string{"Nothing unexpected", "own network interfaces", "<no value>", "ZgotmplZ", "%!"} {
		if strings.Contains(page, part) {
			t.Errorf("the page shows %q", part)
		}
	}
	green := small()
	green.Results, green.Run.Network = green.Results[1:], "host"
	for _, part := range []string{"Nothing unexpected", "own network interfaces"} {
		if !strings.Contains(rendered(t, green), part) {
			t.Errorf("the page of a green run does not show %q", part)
		}
	}
}
