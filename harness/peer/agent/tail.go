package agent

import (
	"bytes"
	"strings"
	"sync"
)

// What is kept of the standard error of an agent: the last lines for the reason
// of its end, and the first ones as log events.
const (
	tailLines = 10
	tailWidth = 1024
	toldLines = 1000
)

// tail keeps the last lines that are written to it.
type tail struct {
	mu    sync.Mutex
	part  []byte // of a line that has no end yet
	lines []string
	tell  func(string)
	told  int
}

// Write implements io.Writer. It never fails.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.part = append(t.part, b...)
	for {
		line, rest, ended := bytes.Cut(t.part, []byte("\n"))
		if !ended {
			break
		}
		t.part = rest
		t.keep(line)
	}
	if len(t.part) > tailWidth {
		t.keep(t.part)
		t.part = nil
	}
	return len(b), nil
}

// flush keeps a last line without an end.
func (t *tail) flush() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.keep(t.part)
	t.part = nil
}

// keep keeps a line; t.mu is held.
func (t *tail) keep(line []byte) {
	text := strings.ToValidUTF8(string(bytes.TrimSpace(line[:min(len(line), tailWidth)])), "\uFFFD")
	if text == "" {
		return
	}
	if len(t.lines) == tailLines {
		t.lines = t.lines[1:]
	}
	t.lines = append(t.lines, text)
	switch {
	case t.tell == nil || t.told > toldLines:
	case t.told == toldLines:
		t.tell("more lines than are recorded")
		t.told++
	default:
		t.tell(text)
		t.told++
	}
}

// onLine has every further line told, up to a limit.
func (t *tail) onLine(tell func(string)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tell = tell
}

// String returns the last lines, or "" when there are none.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.lines, "\n")
}
