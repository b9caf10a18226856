package chrome

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/page/pagetest"
)

func TestAProgramThatIsNoBrowserIsAnErrorThatNamesIt(t *testing.T) {
	t.Setenv(EnvURL, "")
	programs := append(pagetest.NoBrowsers(), []pagetest.NoBrowser{
		{Name: "writes garbage and hangs", Path: func(t *testing.T) string {
			return pagetest.Script(t, "echo "+pagetest.Garbage+"; exec sleep 1000")
		}, Want: []string{pagetest.Garbage, "not ready after 2s"}},
		{Name: "writes garbage for an answer", Path: func(t *testing.T) string {
			return pagetest.Script(t, "printf '"+pagetest.Garbage+`\0' >&4; exec sleep 1000`)
		}, Want: []string{"not ready after 2s"}},
		{Name: "closes its pipes and hangs", Path: func(t *testing.T) string {
			return pagetest.Script(t, "echo "+pagetest.Garbage+"; exec 3<&- 4>&-; exec sleep 1000")
		}, Want: []string{pagetest.Garbage, "not ready after 2s"}},
		{Name: "is deaf to signals", Path: func(t *testing.T) string {
			return pagetest.Script(t, "trap '' TERM INT HUP; echo "+pagetest.Garbage+"; while :; do sleep 1000; done")
		}, Want: []string{pagetest.Garbage, "not ready after 2s"}},
	}...)
	pagetest.Refused(t, EnvExec, ErrNotFound, programs, func(ctx context.Context) (peer.Peer, error) {
		return Start(ctx, Options{StartTimeout: 2 * time.Second})
	})
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
	named := pagetest.Script(t, "exit 0")
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
