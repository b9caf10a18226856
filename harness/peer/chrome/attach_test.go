package chrome

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/page/pagetest"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
	"github.com/webrtc-rink/rink/harness/peer/program"
)

// foreign is a browser that somebody else runs, with a page of their own.
type foreign struct {
	cmd     *exec.Cmd
	ended   <-chan struct{} // closed once it was waited for
	address string          // 127.0.0.1 and the DevTools port
	path    string          // of the browser's websocket
}

const foreignTitle = "the page of another program"

// startForeign runs a browser with a DevTools port. It ends with the test.
func startForeign(ctx context.Context, t *testing.T) *foreign {
	t.Helper()
	path := installed(t)
	flags, err := commandLine([]string{"--remote-debugging-port=0"}, os.Geteuid() == 0)
	if err != nil {
		t.Fatal(err)
	}
	flags = slices.DeleteFunc(flags, func(f string) bool { return f == "--no-startup-window" })
	folder, err := program.NewFolder(folderPrefix, profileDir, "tmp") // the names of sockets below t.TempDir would be too long
	if err != nil {
		t.Fatal(err)
	}
	profile := folder.Sub(profileDir)
	f := &foreign{}
	f.cmd = exec.Command(path, append(flags, "--user-data-dir="+profile, "data:text/html,<title>"+foreignTitle+"</title>")...)
	f.cmd.Env = append(os.Environ(), "TMPDIR="+folder.Sub("tmp"))
	process, err := program.Start(f.cmd)
	if err != nil {
		t.Fatal(err)
	}
	f.ended = process.Ended()
	t.Cleanup(func() {
		process.Kill()
		<-process.Ended()
		if err := folder.Remove(); err != nil {
			t.Error(err)
		}
	})
	f.awaitPort(ctx, t, filepath.Join(profile, "DevToolsActivePort"))
	return f
}

// awaitPort waits for the file with the port and the path, and for the page.
func (f *foreign) awaitPort(ctx context.Context, t *testing.T, file string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, DefaultStartTimeout)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		text, _ := os.ReadFile(file)
		port, path, both := strings.Cut(strings.TrimSpace(string(text)), "\n")
		if f.address, f.path = "127.0.0.1:"+port, path; both && path != "" && slices.Contains(f.pages(t), foreignTitle) {
			return
		}
		select {
		case <-look.C:
		case <-f.ended:
			t.Fatalf("the browser to attach to: got %v, want it to run", f.cmd.ProcessState)
		case <-ctx.Done():
			t.Fatalf("the browser to attach to: no DevTools with a page: %v", ctx.Err())
		}
	}
}

// pages returns the title of every page of the browser, sorted.
func (f *foreign) pages(t *testing.T) []string {
	t.Helper()
	response, err := http.Get("http://" + f.address + "/json/list")
	if err != nil {
		t.Fatalf("the browser attached to: got %v, want it to run", err)
	}
	defer response.Body.Close()
	var all []struct{ Type, Title, URL string }
	if err := json.NewDecoder(response.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, target := range all {
		if target.Type == "page" {
			titles = append(titles, target.Title)
		}
	}
	slices.Sort(titles)
	return titles
}

// awaitPages waits until the browser has the pages: a page closes after its
// connection did.
func (f *foreign) awaitPages(ctx context.Context, t *testing.T, want ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, peertest.Patience)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		diff := cmp.Diff(want, f.pages(t))
		if diff == "" {
			return
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Errorf("pages of the browser attached to (-want +got):\n%s", diff)
			return
		}
	}
}

