package pagetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Script writes a program of the shell.
func Script(t *testing.T, body string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the programs of this test are shell scripts")
	}
	return File(t, "#!/bin/sh\n"+body+"\n", 0o700)
}

// File writes a file with a mode.
func File(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "browser")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// Garbage is what the programs that are no browser write.
const Garbage = "this is no browser"

// NoBrowser is a program that is no browser, and what the error of its start says.
type NoBrowser struct {
	Name string
	Path func(t *testing.T) string
	Want []string
}

// NoBrowsers are those that no browser peer can start. Those that hang are given up
// after 2 s.
func NoBrowsers() []NoBrowser {
	return []NoBrowser{
		{"missing", func(t *testing.T) string { return filepath.Join(t.TempDir(), "missing") }, []string{"no such file"}},
		{"a name that PATH does not have", func(*testing.T) string { return "rink-no-such-browser" }, []string{"not found in $PATH"}},
		{"a folder", func(t *testing.T) string { return t.TempDir() }, []string{"directory"}},
		{"not executable", func(t *testing.T) string { return File(t, "#!/bin/sh\n", 0o600) }, []string{"permission denied"}},
		{"no program", func(t *testing.T) string { return File(t, Garbage, 0o700) }, []string{"exec format error"}},
		{"a script without its shell", func(t *testing.T) string { return File(t, "#!/no/such/shell\n", 0o700) }, []string{"no such file"}},
		{"exits at once", func(t *testing.T) string { return Script(t, "exit 7") }, []string{"exit status 7"}},
		{"exits in peace", func(t *testing.T) string { return Script(t, "exit 0") }, []string{"exit status 0"}},
		{"says why it exits", func(t *testing.T) string { return Script(t, "echo "+Garbage+" >&2; exit 7") }, []string{"exit status 7", Garbage}},
		{"hangs and has a child", func(t *testing.T) string { return Script(t, "echo "+Garbage+"; sleep 1000 & sleep 1000") }, []string{Garbage, "not ready after 2s"}},
	}
}

// Refused starts each program, which the environment variable env names, and checks
// the error, that notFound is not in its chain, and that nothing is left.
func Refused(t *testing.T, env string, notFound error, programs []NoBrowser, start func(context.Context) (peer.Peer, error)) {
	t.Helper()
	for _, c := range programs {
		t.Run(c.Name, func(t *testing.T) {
			ctx := Bounded(t)
			path, temp := c.Path(t), t.TempDir()
			t.Setenv(env, path)
			t.Setenv("TMPDIR", temp)
			b, err := start(ctx)
			if err == nil {
				t.Fatalf("start: got a browser (close: %v), want an error", b.Close())
			}
			for _, want := range append(c.Want, path) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("start: got %q, want it to say %q", err, want)
				}
			}
			if errors.Is(err, notFound) {
				t.Errorf("start: got %v in the chain, which says that nobody named a browser", notFound)
			}
			if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
				t.Errorf("temporary folder: got %v (%v), want it empty", left, err)
			}
			WantNoProcess(ctx, t, temp)
		})
	}
}
