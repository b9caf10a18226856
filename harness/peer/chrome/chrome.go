// Package chrome is the peer for Chrome and Chromium: a headless browser driven
// over the DevTools protocol by chromedp. It is the only package that imports
// chromedp.
//
// Start runs a browser (or attaches to one) and loads the script of
// harness/peer/page into a page of it. All connections share that page, so that
// opening one costs a call and not a tab. When the page crashes only its
// connections are gone, and the next Open makes a new page. When the browser
// dies everything is gone; to start again is the caller's business.
//
// The package repairs nothing that the browser says or is told.
package chrome

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/page"
)

// DefaultID is the ID of a peer whose Options name none.
const DefaultID = "chrome"

// DefaultStartTimeout is how long Start waits for a browser by default. The
// first start on a machine reads some 300 MB from disk.
const DefaultStartTimeout = 60 * time.Second

// Options say which browser to run and how. The zero value runs the installed
// browser as users have it: host addresses are hidden behind mDNS names only if
// MDNS is set.
type Options struct {
	// ID is Description.ID; empty is "chrome".
	ID string
	// ExecPath is the browser to run; empty means what Find finds.
	ExecPath string
	// URL is the DevTools URL (http://127.0.0.1:9222 or ws://...) of a running
	// browser to attach to; empty means RINK_CHROME_URL, and if that is empty
	// too, a browser is run. Of a browser attached to, only pages and browser
	// contexts of our own are opened and closed.
	URL string
	// MDNS hides host addresses behind names under .local, as Chrome does for
	// web sites. Without it the page has the permission for microphone and
	// camera, with which Chrome tells the addresses of all interfaces.
	MDNS bool
	// Flags are more command line flags, "--name" or "--name=value".
	Flags []string
	// StartTimeout bounds Start; zero means DefaultStartTimeout.
	StartTimeout time.Duration
	// Log takes a line about what was done ("running as root: --no-sandbox").
	// It may be called from several goroutines. Nil drops them.
	Log func(string)
}

// lacks are the features that are no part of a browser's API.
var lacks = peer.Features{peer.FeatureLite, peer.FeatureAnsweringRole}

// Browser is a running browser. It implements peer.Peer.
type Browser struct {
	options     Options
	link        *link
	description peer.Description
	pages       *page.Pages[*tab]
}

var _ peer.Peer = (*Browser)(nil)

// Start runs a browser, or attaches to one, and loads its first page. The
// context bounds Start alone, not the life of the browser.
func Start(ctx context.Context, o Options) (*Browser, error) {
	if o.Log == nil {
		o.Log = func(string) {}
	}
	if o.ID == "" {
		o.ID = DefaultID
	}
	if o.URL == "" {
		o.URL = os.Getenv(EnvURL)
	}
	if o.StartTimeout <= 0 {
		o.StartTimeout = DefaultStartTimeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.StartTimeout, fmt.Errorf("not ready after %v: %w", o.StartTimeout, context.DeadlineExceeded))
	defer cancel()

	connect := launch
	if o.URL != "" {
		connect = attach
	}
	l, err := connect(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("start chrome: %w", err)
	}
	b := &Browser{options: o, link: l}
	b.pages = page.NewPages(o.ID, b.newTab)
	b.pages.Go(b.watch)
	if err := b.setUp(ctx); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, errors.Join(fmt.Errorf("start chrome: %s: %w", l.stderr.Add(l.name), err), b.Close())
	}
	return b, nil
}

// setUp learns what browser it is, and loads the first page.
func (b *Browser) setUp(ctx context.Context) error {
	bounded, cancel := b.link.bound(ctx)
	defer cancel()
	version, err := chromedp.CallBrowser(bounded, browser.GetVersion, cdp.Empty{})
	if err != nil {
		return fmt.Errorf("call Browser.getVersion: %w", err)
	}
	t, err := b.pages.Usable(ctx)
	if err != nil {
		return err
	}
	brands, err := t.brands(ctx)
	if err != nil {
		return err
	}
	_, number, _ := strings.Cut(version.Product, "/")
	b.description = peer.Description{
		ID: b.options.ID, Implementation: implementation(brands), Version: number, VersionSource: "Browser.getVersion",
		Features: peer.AllFeatures().Without(lacks...),
		Details: map[string]string{
			"browser":         b.link.name,
			"flags":           strings.Join(b.link.flags, " "),
			"userAgent":       version.UserAgent,
			"protocolVersion": version.ProtocolVersion,
			"mdns":            fmt.Sprint(b.options.MDNS),
		},
	}
	if number == "" {
		b.description.Version = peer.Unknown
	}
	return nil
}

// implementation reads the brands of navigator.userAgentData. Google's builds
// add a brand of their own, "Google Chrome" or "HeadlessChrome"; the product of
// Browser.getVersion is "Chrome" for all.
func implementation(brands []string) string {
	for _, brand := range brands {
		if strings.HasSuffix(brand, "Chrome") {
			return "Google Chrome"
		}
	}
	return "Chromium"
}

// Describe implements peer.Peer.
func (b *Browser) Describe() peer.Description { return b.description }

// Open implements peer.Peer.
func (b *Browser) Open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	t, err := b.pages.Usable(ctx)
	if err != nil {
		return nil, err
	}
	return t.open(ctx, c)
}

// watch waits for the browser to die.
func (b *Browser) watch() {
	select {
	case <-b.link.lost():
	case <-b.pages.Gone():
		return
	}
	b.pages.Fail(b.link.reason())
}

// Close implements peer.Peer. Processes that do not end when asked are killed.
func (b *Browser) Close() error {
	return b.pages.Close(func() error {
		if b.link.attached {
			b.pages.Wait() // pages close while there is a connection to say so
		}
		return b.link.close()
	})
}
