package chrome

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"

	"github.com/webrtc-rink/rink/harness/peer/program"
)

// link is the way to one browser: chromedp's context of it and how to end it.
type link struct {
	name     string   // path of the program, or URL
	flags    []string // of a program that was run
	attached bool

	ctx    context.Context // holds the chromedp context; ends with the browser
	cancel context.CancelFunc
	cmd    *exec.Cmd // nil when attached
	stderr *program.Tail
	folder *program.Folder // holds everything that the program writes; nil when attached
	wait   func()          // until chromedp has let go of everything
}

// launch runs a browser with a profile of its own.
func launch(ctx context.Context, o Options) (*link, error) {
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
	root := os.Geteuid() == 0
	flags, err := commandLine(o.Flags, root)
	if err != nil {
		return nil, err
	}
	if root {
		o.Log("running as root: --no-sandbox")
	}
	folder, err := program.NewFolder(folderPrefix, profileDir, "tmp", "config", "cache")
	if err != nil {
		return nil, err
	}
	l := &link{name: path, flags: flags, stderr: &program.Tail{}, folder: folder}
	l.stderr.OnLine(tells)
	options := append(allocatorFlags(flags),
		chromedp.ExecPath(path),
		chromedp.UserDataDir(folder.Sub(profileDir)),
		chromedp.Env(
			"TMPDIR="+folder.Sub("tmp"),
			"XDG_CONFIG_HOME="+folder.Sub("config"), // crash reports
			"XDG_CACHE_HOME="+folder.Sub("cache")),
		chromedp.CombinedOutput(l.stderr),
		chromedp.ModifyCmdFunc(func(cmd *exec.Cmd) {
			program.OwnGroup(cmd) // chromedp keeps the thread that starts it
			l.cmd = cmd
		}))
	base, cancel := context.WithCancel(context.Background())
	allocator, release := chromedp.NewExecAllocator(base, options...)
	l.wait = release
	return l, l.begin(ctx, allocator, cancel, o)
}

// attach connects to a running browser.
func attach(ctx context.Context, o Options) (*link, error) {
	address, err := debuggerURL(ctx, o.URL)
	if err != nil {
		return nil, fmt.Errorf("attach to %s: %w", o.URL, err)
	}
	l := &link{name: o.URL, attached: true, stderr: &program.Tail{}}
	base, cancel := context.WithCancel(context.Background())
	allocator, release := remote.NewAllocator(base, address, remote.NoModifyURL)
	l.wait = func() {
		release()
		chromedp.FromContext(l.ctx).Allocator.Wait()
	}
	o.Log("attached to " + o.URL)
	return l, l.begin(ctx, allocator, cancel, o)
}

// begin starts the program, or dials. On an error nothing is left.
func (l *link) begin(ctx context.Context, allocator context.Context, cancel context.CancelFunc, o Options) error {
	say := func(format string, args ...any) { o.Log("chromedp: " + fmt.Sprintf(format, args...)) }
	l.ctx, _ = chromedp.NewContext(allocator, chromedp.WithLogf(say), chromedp.WithErrorf(say))
	l.cancel = cancel
	stop := context.AfterFunc(ctx, cancel)
	_, err := chromedp.Targets(l.ctx)
	if stop() && err == nil {
		return nil
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	} else if err != nil { // chromedp's text ends in empty lines
		err = errors.New(strings.Join(strings.Fields(err.Error()), " "))
	}
	closed := l.close()
	if ctx.Err() == nil && closed == nil && l.cmd != nil && l.cmd.ProcessState != nil && l.cmd.ProcessState.Exited() {
		err = fmt.Errorf("ended before it was ready: %s", l.cmd.ProcessState)
	}
	return errors.Join(fmt.Errorf("%s: %w", l.stderr.Add(l.name), err), closed)
}

// bound returns the chromedp context of the browser that also ends with ctx.
func (l *link) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	bounded, cancel := context.WithCancel(l.ctx)
	stop := context.AfterFunc(ctx, cancel)
	return bounded, func() { stop(); cancel() }
}

// lost is closed when the browser can no longer be reached.
func (l *link) lost() <-chan struct{} { return chromedp.FromContext(l.ctx).Browser.LostConnection }

// exitGrace is how long reason waits for a program that lost its pipe to exit.
const exitGrace = 3 * time.Second

// reason says what ended a browser that is lost.
func (l *link) reason() string {
	if l.attached {
		return "lost the connection to " + l.name
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), exitGrace)
	defer cancel()
	if err := chromedp.WaitClosed(ctx); err != nil {
		return l.stderr.Add("closed its debugging pipe and still runs")
	}
	return l.stderr.Add("browser ended: " + l.cmd.ProcessState.String())
}

// tells leaves out what a browser complains of all the time on a machine without
// D-Bus.
func tells(line string) bool { return !strings.Contains(line, ":ERROR:dbus/") }

// closeGrace is how long a browser has to end after it was asked to. It is a
// variable for the test.
var closeGrace = 10 * time.Second

// close ends the browser, if it was run here, and removes what it wrote.
func (l *link) close() error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if chromedp.FromContext(l.ctx).Browser != nil && l.ctx.Err() == nil && !l.attached {
			asked, cancel := context.WithTimeout(l.ctx, closeGrace)
			_ = chromedp.Cancel(asked) // kills it when the time is over
			cancel()
		}
		l.cancel()
		l.wait()
	}()
	select {
	case <-done:
	case <-time.After(2 * closeGrace):
		return fmt.Errorf("close chrome: %s did not end within %v", l.name, 2*closeGrace)
	}
	if l.attached {
		return nil
	}
	if l.cmd != nil && l.cmd.Process != nil {
		program.KillGroup(l.cmd.Process)
	}
	return l.folder.Remove()
}

// folderPrefix begins the name of a browser's folder, and profileDir is the one in
// it that every browser has.
const (
	folderPrefix = "rink-chrome-"
	profileDir   = "profile"
)

// debuggerURL returns the websocket URL of the browser behind a DevTools URL.
// A URL that names the websocket is returned as it is.
func debuggerURL(ctx context.Context, devTools string) (string, error) {
	u, err := url.Parse(devTools)
	switch {
	case err != nil:
		return "", err
	case u.Host == "":
		return "", errors.New("got no host, want a URL such as http://127.0.0.1:9222")
	case strings.Contains(u.Path, "/devtools/browser/"):
		return devTools, nil
	}
	u.Scheme, u.Path = "http", "/json/version"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<16))
	if err != nil {
		return "", err
	}
	var version struct {
		WebSocketDebuggerURL string `json:"webSocketDebuggerUrl"`
	}
	if json.Unmarshal(body, &version) != nil || version.WebSocketDebuggerURL == "" {
		return "", fmt.Errorf("%s: got %s %.200q, want JSON with webSocketDebuggerUrl", u, response.Status, body)
	}
	return version.WebSocketDebuggerURL, nil
}
