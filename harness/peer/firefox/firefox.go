// Package firefox is the peer for Firefox: a headless browser driven over
// WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/), which Firefox speaks by
// itself, without geckodriver.
//
// Start runs a browser with a fresh profile and loads the script of
// harness/peer/page into a page of it. All connections share that page. When the
// page is lost only its connections are gone, and the next Open makes a new page.
// When the browser dies everything is gone; to start again is the caller's
// business.
//
// The package repairs nothing that the browser says or is told.
package firefox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/page"
)

// DefaultID is the ID of a peer whose Options name none.
const DefaultID = "firefox"

// DefaultStartTimeout is how long Start waits for a browser by default. A start
// takes some five seconds on a fast machine.
const DefaultStartTimeout = 60 * time.Second

// Options say which browser to run and how. The zero value runs the installed
// browser; host addresses are hidden behind mDNS names only if MDNS is set.
type Options struct {
	// ID is Description.ID; empty is "firefox".
	ID string
	// ExecPath is the browser to run; empty means what Find finds.
	ExecPath string
	// MDNS hides host addresses behind names under .local, as Firefox does for
	// web sites. Without it the page has the permission for microphone and
	// camera, with which Firefox tells the addresses of all interfaces.
	MDNS bool
	// Prefs are more preferences (about:config); values are bools, ints and
	// strings.
	Prefs map[string]any
	// StartTimeout bounds Start; zero means DefaultStartTimeout.
	StartTimeout time.Duration
	// Log takes a line about what was done. It may be called from several
	// goroutines. Nil drops them.
	Log func(string)
}

// lacks are the features that Firefox does not have. pranswer is NotSupportedError;
// ice-lite and answering-role are no part of a browser's API.
var lacks = peer.Features{peer.FeaturePranswer, peer.FeatureLite, peer.FeatureAnsweringRole}

// Browser is a running browser. It implements peer.Peer.
type Browser struct {
	options     Options
	link        *link
	description peer.Description
	pages       *page.Pages[*tab]
	made        atomic.Int64 // pages so far
}

var _ peer.Peer = (*Browser)(nil)

// Start runs a browser and loads its first page. The context bounds Start alone,
// not the life of the browser.
func Start(ctx context.Context, o Options) (*Browser, error) {
	if o.Log == nil {
		o.Log = func(string) {}
	}
	if o.ID == "" {
		o.ID = DefaultID
	}
	if o.StartTimeout <= 0 {
		o.StartTimeout = DefaultStartTimeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.StartTimeout, fmt.Errorf("not ready after %v: %w", o.StartTimeout, context.DeadlineExceeded))
	defer cancel()

	prefs, err := preferences(o)
	if err != nil {
		return nil, fmt.Errorf("start firefox: %w", err)
	}
	b := &Browser{options: o}
	b.pages = page.NewPages(o.ID, b.newTab)
	if b.link, err = launch(ctx, o, prefs, b.hear); err != nil {
		return nil, fmt.Errorf("start firefox: %w", err)
	}
	b.pages.Go(b.watch)
	if err := b.setUp(ctx, prefs); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, errors.Join(fmt.Errorf("start firefox: %s: %w", b.link.stderr.Add(b.link.path), err), b.Close())
	}
	return b, nil
}

// setUp begins the session, which tells what browser it is, and loads the first
// page.
func (b *Browser) setUp(ctx context.Context, prefs map[string]any) error {
	var begun struct {
		Capabilities struct {
			BrowserVersion string `json:"browserVersion"`
			UserAgent      string `json:"userAgent"`
			BuildID        string `json:"moz:buildID"`
		} `json:"capabilities"`
	}
	if err := b.link.session.call(ctx, "session.new", object{"capabilities": object{}}, &begun); err != nil {
		return err
	}
	if err := b.link.session.call(ctx, "session.subscribe", object{"events": heard}, nil); err != nil {
		return err
	}
	is := begun.Capabilities
	b.description = peer.Description{
		ID: b.options.ID, Implementation: "Mozilla Firefox", Version: is.BrowserVersion, VersionSource: "session.new",
		Features: peer.AllFeatures().Without(lacks...),
		Details: map[string]string{
			"browser":   b.link.path,
			"prefs":     shown(prefs),
			"userAgent": is.UserAgent,
			"buildID":   is.BuildID,
			"mdns":      fmt.Sprint(b.options.MDNS),
		},
	}
	if is.BrowserVersion == "" {
		b.description.Version = peer.Unknown
	}
	_, err := b.pages.Usable(ctx)
	return err
}

// Describe implements peer.Peer.
func (b *Browser) Describe() peer.Description { return b.description }

// Open implements peer.Peer.
func (b *Browser) Open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	t, err := b.pages.Usable(ctx)
	if err != nil {
		return nil, err
	}
	return b.pages.Open(ctx, t, c)
}

// hear hands an event to every page; each knows its own.
func (b *Browser) hear(method string, params json.RawMessage) {
	var e event
	if err := json.Unmarshal(params, &e); err != nil {
		b.options.Log(fmt.Sprintf("event %s %.200q: %v", method, params, err))
		return
	}
	b.pages.Each(func(t *tab) { t.hear(method, e) })
}

// watch waits for the browser to die.
func (b *Browser) watch() {
	b.link.lost(b.pages.Gone())
	select {
	case <-b.pages.Gone():
		return
	default:
	}
	b.pages.Fail(b.link.reason())
}

// Close implements peer.Peer. Processes that do not end when asked are killed.
func (b *Browser) Close() error {
	return b.pages.Close(b.link.close)
}
