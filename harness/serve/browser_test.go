package serve

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
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer/chrome"
	"github.com/webrtc-rink/rink/harness/report/progress"
)

// shots names a folder that takes screenshots of the pages, for people to look at.
const shots = "RINK_SCREENSHOTS"

// browser is a browser, and what it complained of.
type browser struct {
	ctx        context.Context
	own        string // URL of the server
	mu         sync.Mutex
	complaints []string
}

func browse(t *testing.T, s *Server) *browser {
	t.Helper()
	path, err := chrome.Find()
	if err != nil {
		t.Fatal(err)
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.Headless, chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-background-networking", true),
		chromedp.UserDataDir(t.TempDir()),
	}
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	bounded, cancel := context.WithTimeout(context.Background(), 2*patience)
	allocator, release := chromedp.NewExecAllocator(bounded, options...)
	b := &browser{own: s.URL()}
	b.ctx, _ = chromedp.NewContext(allocator, chromedp.WithListener(b.hear))
	t.Cleanup(func() {
		_ = chromedp.Cancel(b.ctx) // it ends with its allocator at the latest
		release()
		cancel()
	})
	for _, err := range []error{
		call(b, network.Enable, network.EnableParams{}), call(b, log.Enable, cdp.Empty{}), call(b, cdpruntime.Enable, cdp.Empty{}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func call[P, R any](b *browser, command cdp.Command[P, R], params P) error {
	_, err := chromedp.Call(b.ctx, command, params)
	return err
}

func (b *browser) hear(event any) {
	said := ""
	switch e := event.(type) {
	case *cdpruntime.EventExceptionThrown:
		said = e.ExceptionDetails.Text
	case *cdpruntime.EventConsoleAPICalled:
		said = fmt.Sprintf("console: %s", e.Type)
	case *log.EventEntryAdded:
		said = e.Entry.Text
	case *network.EventRequestWillBeSent:
		if url := e.Request.URL; !strings.HasPrefix(url, b.own) && !strings.HasPrefix(url, "data:") {
			said = "request of " + url
		}
	}
	if said != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.complaints = append(b.complaints, said)
	}
}

func eval[T any](t *testing.T, b *browser, expression string) T {
	t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

func (b *browser) open(t *testing.T, path string) {
	t.Helper()
	if err := call(b, cdppage.Navigate, cdppage.NavigateParams{URL: strings.TrimSuffix(b.own, "/") + path}); err != nil {
		t.Fatal(err)
	}
	b.await(t, `document.readyState === "complete" && location.pathname === `+fmt.Sprintf("%q", path))
}

func (b *browser) await(t *testing.T, condition string) {
	t.Helper()
	await(t, condition, func() bool { return eval[bool](t, b, condition) })
}

// look wants the page to fit in both themes, wide and narrow, and takes pictures.
func (b *browser) look(t *testing.T, name string) {
	t.Helper()
	for _, scheme := range []string{"light", "dark"} {
		for size, width := range map[string]int64{"narrow": 360, "wide": 1280} {
			for _, err := range []error{
				call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1}),
				call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
					Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
				}),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if got := eval[int64](t, b, "document.documentElement.scrollWidth"); got > width {
				t.Errorf("%s, %s: %d px wide at %d px", name, scheme, got, width)
			}
			b.shoot(t, "serve-"+name+"-"+size+"-"+scheme)
		}
	}
}

func (b *browser) shoot(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv(shots)
	if dir == "" {
		return
	}
	yes := true
	shot, err := chromedp.Call(b.ctx, cdppage.CaptureScreenshot, cdppage.CaptureScreenshotParams{CaptureBeyondViewport: &yes})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), shot.Data, 0o644) //nolint:gosec // a picture
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (b *browser) complained(t *testing.T) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.complaints) > 0 {
		t.Errorf("the browser complains: %q", b.complaints)
	}
}

// TestALivePageGoesToTheEndByItself: without being loaded again, without a complaint.
func TestALivePageGoesToTheEndByItself(t *testing.T) {
	dir := t.TempDir()
	w := going(t, dir, "20261128T120000Z-0001", 40)
	w.Session(played("first", check.Pass))
	s := serving(t, dir)
	b := browse(t, s)
	b.open(t, "/live/20261128T120000Z-0001")
	b.await(t, `document.querySelector(".done").textContent === "1 of 40"`)
	eval[any](t, b, `window.loadedOnce = true; null`)
	for i, o := range []check.Outcome{check.Known, check.Pass, check.Fail, check.Unsupported, check.Error} {
		x := played(fmt.Sprintf("<b>scenario-%d", i), o)
		if o == check.Error {
			x.Reason, x.Red = "the browser died\nand wrote this", nil
		}
		w.Session(x)
	}
	w.Note("<i>a note")
	b.await(t, `document.querySelector(".done").textContent === "6 of 40" && document.querySelector("progress").value === 6 && document.querySelector(".notes").textContent.includes("<i>a note")`)
	b.await(t, `document.querySelector(".state").textContent === "running" && document.querySelector(".reds").textContent === "2 red"`)
	b.look(t, "live")
	red := eval[string](t, b, `document.getElementById("reds").textContent`)
	order(t, red, "<b>scenario-4", "the browser died", "<b>scenario-2", "CAND-002", "got x, want y")
	if got := eval[string](t, b, `[...document.querySelectorAll("ol.grid a")].map((a) => a.className + a.title).join()`); got !=
		"o passfirst: pass,o known<b>scenario-0: known,o pass<b>scenario-1: pass,o fail<b>scenario-2: fail,o unsupported<b>scenario-3: unsupported,o error<b>scenario-4: error" {
		t.Errorf("signs: got %s", got)
	}
	want := eval[string](t, b, `document.querySelector("ol.grid").innerHTML`)
	w.End(progress.End{Verdict: "1 harness error and <u>1 unexpected deviation", ExitCode: 2, Complete: true})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b.await(t, `document.querySelector(".state").textContent === "ended" && !document.querySelector(".end").hidden`)
	order(t, eval[string](t, b, `document.querySelector("header").textContent`), "The run", "1 harness error and <u>1 unexpected deviation", "Open the report")
	if got := eval[string](t, b, `document.querySelector(".end a").getAttribute("href")`); got != "/runs/20261128T120000Z-0001/" {
		t.Errorf("the report is at %s", got)
	}
	if !eval[bool](t, b, `window.loadedOnce === true`) {
		t.Error("the page was loaded again")
	}
	b.open(t, "/") // leaves the page, so that it is made anew
	b.open(t, "/live/20261128T120000Z-0001")
	if got := eval[string](t, b, `document.querySelector("ol.grid").innerHTML`); got != want {
		t.Errorf("as the server makes it: got %s, want what the script made: %s", got, want)
	}
	b.complained(t)
}

