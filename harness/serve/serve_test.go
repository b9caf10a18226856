package serve

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/progress"
	"github.com/webrtc-rink/rink/harness/report/view"
	"github.com/webrtc-rink/rink/harness/trace"
)

// patience is what a slow machine gets.
const patience = 60 * time.Second

// serving runs a server over dir until the test ends, which then wants it to have ended
// in good order.
func serving(t *testing.T, dir string) *Server {
	t.Helper()
	s, err := Listen(dir, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, io.Discard) }()
	t.Cleanup(func() {
		stop()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("the server ended with %v", err)
			}
		case <-time.After(patience):
			t.Error("the server does not end")
		}
	})
	return s
}

// answer is what came of a request.
type answer struct {
	*http.Response
	body string
}

// ask sends a request whose target goes out as it is, which a client of net/http would
// tidy up.
func ask(t *testing.T, s *Server, method, target string, header ...string) answer {
	t.Helper()
	conn, err := net.Dial("tcp", s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(patience))
	host := "Host: " + s.listener.Addr().String()
	for _, h := range header {
		if strings.HasPrefix(h, "Host:") {
			host = h
		} else {
			host += "\r\n" + h
		}
	}
	if _, err := fmt.Fprintf(conn, "%s %s HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n", method, target, host); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%s %q: %v", method, target, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %q: %v", method, target, err)
	}
	return answer{resp, string(body)}
}

// get wants an answer with a status and parts of its text.
func get(t *testing.T, s *Server, target string, code int, parts ...string) answer {
	t.Helper()
	a := ask(t, s, "GET", target)
	if a.StatusCode != code {
		t.Errorf("%s: got status %d, want %d: %.300s", target, a.StatusCode, code, a.body)
	}
	for _, part := range parts {
		if !strings.Contains(a.body, part) {
			_, shown, _ := strings.Cut(a.body, "</head>")
			shown, _, _ = strings.Cut(shown, "<script>")
			t.Errorf("%s: want %q in it:\n%s", target, part, shown)
		}
	}
	return a
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// outcomes of CAND-001, CAND-002, ... in a run.
type outcomes []check.Outcome

// reported leaves the report of a run of a and b that began some minutes after noon.
func reported(t *testing.T, dir, id string, minutes int, list ...check.Outcome) *report.Report {
	t.Helper()
	pair := report.Pair{Offerer: "a", Answerer: "b"}
	r := &report.Report{
		Schema: report.Schema, Peers: []peer.Description{{ID: "a", Version: "v1"}, {ID: "b", Version: fmt.Sprintf("v%d", minutes)}},
		Run: report.Run{
			ID: id, StartedAt: time.Date(2026, 11, 28, 12, minutes, 0, 0, time.UTC), Complete: true, DurationMs: 1500, Network: "private",
		},
		Sessions: []report.Session{{ID: "a_b_one", Scenario: "one", Pair: pair, Result: trace.EndCompleted, Trace: "traces/a_b_one.jsonl"}},
	}
	for i, o := range list {
		id := fmt.Sprintf("CAND-00%d", i+1)
		r.Checks = append(r.Checks, report.Check{ID: id, Title: "title of " + id, Level: check.Must, Group: "candidates"})
		r.Results = append(r.Results, report.Result{Check: id, Scenario: "one", Pair: pair, Subject: "b", Role: trace.Answerer, Outcome: o, Session: "a_b_one"})
	}
	r.Summary = report.Summarize(r)
	data, err := report.Encode(r)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, id, "report.json"), string(data))
	return r
}

// traced leaves the trace of the session of reported.
func traced(t *testing.T, dir, id string) string {
	t.Helper()
	at := filepath.Join(dir, id, "traces", "a_b_one.jsonl")
	if err := os.MkdirAll(filepath.Dir(at), 0o750); err != nil {
		t.Fatal(err)
	}
	rec, err := trace.Create(at)
	if err != nil {
		t.Fatal(err)
	}
	rec.Add(trace.Record{Kind: trace.KindSession, Session: &trace.Header{
		Schema: trace.Schema, ID: "a_b_one", Scenario: "one", Offerer: peer.Description{ID: "a"}, Answerer: peer.Description{ID: "b"},
	}})
	rec.Add(trace.Record{Kind: trace.KindEnd, End: &trace.End{Result: trace.EndCompleted, Stage: trace.StageClose}})
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	return at
}

