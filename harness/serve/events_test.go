package serve

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/progress"
)

// rewrite encodes a report whose summary is not what it would be.
func rewrite(t *testing.T, path string, r *report.Report) {
	t.Helper()
	data, err := report.Encode(r)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, string(data))
}

// event is one of a stream.
type event struct{ id, kind, data string }

// follower reads a stream as a browser does.
type follower struct {
	*http.Response
	in *bufio.Reader
}

func followed(t *testing.T, s *Server, target, last string) *follower {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(s.URL(), "/")+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return &follower{resp, bufio.NewReader(resp.Body)}
}

// next is the next event; its kind is empty when the stream has ended.
func (f *follower) next() event {
	var e event
	for {
		line, err := f.in.ReadString('\n')
		if err != nil {
			return event{}
		}
		field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch field {
		case "id":
			e.id = value
		case "event":
			e.kind = value
		case "data":
			e.data = value
		case "":
			if e.kind != "" {
				return e
			}
		}
	}
}

func (f *follower) want(t *testing.T, id, kind string, parts ...string) {
	t.Helper()
	e := f.next()
	if e.id != id || e.kind != kind {
		t.Fatalf("got %+v, want %s as event %q", e, kind, id)
	}
	for _, part := range parts {
		if !strings.Contains(e.data, part) {
			t.Errorf("%s %s: want %s in %s", kind, id, part, e.data)
		}
	}
}

func TestARunIsFollowedToItsEnd(t *testing.T) {
	dir := t.TempDir()
	w := going(t, dir, "run", 3)
	w.Session(played("one", "pass"))
	s := serving(t, dir)
	f := followed(t, s, "/events/run", "")
	if kind := f.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("got the type %s", kind)
	}
	f.want(t, "1", "started", `"total":3`)
	f.want(t, "2", "session", `"done":1`, `"scenario":"one"`, `"reds":0`)
	go func() { // the run
		for _, step := range []func(){
			func() { w.Session(played("two", "fail")) }, func() { w.Note("a note") }, func() { w.Session(played("three", "known")) },
			func() { w.End(progress.End{Verdict: "so and so", ExitCode: 1, Complete: true}) },
		} {
			time.Sleep(pollEvery / 2)
			step()
		}
		_ = w.Close() // the end is there or the test waits for it in vain
	}()
	f.want(t, "3", "session", `"done":2`, `"reds":1`, `"check":"CAND-002"`, `"href":"/runs/run/sessions/a_b_two.html"`, `"lane":0`)
	f.want(t, "4", "note", `"a note"`)
	f.want(t, "5", "session", `"done":3`)
	f.want(t, "6", "end", `"verdict":"so and so"`, `"exitCode":1`, `"href":"/runs/run/"`)
	if e := f.next(); e.kind != "" {
		t.Errorf("after the end: got %+v", e)
	}
}

func TestAClientGoesOnWhereItWas(t *testing.T) {
	dir := t.TempDir()
	w := going(t, dir, "run", 3)
	defer func() { _ = w.Close() }()
	for _, name := range []string{"one", "two", "three"} {
		w.Session(played(name, "pass"))
	}
	s := serving(t, dir)
	followed(t, s, "/events/run", "3").want(t, "4", "session", `"three"`, `"done":3`)
	followed(t, s, "/events/run?after=2", "").want(t, "3", "session", `"two"`, `"done":2`)
	followed(t, s, "/events/run?after=1", "3").want(t, "4", "session", `"three"`) // what the browser had counts
	for _, last := range []string{"x", "-1", "99999999999999999999"} {
		if got := followed(t, s, "/events/run", last).StatusCode; got != http.StatusBadRequest {
			t.Errorf("last event %q: got %d, want 400", last, got)
		}
	}
	w.End(progress.End{Verdict: "fine"})
	followed(t, s, "/events/run", "4").want(t, "5", "end", `"fine"`)
	if got := followed(t, s, "/events/run", "5").StatusCode; got != http.StatusNoContent {
		t.Errorf("nothing to come: got %d, want 204, which ends an EventSource", got)
	}
}

func TestALineThatIsCutIsSentOnceItIsWhole(t *testing.T) {
	dir := t.TempDir()
	w := going(t, dir, "run", 3)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "run", progress.File), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	one := played("one", "pass")
	data, err := json.Marshal(progress.Line{Kind: progress.KindSession, Session: &one})
	if err != nil {
		t.Fatal(err)
	}
	s := serving(t, dir)
	f := followed(t, s, "/events/run", "")
	f.want(t, "1", "started")
	go func() {
		for _, part := range []string{"no line at all\n", string(data[:9]), string(data[9:30]), string(data[30:]), "\n", `{"kind":"later"}` + "\n"} {
			_, _ = file.WriteString(part) // what is missing is waited for in vain
			time.Sleep(2 * pollEvery)
		}
	}()
	f.want(t, "2", "note", "progress.jsonl:2: no line of progress")
	f.want(t, "3", "session", `"one"`, `"done":1`)
	f.want(t, "4", "other")
}

