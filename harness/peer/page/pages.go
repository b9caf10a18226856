package page

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Tab is a page as a browser peer knows it.
type Tab interface {
	comparable
	// Page is what is loaded in it.
	Page() *Page
	// Context ends with the page.
	Context() context.Context
	// Probe has the page run a script that does nothing. The error says what is
	// wrong with the page, or that the browser ended.
	Probe(context.Context) error
	// Watch returns once the page has ended and the browser has let go of it. It
	// calls Forget.
	Watch()
}

// Pages keeps the books of a browser's pages: which one new connections go to,
// which others live, and whether the browser does. Its methods are safe for
// concurrent use.
type Pages[T Tab] struct {
	peerID  string
	open    func(context.Context) (T, error)
	opening chan struct{}  // held while a page is made
	running sync.WaitGroup // what Go started

	mu     sync.Mutex
	used   T // that new connections go to; zero when the next one makes it
	all    map[T]struct{}
	ended  *peer.GoneError
	gone   chan struct{} // closed once ended is set
	close  sync.Once
	closed error // of the first Close
}

// NewPages returns the books of a browser without pages. The peer's ID appears in
// errors; open makes a page and calls Use. It must be ended by Close.
func NewPages[T Tab](peerID string, open func(context.Context) (T, error)) *Pages[T] {
	return &Pages[T]{
		peerID: peerID, open: open, opening: make(chan struct{}, 1), all: map[T]struct{}{}, gone: make(chan struct{}),
	}
}

// Usable returns the page that new connections go to, and makes one when there is
// none.
func (p *Pages[T]) Usable(ctx context.Context) (T, error) {
	var none T
	select {
	case p.opening <- struct{}{}:
		defer func() { <-p.opening }()
	case <-ctx.Done():
		return none, fmt.Errorf("%s open: %w", p.peerID, ctx.Err())
	}
	p.mu.Lock()
	t, ended := p.used, p.ended
	p.mu.Unlock()
	switch {
	case ended != nil:
		return none, ended
	case ctx.Err() != nil:
		return none, fmt.Errorf("%s open: %w", p.peerID, ctx.Err())
	case t != none && !t.Page().isGone():
		return t, nil
	}
	return p.open(ctx)
}

// Hold keeps new pages from being made until release is called. It is false when
// the browser ended.
func (p *Pages[T]) Hold() (release func(), ok bool) {
	select {
	case p.opening <- struct{}{}:
		return func() { <-p.opening }, true
	case <-p.gone:
		return nil, false
	}
}

// Add takes a new page in, so that Each and the end of the browser reach it. It
// fails when the browser ended.
func (p *Pages[T]) Add(t T) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended != nil {
		return p.ended
	}
	p.all[t] = struct{}{}
	return nil
}

// Use makes t the page that new connections go to, and watches it. It fails when
// the browser ended.
func (p *Pages[T]) Use(t T) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended != nil {
		return p.ended
	}
	p.used = t
	p.all[t] = struct{}{}
	p.running.Go(t.Watch)
	return nil
}

// Used is the page that new connections go to; zero when the next one makes it.
func (p *Pages[T]) Used() T {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.used
}

// Forget takes t out of use.
func (p *Pages[T]) Forget(t T) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, t)
	if p.used == t {
		var none T
		p.used = none
	}
}

// Each calls f with every page; f must not block.
func (p *Pages[T]) Each(f func(T)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for t := range p.all {
		f(t)
	}
}

// Open opens a connection in a page, t. If that is not done in time, it finds out
// whether the page still runs scripts, so that a page that hangs does not hold up
// the connections to come.
func (p *Pages[T]) Open(ctx context.Context, t T, c peer.Configuration) (peer.Connection, error) {
	conn, err := t.Page().Open(ctx, c)
	if err != nil {
		if ctx.Err() != nil {
			probe(t)
		}
		return nil, err
	}
	return conn, nil
}

// ProbeTime is how long a page may be busy before it is given up.
const ProbeTime = 10 * time.Second

// probe gives the page up if it does not run scripts any more.
func probe[T Tab](t T) {
	page := t.Page()
	if page.probing.Swap(true) {
		return
	}
	go func() { // ends with the page at the latest
		defer page.probing.Store(false)
		ctx, cancel := context.WithTimeout(t.Context(), ProbeTime)
		defer cancel()
		if err := t.Probe(ctx); err != nil {
			page.Fail(err.Error())
		}
	}()
}

// Go runs f on a goroutine that Close waits for.
func (p *Pages[T]) Go(f func()) { p.running.Go(f) }

// Wait waits for all that Go started, and for every Watch.
func (p *Pages[T]) Wait() { p.running.Wait() }

// Gone is closed once the browser ended.
func (p *Pages[T]) Gone() <-chan struct{} { return p.gone }

// Ended is why the browser ended. It may be called once Gone is closed.
func (p *Pages[T]) Ended() error { return p.ended }

// Fail records that the browser died, if it is the first end of it, and why, and
// ends every page.
func (p *Pages[T]) Fail(reason string) {
	p.end(reason, func(page *Page) { page.Fail(reason) })
}

func (p *Pages[T]) end(reason string, each func(*Page)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended != nil {
		return
	}
	p.ended = &peer.GoneError{Peer: p.peerID, Reason: reason}
	var none T
	p.used = none
	for t := range p.all {
		each(t.Page())
	}
	close(p.gone)
}

// Close ends every page on purpose, calls hangUp, which ends the browser, and
// waits for all that runs. It is done once; later calls return the same error.
func (p *Pages[T]) Close(hangUp func() error) error {
	p.close.Do(func() {
		p.end("closed", (*Page).Close)
		p.closed = hangUp()
		p.running.Wait()
	})
	return p.closed
}
