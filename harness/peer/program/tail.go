package program

import (
	"bytes"
	"strings"
	"sync"
)

// What is kept of what a program writes: so many of the last lines, and so many
// bytes of each.
const (
	tailLines = 10
	tailWidth = 1024
)

// Tail keeps the last lines that are written to it. It is ready to use.
type Tail struct {
	mu    sync.Mutex
	part  []byte // of a line that has no end yet
	lines []string
	each  func(line string) bool
}

// OnLine has each called with every further line; it says whether to keep the
// line, and must not use the Tail.
func (t *Tail) OnLine(each func(line string) bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.each = each
}

// Write implements io.Writer. It never fails.
func (t *Tail) Write(b []byte) (int, error) {
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

// Flush keeps a last line without an end.
func (t *Tail) Flush() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.keep(t.part)
	t.part = nil
}

// keep keeps a line; t.mu is held.
func (t *Tail) keep(line []byte) {
	text := strings.ToValidUTF8(string(bytes.TrimSpace(line[:min(len(line), tailWidth)])), "\uFFFD")
	if text == "" || t.each != nil && !t.each(text) {
		return
	}
	if len(t.lines) == tailLines {
		t.lines = t.lines[1:]
	}
	t.lines = append(t.lines, text)
}

// Add returns s and the last lines, if there are any.
func (t *Tail) Add(s string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.lines) == 0 {
		return s
	}
	return s + "\nit wrote last:\n" + strings.Join(t.lines, "\n")
}
