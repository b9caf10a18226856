package chrome

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/log"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/page"
)

const (
	// origin is the page's. It is secure, so that it can hold permissions, and
	// Chrome resolves names under .localhost by itself. No request leaves the
	// browser: every one is answered by fulfil.
	origin   = "https://rink.localhost"
	document = `<!doctype html><title>Rink</title><link rel="icon" href="data:,">`

	binding = "rinkEmit" // the function through which page.js speaks
)

// tab is one page of the browser with the script loaded.
type tab struct {
	page    *page.Page
	browser *Browser
	ctx     context.Context // holds the chromedp context of the page
	cancel  context.CancelFunc
	loaded  atomic.Bool
	opened  atomic.Int64 // connections
}

// newTab opens a page and makes it the one that Open uses.
func (b *Browser) newTab(ctx context.Context) (*tab, error) {
	t := &tab{browser: b}
	t.page = page.New(b.options.ID, t.evaluate)
	options := []chromedp.ContextOption{chromedp.WithListener(t.hear)}
	if b.link.attached {
		options = append(options, chromedp.WithNewBrowserContext())
	}
	t.ctx, t.cancel = chromedp.NewContext(b.link.ctx, options...)
	stop := context.AfterFunc(ctx, t.cancel)
	err := t.load()
	if stop() && err == nil {
		err = b.pages.Use(t)
	}
	if err != nil || ctx.Err() != nil {
		t.page.Close()
		t.cancel()
		if ctx.Err() != nil {
			return nil, fmt.Errorf("%s open a page: %w", b.options.ID, ctx.Err())
		}
		return nil, t.lost(fmt.Errorf("%s open a page: %w", b.options.ID, err))
	}
	return t, nil
}

// load brings the page to its origin, with the permission if host addresses are
// to be told, and loads the script.
func (t *tab) load() error {
	if _, err := chromedp.Call(t.ctx, fetch.Enable, fetch.EnableParams{}); err != nil {
		return fmt.Errorf("call Fetch.enable: %w", err)
	}
	if !t.browser.options.MDNS {
		for _, device := range []string{"microphone", "camera"} {
			_, err := chromedp.CallBrowser(t.ctx, browser.SetPermission, browser.SetPermissionParams{
				Permission: &browser.PermissionDescriptor{Name: device}, Setting: browser.PermissionSettingGranted,
				Origin: origin, BrowserContextID: chromedp.FromContext(t.ctx).BrowserContextID,
			})
			if err != nil {
				return fmt.Errorf("call Browser.setPermission %s: %w", device, err)
			}
		}
	}
	if _, err := chromedp.Call(t.ctx, runtime.AddBinding, runtime.AddBindingParams{Name: binding}); err != nil {
		return fmt.Errorf("call Runtime.addBinding: %w", err)
	}
	went, err := chromedp.Call(t.ctx, cdppage.Navigate, cdppage.NavigateParams{URL: origin + "/"})
	if err == nil && went.ErrorText != "" {
		err = errors.New(went.ErrorText)
	}
	if err != nil {
		return fmt.Errorf("call Page.navigate %s: %w", origin, err)
	}
	if err := t.run(page.Script(binding), false); err != nil {
		return fmt.Errorf("load the script: %w", err)
	}
	t.loaded.Store(true)
	return nil
}

// brands returns the brands of the browser's navigator.userAgentData.
func (t *tab) brands(ctx context.Context) ([]string, error) {
	bounded, cancel := context.WithCancel(t.ctx)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	return chromedp.Run(bounded, chromedp.Evaluate[[]string](`(navigator.userAgentData?.brands ?? []).map((b) => b.brand)`))
}

// run evaluates an expression for its effect. With a user gesture the page may
// start audio; it takes the browser longer.
func (t *tab) run(expression string, gesture bool) error {
	yes := true
	r, err := chromedp.Call(t.ctx, runtime.Evaluate, runtime.EvaluateParams{
		Expression: expression, UserGesture: &gesture, Silent: &yes,
	})
	if err == nil && r.ExceptionDetails != nil {
		err = &chromedp.ExceptionError{ExceptionDetails: r.ExceptionDetails}
	}
	return err
}

