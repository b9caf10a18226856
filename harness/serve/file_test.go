package serve

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/report/html"
	"github.com/webrtc-rink/rink/harness/trace"
)

const secret = "nobody is to read this"

func link(t *testing.T, to, at string) {
	t.Helper()
	if err := os.Symlink(to, at); err != nil {
		t.Skip(err)
	}
}

// TestNothingButTheRunsIsReadable tries what leads out of the folder, or to what is
// hidden in it.
func TestNothingButTheRunsIsReadable(t *testing.T) {
	above := t.TempDir()
	dir := filepath.Join(above, "out")
	reported(t, dir, "run", 0, "pass")
	write(t, filepath.Join(above, "secret.txt"), secret)
	write(t, filepath.Join(above, "elsewhere", "report.html"), secret)
	write(t, filepath.Join(dir, ".hidden", "secret.txt"), secret)
	write(t, filepath.Join(dir, "run", ".env"), secret)
	write(t, filepath.Join(dir, "run", "attach", ".git", "config"), secret)
	link(t, "../../secret.txt", filepath.Join(dir, "run", "out.txt"))
	link(t, filepath.Join(above, "secret.txt"), filepath.Join(dir, "run", "absolute.txt"))
	link(t, "../../elsewhere", filepath.Join(dir, "run", "elsewhere"))
	link(t, ".env", filepath.Join(dir, "run", "env.txt"))
	link(t, "../elsewhere", filepath.Join(dir, "latest"))
	link(t, ".hidden", filepath.Join(dir, "newest"))
	link(t, "../../secret.txt", filepath.Join(dir, "run", "report.html"))
	s := serving(t, dir)
	for _, target := range []string{
		"/runs/../secret.txt", "/runs/run/../../secret.txt", "/runs/%2e%2e/secret.txt", "/runs/run/%2e%2e/%2e%2e/secret.txt",
		"/runs/run/..%2f..%2fsecret.txt", "/runs/..%5csecret.txt", "/runs/run/..%5c..%5csecret.txt", "/runs/%252e%252e/secret.txt", "/runs//../secret.txt",
		"/runs/run//../../secret.txt", "/runs//etc/passwd", "/runs/%2fetc/passwd", "/runs/./../secret.txt", "/runs/run/%00/../../secret.txt",
		"/runs/run/%c0%ae%c0%ae/%c0%ae%c0%ae/secret.txt", "/runs/.hidden/secret.txt", "/runs/%2ehidden/secret.txt", "/runs/.hidden/", "/runs/run/.env",
		"/runs/run/%2eenv", "/runs/run/attach/.git/config", "/runs/run/out.txt", "/runs/run/absolute.txt", "/runs/run/elsewhere/report.html", "/runs/run/elsewhere/",
		"/runs/run/env.txt", "/runs/latest/report.html", "/runs/latest/", "/runs/latest", "/runs/newest/secret.txt", "/runs/newest/", "/runs/run/report.html",
		"/runs/run/sessions/..%2f..%2f..%2fsecret.txt", "/runs/sessions/a.html", "/runs/../sessions/a.html", "/live/../secret.txt", "/live/%2e%2e", "/events/%2e%2e",
		"/events/..%2f..", "/live/.hidden", "/live/latest", "/runs/C:/secret.txt", "/runs/run/report.json/../../../secret.txt", "/../secret.txt", "/secret.txt", "*",
	} {
		a := ask(t, s, "GET", target)
		for range 3 { // wherever it leads
			to := a.Header.Get("Location")
			if a.StatusCode/100 != 3 || to == "" {
				break
			}
			if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
				t.Errorf("%s leads to %q", target, to)
			}
			a = ask(t, s, "GET", to)
		}
		if strings.Contains(a.body, secret) || strings.Contains(a.body, "root:") {
			t.Errorf("%s: got what nobody is to read", target)
		}
		if a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: got status %d, want 404 or 400: %.100q", target, a.StatusCode, a.body)
		}
	}
	list := get(t, s, "/runs/run/", 200, "report.json", "attach/")
	for _, name := range []string{".env", "out.txt", "elsewhere", "report.html"} {
		if strings.Contains(list.body, name) {
			t.Errorf("the list of the folder has %s", name)
		}
	}
}