// going begins a run of a and b that has so many sessions to play.
func going(t *testing.T, dir, id string, sessions int) *progress.Writer {
	t.Helper()
	at := filepath.Join(dir, id)
	if err := os.MkdirAll(at, 0o750); err != nil {
		t.Fatal(err)
	}
	pair := report.Pair{Offerer: "a", Answerer: "b"}
	w, err := progress.Create(at, progress.Started{
		ID: id, Command: []string{"rink", "run"}, Pairs: []progress.Lane{{Pair: pair, Sessions: sessions}},
		Sessions: sessions, StartedAt: time.Now().UTC(), PID: os.Getpid(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func played(scenario string, o check.Outcome) progress.Session {
	s := progress.Session{ID: "a_b_" + scenario, Scenario: scenario, Pair: report.Pair{Offerer: "a", Answerer: "b"}, Result: trace.EndCompleted, Worst: o}
	s.Outcomes.Add(o)
	if view.Red(o) {
		s.Red = []progress.Red{{Check: "CAND-002", Subject: "b", Outcome: o, Finding: "sdpMid: got x, want y"}}
	}
	return s
}

func await(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !happened(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v for %s", patience, what)
		}
	}
}

func TestItListensOnLoopbackAlone(t *testing.T) {
	dir := t.TempDir()
	for addr, want := range map[string]string{
		"0.0.0.0:0": "0.0.0.0 is not on the loopback interface", ":0": "every interface", "[::]:0": ":: is not on the loopback",
		"192.0.2.1:80": "192.0.2.1 is not on the loopback", "example.org:80": `"example.org" is a name that may lead anywhere`,
		"localhost.example.org:80": "may lead anywhere", "127.0.0.1": "HOST:PORT", "127.0.0.1:http": "number from 0 to 65535",
		"127.0.0.1:70000": "number from 0 to 65535", "[::ffff:192.0.2.1]:80": "not on the loopback", "": "HOST:PORT",
	} {
		s, err := Listen(dir, addr)
		if !errors.Is(err, ErrAddress) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), fmt.Sprintf("%q", addr)) {
			t.Errorf("%q: got %v, want an address that cannot be used: %s", addr, err, want)
		}
		if s != nil {
			_ = s.Close()
		}
	}
	for _, addr := range []string{"127.0.0.1:0", "localhost:0", "127.0.0.2:0"} {
		s, err := Listen(dir, addr)
		if err != nil {
			t.Errorf("%s: %v", addr, err)
			continue
		}
		if at := s.listener.Addr().(*net.TCPAddr); !at.IP.IsLoopback() || at.Port == 0 || !strings.Contains(s.URL(), fmt.Sprint(at.Port)) {
			t.Errorf("%s: listens on %v and says %s", addr, at, s.URL())
		}
		_ = s.Close()
	}
	if _, err := Listen(filepath.Join(dir, "gone"), "127.0.0.1:0"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: got %v", err)
	}
}

func TestAnAddressThatIsTakenIsNoUsageError(t *testing.T) {
	dir := t.TempDir()
	s := serving(t, dir)
	if _, err := Listen(dir, s.listener.Addr().String()); err == nil || errors.Is(err, ErrAddress) {
		t.Errorf("got %v, want that the address is in use", err)
	}
}

// TestItEndsWithItsStreams: whoever follows a run does not keep the server, and nothing
// of it is left.
func TestItEndsWithItsStreams(t *testing.T) {
	dir := t.TempDir()
	w := going(t, dir, "run", 3)
	defer func() { _ = w.Close() }()
	before := runtime.NumGoroutine()
	s, err := Listen(dir, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, io.Discard) }()
	var open []net.Conn
	for _, target := range []string{"/events/run", "/events/run?after=1", "/events/?seen=x", "/"} {
		conn, err := net.Dial("tcp", s.listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, conn)
		_, _ = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, s.listener.Addr())
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "200") {
			t.Fatalf("%s: got %q, %v", target, line, err)
		}
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("got %v", err)
		}
	case <-time.After(patience):
		t.Fatal("the server does not end while a stream is open")
	}
	for _, conn := range open {
		_ = conn.Close()
	}
	await(t, "goroutines to end", func() bool { return runtime.NumGoroutine() <= before })
	if _, err := net.Dial("tcp", s.listener.Addr().String()); err == nil {
		t.Error("somebody listens still")
	}
}
