package serve

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/progress"
)

// order wants parts in their order on a page.
func order(t *testing.T, page string, parts ...string) {
	t.Helper()
	at := 0
	for _, part := range parts {
		i := strings.Index(page[at:], part)
		if i < 0 {
			_, shown, _ := strings.Cut(page, "</head>")
			shown, _, _ = strings.Cut(shown, "<script>")
			t.Errorf("want %q after what comes before it in %q, on the page:\n%s", part, parts, shown)
			return
		}
		at += i + len(part)
	}
}

func TestRunsAreListedTheNewestFirst(t *testing.T) {
	dir := t.TempDir()
	reported(t, dir, "old", 1, "pass", "known")
	reported(t, dir, "new", 9, "pass", "fail")
	reported(t, dir, filepath.Join("upgrade", "round-1"), 5, "pass")
	write(t, filepath.Join(dir, "upgrade", "upgrade.json"), "{}")
	write(t, filepath.Join(dir, "no-run", "notes.txt"), "x")
	write(t, filepath.Join(dir, "baseline.json"), "{}")
	s := serving(t, dir)
	a := get(t, s, "/", 200, "3 runs, the newest first")
	order(t, a.body, `href="/runs/new/"`, "✗ red", "1 unexpected deviation between a v1 and b v9", "✗ 1 fail", "1 met", "1 failed", "b v9", "1.5 s",
		`href="/runs/upgrade/round-1/"`, `href="/runs/old/"`, "✓ ok", "≈ 1 known")
	order(t, a.body, "a, b, 3 runs", `aria-label="old: 1 met, 1 known, 0 red; upgrade/round-1: 1 met, 0 known, 0 red; new: 1 met, 0 known, 1 red"`)
	if strings.Contains(a.body, "no-run") || strings.Contains(a.body, "baseline.json") {
		t.Error("the list has what is no run")
	}
	get(t, s, "/runs/upgrade/round-1/report.json", 200, "rink.report/v1")
}

func TestAnEmptyFolderSaysWhatMakesARun(t *testing.T) {
	get(t, serving(t, t.TempDir()), "/", 200, "rink run")
}

func TestABrokenReportIsOneRowOfThePage(t *testing.T) {
	dir := t.TempDir()
	reported(t, dir, "good", 1, "pass")
	for name, text := range map[string]string{"cut": `{"schema":"rink.report/v1","run":{"id":`, "other": `{"schema":"rink.report/v9"}`, "empty": "", "no-json": "<html>"} {
		write(t, filepath.Join(dir, name, "report.json"), text)
	}
	write(t, filepath.Join(dir, "bad-record", progress.File), "no line\n")
	if err := os.MkdirAll(filepath.Join(dir, "strange", "report.json"), 0o750); err != nil {
		t.Fatal(err)
	}
	s := serving(t, dir)
	a := get(t, s, "/", 200, `href="/runs/good/"`, "No unexpected deviation", "report.json: no report: run: unexpected EOF",
		"schema: got &#34;rink.report/v9&#34;", "progress.jsonl:1: no line of progress")
	for _, name := range []string{"cut", "other", "empty", "no-json", "bad-record", "strange"} {
		order(t, a.body, `href="/runs/`+name+`/"`, "cannot be read")
	}
	get(t, s, "/history", 200, "title of CAND-001", "cut is left out", "other is left out")
	get(t, s, "/live/bad-record", 200, "progress.jsonl:1")
}

func TestARunThatWasKilledSaysSo(t *testing.T) {
	dir := t.TempDir()
	w := going(t, dir, "killed", 3)
	w.Session(played("one", "pass"))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s := serving(t, dir)
	get(t, s, "/", 200, `data-run="killed"`, "1 of 3")
	before := time.Now().Add(-2 * progress.Silence)
	if err := os.Chtimes(filepath.Join(dir, "killed", progress.File), before, before); err != nil {
		t.Fatal(err)
	}
	a := get(t, s, "/", 200, "It played 1 of 3 sessions and was stopped")
	if strings.Contains(a.body, `data-run="`) {
		t.Error("the page follows a run that nobody goes on with")
	}
	get(t, s, "/live/killed", 200, "gave no sign of life")
}

