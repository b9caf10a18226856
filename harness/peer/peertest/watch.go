package peertest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Watched is a connection whose events are read and kept, so that any number of
// readers can wait for them.
type Watched struct {
	peer.Connection
	name string

	mu      sync.Mutex
	log     []peer.Event
	ended   bool
	news    chan struct{} // closed and replaced at every event
	trickle int           // index in log from which Connect takes candidates

	gate sync.Mutex // held while reading is paused
}

// Watch starts to read the events of c, which nobody else may read then. The
// name appears in errors. The reader ends with the events, so after Close.
func Watch(c peer.Connection, name string) *Watched {
	w := &Watched{Connection: c, name: name, news: make(chan struct{})}
	go w.read()
	return w
}

// Open opens a connection of p and watches it.
func Open(ctx context.Context, p peer.Peer, name string, c peer.Configuration) (*Watched, error) {
	conn, err := p.Open(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	return Watch(conn, name), nil
}

func (w *Watched) read() {
	for {
		w.gate.Lock()
		//lint:ignore SA2001 it only waits while paused
		w.gate.Unlock()
		e, more := <-w.Events()
		w.mu.Lock()
		if more {
			w.log = append(w.log, e)
		} else {
			w.ended = true
		}
		close(w.news)
		w.news = make(chan struct{})
		w.mu.Unlock()
		if !more {
			return
		}
	}
}

// Pause stops reading events (after at most one more) until Resume: a slow reader.
func (w *Watched) Pause() { w.gate.Lock() }

// Resume reads on after Pause.
func (w *Watched) Resume() { w.gate.Unlock() }

// Log returns a copy of the events so far.
func (w *Watched) Log() []peer.Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.log)
}

// since returns the events from index i on, whether more can come, and a channel
// that is closed at the next news.
func (w *Watched) since(i int) (events []peer.Event, ended bool, news <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.log[i:]), w.ended, w.news
}

// Await returns the first event, past or to come, that match accepts. It waits
// no longer than Patience. The text what says in errors what was awaited.
func (w *Watched) Await(ctx context.Context, what string, match func(peer.Event) bool) (peer.Event, error) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	for next := 0; ; {
		events, ended, news := w.since(next)
		for _, e := range events {
			if match(e) {
				return e, nil
			}
		}
		next += len(events)
		if ended {
			return peer.Event{}, fmt.Errorf("%s: events ended without %s; had %s", w.name, what, w.summary())
		}
		select {
		case <-news:
		case <-ctx.Done():
			return peer.Event{}, fmt.Errorf("%s: no %s: %w; had %s", w.name, what, ctx.Err(), w.summary())
		}
	}
}

// AwaitEnd waits until the events channel is closed.
func (w *Watched) AwaitEnd(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	for {
		_, ended, news := w.since(0)
		if ended {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return fmt.Errorf("%s: events channel got no end, want it closed after Close: %w", w.name, ctx.Err())
		}
	}
}

// summary names the events so far, equal neighbours once.
func (w *Watched) summary() string {
	var all []string
	for _, e := range w.Log() {
		s := string(e.Type)
		if e.State != "" {
			s += " " + e.State
		}
		if len(all) == 0 || all[len(all)-1] != s {
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		return "no events"
	}
	return strings.Join(all, ", ")
}

// shut closes connections and waits for the end of their events; it returns the
// first error.
func shut(ctx context.Context, all ...*Watched) error {
	var first error
	for _, w := range all {
		err := w.Close(ctx)
		if err == nil {
			err = w.AwaitEnd(ctx)
		} else {
			err = fmt.Errorf("close %s: %w", w.name, err)
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// eventually repeats try, for what has no event, until it returns nil or
// Patience is over.
func eventually(ctx context.Context, try func() error) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	for {
		err := try()
		if err == nil || sleepOr(ctx, nil) != nil {
			return err
		}
	}
}

// sleepOr waits for news, but at most the time between two looks at what has no
// event.
func sleepOr(ctx context.Context, news <-chan struct{}) error {
	look := time.NewTimer(100 * time.Millisecond)
	defer look.Stop()
	select {
	case <-news:
	case <-look.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// State matches an event of the type with the state.
func State(t peer.EventType, state string) func(peer.Event) bool {
	return func(e peer.Event) bool { return e.Type == t && e.State == state }
}

// OnChannel matches an event of the type on a channel with the label.
func OnChannel(t peer.EventType, label string) func(peer.Event) bool {
	return func(e peer.Event) bool { return e.Type == t && e.Label == label }
}
