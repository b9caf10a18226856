package html

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/webrtc-rink/rink/harness/peer/chrome"
)

// shots names a folder that takes screenshots of the page, for people to look at.
const shots = "RINK_SCREENSHOTS"

// opened is the report in a browser, and what the browser complained of.
type opened struct {
	ctx        context.Context
	mu         sync.Mutex
	complaints []string
}

func open(t *testing.T, path string) *opened {
	t.Helper()
	browser, err := chrome.Find()
	if err != nil {
		t.Fatal(err)
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(browser), chromedp.Headless, chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-background-networking", true),
		chromedp.UserDataDir(t.TempDir()),
	}
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	bounded, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	allocator, release := chromedp.NewExecAllocator(bounded, options...)
	o := &opened{}
	o.ctx, _ = chromedp.NewContext(allocator, chromedp.WithListener(o.hear))
	t.Cleanup(func() {
		_ = chromedp.Cancel(o.ctx) // it ends with its allocator at the latest
		release()
		cancel()
	})
	for _, err := range []error{
		call(o, network.Enable, network.EnableParams{}), call(o, log.Enable, cdp.Empty{}), call(o, runtime.Enable, cdp.Empty{}),
		call(o, cdppage.Navigate, cdppage.NavigateParams{URL: "file://" + path}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	o.await(t, `document.readyState === "complete"`)
	return o
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

// TestThePageInABrowser: nothing is fetched, nothing is complained of, nothing
// scrolls sideways, and the filter does what it says.
func TestThePageInABrowser(t *testing.T) {
	data, err := Render(rich(t))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	o := open(t, path)
	background := map[string]string{}
	for _, scheme := range []string{"light", "dark"} {
		for name, width := range map[string]int64{"narrow": 360, "wide": 1280} {
			o.look(t, width, scheme)
			if got := eval[int64](t, o, "document.documentElement.scrollWidth"); got > width {
				t.Errorf("%s: %d px wide at %d px", scheme, got, width)
			}
			o.shoot(t, name+"-"+scheme)
		}
		background[scheme] = eval[string](t, o, "getComputedStyle(document.body).backgroundColor")
	}
	if background["light"] == background["dark"] {
		t.Errorf("both schemes have the background %s", background["light"])
	}
	all := eval[int](t, o, `document.querySelectorAll("[data-row]:not([hidden])").length`)
	eval[any](t, o, `{ const f = document.getElementById("filter"); f.value = "cand-002"; f.dispatchEvent(new Event("input")) }; null`)
	few := eval[int](t, o, `document.querySelectorAll("[data-row]:not([hidden])").length`)
	others := eval[int](t, o, `[...document.querySelectorAll("[data-row]:not([hidden])")].filter((e) => !e.textContent.includes("CAND-002")).length`)
	if few == 0 || few >= all || others > 0 {
		t.Errorf("filter: %d of %d rows left, %d of them without the word", few, all, others)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.complaints) > 0 {
		t.Errorf("the browser complains: %q", o.complaints)
	}
}

func (o *opened) shoot(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv(shots)
	if dir == "" {
		return
	}
	yes := true
	shot, err := chromedp.Call(o.ctx, cdppage.CaptureScreenshot, cdppage.CaptureScreenshotParams{CaptureBeyondViewport: &yes})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "report-"+name+".png"), shot.Data, 0o644) //nolint:gosec // a picture
	}
	if err != nil {
		t.Fatal(err)
	}
}