func TestAPipeIsNotReadFrom(t *testing.T) {
	dir := t.TempDir()
	reported(t, dir, "run", 0, "pass")
	if err := mkfifo(filepath.Join(dir, "run", "waits.txt")); err != nil {
		t.Skip(err)
	}
	s := serving(t, dir)
	get(t, s, "/runs/run/waits.txt", 404)
}

func TestLatestLeadsToItsRun(t *testing.T) {
	dir := t.TempDir()
	reported(t, dir, "20261128T000000Z-0001", 0, "pass")
	write(t, filepath.Join(dir, "20261128T000000Z-0001", "summary.md"), "# so and so")
	s := serving(t, dir)
	if err := files.Latest(dir, "20261128T000000Z-0001"); err != nil {
		t.Fatal(err)
	}
	for target, want := range map[string]string{
		"/runs/latest": "/runs/20261128T000000Z-0001", "/runs/latest/": "/runs/20261128T000000Z-0001/",
		"/runs/latest/summary.md": "/runs/20261128T000000Z-0001/summary.md", "/live/latest": "/live/20261128T000000Z-0001",
	} {
		if a := get(t, s, target, http.StatusTemporaryRedirect); a.Header.Get("Location") != want {
			t.Errorf("%s: leads to %q, want %q", target, a.Header.Get("Location"), want)
		}
	}
	if a := get(t, s, "/", 200); strings.Contains(a.body, `href="/runs/latest`) {
		t.Error("the list has the newest run twice")
	}
}

func TestFilesHaveTypesThatNothingIsDoneWith(t *testing.T) {
	dir := t.TempDir()
	reported(t, dir, "run", 0, "pass")
	for name, kind := range map[string]string{
		"report.json": "application/json", "traces/a.jsonl": "text/plain; charset=utf-8", "traces/b.jsonl.gz": "application/gzip",
		"summary.md": "text/plain; charset=utf-8", "badge.svg": "image/svg+xml", "junit.xml": "text/xml; charset=utf-8", "pairs/a--b.html": "text/html; charset=utf-8",
		"strange.exe": "application/octet-stream", "noend": "application/octet-stream",
	} {
		if name != "report.json" {
			write(t, filepath.Join(dir, "run", name), "<svg onload=alert(1)>")
		}
		s := serving(t, dir)
		a := get(t, s, "/runs/run/"+name, 200)
		if got := a.Header.Get("Content-Type"); got != kind {
			t.Errorf("%s: got %s, want %s", name, got, kind)
		}
		if a.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: it does not come as it is", name)
		}
		if policy := a.Header.Get("Content-Security-Policy"); !strings.HasSuffix(name, ".html") && !strings.HasSuffix(policy, "; sandbox") {
			t.Errorf("%s: got the policy %q, want a box of its own", name, policy)
		}
		when := a.Header.Get("Last-Modified")
		if again := ask(t, s, "GET", "/runs/run/"+name, "If-Modified-Since: "+when); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s: not changed since %q: got %d, want 304", name, when, again.StatusCode)
		}
	}
}

