package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/webrtc-rink/rink/harness/peer"
	live "github.com/webrtc-rink/rink/harness/report/progress"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/trace"
)

// told plays the sessions of a run, one every step, and returns what was written.
func told(terminal bool, total int, step time.Duration, offerer string) string {
	var out bytes.Buffer
	at := time.Unix(0, 0)
	p := newProgress(&out, false)
	p.terminal, p.now, p.pace.Begun = terminal, func() time.Time { return at }, at
	for n := 1; n <= total; n++ {
		at = at.Add(step)
		s := run.Session{End: trace.End{Result: trace.EndCompleted}, Header: trace.Header{
			Scenario: "trickle-full", Offerer: peer.Description{ID: offerer}, Answerer: peer.Description{ID: "chrome"},
		}}
		if n == 3 {
			s.End = trace.End{Result: trace.EndError, Stage: trace.StageLaunch, Reason: "no display\nit wrote last: x"}
		}
		p.session(s, n, total)
	}
	return out.String()
}

func TestALogHasALineForEachSessionWithWhatIsLeft(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(told(false, 200, 2*time.Second, "pion")), "\n")
	if len(lines) != 200 {
		t.Fatalf("got %d lines, want one for each of 200 sessions", len(lines))
	}
	for n, parts := range map[int][]string{
		1:   {"1/200", "skipped", "pion->chrome", "trickle-full"},
		3:   {"3/200", "error", "(error in launch: no display)"},
		20:  {"20/200", ", about 6 min left"},
		170: {"170/200", ", about 60 s left"},
	} {
		for _, part := range parts {
			if !strings.Contains(lines[n-1], part) {
				t.Errorf("line %d: got %q, want %q in it", n, lines[n-1], part)
			}
		}
	}
	for _, n := range []int{1, 9, 197, 200} { // a guess, or of no use
		if strings.Contains(lines[n-1], "left") {
			t.Errorf("line %d: got %q, want no time left in it", n, lines[n-1])
		}
	}
}

func TestAShortRunTellsNoTimeThatIsLeft(t *testing.T) {
	if said := told(false, 60, 100*time.Millisecond, "pion"); strings.Contains(said, "left") {
		t.Errorf("got a time left in a run of 6 s:\n%s", said)
	}
}

func TestATerminalHasOneMovingLineThatFits(t *testing.T) {
	said := told(true, 200, 2*time.Second, "pion@v3.2.40-with-a-name-that-is-longer-than-a-line-of-a-terminal-is-wide")
	if got := strings.Count(said, "\n"); got != 1 {
		t.Errorf("got %d lines that stay, want that of the error alone", got)
	}
	moving := strings.Split(said, clearLine)
	for _, line := range moving {
		if !strings.Contains(line, "\n") && utf8.RuneCountInString(line) > columns {
			t.Errorf("got a line of %d columns, want at most %d: %q", utf8.RuneCountInString(line), columns, line)
		}
	}
	if got, want := moving[20], "   20/200, 1 red, about 6 min left  "; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want it to begin with %q", got, want)
	}
}

func TestATimeIsAsExactAsAnEstimateIs(t *testing.T) {
	for d, want := range map[time.Duration]string{
		11 * time.Second: "about 10 s", 98 * time.Second: "about 100 s", 100 * time.Second: "about 2 min", 754 * time.Second: "about 13 min",
	} {
		if got := live.About(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}