// evaluate implements page.Evaluate.
func (t *tab) evaluate(expression string, gesture bool) error {
	if err := t.run(expression, gesture); err != nil {
		return t.lost(err)
	}
	return nil
}

// Page implements page.Tab.
func (t *tab) Page() *page.Page { return t.page }

// Context implements page.Tab.
func (t *tab) Context() context.Context { return t.ctx }

// Probe implements page.Tab.
func (t *tab) Probe(ctx context.Context) error {
	if _, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: "0"}); err != nil {
		return t.lost(fmt.Errorf("page does not answer: %w", err))
	}
	return nil
}

// lost returns why the browser ended, if it did, and else err.
func (t *tab) lost(err error) error {
	select {
	case <-t.browser.link.lost():
		<-t.browser.pages.Gone()
	default:
		return err
	}
	return t.browser.pages.Ended()
}

// Watch implements page.Tab: it ends the page in Go when it ends in the browser, and the other way
// round.
func (t *tab) Watch() {
	if detached, err := chromedp.Detached(t.ctx); err != nil {
		t.page.Fail(err.Error())
	} else {
		select {
		case <-detached:
			t.page.Fail("page closed")
		case <-t.page.Done():
		}
	}
	t.browser.pages.Forget(t)
	t.cancel()
}

// collectEvery is after how many connections a page collects garbage. Chrome
// lets a page have 500, counts closed ones until they are collected, and does
// not collect them for the sake of the limit.
const collectEvery = 100

// open opens a connection in the page.
func (t *tab) open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	if t.opened.Add(1)%collectEvery == 0 {
		go func() { // ends with the page at the latest
			_, _ = chromedp.Call(t.ctx, heapprofiler.CollectGarbage, cdp.Empty{})
		}()
	}
	return t.browser.pages.Open(ctx, t, c)
}

// hear takes every event of the page, in order. It must not block, nor call the
// browser.
func (t *tab) hear(event any) {
	switch e := event.(type) {
	case *runtime.EventBindingCalled:
		if e.Name == binding {
			t.page.Deliver(e.Payload)
		}
	case *fetch.EventRequestPaused:
		go t.fulfil(e.RequestID)
	case *runtime.EventConsoleAPICalled:
		t.page.Log(level(string(e.Type)), text(e.Args))
	case *runtime.EventExceptionThrown:
		t.page.Log("error", (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
	case *log.EventEntryAdded:
		t.page.Log(level(string(e.Entry.Level)), e.Entry.Text)
	case *runtime.EventExecutionContextsCleared:
		if t.loaded.Load() {
			t.page.Fail("page left its document")
		}
	case *target.EventTargetCrashed:
		if e.TargetID == chromedp.FromContext(t.ctx).Target.TargetID {
			t.page.Fail(fmt.Sprintf("page crashed: %s, code %d", e.Status, e.ErrorCode))
		}
	case *inspector.EventTargetCrashed:
		t.page.Fail("page crashed")
	}
}

// fulfil answers a request of the page with the empty document.
func (t *tab) fulfil(id fetch.RequestID) {
	_, _ = chromedp.Call(t.ctx, fetch.FulfillRequest, fetch.FulfillRequestParams{
		RequestID: id, ResponseCode: 200, Body: []byte(document),
		ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: "text/html; charset=utf-8"}},
	}) // an error means that the page is gone, which is told elsewhere
}

// level maps the types of console calls and the levels of log entries.
func level(cdp string) string {
	switch cdp {
	case "error", "assert":
		return "error"
	case "warning":
		return "warn"
	case "debug", "verbose":
		return "debug"
	}
	return "info"
}

// text shows the arguments of a console call.
func text(args []*runtime.RemoteObject) string {
	shown := make([]string, len(args))
	for i, a := range args {
		switch {
		case json.Unmarshal(a.Value, &shown[i]) == nil:
		case len(a.Value) > 0:
			shown[i] = string(a.Value)
		case a.Description != "":
			shown[i] = a.Description
		default:
			shown[i] = string(a.UnserializableValue) + string(a.Type)
		}
	}
	return strings.Join(shown, " ")
}
