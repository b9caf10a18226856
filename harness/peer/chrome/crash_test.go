package chrome

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/webrtc-rink/rink/harness/peer"
)

// usedPage returns the page that the next Open uses.
func usedPage(b *Browser) *tab {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tab
}

// navigate sends the page elsewhere. That the call fails is for a page that
// crashes on the way.
func navigate(ctx context.Context, url string) error {
	_, err := chromedp.Call(ctx, cdppage.Navigate, cdppage.NavigateParams{URL: url})
	return err
}

func TestALostPageCostsItsConnectionsAndNotTheBrowser(t *testing.T) {
	b := live(t, Options{})
	for _, c := range []struct {
		name   string
		lose   func(context.Context) error
		reason string
	}{
		{"crash by DevTools", func(ctx context.Context) error {
			_, err := chromedp.Call(ctx, cdppage.Crash, cdp.Empty{})
			return err
		}, "page crashed"},
		{"crash by URL", func(ctx context.Context) error { return navigate(ctx, "chrome://crash") }, "page crashed"},
		{"killed by URL", func(ctx context.Context) error { return navigate(ctx, "chrome://kill") }, "page crashed"},
		{"closed", func(ctx context.Context) error {
			_, err := chromedp.Call(ctx, cdppage.Close, cdp.Empty{})
			return err
		}, "page closed"},
		{"another document", func(ctx context.Context) error { return navigate(ctx, "about:blank") }, "page left its document"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := bounded(t)
			idle, calling := open(ctx, t, b, "idle"), open(ctx, t, b, "calling")
			pending := callInPage(ctx, t, b, calling, swallow)
			lost := usedPage(b)
			// What brought the call is answered before this is, so that it is not
			// the first to tell of the loss, in DevTools' own words.
			if err := lost.run("0", false); err != nil {
				t.Fatal(err)
			}

			go func() { _ = c.lose(lost.ctx) }() // a crash has no answer
			wantGone(ctx, t, idle, "idle", c.reason)
			wantGone(ctx, t, calling, "calling", c.reason)
			wantGoneError(t, "pending call", received(ctx, t, pending), c.reason)
			wantGoneError(t, "later call", idle.RestartICE(ctx), c.reason)

			next := open(ctx, t, b, "next")
			if usedPage(b) == lost {
				t.Error("page of the next connection: got the lost one, want a new one")
			}
			work(ctx, t, next)
			if err := next.Close(ctx); err != nil {
				t.Errorf("close: got %v, want no error", err)
			}
			select {
			case <-lost.ctx.Done():
			case <-ctx.Done():
				t.Error("lost page: got it held, want it let go")
			}
			if _, err := chromedp.CallBrowser(b.link.ctx, browser.GetVersion, cdp.Empty{}); err != nil {
				t.Errorf("browser: got %v, want it to live", err)
			}
		})
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(b.tabs); n != 1 {
		t.Errorf("pages: got %d, want the last one alone", n)
	}
}

// Connections of a page that is not used any more are not touched by the loss of
// the one that is.
func TestALostPageTakesNoConnectionOfAnother(t *testing.T) {
	ctx := bounded(t)
	b := live(t, Options{})
	first := open(ctx, t, b, "first")
	b.mu.Lock()
	b.tab = nil // as after a page was given up: the next Open makes one
	b.mu.Unlock()
	second := open(ctx, t, b, "second")
	crash := usedPage(b)
	go func() { _, _ = chromedp.Call(crash.ctx, cdppage.Crash, cdp.Empty{}) }()
	wantGone(ctx, t, second, "second", "page crashed")
	work(ctx, t, first)
	for _, e := range first.Log() {
		if e.Type == peer.EventGone {
			t.Errorf("events of first: got %+v, want none of that type", e)
		}
	}
}
