package program

import (
	"bytes"
	"strings"
	"sync"
)

// tailLines is how much of what a program writes is kept.
const tailLines = 10

// Tail keeps the last lines that are written to it.
type Tail struct {
	// Each, unless it is nil, is called with every line, and says whether to
	// keep it.
	Each func(line string) bool

	mu    sync.Mutex
	part  []byte // of a line that has no end yet
	lines []string
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
		t.keep(string(bytes.TrimSpace(line)))
	}
	if len(t.part) > 4096 {
		t.keep(string(t.part))
		t.part = nil
	}
	return len(b), nil
}

func (t *Tail) keep(line string) {
	if line == "" || t.Each != nil && !t.Each(line) {
		return
	}
	if len(t.lines) == tailLines {
		t.lines = t.lines[1:]
	}
	t.lines = append(t.lines, line)
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