// TestTheListOfRunsFollowsWhatHappens: a run that begins appears, and goes over into the
// table when it has ended.
func TestTheListOfRunsFollowsWhatHappens(t *testing.T) {
	dir := t.TempDir()
	for i, o := range []outcomes{{"known", "pass", "pass"}, {"fail", "pass", "pass"}, {"pass", "pass", "known"}} {
		reported(t, dir, fmt.Sprintf("20261128T12%02d00Z-000%d", i, i), i, o...)
	}
	write(t, filepath.Join(dir, "20261128T110000Z-0009", "report.json"), `{"schema":`)
	s := serving(t, dir)
	b := browse(t, s)
	b.open(t, "/")
	w := going(t, dir, "20261128T130000Z-0004", 4)
	b.await(t, `document.querySelectorAll("[data-run]").length === 1`)
	w.Session(played("one", check.Known))
	w.Session(played("two", check.Fail))
	b.await(t, `document.querySelector(".done")?.textContent === "2 of 4" && document.querySelector("progress").value === 2`)
	b.look(t, "runs")
	w.End(progress.End{Verdict: "fine", Complete: true})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	reported(t, dir, "20261128T130000Z-0004", 60, check.Pass, check.Pass, check.Pass)
	b.await(t, `document.querySelectorAll("[data-run]").length === 0 && document.querySelectorAll("table.runs tbody tr").length === 5`)
	b.open(t, "/history")
	b.look(t, "history")
	b.open(t, "/runs/20261128T130000Z-0004/")
	b.look(t, "folder")
	b.complained(t)
}

// TestAPageGoesOnWhenTheServerIsThereAgain: the browser comes again by itself.
func TestAPageGoesOnWhenTheServerIsThereAgain(t *testing.T) {
	dir := t.TempDir()
	w := going(t, dir, "run", 4)
	defer func() { _ = w.Close() }()
	first, err := Listen(dir, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- first.Serve(ctx, os.Stderr) }()
	b := browse(t, first)
	b.open(t, "/live/run")
	w.Session(played("one", check.Pass))
	b.await(t, `document.querySelector(".done").textContent === "1 of 4"`)
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	b.await(t, `document.querySelector(".state").textContent.startsWith("the connection is lost")`)
	w.Session(played("two", check.Pass))
	var second *Server
	await(t, "the address to be free", func() bool {
		second, err = Listen(dir, first.listener.Addr().String())
		return err == nil
	})
	again, stopAgain := context.WithCancel(context.Background())
	go func() { ended <- second.Serve(again, os.Stderr) }()
	defer func() {
		stopAgain()
		select {
		case <-ended:
		case <-time.After(patience):
			t.Error("the server does not end")
		}
	}()
	b.await(t, `document.querySelector(".done").textContent === "2 of 4" && document.querySelectorAll("ol.grid a").length === 2`)
	b.await(t, `document.querySelector(".state").textContent === "running"`)
}

// TestAPageThatNobodyLooksAtLeavesItsStream: a browser has six connections to a server.
func TestAPageThatNobodyLooksAtLeavesItsStream(t *testing.T) {
	dir := t.TempDir()
	w := going(t, dir, "run", 4)
	defer func() { _ = w.Close() }()
	s := serving(t, dir)
	b := browse(t, s)
	b.open(t, "/live/run")
	hide := func(hidden bool) {
		eval[any](t, b, fmt.Sprintf(`Object.defineProperty(document, "hidden", { value: %t, configurable: true }); document.dispatchEvent(new Event("visibilitychange")); null`, hidden))
	}
	w.Session(played("one", check.Pass))
	b.await(t, `document.querySelector(".done").textContent === "1 of 4"`)
	hide(true)
	await(t, "the stream to be left", func() bool { return len(s.streams) == 0 })
	w.Session(played("two", check.Pass))
	hide(false)
	b.await(t, `document.querySelector(".done").textContent === "2 of 4" && document.querySelectorAll("ol.grid a").length === 2`)
	b.complained(t)
}
