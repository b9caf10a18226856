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
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
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

// Browser is a running browser. It implements peer.Peer.
type Browser struct {
	options     Options
	link        *link
	description peer.Description

	opening chan struct{}  // held while a page is made
	running sync.WaitGroup // goroutines of pages, and the watch for the end

	mu     sync.Mutex
	tab    *tab // that Open uses; nil when the next Open makes one
	tabs   map[*tab]struct{}
	made   int // pages so far
	ended  *peer.GoneError
	gone   chan struct{} // closed once ended is set
	close  sync.Once
	closed error // of the first Close
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
	b := &Browser{options: o, opening: make(chan struct{}, 1), tabs: map[*tab]struct{}{}, gone: make(chan struct{})}
	if b.link, err = launch(ctx, o, prefs, b.hear); err != nil {
		return nil, fmt.Errorf("start firefox: %w", err)
	}
	b.running.Go(b.watch)
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
		Features: peer.AllFeatures(),
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
	_, err := b.usableTab(ctx)
	return err
}

// Describe implements peer.Peer.
func (b *Browser) Describe() peer.Description { return b.description }

// Open implements peer.Peer.
func (b *Browser) Open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	t, err := b.usableTab(ctx)
	if err != nil {
		return nil, err
	}
	return t.open(ctx, c)
}

// usableTab returns the page that new connections go to, and makes one when
// there is none.
func (b *Browser) usableTab(ctx context.Context) (*tab, error) {
	select {
	case b.opening <- struct{}{}:
		defer func() { <-b.opening }()
	case <-ctx.Done():
		return nil, fmt.Errorf("%s open: %w", b.options.ID, ctx.Err())
	}
	b.mu.Lock()
	t, ended := b.tab, b.ended
	b.mu.Unlock()
	switch {
	case ended != nil:
		return nil, ended
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%s open: %w", b.options.ID, ctx.Err())
	case t != nil && !t.gone():
		return t, nil
	}
	return b.newTab(ctx)
}

// add takes a new page in, so that events reach it. It fails when the browser
// ended.
func (b *Browser) add(t *tab) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended != nil {
		return b.ended
	}
	b.made++
	t.channel = fmt.Sprintf("rink%d", b.made)
	b.tabs[t] = struct{}{}
	return nil
}

// use makes t the page that Open uses.
func (b *Browser) use(t *tab) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended != nil {
		return b.ended
	}
	b.tab = t
	b.running.Go(t.watch)
	return nil
}

// forget takes t out of use.
func (b *Browser) forget(t *tab) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.tabs, t)
	if b.tab == t {
		b.tab = nil
	}
}

// hear hands an event to every page; each knows its own.
func (b *Browser) hear(method string, params json.RawMessage) {
	var e event
	if err := json.Unmarshal(params, &e); err != nil {
		b.options.Log(fmt.Sprintf("event %s %.200q: %v", method, params, err))
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for t := range b.tabs {
		t.hear(method, e)
	}
}

// end records why the browser ended, if it is the first reason, and ends every
// page.
func (b *Browser) end(reason string, each func(*tab)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended != nil {
		return
	}
	b.ended = &peer.GoneError{Peer: b.options.ID, Reason: reason}
	b.tab = nil
	for t := range b.tabs {
		each(t)
	}
	close(b.gone)
}

// watch waits for the browser to die.
func (b *Browser) watch() {
	b.link.lost(b.gone)
	select {
	case <-b.gone:
		return
	default:
	}
	reason := b.link.reason()
	b.end(reason, func(t *tab) { t.page.Fail(reason) })
}

// Close implements peer.Peer. Processes that do not end when asked are killed.
func (b *Browser) Close() error {
	b.close.Do(func() {
		b.end("closed", func(t *tab) { t.page.Close() })
		b.closed = b.link.close()
		b.running.Wait()
	})
	return b.closed
}