func TestABrowserThatWasAttachedToIsLeftAsItWas(t *testing.T) {
	ctx := pagetest.Bounded(t)
	f := startForeign(ctx, t)
	for _, url := range []string{
		"http://" + f.address,
		"http://" + f.address + "/",
		"ws://" + f.address,
		"ws://" + f.address + f.path,
	} {
		t.Run(strings.ReplaceAll(url, "/", "|"), func(t *testing.T) {
			b := run(t, Options{URL: url})
			if got := b.Describe().Details["browser"]; got != url {
				t.Errorf("description: got browser %q, want %q", got, url)
			}
			one, two := pagetest.Open(ctx, t, b, "one"), pagetest.Open(ctx, t, b, "two")
			if _, err := peertest.ConnectData(ctx, one, two, "rink"); err != nil {
				t.Error(err)
			}
			f.awaitPages(ctx, t, "Rink", foreignTitle)
			if err := b.Close(); err != nil {
				t.Errorf("close: got %v, want no error", err)
			}
			for name, w := range map[string]*peertest.Watched{"one": one, "two": two} {
				if err := w.AwaitEnd(ctx); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			f.awaitPages(ctx, t, foreignTitle)
		})
	}
}

func TestTwoPeersOfOneBrowserDoNotShareAPage(t *testing.T) {
	ctx := pagetest.Bounded(t)
	f := startForeign(ctx, t)
	one, two := run(t, Options{URL: "http://" + f.address}), run(t, Options{URL: "http://" + f.address})
	f.awaitPages(ctx, t, "Rink", "Rink", foreignTitle)
	if err := one.Close(); err != nil {
		t.Errorf("close: got %v, want no error", err)
	}
	f.awaitPages(ctx, t, "Rink", foreignTitle)
	pagetest.Work(ctx, t, pagetest.Open(ctx, t, two, "connection of the other peer"))
}

func TestTheEndOfABrowserThatWasAttachedToNamesItsURL(t *testing.T) {
	ctx := pagetest.Bounded(t)
	f := startForeign(ctx, t)
	url := "http://" + f.address
	b := run(t, Options{URL: url})
	w := pagetest.Open(ctx, t, b, "calling")
	pending := pagetest.CallInPage(ctx, t, subject(b), w, pagetest.Swallow)
	if err := f.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	pagetest.WantGoneError(t, "pending call", pagetest.Received(ctx, t, pending), DefaultID, url)
	pagetest.WantGone(ctx, t, w, "calling", url)
	_, err := b.Open(ctx, peer.Configuration{})
	pagetest.WantGoneError(t, "open", err, DefaultID, url)
	if err := b.Close(); err != nil {
		t.Errorf("close: got %v, want no error", err)
	}
}

// closedPort returns an address at which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// silentPort returns an address that takes connections and says nothing.
func silentPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") // the kernel accepts
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.Addr().String()
}

// server returns the address of a web server that answers everything with body.
func server(t *testing.T, status int, body string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

func TestAnURLThatIsNoBrowserIsAnErrorThatNamesIt(t *testing.T) {
	const socket = "/devtools/browser/4711"
	web := server(t, http.StatusOK, "<!doctype html><title>A page</title>")
	closed, silent := closedPort(t), silentPort(t)
	for _, c := range []struct{ name, url, want string }{
		{"nobody listens", "http://" + closed, "refused"},
		{"nobody listens at the websocket", "ws://" + closed + socket, "refused"},
		{"no DevTools", "http://" + web, "webSocketDebuggerUrl"},
		{"no DevTools at the websocket", "ws://" + web + socket, "200 OK"},
		{"no such file", "http://" + server(t, http.StatusNotFound, "what?"), "404 Not Found"},
		{"JSON of another service", "http://" + server(t, http.StatusOK, `{"status":"up"}`), "webSocketDebuggerUrl"},
		{"JSON of another kind", "http://" + server(t, http.StatusOK, `["up"]`), "webSocketDebuggerUrl"},
		{"leads to nobody", "http://" + server(t, http.StatusOK, `{"webSocketDebuggerUrl":"ws://`+closed+socket+`"}`), "refused"},
		{"silence", "http://" + silent, "not ready after"},
		{"silence at the websocket", "ws://" + silent + socket, "not ready after"},
		{"no scheme", "127.0.0.1:9222", "127.0.0.1:9222"},
		{"a name without a scheme", "localhost:9222", "want a URL such as"},
		{"a port alone", ":9222", "missing protocol scheme"},
		{"a number", "9222", "want a URL such as"},
		{"no host", "http:///json", "want a URL such as"},
		{"half an address", "http://[::1", "missing ']'"},
		{"no port", "http://127.0.0.1:port", "invalid port"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := Start(pagetest.Bounded(t), Options{URL: c.url, StartTimeout: time.Second})
			if err == nil {
				t.Fatalf("start: got a browser (close: %v), want an error", b.Close())
			}
			for _, want := range []string{c.url, c.want} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("start: got %q, want it to say %q", err, want)
				}
			}
		})
	}
}

func TestTheURLToAttachToCanComeFromTheEnvironment(t *testing.T) {
	url := "http://" + closedPort(t)
	t.Setenv(EnvURL, url)
	_, err := Start(pagetest.Bounded(t), Options{})
	if err == nil || !strings.Contains(err.Error(), url) {
		t.Errorf("start: got %v, want an error that names %s", err, url)
	}
}