func TestOnlyRinksOwnScriptIsTrusted(t *testing.T) {
	dir := t.TempDir()
	r := reported(t, dir, "own", 0, "pass")
	page, err := html.Render(r)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "own", "report.html"), string(page))
	write(t, filepath.Join(dir, "other", "report.html"), string(page)+"<script>alert(1)</script>")
	write(t, filepath.Join(dir, "altered", "report.html"), strings.Replace(string(page), "nextTheme()", "alert(1)", 1))
	write(t, filepath.Join(dir, "plain", "report.html"), "<p>x")
	s := serving(t, dir)
	for name, tc := range map[string][2]string{
		"own": {"script-src 'sha256-", "sandbox"}, "other": {"sandbox allow-scripts", "allow-same-origin"}, "plain": {"script-src 'none'", "sandbox"},
		"altered": {"sandbox allow-scripts", "allow-same-origin"},
	} {
		got := get(t, s, "/runs/"+name+"/", 200).Header.Get("Content-Security-Policy")
		if !strings.Contains(got, tc[0]) || strings.Contains(got, tc[1]) {
			t.Errorf("%s: got the policy %q, want %s and no %s", name, got, tc[0], tc[1])
		}
	}
	if got := get(t, s, "/runs/own", http.StatusTemporaryRedirect).Header.Get("Location"); got != "/runs/own/" {
		t.Errorf("a folder without its slash leads to %q", got)
	}
}

func TestASessionsPageIsMadeOfItsTrace(t *testing.T) {
	dir := t.TempDir()
	reported(t, dir, "run", 0, "pass", "fail")
	traced(t, dir, "run")
	reported(t, dir, "packed", 1, "pass")
	if _, err := trace.Pack(traced(t, dir, "packed")); err != nil {
		t.Fatal(err)
	}
	packed := filepath.Join(dir, "packed", "report.json")
	data, err := os.ReadFile(packed)
	if err != nil {
		t.Fatal(err)
	}
	write(t, packed, strings.Replace(string(data), ".jsonl", ".jsonl.gz", 1))
	reported(t, dir, "lost", 2, "pass")
	reported(t, dir, "there", 3, "pass")
	write(t, filepath.Join(dir, "there", "sessions", "a_b_one.html"), "written already")
	reported(t, dir, "broken", 4, "pass")
	write(t, filepath.Join(dir, "broken", "traces", "a_b_one.jsonl"), "no trace\n")
	w := going(t, dir, "live", 2)
	defer func() { _ = w.Close() }()
	w.Session(played("one", "pass"))
	traced(t, dir, "live")
	s := serving(t, dir)
	for _, run := range []string{"run", "packed", "live"} {
		a := get(t, s, "/runs/"+run+"/sessions/a_b_one.html", 200, "<h1>one: a → b</h1>")
		if got := a.Header.Get("Content-Security-Policy"); strings.Contains(got, "script-src 'unsafe") {
			t.Errorf("%s: got the policy %q", run, got)
		}
	}
	get(t, s, "/runs/run/sessions/a_b_two.html", 404)
	get(t, s, "/runs/live/sessions/a_b_two.html", 404)
	get(t, s, "/runs/lost/sessions/a_b_one.html", 404)
	get(t, s, "/runs/there/sessions/a_b_one.html", 200, "written already")
	get(t, s, "/runs/broken/sessions/a_b_one.html", 500, "traces/a_b_one.jsonl:1: no trace record")
}

// TestAReportCannotNameAnotherFile: where the trace is is what a report says, which may
// come from anywhere.
func TestAReportCannotNameAnotherFile(t *testing.T) {
	above := t.TempDir()
	dir := filepath.Join(above, "out")
	reported(t, dir, "run", 0, "pass")
	data, err := os.ReadFile(traced(t, above, "elsewhere"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "run", ".trace.jsonl"), string(data))
	file := filepath.Join(dir, "run", "report.json")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := serving(t, dir)
	for _, path := range []string{"../../elsewhere/traces/a_b_one.jsonl", filepath.ToSlash(above) + "/elsewhere/traces/a_b_one.jsonl", ".trace.jsonl", "../run/.trace.jsonl"} {
		write(t, file, strings.Replace(string(before), "traces/a_b_one.jsonl", path, 1))
		get(t, s, "/runs/run/sessions/a_b_one.html", 404)
	}
}
