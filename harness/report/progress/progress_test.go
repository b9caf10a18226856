package progress

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
)

func started() Started {
	pair := report.Pair{Offerer: "a", Answerer: "b"}
	return Started{ID: "run", Command: []string{"rink", "run"}, Pairs: []Lane{{pair, 2}}, Sessions: 2, StartedAt: time.Unix(1, 0).UTC(), PID: 7}
}

func session(scenario string, worst check.Outcome) Session {
	s := Session{ID: "a_b_" + scenario, Scenario: scenario, Pair: report.Pair{Offerer: "a", Answerer: "b"}, Result: "completed", Worst: worst, Total: 2}
	s.Outcomes.Add(worst)
	return s
}

func lines(t *testing.T, dir string) []Line {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	all, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatIsWrittenIsReadWhileItGrows(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(dir, started())
	if err != nil {
		t.Fatal(err)
	}
	w.Session(session("one", check.Pass))
	if got := lines(t, dir); len(got) != 2 || got[0].Schema != Schema || got[1].Session.Scenario != "one" {
		t.Fatalf("while it goes: got %+v, want a start and a session", got)
	}
	red := session("two", check.Fail)
	for range maxRed + 3 {
		red.Red = append(red.Red, Red{Check: "CAND-001", Subject: "a", Outcome: check.Fail})
	}
	w.Session(red)
	w.Note("a note")
	w.End(End{Verdict: "fine", ExitCode: 1, Complete: true})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var state State
	for _, l := range lines(t, dir) {
		state.Add(l)
	}
	if diff := cmp.Diff(started(), state.Started); diff != "" {
		t.Errorf("start (-want +got):\n%s", diff)
	}
	if len(state.Sessions) != 2 || state.Red != 1 || state.Outcomes.Pass != 1 || state.Outcomes.Fail != 1 || state.End == nil || state.End.ExitCode != 1 {
		t.Errorf("got %+v, want two sessions, one red, and the end", state)
	}
	if s := state.Sessions[1]; len(s.Red) != maxRed || s.MoreRed != 3 {
		t.Errorf("got %d red results and %d more, want %d and 3", len(s.Red), s.MoreRed, maxRed)
	}
	if diff := cmp.Diff([]string{"a note"}, state.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

const first = `{"schema":"rink.progress/v1","kind":"started","started":{"id":"run"}}` + "\n"

func TestALineThatIsCutIsReadOnceItIsWhole(t *testing.T) {
	in := &strings.Reader{}
	r := NewReader(in)
	for _, part := range []string{first[:10], first[10:], `{"kind":"note","no`} {
		in.Reset(part)
		l, err := r.Next()
		if whole := part == first[10:]; whole != (err == nil) || whole && l.Kind != KindStarted {
			t.Fatalf("after %q: got %+v, %v", part, l, err)
		}
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Fatalf("got %v, want the end for now", err)
	}
	in.Reset(`te":"x"}` + "\n")
	if l, err := r.Next(); err != nil || l.Note != "x" || r.N() != 2 {
		t.Errorf("got %+v, %v as line %d, want the note as line 2", l, err, r.N())
	}
}

func TestWhatIsNoLineIsNamedAndPassedOver(t *testing.T) {
	for text, want := range map[string]string{
		first + "{}x\n":                          "2: no line of progress",
		`{"kind":"note"}` + "\n":                 `1: got a line of kind "note", want "started" first`,
		`{"kind":"started","started":{}}` + "\n": `1: got schema "", want`,
		first + `{"kind":"session"}` + "\n":      `2: a line of kind "session" without its "session"`,
		first + `{"kind":"end"}` + "\n":          `2: a line of kind "end" without its "end"`,
	} {
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
	r := NewReader(strings.NewReader(first + "no\n" + `{"kind":"note","note":"after"}` + "\n"))
	var notes []string
	for {
		l, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && l.Kind == KindNote {
			notes = append(notes, l.Note)
		}
	}
	if diff := cmp.Diff([]string{"after"}, notes); diff != "" {
		t.Errorf("behind what is no line (-want +got):\n%s", diff)
	}
	endless := strings.NewReader(first + strings.Repeat("x", maxLine+100<<10))
	if _, err := Read(endless); !errors.Is(err, ErrTooLong) {
		t.Errorf("got %v, want that the line is too long", err)
	}
}

func TestTextOfPeersIsMadeSafe(t *testing.T) {
	got, err := Read(strings.NewReader(first + `{"kind":"note","note":"\u001b[2J\u202e"}` + "\n"))
	if err != nil || got[1].Note != `\x1b[2J\u202e` {
		t.Errorf("got %q, %v, want the characters spelled out", got[1].Note, err)
	}
}

func TestAWriterSaysWhatItCouldNotWrite(t *testing.T) {
	if _, err := Create(filepath.Join(t.TempDir(), "gone"), started()); err == nil || !strings.Contains(err.Error(), "progress.jsonl") {
		t.Errorf("no folder: got %v, want an error that names the file", err)
	}
	w, err := Create(t.TempDir(), started())
	if err != nil {
		t.Fatal(err)
	}
	_ = w.file.Close() // as a disk does that is full
	w.Note("lost")
	w.Note("lost, too")
	if err := w.Err(); err == nil || !strings.Contains(err.Error(), "progress") {
		t.Errorf("got %v, want what could not be written", err)
	}
	if err := w.Close(); err == nil {
		t.Error("close: got no error")
	}
}

func TestTheTimeLeftGoesByTheLinesThemselves(t *testing.T) {
	var state State
	at := time.Unix(1000, 0)
	s := started()
	s.Sessions = 200
	state.Add(Line{Kind: KindStarted, At: at, Started: &s})
	for n := 1; n <= 20; n++ {
		one := session("x", check.Pass)
		state.Add(Line{Kind: KindSession, At: at.Add(time.Duration(2*n) * time.Second), Session: &one})
		if left := state.Left(); n < paceSessions && left != "" || n == 20 && left != "about 6 min" {
			t.Errorf("after %d: got %q", n, left)
		}
	}
	state.Add(Line{Kind: KindEnd, End: &End{}})
	if left := state.Left(); left != "" {
		t.Errorf("after the end: got %q, want nothing left", left)
	}
}

// FuzzRead: whatever is in a file, reading it ends, and what is read is whole.
func FuzzRead(f *testing.F) {
	f.Add(first + `{"kind":"session","session":{"id":"x"}}` + "\n" + `{"kind":"end","end":{}}` + "\n")
	f.Add("{}\n\n" + first)
	f.Fuzz(func(t *testing.T, text string) {
		all, err := Read(strings.NewReader(text))
		var state State
		for _, l := range all {
			state.Add(l)
		}
		if err == nil && len(all) > 0 && (all[0].Started == nil || len(all) > strings.Count(text, "\n")) {
			t.Errorf("got %+v", all)
		}
	})
}
