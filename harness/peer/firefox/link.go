package firefox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/peer/program"
)

// dirPrefix begins the name of the folder of every browser, and profileDir is
// the profile in it.
const (
	dirPrefix  = "rink-firefox-"
	profileDir = "profile"
)

// link is a browser that was run, and the BiDi session with it.
type link struct {
	path    string
	process *program.Process
	stderr  *program.Tail
	folder  *program.Folder // holds everything that the program writes
	session *session        // nil until it is there
}

// listening begins the line in which Firefox says where BiDi is.
const listening = "WebDriver BiDi listening on "

// launch runs a browser with a profile of its own, and connects to it. On an
// error nothing is left.
func launch(ctx context.Context, o Options, prefs map[string]any, hear func(string, json.RawMessage)) (*link, error) {
	path := o.ExecPath
	var err error
	if path == "" {
		path, err = Find()
	} else {
		path, err = exec.LookPath(path)
	}
	if err != nil {
		return nil, err
	}
	folder, err := program.NewFolder(dirPrefix, profileDir, "home", "tmp")
	if err != nil {
		return nil, err
	}
	l := &link{path: path, folder: folder, stderr: &program.Tail{}}
	if err := l.begin(ctx, prefs, hear); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, errors.Join(fmt.Errorf("%s: %w", l.stderr.Add(path), err), l.close())
	}
	return l, nil
}

// begin starts the program and connects to where it says that BiDi is.
func (l *link) begin(ctx context.Context, prefs map[string]any, hear func(string, json.RawMessage)) error {
	text, err := userJS(prefs)
	if err != nil {
		return err
	}
	profile := l.folder.Sub(profileDir)
	if err := os.WriteFile(l.folder.Sub(profileDir+"/user.js"), []byte(text), 0o600); err != nil {
		return err
	}
	told := make(chan string, 1)
	l.stderr.OnLine(func(line string) bool {
		address, found := strings.CutPrefix(line, listening)
		if found {
			select {
			case told <- address:
			default: // said again
			}
		}
		return !found && !noise(line)
	})
	cmd := exec.Command(l.path, "--headless", "--no-remote", "--profile", profile,
		"--remote-debugging-port=0", "--remote-allow-origins="+origin, "about:blank")
	cmd.Env = append(os.Environ(),
		"HOME="+l.folder.Sub("home"), // what is not in the profile: caches, crash reports, dconf
		"XDG_CONFIG_HOME="+l.folder.Sub("home/.config"),
		"XDG_CACHE_HOME="+l.folder.Sub("home/.cache"),
		"TMPDIR="+l.folder.Sub("tmp"),
		"MOZ_CRASHREPORTER_DISABLE=1",
		"MOZ_REMOTE_SETTINGS_DEVTOOLS=1", // or a release does not heed services.settings.server
		"MOZ_HEADLESS=1")
	cmd.Stdout, cmd.Stderr = l.stderr, l.stderr
	if l.process, err = program.Start(cmd); err != nil {
		return err
	}
	select {
	case address := <-told:
		l.session, err = dial(ctx, address, hear)
		return err
	case <-l.process.Ended():
		return fmt.Errorf("ended before it was ready: %s", l.process.State())
	case <-ctx.Done():
		return ctx.Err()
	}
}

// noise are lines that every headless browser writes.
func noise(line string) bool {
	return strings.HasPrefix(line, "*** You are running in headless mode") || strings.Contains(line, "dconf-CRITICAL")
}

// exitGrace is how long reason waits for a program to exit that broke the
// connection.
const exitGrace = 3 * time.Second

// lost waits until the browser can no longer be reached, or until stop is
// closed.
func (l *link) lost(stop <-chan struct{}) {
	select {
	case <-l.session.lost:
	case <-l.process.Ended():
	case <-stop:
	}
}

// reason says what ended a browser that is lost.
func (l *link) reason() string {
	late := time.NewTimer(exitGrace)
	defer late.Stop()
	select {
	case <-l.process.Ended():
		return l.stderr.Add("browser ended: " + l.process.State().String())
	case <-late.C:
		return l.stderr.Add("closed its BiDi connection and still runs")
	}
}

// closeGrace is how long a browser has to end after it was asked to.
const closeGrace = 10 * time.Second

// close ends the browser and removes what it wrote. It is asked by a signal and
// not by browser.close, which takes seconds to save a profile that is thrown
// away.
func (l *link) close() error {
	if l.session != nil {
		l.session.close()
	}
	if l.process != nil {
		l.process.Stop(closeGrace)
	}
	return l.folder.Remove()
}
