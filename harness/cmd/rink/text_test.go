package main

import (
	"fmt"
	"strings"
	"testing"
)

func TestTheTerminalShowsWhatAnAgentWroteBeforeItDied(t *testing.T) {
	short := "mine is gone: exit status 1\nit wrote last:\nTraceback\nKeyError: 'ice-ufrag'"
	if got, want := reason(short, false), strings.ReplaceAll(short, "\n", "\n    "); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	lines := make([]string, 100)
	for i := range lines {
		lines[i] = fmt.Sprint("line ", i)
	}
	long := strings.Join(lines, "\n")
	want := "line 0 line 1 line 2 line 3 ... line 96 line 97 line 98 line 99"
	if got := strings.Join(strings.Fields(reason(long, false)), " "); got != want {
		t.Errorf("of many lines: got %q, want %q", got, want)
	}
	if got := reason(long, true); strings.Count(got, "\n    line") != 99 {
		t.Errorf("with --verbose: got %q, want all lines", got)
	}
}
