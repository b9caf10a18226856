package chrome

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/peer/page/pagetest"
)

// script writes a program of the shell.
func script(t *testing.T, body string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the programs of this test are shell scripts")
	}
	path := filepath.Join(t.TempDir(), "browser")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// file writes a file with a mode.
func file(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "browser")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// garbage is what the programs that are no browser write.
const garbage = "this is no browser"

func TestAProgramThatIsNoBrowserIsAnErrorThatNamesIt(t *testing.T) {
	for _, c := range []struct {
		name string
		path func(t *testing.T) string
		want []string
	}{
		{"missing", func(t *testing.T) string { return filepath.Join(t.TempDir(), "missing") }, []string{"no such file"}},
		{"a name that PATH does not have", func(*testing.T) string { return "rink-no-such-browser" }, []string{"not found in $PATH"}},
		{"a folder", func(t *testing.T) string { return t.TempDir() }, []string{"directory"}},
		{"not executable", func(t *testing.T) string { return file(t, "#!/bin/sh\n", 0o600) }, []string{"permission denied"}},
		{"no program", func(t *testing.T) string { return file(t, garbage, 0o700) }, []string{"exec format error"}},
		{"a script without its shell", func(t *testing.T) string { return file(t, "#!/no/such/shell\n", 0o700) }, []string{"no such file"}},
		{"exits at once", func(t *testing.T) string { return script(t, "exit 7") }, []string{"exit status 7"}},
		{"exits in peace", func(t *testing.T) string { return script(t, "exit 0") }, []string{"exit status 0"}},
		{"says why it exits", func(t *testing.T) string { return script(t, "echo "+garbage+" >&2; exit 7") }, []string{"exit status 7", garbage}},
		{"writes garbage and hangs", func(t *testing.T) string { return script(t, "echo "+garbage+"; exec sleep 1000") }, []string{garbage, "not ready after 2s"}},
		{"hangs and has a child", func(t *testing.T) string { return script(t, "echo "+garbage+"; sleep 1000 & sleep 1000") }, []string{garbage, "not ready after 2s"}},
		{"writes garbage for an answer", func(t *testing.T) string { return script(t, "printf '"+garbage+`\0' >&4; exec sleep 1000`) }, []string{"not ready after 2s"}},
		{"closes its pipes and hangs", func(t *testing.T) string { return script(t, "echo "+garbage+"; exec 3<&- 4>&-; exec sleep 1000") }, []string{garbage, "not ready after 2s"}},
		{"is deaf to signals", func(t *testing.T) string {
			return script(t, "trap '' TERM INT HUP; echo "+garbage+"; while :; do sleep 1000; done")
		}, []string{garbage, "not ready after 2s"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := pagetest.Bounded(t)
			path := c.path(t)
			temp := t.TempDir()
			for name, value := range map[string]string{EnvURL: "", EnvExec: path, "TMPDIR": temp} {
				t.Setenv(name, value)
			}
			b, err := Start(ctx, Options{StartTimeout: 2 * time.Second})
			if err == nil {
				t.Fatalf("start: got a browser (close: %v), want an error", b.Close())
			}
			for _, want := range append(c.want, path) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("start: got %q, want it to say %q", err, want)
				}
			}
			if errors.Is(err, ErrNotFound) {
				t.Error("start: got ErrNotFound, which says that nobody named a browser")
			}
			if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
				t.Errorf("temporary folder: got %v (%v), want it empty", left, err)
			}
			pagetest.WantNoProcess(ctx, t, temp)
		})
	}
}

// nowhere hides every browser that PATH or RINK_CHROME leads to.
func nowhere(t *testing.T) {
	t.Helper()
	for _, place := range usualPlaces(runtime.GOOS) {
		if filepath.IsAbs(place) {
			if _, err := exec.LookPath(place); err == nil {
				t.Skipf("%s is found without PATH", place)
			}
		}
	}
	for name, value := range map[string]string{EnvURL: "", EnvExec: "", "PATH": t.TempDir()} {
		t.Setenv(name, value)
	}
}

func TestWithoutABrowserTheErrorSaysHowToInstallOne(t *testing.T) {
	nowhere(t)
	for _, path := range []string{os.Getenv("PATH"), ""} {
		t.Run(fmt.Sprintf("PATH=%q", path), func(t *testing.T) {
			t.Setenv("PATH", path)
			_, found := Find()
			_, started := Start(pagetest.Bounded(t), Options{})
			for name, err := range map[string]error{"find": found, "start": started} {
				if !errors.Is(err, ErrNotFound) {
					t.Errorf("%s: got %v, want ErrNotFound in the chain", name, err)
					continue
				}
				for _, want := range append(usualPlaces(runtime.GOOS), "apt-get install chromium", EnvExec) {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%s: got %q, want it to say %q", name, err, want)
					}
				}
			}
		})
	}
}

func TestFindTakesTheNamedBrowserBeforeTheUsualOnes(t *testing.T) {
	nowhere(t)
	named := script(t, "exit 0")
	usual := filepath.Join(os.Getenv("PATH"), "google-chrome")
	if err := os.WriteFile(usual, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]string{"": usual, named: named, "google-chrome": usual} {
		t.Setenv(EnvExec, value)
		if got, err := Find(); got != want || err != nil {
			t.Errorf("find with %s=%q: got %q (%v), want %q", EnvExec, value, got, err, want)
		}
	}
}

func TestAnExecPathThatIsMissingIsAnErrorThatNamesIt(t *testing.T) {
	t.Setenv(EnvURL, "")
	path := filepath.Join(t.TempDir(), "missing")
	_, err := Start(pagetest.Bounded(t), Options{ExecPath: path})
	if err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("start: got %v, want an error that names %s", err, path)
	}
}
