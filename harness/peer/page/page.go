// Package page drives RTCPeerConnections inside a browser's page. It holds the
// one script that every browser peer loads (page.js) and the Go side of it: a
// Page turns the calls of peer.Connection into calls of the script, and what
// the script emits into results and events.
//
// A browser peer (harness/peer/chrome, firefox) brings up the browser and a
// page, loads Script, gives New a way to evaluate an expression there, and hands
// what the script emits to Deliver. Pages keeps the books of a browser's pages. The
// package knows no browser protocol,
// starts nothing, and repairs nothing of what the browser says.
package page

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/webrtc-rink/rink/harness/peer"
)

//go:embed page.js
var script string

// Script returns the JavaScript that loads page.js into a page. The argument is
// a JavaScript expression: the function of one string that takes what the
// script emits.
func Script(emit string) string {
	return "globalThis.rink = (" + script + ")(" + emit + "); undefined"
}

// Evaluate runs a JavaScript expression in the page, and returns once the page
// has run it; gesture is set where the page must believe that a user asked for
// it. It is never called again before it returned. An error means that the page
// is lost, and says why.
type Evaluate func(expression string, gesture bool) error

// maxCall and maxBatch bound, in bytes, one call and what goes into one
// expression. Browsers drop the whole debugging connection at a message of
// about 100 MB, and an expression can be twice as long on the wire.
const (
	maxCall  = 32 << 20
	maxBatch = 4 << 20
)

// Page is one loaded page with any number of connections. Its methods are safe
// for concurrent use.
type Page struct {
	peerID   string
	evaluate Evaluate
	wake     chan struct{} // holds a token while queue may have entries
	done     chan struct{} // closed when the page is gone
	probing  atomic.Bool

	mu      sync.Mutex
	gone    *peer.GoneError
	lastID  uint64
	queue   []queued // calls that wait to be sent, in call order
	pending map[uint64]chan<- reply
	conns   map[uint64]*Conn
}

// New returns a Page for a page that has loaded Script. It must be ended by Fail
// or Close. The peer's ID appears in errors.
func New(peerID string, evaluate Evaluate) *Page {
	p := &Page{
		peerID: peerID, evaluate: evaluate,
		wake: make(chan struct{}, 1), done: make(chan struct{}),
		pending: map[uint64]chan<- reply{}, conns: map[uint64]*Conn{},
	}
	go p.send()
	return p
}

// Done is closed when the page is gone.
func (p *Page) Done() <-chan struct{} { return p.done }

func (p *Page) isGone() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// Fail ends the page after it died for a reason: every connection gets
// EventGone, and every call, pending or later, a *peer.GoneError. Only the first
// Fail or Close counts.
func (p *Page) Fail(reason string) {
	p.end(reason, func(c *Conn) {
		c.events.Put(peer.Event{Type: peer.EventGone, Text: reason})
		c.events.Close()
	})
}

// Close ends the page on purpose. Events that nobody has read are dropped.
func (p *Page) Close() {
	p.end("closed", func(c *Conn) { c.events.Discard() })
}

func (p *Page) end(reason string, each func(*Conn)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone != nil {
		return
	}
	p.gone = &peer.GoneError{Peer: p.peerID, Reason: reason}
	for _, c := range p.conns {
		each(c)
	}
	p.queue, p.pending, p.conns = nil, nil, nil
	close(p.done)
}

// Log tells every connection of the page what the browser said about the page.
func (p *Page) Log(level, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.events.Put(peer.Event{Type: peer.EventLog, Level: level, Text: text})
	}
}

// emitted is what the script emits: the answer to a call, or an event.
type emitted struct {
	ID uint64 `json:"id"`
	reply
	Conn  uint64      `json:"conn"`
	Event *peer.Event `json:"event"`
}

type reply struct {
	Result json.RawMessage `json:"result"`
	Error  *peer.Error     `json:"error"`
}

// Deliver takes one string that the script emitted: one or more lines of JSON. It
// does not block.
func (p *Page) Deliver(payload string) {
	for line := range strings.Lines(payload) {
		p.deliver(line)
	}
}

func (p *Page) deliver(line string) {
	var m emitted
	if err := json.Unmarshal([]byte(line), &m); err != nil {
		p.Log("error", fmt.Sprintf("page emitted %.200q: %v", line, err))
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if m.Event != nil {
		if c := p.conns[m.Conn]; c != nil { // events after Close have no reader
			c.events.Put(*m.Event)
		}
		return
	}
	if answer := p.pending[m.ID]; answer != nil { // nil: its caller gave up
		delete(p.pending, m.ID)
		answer <- m.reply
	}
}
