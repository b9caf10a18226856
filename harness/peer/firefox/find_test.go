package firefox

import (
	"errors"
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
		{"a script without its shell", func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "browser")
			if err := os.WriteFile(path, []byte("#!/no/such/shell\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			return path
		}, []string{"no such file"}},
		{"says why it exits", func(t *testing.T) string { return script(t, "echo "+garbage+" >&2; exit 7") }, []string{"exit status 7", garbage}},
		{"exits in peace", func(t *testing.T) string { return script(t, "exit 0") }, []string{"exit status 0"}},
		{"hangs and has a child", func(t *testing.T) string { return script(t, "echo "+garbage+"; sleep 1000 & sleep 1000") }, []string{garbage, "not ready after 2s"}},
		{"tells a port that is closed", func(t *testing.T) string {
			return script(t, "echo '"+listening+"ws://127.0.0.1:1' >&2; exec sleep 1000")
		}, []string{"refused"}},
		{"tells no address", func(t *testing.T) string { return script(t, "echo '"+listening+"::' >&2; exec sleep 1000") }, []string{"::"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := pagetest.Bounded(t)
			path := c.path(t)
			temp := t.TempDir()
			t.Setenv(EnvExec, path)
			t.Setenv("TMPDIR", temp)
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

// nowhere hides every browser that PATH or RINK_FIREFOX leads to.
func nowhere(t *testing.T) {
	t.Helper()
	for _, place := range usualPlaces(runtime.GOOS) {
		if filepath.IsAbs(place) {
			if _, err := exec.LookPath(place); err == nil {
				t.Skipf("%s is found without PATH", place)
			}
		}
	}
	t.Setenv(EnvExec, "")
	t.Setenv("PATH", t.TempDir())
}

func TestWithoutABrowserTheErrorSaysHowToInstallOne(t *testing.T) {
	nowhere(t)
	_, found := Find()
	_, started := Start(pagetest.Bounded(t), Options{})
	for name, err := range map[string]error{"find": found, "start": started} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: got %v, want ErrNotFound in the chain", name, err)
			continue
		}
		for _, want := range append(usualPlaces(runtime.GOOS), "apt-get install firefox-esr", EnvExec) {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %q, want it to say %q", name, err, want)
			}
		}
	}
}

func TestFindTakesTheNamedBrowserBeforeTheUsualOnes(t *testing.T) {
	nowhere(t)
	named := script(t, "exit 0")
	usual := filepath.Join(os.Getenv("PATH"), "firefox-esr")
	if err := os.WriteFile(usual, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]string{"": usual, named: named, "firefox-esr": usual} {
		t.Setenv(EnvExec, value)
		if got, err := Find(); got != want || err != nil {
			t.Errorf("find with %s=%q: got %q (%v), want %q", EnvExec, value, got, err, want)
		}
	}
}

func TestPreferencesThatCannotBeSetAreNamed(t *testing.T) {
	for name, value := range map[string]any{"rink.list": []int{1}, "rink.float": 1.5, "rink.none": nil, "": true} {
		_, err := Start(pagetest.Bounded(t), Options{Prefs: map[string]any{name: value}})
		if err == nil || !strings.Contains(err.Error(), "pref "+name) && name != "" {
			t.Errorf("start with %q=%v: got %v, want an error that names it", name, value, err)
		}
	}
	all, err := preferences(Options{MDNS: true, Prefs: map[string]any{"media.autoplay.default": 1, "rink.text": `a "b"`}})
	if err != nil {
		t.Fatal(err)
	}
	text, err := userJS(all)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`user_pref("media.autoplay.default", 1);`, `user_pref("rink.text", "a \"b\"");`, `user_pref("app.normandy.enabled", false);`,
		`user_pref("media.peerconnection.ice.obfuscate_host_addresses", true);`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("user.js: got %q, want a line %s", text, want)
		}
	}
}
