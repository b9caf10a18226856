package chrome

import (
	"bytes"
	"strings"
	"sync"
)

// tailLines is how much of the browser's standard error is kept.
const tailLines = 10

// tail keeps the last lines that are written to it.
type tail struct {
	mu    sync.Mutex
	part  []byte // of a line that has no end yet
	lines []string
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
		t.keep(string(bytes.TrimSpace(line)))
	}
	if len(t.part) > 4096 {
		t.keep(string(t.part))
		t.part = nil
	}
	return len(b), nil
}

func (t *tail) keep(line string) {
	// A machine without D-Bus has Chromium complain of it all the time.
	if line == "" || strings.Contains(line, ":ERROR:dbus/") {
		return
	}
	if len(t.lines) == tailLines {
		t.lines = t.lines[1:]
	}
	t.lines = append(t.lines, line)
}

// String returns the last lines, or "" when there are none.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.lines, "\n")
}
