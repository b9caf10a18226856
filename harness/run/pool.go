package run

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
)

// maxFailedStarts is how often in a row a peer may fail to start before the run no
// longer tries: a browser that cannot start will not the next time.
const maxFailedStarts = 2

// Pool starts each peer once, on first use, and again after it died.
type Pool struct {
	roster   Roster
	timeout  time.Duration
	log      func(peer, text string) // one call at a time
	retiring sync.WaitGroup

	mu        sync.Mutex
	places    map[string]*place
	gone      func(id string) // is told of a peer that died; may be nil
	leftovers []string
	closed    bool
}

// place is where one peer of the roster lives.
type place struct {
	mu     sync.Mutex
	peer   peer.Peer
	failed int
	err    error
	desc   *peer.Description
}

// NewPool makes a pool over the roster. log takes what peers say about
// themselves when they start; nil drops it.
func NewPool(r Roster, startTimeout time.Duration, log func(peer, text string)) *Pool {
	if log == nil {
		log = func(string, string) {}
	}
	var mu sync.Mutex
	one := func(peer, text string) {
		mu.Lock()
		defer mu.Unlock()
		log(peer, text)
	}
	return &Pool{roster: r, timeout: startTimeout, log: one, places: map[string]*place{}}
}

func (p *Pool) place(id string) (*place, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errors.New("the pool of peers is closed")
	}
	at := p.places[id]
	if at == nil {
		at = &place{}
		p.places[id] = at
	}
	return at, nil
}

// Peer returns the running peer, starting it if need be.
func (p *Pool) Peer(ctx context.Context, id string) (peer.Peer, error) {
	entry, err := p.roster.ByID(id)
	if err != nil {
		return nil, err
	}
	at, err := p.place(id)
	if err != nil {
		return nil, err
	}
	at.mu.Lock()
	defer at.mu.Unlock()
	if at.peer != nil {
		return at.peer, nil
	}
	if _, err := p.place(id); err != nil { // closed while this waited for the place
		return nil, err
	}
	if at.failed >= maxFailedStarts {
		return nil, at.err
	}
	starting, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	started, err := entry.start(starting, func(text string) { p.log(id, text) })
	if err != nil {
		err = fmt.Errorf("peer %s: %w", id, err)
		if ctx.Err() == nil { // an interrupted start says nothing of the peer
			p.failed(at, id, err)
		}
		return nil, err
	}
	at.peer, at.failed = started, 0
	d := started.Describe()
	at.desc = &d
	return started, nil
}

// failed notes that a start failed; at.mu is held.
func (p *Pool) failed(at *place, id string, err error) {
	at.failed++
	at.err = err
	if at.failed == maxFailedStarts {
		p.log(id, fmt.Sprintf("did not start %d times in a row and is given up, its sessions are errors: %v", at.failed, err))
	}
}

// bringUp starts a peer unless it runs, and tries until it is given up.
func (p *Pool) bringUp(ctx context.Context, id string) {
	for range maxFailedStarts {
		if ctx.Err() != nil {
			return
		}
		if _, err := p.Peer(ctx, id); err == nil {
			return
		}
	}
}

// watch sets who is told of a peer that was retired; nil is nobody.
func (p *Pool) watch(gone func(id string)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone = gone
}

// killer is a peer that can be ended without being asked to.
type killer interface{ Kill(reason string) }

// Replace retires a peer that died or hangs, so that the next Peer starts a new
// one. A peer that was replaced already is left alone. What can be killed is, for
// its other sessions need not wait for it, and the rest of its end is awaited by
// Close.
func (p *Pool) Replace(id string, dead peer.Peer, why error) {
	at, err := p.place(id)
	if err != nil {
		return
	}
	at.mu.Lock()
	defer at.mu.Unlock()
	if at.peer != dead {
		return
	}
	at.peer = nil
	if peer.IsGone(why) {
		p.log(id, "is gone; it is started again")
	} else {
		p.log(id, "does not answer any more; it is ended and started again")
	}
	p.retiring.Go(func() {
		if k, ok := dead.(killer); ok {
			k.Kill(why.Error())
		}
		// Sessions may still hold connections of it: they end by themselves, so
		// closing here only frees what the process left behind.
		_ = dead.Close()
	})
	p.mu.Lock()
	gone := p.gone
	p.mu.Unlock()
	if gone != nil {
		gone(id)
	}
}

// Descriptions returns what each peer that ever ran said of itself.
func (p *Pool) Descriptions() map[string]peer.Description {
	p.mu.Lock()
	places := maps.Clone(p.places) // a place is locked before the pool
	p.mu.Unlock()
	all := map[string]peer.Description{}
	for id, at := range places {
		at.mu.Lock()
		if at.desc != nil {
			all[id] = *at.desc
		}
		at.mu.Unlock()
	}
	return all
}

// Leftovers says, once the pool is closed, which peers did not end as they were
// asked to although all of their sessions were over: a sentence for each.
func (p *Pool) Leftovers() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	slices.Sort(p.leftovers)
	return slices.Clone(p.leftovers)
}

// Close ends every peer. Errors name the peer, and are about what may be left
// behind; a program that had to be killed is none, see Leftovers.
func (p *Pool) Close() error {
	p.mu.Lock()
	p.closed = true
	places := p.places
	p.mu.Unlock()
	var mu sync.Mutex
	var errs []error
	var closing sync.WaitGroup
	for id, at := range places {
		closing.Add(1)
		go func() {
			defer closing.Done()
			at.mu.Lock()
			defer at.mu.Unlock()
			if at.peer == nil {
				return
			}
			err := at.peer.Close()
			at.peer = nil
			mu.Lock()
			defer mu.Unlock()
			if untidy := (*peer.UntidyError)(nil); errors.As(err, &untidy) {
				p.leave(id, untidy)
			} else if err != nil {
				errs = append(errs, fmt.Errorf("close %s: %w", id, err))
			}
		}()
	}
	closing.Wait()
	p.retiring.Wait()
	return errors.Join(errs...)
}

func (p *Pool) leave(id string, untidy *peer.UntidyError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.leftovers = append(p.leftovers, fmt.Sprintf("Peer %s %s. Its sessions were over and are not touched by that.", id, untidy.Reason))
}
