package run

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
)

// SurveyTimeout is what Survey gives one peer to start and say who it is.
const SurveyTimeout = 30 * time.Second

// atATime is how many peers Survey has running at a time: a browser takes as much
// memory as it can get.
const atATime = 4

// Standing is what Survey found out about one peer.
type Standing struct {
	ID             string
	Implementation string
	Installed      bool // else Err says what is missing
	// Version is the running implementation's own word; empty where it did not
	// start.
	Version string
	// Err is nil when the peer was started; otherwise it says what is missing or
	// what went wrong.
	Err error
	// Closing is what the peer's Close returned: it was started all the same.
	Closing error
}

// Survey starts every peer of the roster that is there, asks it who it is and
// closes it again. The answers are in the order of the roster. A peer that lets
// the timeout pass has an error that says so.
func (r Roster) Survey(ctx context.Context, timeout time.Duration) []Standing {
	found := make([]Standing, len(r))
	places := make(chan struct{}, atATime)
	var asking sync.WaitGroup
	for i, e := range r {
		asking.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			found[i] = e.standing(ctx, timeout)
		})
	}
	asking.Wait()
	return found
}

func (e Entry) standing(ctx context.Context, timeout time.Duration) Standing {
	s := Standing{ID: e.ID, Implementation: e.Implementation}
	if s.Err = e.Available(); s.Err != nil {
		return s
	}
	s.Installed = true
	starting, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	p, err := e.start(starting, func(string) {})
	switch {
	case errors.Is(starting.Err(), context.DeadlineExceeded) && err != nil:
		s.Err = fmt.Errorf("did not start within %v: %w", timeout, err)
	case err != nil:
		s.Err = fmt.Errorf("does not start: %w", err)
	default:
		d := p.Describe()
		s.Implementation, s.Version = d.Implementation, d.Version
		s.Closing = p.Close()
	}
	return s
}

// start is Start, except that it returns when the context ends even where Start
// does not. What comes up later is closed.
func (e Entry) start(ctx context.Context, log func(string)) (peer.Peer, error) {
	type came struct {
		peer peer.Peer
		err  error
	}
	up := make(chan came, 1)
	go func() {
		p, err := e.Start(ctx, log)
		up <- came{p, err}
	}()
	select {
	case c := <-up:
		return c.peer, c.err
	case <-ctx.Done():
	}
	late := time.NewTimer(lateStart)
	defer late.Stop()
	select {
	case c := <-up: // it has tidied up, and may say what it waited for
		return c.peer, c.err
	case <-late.C:
	}
	go func() {
		if c := <-up; c.peer != nil {
			_ = c.peer.Close() // nobody waits for it any more
		}
	}()
	return nil, ctx.Err()
}

// lateStart is how long a Start may take to tidy up once its time is over.
const lateStart = 5 * time.Second