func TestSilenceIsToldAndItsEnd(t *testing.T) {
	dir := t.TempDir()
	w := going(t, dir, "run", 3)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "run", progress.File)
	long := time.Now().Add(-2 * progress.Silence)
	if err := os.Chtimes(path, long, long); err != nil {
		t.Fatal(err)
	}
	s := serving(t, dir)
	f := followed(t, s, "/events/run?after=1", "")
	f.want(t, "", "silent", "true")
	if err := os.Chtimes(path, time.Now(), time.Now()); err != nil {
		t.Fatal(err)
	}
	f.want(t, "", "silent", "false")
}

func TestTheListTellsWhenItIsAnotherOne(t *testing.T) {
	dir := t.TempDir()
	reported(t, dir, "one", 1, "pass")
	s := serving(t, dir)
	_, rest, _ := strings.Cut(get(t, s, "/", 200).body, `data-list="`)
	sum, _, _ := strings.Cut(rest, `"`)
	f := followed(t, s, "/events/?seen="+sum, "")
	w := going(t, dir, "two", 2)
	defer func() { _ = w.Close() }()
	f.want(t, "", "changed")
	f = followed(t, s, "/events/?seen="+sum, "")
	e := f.next()
	if err := json.Unmarshal([]byte(e.data), &sum); e.kind != "changed" || err != nil {
		t.Fatalf("got %+v, want the new list", e)
	}
	f = followed(t, s, "/events/?seen="+sum, "")
	f.want(t, "", "standing", `"run":"two"`, `"done":0,"total":2`)
	w.Session(played("one", "fail"))
	f.want(t, "", "standing", `"run":"two"`, `"done":1,"total":2,"reds":1`)
}

func TestAPageOfManyRedSessionsIsBounded(t *testing.T) {
	dir := t.TempDir()
	w := going(t, dir, "run", 1000)
	defer func() { _ = w.Close() }()
	for i := range maxReds + 5 {
		x := played(fmt.Sprintf("s%d", i), "fail")
		x.Red = slices.Repeat(x.Red, maxFindings+i)
		w.Session(x)
	}
	a := get(t, serving(t, dir), "/live/run", 200, "205 of 1000", "205 red", "And 5 older red sessions")
	if n := strings.Count(a.body, "<article"); n != maxReds {
		t.Errorf("got %d cards, want %d", n, maxReds)
	}
	order(t, a.body, "<article", ">s204</a>", "and 204 more", "<article", ">s203</a>", "and 203 more")
	if n := strings.Count(a.body, "CAND-002"); n != maxReds*maxFindings {
		t.Errorf("got %d findings, want %d", n, maxReds*maxFindings)
	}
}

func TestStreamsAreBounded(t *testing.T) {
	dir := t.TempDir()
	w := going(t, dir, "run", 3)
	defer func() { _ = w.Close() }()
	s := serving(t, dir)
	var open []*follower
	for range maxStreams {
		open = append(open, followed(t, s, "/events/run", ""))
	}
	a := ask(t, s, "GET", "/events/run")
	if a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || !strings.Contains(a.body, fmt.Sprint(maxStreams)) {
		t.Errorf("one more: got %d, %q", a.StatusCode, a.body)
	}
	get(t, s, "/", 200) // pages are there all the same
	_ = open[0].Body.Close()
	await(t, "the place of a stream that was left", func() bool {
		return len(s.streams) < maxStreams
	})
	followed(t, s, "/events/run", "").want(t, "1", "started")
}

func TestEventsOfWhatIsNoRun(t *testing.T) {
	dir := t.TempDir()
	reported(t, dir, "run", 1, "pass")
	w := going(t, dir, "live", 3)
	defer func() { _ = w.Close() }()
	s := serving(t, dir)
	got := map[string]int{}
	for _, target := range []string{"/events/none", "/events/run", "/events/.", "/events/run/"} {
		got[target] = ask(t, s, "GET", target).StatusCode
	}
	want := map[string]int{"/events/none": 404, "/events/run": 404, "/events/.": 307, "/events/run/": 404}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if a := ask(t, s, "HEAD", "/events/live"); a.StatusCode != 200 || a.body != "" {
		t.Errorf("HEAD: got %d, %q", a.StatusCode, a.body)
	}
}