func TestARunThatGoesIsOnTop(t *testing.T) {
	dir := t.TempDir()
	reported(t, dir, "ended", 1, "pass")
	w := going(t, dir, "goes", 4)
	defer func() { _ = w.Close() }()
	w.Session(played("one", "pass"))
	w.Session(played("two", "fail"))
	s := serving(t, dir)
	a := get(t, s, "/", 200)
	order(t, a.body, `data-run="goes"`, `href="/live/goes"`, `max="4" value="2"`, "2 of 4", "1 red", `href="/runs/ended/"`)
	live := get(t, s, "/live/goes", 200)
	order(t, live.body, `data-events="/events/goes" data-after="3"`, "Running:", "goes", `max="4" value="2"`, "two", "CAND-002", "sdpMid: got x, want y",
		"a-&gt;b", `href="/runs/goes/sessions/a_b_one.html" title="one: pass"`, `title="two: fail"`)
	get(t, s, "/live/ended", 307)
	get(t, s, "/live/none", 404)
}

// TestALargeReportIsReadOnce: what is made of a file is kept until the file changes.
func TestALargeReportIsReadOnce(t *testing.T) {
	dir := t.TempDir()
	reported(t, dir, "run", 1, "pass")
	s := serving(t, dir)
	var m memory[string]
	name := "run/report.json"
	reads := 0
	made := func() string {
		info, err := s.stat(name)
		if err != nil {
			t.Fatal(err)
		}
		return m.of(s, name, info, func(in io.Reader, err error) string {
			reads++
			data, _ := io.ReadAll(in)
			return fmt.Sprint(len(data), err)
		})
	}
	first := made()
	if again := made(); again != first || reads != 1 {
		t.Errorf("got %q after %q by %d readings, want one", again, first, reads)
	}
	write(t, filepath.Join(dir, "run", "report.json"), "{}")
	if now := made(); now == first || reads != 2 {
		t.Errorf("the file changed: got %q by %d readings, want two", now, reads)
	}
}

func TestHistoryIsOverRunsWithTheSamePairs(t *testing.T) {
	dir := t.TempDir()
	for i, o := range []outcomes{{"known", "pass"}, {"fail", "pass"}, {"pass", "pass"}} {
		reported(t, dir, fmt.Sprintf("run-%d", i), i, o...)
	}
	other := filepath.Join(dir, "other", "report.json")
	reported(t, dir, "other", 9, "pass")
	data, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	write(t, other, strings.ReplaceAll(string(data), `"answerer": "b"`, `"answerer": "c"`))
	s := serving(t, dir)
	a := get(t, s, "/history", 200)
	order(t, a.body, "<h2", "a-&gt;c", "<h2", "a-&gt;b", `<a href="/runs/run-0/">run-0</a>`, "run-1", "run-2", "CAND-001", "≈ known, 0 of 1 met",
		"✗ fail, 0 of 1 met", "✓ met", "The same in every run that judged it: 1", "CAND-002")
	order(t, get(t, s, "/history/versions", 200).body, "<h2", "b</h2>", "v0", "v1", "v2", "CAND-001")
}

var tag = regexp.MustCompile(`<[a-zA-Z/!][^>]*>`)

