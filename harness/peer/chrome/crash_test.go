package chrome

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/page/pagetest"
)

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
			ctx := pagetest.Bounded(t)
			var lost *tab
			pagetest.LosePage(ctx, t, subject(b), c.reason, func() {
				lost = b.pages.Used()
				go func() { _ = c.lose(lost.ctx) }() // a crash has no answer
			})
			if b.pages.Used() == lost {
				t.Error("page of the next connection: got the lost one, want a new one")
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
	if n := pages(b); n != 1 {
		t.Errorf("pages: got %d, want the last one alone", n)
	}
}

// Connections of a page that is not used any more are not touched by the loss of
// the one that is.
func TestALostPageTakesNoConnectionOfAnother(t *testing.T) {
	ctx := pagetest.Bounded(t)
	b := live(t, Options{})
	first := pagetest.Open(ctx, t, b, "first")
	b.pages.Forget(b.pages.Used()) // as after a page was given up: the next Open makes one
	second := pagetest.Open(ctx, t, b, "second")
	crash := b.pages.Used()
	go func() { _, _ = chromedp.Call(crash.ctx, cdppage.Crash, cdp.Empty{}) }()
	pagetest.WantGone(ctx, t, second, "second", "page crashed")
	pagetest.Work(ctx, t, first)
	for _, e := range first.Log() {
		if e.Type == peer.EventGone {
			t.Errorf("events of first: got %+v, want none of that type", e)
		}
	}
}
