package page

import (
	"context"
	"errors"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
)

// tab is a page without a browser. Its probe tells of an error.
type tab struct {
	page  *Page
	pages *Pages[*tab]
	probe error
}

func (t *tab) Page() *Page                 { return t.page }
func (t *tab) Context() context.Context    { return context.Background() }
func (t *tab) Probe(context.Context) error { return t.probe }
func (t *tab) Watch()                      { <-t.page.Done(); t.pages.Forget(t) }

// newPages returns books that make pages which take calls and answer none.
func newPages(t *testing.T, probe error) *Pages[*tab] {
	t.Helper()
	var pages *Pages[*tab]
	pages = NewPages("test", func(context.Context) (*tab, error) {
		made := &tab{page: New("test", func(string, bool) error { return nil }), pages: pages, probe: probe}
		return made, pages.Use(made)
	})
	t.Cleanup(func() { _ = pages.Close(func() error { return nil }) })
	return pages
}

func usable(t *testing.T, pages *Pages[*tab]) *tab {
	t.Helper()
	used, err := pages.Usable(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return used
}

func TestAPageIsUsedUntilItEnds(t *testing.T) {
	pages := newPages(t, nil)
	first := usable(t, pages)
	if again := usable(t, pages); again != first {
		t.Error("second call: got another page, want the same")
	}
	first.page.Fail("crashed")
	if next := usable(t, pages); next == first {
		t.Error("after its end: got the same page, want another")
	}
}

func TestTheEndOfABrowserEndsEveryPageForOneReason(t *testing.T) {
	pages := newPages(t, nil)
	first := usable(t, pages)
	pages.Forget(first)
	if err := pages.Add(first); err != nil {
		t.Fatal(err)
	}
	second := usable(t, pages)
	pages.Fail("killed")
	pages.Fail("too late")
	<-pages.Gone()
	<-first.page.Done()
	<-second.page.Done()
	_, opened := pages.Usable(t.Context())
	for what, err := range map[string]error{
		"ended": pages.Ended(), "usable": opened, "add": pages.Add(first), "use": pages.Use(first), "page": second.page.gone,
	} {
		var gone *peer.GoneError
		if !errors.As(err, &gone) || gone.Reason != "killed" || gone.Peer != "test" {
			t.Errorf("%s: got %v, want test gone: killed", what, err)
		}
	}
	if pages.Used() != nil {
		t.Error("used: got a page, want none")
	}
}

func TestABrowserIsHungUpOnceAndItsErrorKept(t *testing.T) {
	pages, calls, broken := newPages(t, nil), 0, errors.New("did not end")
	used := usable(t, pages)
	for range 2 {
		err := pages.Close(func() error {
			<-used.page.Done() // before the browser ends
			calls++
			return broken
		})
		if !errors.Is(err, broken) {
			t.Errorf("close: got %v, want %v", err, broken)
		}
	}
	if calls != 1 {
		t.Errorf("hang up: got %d calls, want 1", calls)
	}
}

func TestNoPageIsMadeWhileOthersHoldThem(t *testing.T) {
	pages := newPages(t, nil)
	release, ok := pages.Hold()
	if !ok {
		t.Fatal("hold: got false, want true while the browser lives")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pages.Usable(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("while held: got %v, want context canceled", err)
	}
	release()
	usable(t, pages)
}

func TestAPageThatHangsIsGivenUp(t *testing.T) {
	pages := newPages(t, errors.New("page does not answer"))
	hangs := usable(t, pages)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pages.Open(ctx, hangs, peer.Configuration{}); !errors.Is(err, context.Canceled) {
		t.Errorf("open: got %v, want context canceled", err)
	}
	<-hangs.page.Done()
	if next := usable(t, pages); next == hangs {
		t.Error("the next page: got the one that hangs, want another")
	}
}
