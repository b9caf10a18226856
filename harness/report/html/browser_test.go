package html

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/webrtc-rink/rink/harness/peer/chrome"
	"github.com/webrtc-rink/rink/harness/report"
)

// shots names a folder, by its absolute path, that takes pictures of the pages.
const shots = "RINK_SCREENSHOTS"

// The tests share one browser; each has a profile of its own in it.
var (
	shared     = sync.OnceValues(launch)
	closeChild = func() {}
)

func TestMain(m *testing.M) {
	code := m.Run()
	closeChild()
	os.Exit(code)
}

func launch() (context.Context, error) {
	browser, err := chrome.Find()
	if err != nil {
		return nil, err
	}
	profile, err := os.MkdirTemp("", "rink-report-")
	if err != nil {
		return nil, err
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(browser), chromedp.Headless, chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-background-networking", true),
		chromedp.UserDataDir(profile),
	}
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, release := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(allocator)
	closeChild = func() {
		_ = chromedp.Cancel(ctx) // it ends with its allocator at the latest
		release()
		_ = os.RemoveAll(profile)
	}
	_, err = chromedp.Run(ctx, chromedp.Evaluate[int]("1"))
	return ctx, err
}

// opened is a page in a browser, and what the browser complained of.
type opened struct {
	ctx        context.Context
	mu         sync.Mutex
	complaints []string
}

func open(t *testing.T, path string) *opened {
	t.Helper()
	o := tab(t)
	o.visit(t, path)
	return o
}

// tab is empty yet: what is said to it holds for the page that it opens.
func tab(t *testing.T) *opened {
	t.Helper()
	browser, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	bounded, cancel := context.WithTimeout(browser, 5*time.Minute)
	o := &opened{}
	o.ctx, _ = chromedp.NewContext(bounded, chromedp.WithNewBrowserContext(), chromedp.WithListener(o.hear))
	t.Cleanup(func() {
		_ = chromedp.Cancel(o.ctx) // it ends with the browser at the latest
		cancel()
	})
	for _, err := range []error{
		call(o, network.Enable, network.EnableParams{}), call(o, log.Enable, cdp.Empty{}), call(o, runtime.Enable, cdp.Empty{}),
		call(o, cdppage.Enable, cdppage.EnableParams{}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// visit opens a file, or the file with a fragment.
func (o *opened) visit(t *testing.T, path string) {
	t.Helper()
	if err := call(o, cdppage.Navigate, cdppage.NavigateParams{URL: "file://" + path}); err != nil {
		t.Fatal(err)
	}
	o.await(t, `document.readyState === "complete" && location.protocol === "file:"`)
}

func call[P, R any](o *opened, command cdp.Command[P, R], params P) error {
	_, err := chromedp.Call(o.ctx, command, params)
	return err
}

func (o *opened) hear(event any) {
	said := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		said = e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			said += " " + x.Description
		}
	case *runtime.EventConsoleAPICalled:
		said = fmt.Sprintf("console.%s", e.Type)
		for _, a := range e.Args {
			said += fmt.Sprintf(" %s", a.Value)
		}
	case *log.EventEntryAdded:
		said = e.Entry.Text
	case *network.EventRequestWillBeSent:
		if url := e.Request.URL; !strings.HasPrefix(url, "file://") && !strings.HasPrefix(url, "data:") {
			said = "request of " + url
		}
	}
	if said != "" {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.complaints = append(o.complaints, said)
	}
}

func eval[T any](t *testing.T, o *opened, expression string) T {
	t.Helper()
	v, err := chromedp.Run(o.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

func (o *opened) await(t *testing.T, condition string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !eval[bool](t, o, condition); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited 30 s for %s", condition)
		}
	}
}

func (o *opened) look(t *testing.T, width int64, scheme string) {
	t.Helper()
	for _, err := range []error{
		call(o, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1}),
		call(o, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// before runs a script ahead of those of each page.
func (o *opened) before(t *testing.T, script string) {
	t.Helper()
	_, err := chromedp.Call(o.ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	if err != nil {
		t.Fatal(err)
	}
}

// quiet fails if the browser complained, of a policy for instance, or asked for anything.
func (o *opened) quiet(t *testing.T) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.complaints) > 0 {
		t.Errorf("the browser complains: %q", o.complaints)
	}
}

// press presses keys of the keyboard.
func (o *opened) press(t *testing.T, keys string, with ...chromedp.KeyOption) {
	t.Helper()
	// As from a keyboard: who takes the key down, takes its letter as well.
	with = append(with, func(k *input.DispatchKeyEventParams) {
		if k.Type == input.DispatchKeyEventTypeKeyDown {
			k.Type = input.DispatchKeyEventTypeRawKeyDown
		}
	})
	if _, err := chromedp.Run(o.ctx, chromedp.KeyEvent(keys, with...)); err != nil {
		t.Fatal(err)
	}
}

// write puts a report into a file.
func write(t *testing.T, r *report.Report) string {
	t.Helper()
	data, err := Render(r)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (o *opened) shoot(t *testing.T, name string) {
	t.Helper()
	if os.Getenv(shots) == "" {
		return
	}
	yes := true
	eval[any](t, o, `{ const all = new CSSStyleSheet(); all.replaceSync("* { content-visibility: visible !important }"); document.adoptedStyleSheets = [all] } null`)
	size := eval[[2]float64](t, o, "[innerWidth, Math.min(document.documentElement.scrollHeight, 4000)]") // more is too large for the browser
	shot, err := chromedp.Call(o.ctx, cdppage.CaptureScreenshot, cdppage.CaptureScreenshotParams{
		CaptureBeyondViewport: &yes, Clip: &cdppage.Viewport{Width: size[0], Height: size[1], Scale: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.keep(t, name+".png", shot.Data)
}

// keep writes a picture of the page for people to look at.
func (o *opened) keep(t *testing.T, name string, data []byte) {
	t.Helper()
	dir := os.Getenv(shots)
	if dir == "" {
		return
	}
	err := os.MkdirAll(dir, 0o755) //nolint:gosec // pictures
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), data, 0o644) //nolint:gosec // a picture
	}
	if err != nil {
		t.Fatal(err)
	}
}