// TestHostileTextIsNothingButText: names of folders, what reports and records hold.
func TestHostileTextIsNothingButText(t *testing.T) {
	const bad = `"><img src=x onerror=alert(1)><script>alert(2)</script>` + "\x1b[2J\u202e{{.}}"
	const name = `a"><img src=x onerror=1>%2e%2e&?#'` + "\u202e" // what a folder can be called
	dir := t.TempDir()
	r := reported(t, dir, name, 1, "pass", "fail")
	r.Summary.Verdict, r.Peers[0].ID, r.Peers[0].Version, r.Run.ID, r.Checks[0].Title = bad, bad, bad, bad, bad
	rewrite(t, filepath.Join(dir, name, "report.json"), r)
	w := going(t, dir, "live"+name, 2)
	defer func() { _ = w.Close() }()
	x := played(bad, "fail")
	x.Reason, x.Red[0].Finding, x.Red[0].Check, x.Red[0].Subject, x.Pair.Offerer, x.ID = bad, bad, bad, bad, bad, "../../"+bad
	w.Session(x)
	x.Worst = bad
	w.Session(x)
	w.Note(bad)
	w.End(progress.End{Verdict: bad, IncompleteReason: bad})
	s := serving(t, dir)
	pages := []string{"/", "/history", "/history/versions", "/live/" + escape("live"+name), "/runs/" + escape("live"+name) + "/", "/runs/" + escape(bad)}
	for _, target := range pages {
		code := 200
		if strings.HasPrefix(target, "/runs/%22") {
			code = 404
		}
		a := get(t, s, target, code)
		for _, tag := range tag.FindAllString(a.body, -1) {
			if strings.HasPrefix(tag, "<img") || strings.Contains(tag, " onerror=alert(1)>") || strings.HasPrefix(tag, "<script>alert") {
				t.Errorf("%s: has the tag %s", target, tag)
			}
		}
		if strings.Count(a.body, "<script") > 2 || strings.ContainsAny(a.body, "\x1b\u202e") {
			t.Errorf("%s: another script, or a character that changes how text is read", target)
		}
	}
	list := get(t, s, "/", 200)
	for _, m := range regexp.MustCompile(`href="(/(?:runs|live)/[^"]*)"`).FindAllStringSubmatch(list.body, -1) {
		if a := ask(t, s, "GET", strings.ReplaceAll(m[1], "&amp;", "&")); a.StatusCode != 200 {
			t.Errorf("the link %s leads to %d", m[1], a.StatusCode)
		}
	}
	events := get(t, s, "/events/"+escape("live"+name), 200)
	for line := range strings.Lines(events.body) {
		if field, _, _ := strings.Cut(line, ":"); field != "\n" && field != "id" && field != "event" && field != "data" && field != "retry" {
			t.Errorf("the stream has the line %q", line)
		}
		if strings.Contains(line, "<") || strings.Contains(line, "\x1b") {
			t.Errorf("the stream has %q", line)
		}
	}
}

func TestAShardIsInTheListAndInNoHistory(t *testing.T) {
	dir := t.TempDir()
	reported(t, dir, "one", 1, "pass", "pass")
	reported(t, dir, "two", 2, "pass", "pass")
	shard := *reported(t, dir, "part", 3, "pass")
	shard.Run.Shard = &report.Shard{Index: 2, Count: 4, Of: "plan"}
	data, err := report.Encode(report.Finished(&shard))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "part", "report.json"), string(data))
	s := serving(t, dir)
	list := get(t, s, "/", 200, `href="/runs/part/"`, "Shard 2 of 4: ", "a, b, 2 runs")
	if strings.Contains(list.body, "part: 1 met") {
		t.Error("the chart has a shard, as if it had met less than the others")
	}
	if page := get(t, s, "/history", 200, "1 shard left out: ", `href="/runs/two/"`); strings.Contains(page.body, `href="/runs/part/"`) {
		t.Error("the history has a shard")
	}
}

func TestWhatIsKnownOfRunsGoesWithThem(t *testing.T) {
	dir := t.TempDir()
	reported(t, dir, "one", 1, "pass")
	reported(t, dir, "two", 2, "pass")
	w := going(t, dir, "three", 4)
	s := serving(t, dir)
	get(t, s, "/", 200, "three")
	get(t, s, "/history", 200)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if h, n, c := len(s.heads.all), len(s.states.all), len(s.sources.all); h != 2 || n != 1 || c != 2 {
		t.Errorf("got %d heads, %d records and %d sources, want those of two runs and of one that goes on", h, n, c)
	}
	for _, name := range []string{"one", "three"} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	get(t, s, "/history", 200)
	if h, n, c := len(s.heads.all), len(s.states.all), len(s.sources.all); h != 1 || n != 0 || c != 1 {
		t.Errorf("got %d heads, %d records and %d sources, want those of the run that is left", h, n, c)
	}
}
