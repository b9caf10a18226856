package run

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
)

// maxFailedStarts is how often a peer may fail to start before the run no longer
// tries: a browser that cannot start will not the next time.
const maxFailedStarts = 2

// Pool starts each peer once, on first use, and again after it died.
type Pool struct {
	roster  Roster
	timeout time.Duration
	log     func(peer, text string)

	mu     sync.Mutex
	places map[string]*place
	closed bool
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
	return &Pool{roster: r, timeout: startTimeout, log: log, places: map[string]*place{}}
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
			at.failed++
			at.err = err
		}
		return nil, err
	}
	at.peer = started
	d := started.Describe()
	at.desc = &d
	return started, nil
}

// Replace retires a peer that died, so that the next Peer starts a new one. A
// peer that was replaced already is left alone.
func (p *Pool) Replace(id string, dead peer.Peer) {
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
	p.log(id, "is gone; the next session starts it again")
	// Sessions may still hold connections of it: they end by themselves, so
	// closing here only frees what the process left behind.
	_ = dead.Close()
}

// Descriptions returns what each peer that ever ran said of itself.
func (p *Pool) Descriptions() map[string]peer.Description {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[string]peer.Description{}
	for id, at := range p.places {
		at.mu.Lock()
		if at.desc != nil {
			all[id] = *at.desc
		}
		at.mu.Unlock()
	}
	return all
}

// Close ends every peer. Errors name the peer.
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
			if err := at.peer.Close(); err != nil {
				mu.Lock()
				errs = append(errs, fmt.Errorf("close %s: %w", id, err))
				mu.Unlock()
			}
			at.peer = nil
		}()
	}
	closing.Wait()
	return errors.Join(errs...)
}
