package serve

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

func TestItAnswersToItsOwnNamesAlone(t *testing.T) {
	dir := t.TempDir()
	reported(t, dir, "run", 0, "pass")
	s := serving(t, dir)
	port := s.ports
	for host, code := range map[string]int{
		"127.0.0.1:" + port: 200, "localhost:" + port: 200, "LocalHost:" + port: 200, "[::1]:" + port: 200,
		"localhost": 403, "127.0.0.1": 403, "127.0.0.1:1": 403, "evil.example:" + port: 403, "evil.example": 403,
		"localhost.evil.example:" + port: 403, "127.0.0.1.nip.example:" + port: 403, "0.0.0.0:" + port: 403, "[::]:" + port: 403,
		"127.1:" + port: 403, "2130706433:" + port: 403, "localhost.:" + port: 403,
	} {
		for _, target := range []string{"/", "/events/run", "/runs/run/report.json"} {
			if target == "/events/run" && code == 200 {
				continue // it has no record
			}
			a := ask(t, s, "GET", target, "Host: "+host)
			if a.StatusCode != code {
				t.Errorf("%s of Host %s: got %d, want %d: %.200s", target, host, a.StatusCode, code, a.body)
			}
			if code == 403 && (!strings.Contains(a.body, `"`+host+`"`) || !strings.Contains(a.body, "127.0.0.1:"+port)) {
				t.Errorf("Host %s: want the refusal to say what was got and what is wanted, got %q", host, a.body)
			}
		}
	}
	if a := ask(t, s, "GET", "http://evil.example/"); a.StatusCode != 403 {
		t.Errorf("a whole URL of another host: got %d, want 403", a.StatusCode)
	}
}

func TestPagesOfOthersGetNothing(t *testing.T) {
	dir := t.TempDir()
	reported(t, dir, "run", 0, "pass")
	w := going(t, dir, "live", 1)
	defer func() { _ = w.Close() }()
	s := serving(t, dir)
	own := "http://" + s.listener.Addr().String()
	for _, tc := range []struct {
		code   int
		header []string
	}{
		{200, []string{"Origin: " + own}},
		{200, []string{"Origin: " + own, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors"}},
		{200, []string{"Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate"}},
		{200, []string{"Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: navigate"}},
		{403, []string{"Origin: null"}},
		{403, []string{"Origin: https://evil.example"}},
		{403, []string{"Origin: http://localhost:1"}},
		{403, []string{"Origin: https://" + s.listener.Addr().String()}},
		{403, []string{"Origin: http://127.0.0.1@evil.example"}},
		{403, []string{"Origin: "}},
		{403, []string{"Origin: " + own, "Origin: https://evil.example"}},
		{403, []string{"Sec-Fetch-Site: cross-site"}},
		{403, []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"}},
		{403, []string{"Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: no-cors"}},
	} {
		a := ask(t, s, "GET", "/runs/run/report.json", tc.header...)
		if a.StatusCode != tc.code {
			t.Errorf("%q: got %d, want %d", tc.header, a.StatusCode, tc.code)
		}
		if tc.code == 403 && (strings.Contains(a.body, "rink.report") || !strings.HasPrefix(a.body, "refused: ")) {
			t.Errorf("%q: got %.200q, want why it is refused", tc.header, a.body)
		}
		if tc.code == 403 {
			if a := ask(t, s, "GET", "/events/live", tc.header...); a.StatusCode != 403 {
				t.Errorf("%q: the events: got %d, want 403", tc.header, a.StatusCode)
			}
		}
	}
}

func TestItOnlyShows(t *testing.T) {
	dir := t.TempDir()
	reported(t, dir, "run", 0, "pass")
	s := serving(t, dir)
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get"} {
		a := ask(t, s, method, "/runs/run/report.json", "Content-Length: 0")
		if a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: got %d and Allow %q, want 405", method, a.StatusCode, a.Header.Get("Allow"))
		}
	}
	head := ask(t, s, "HEAD", "/")
	if head.StatusCode != 200 || head.body != "" {
		t.Errorf("HEAD: got %d and %d bytes", head.StatusCode, len(head.body))
	}
}

func TestEveryAnswerKeepsBrowsersFromMore(t *testing.T) {
	dir := t.TempDir()
	reported(t, dir, "run", 0, "pass")
	write(t, filepath.Join(dir, "run", "report.html"), "<p>x")
	w := going(t, dir, "live", 1)
	defer func() { _ = w.Close() }()
	s := serving(t, dir)
	for _, target := range []string{"/", "/history", "/history/versions", "/live/live", "/runs/run/", "/runs/run/report.json", "/runs/gone", "/nothing", "/runs/live/"} {
		a := ask(t, s, "GET", target)
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s: got %q, want %q", target, name, got, want)
			}
		}
		if got := a.Header.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'") {
			t.Errorf("%s: got the policy %q", target, got)
		}
		if got := a.Header.Get("Cache-Control"); got != "no-store" && got != "no-cache" {
			t.Errorf("%s: got Cache-Control %q", target, got)
		}
		if a.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: it lets others read it", target)
		}
	}
	for _, target := range []string{"/", "/live/live"} {
		a := ask(t, s, "GET", target)
		allowed := a.Header.Get("Content-Security-Policy")
		if !strings.Contains(allowed, "script-src 'sha256-") || !strings.Contains(allowed, "connect-src 'self'") || strings.Contains(allowed, "unsafe") {
			t.Errorf("%s: got the policy %q, want its own script by hash", target, allowed)
		}
		if !strings.Contains(a.body, `<noscript><meta http-equiv="refresh" content="5"></noscript>`) {
			t.Errorf("%s: it stands still without JavaScript", target)
		}
	}
}
