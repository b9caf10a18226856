//go:build darwin || linux

package program

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A folder that another process has made and not yet marked is not taken, and
// neither is what is no folder of ours.
func TestASweepTakesOnlyWhatIsLeft(t *testing.T) {
	const prefix, inner = "rink-test-", "profile"
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	used, err := NewFolder(prefix, inner, "tmp")
	if err != nil {
		t.Fatal(err)
	}
	left, fresh := filepath.Join(temp, prefix+"left"), filepath.Join(temp, prefix+"fresh")
	target, other := filepath.Join(temp, "target"), filepath.Join(temp, "other", inner)
	link, plain := filepath.Join(temp, prefix+"link"), filepath.Join(temp, prefix+"file")
	for _, err := range []error{
		os.MkdirAll(filepath.Join(left, inner, "Default"), 0o700), os.Mkdir(fresh, 0o700),
		os.MkdirAll(filepath.Join(target, inner), 0o700), os.MkdirAll(other, 0o700),
		os.Symlink(target, link), os.WriteFile(plain, nil, 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	sweep(prefix, inner)
	if _, err := os.Lstat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what a killed harness left: got %v, want it gone", err)
	}
	for _, path := range []string{used.Sub(inner), used.Sub("tmp"), fresh, filepath.Join(target, inner), other, link, plain} {
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("%s: got %v, want it kept", path, err)
		}
	}
	// The mark goes with the process, here with its file.
	if err := used.held.Close(); err != nil {
		t.Fatal(err)
	}
	sweep(prefix, inner)
	if _, err := os.Lstat(used.Path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that nobody holds: got %v, want it gone", err)
	}
}

func TestARemovedFolderIsGone(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	f, err := NewFolder("rink-test-", "profile")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.Sub("profile/x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Remove(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(f.Path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want it gone", err)
	}
}

func TestATailKeepsTheLastLines(t *testing.T) {
	tail := &Tail{}
	tail.OnLine(func(line string) bool { return line != "noise" })
	if got := tail.Add("it ended"); got != "it ended" {
		t.Errorf("nothing written: got %q", got)
	}
	for _, text := range []string{"one\nno", "ise\n\n two \n", "no end"} {
		if n, err := tail.Write([]byte(text)); n != len(text) || err != nil {
			t.Errorf("got %d, %v", n, err)
		}
	}
	if got, want := tail.Add("it ended"), "it ended\nit wrote last:\none\ntwo"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	tail.Flush()
	if got, want := tail.Add("it ended"), "it ended\nit wrote last:\none\ntwo\nno end"; got != want {
		t.Errorf("flushed: got %q, want %q", got, want)
	}
	_, _ = tail.Write([]byte(strings.Repeat("long", tailWidth)))
	if got, want := tail.Add(""), "\n"+strings.Repeat("long", tailWidth/4); !strings.HasSuffix(got, want) {
		t.Errorf("a line that does not end: got %d bytes, want the first %d of it", len(got), tailWidth)
	}
}
