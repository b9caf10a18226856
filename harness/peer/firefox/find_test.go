package firefox

import (
	"context"
	"errors"
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
	programs := append(pagetest.NoBrowsers(), []pagetest.NoBrowser{
		{Name: "tells a port that is closed", Path: func(t *testing.T) string {
			return pagetest.Script(t, "echo '"+listening+"ws://127.0.0.1:1' >&2; exec sleep 1000")
		}, Want: []string{"refused"}},
		{Name: "tells no address", Path: func(t *testing.T) string {
			return pagetest.Script(t, "echo '"+listening+"::' >&2; exec sleep 1000")
		}, Want: []string{"::"}},
	}...)
	pagetest.Refused(t, EnvExec, ErrNotFound, programs, func(ctx context.Context) (peer.Peer, error) {
		return Start(ctx, Options{StartTimeout: 2 * time.Second})
	})
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
	named := pagetest.Script(t, "exit 0")
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
