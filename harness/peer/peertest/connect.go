package peertest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Connect negotiates once, carries the candidates of each side to the other as
// they come, and returns when both sides are connected or one failed. What it
// carries is the local description as it is once set, so that it serves peers
// that gather inside setLocalDescription too. It never carries the null that
// ends gathering. On a live connection it renegotiates.
func Connect(ctx context.Context, offerer, answerer *Watched) error {
	return connectWith(ctx, offerer, answerer, peer.OfferOptions{}, func(context.Context) error { return nil })
}

// connectWith is Connect with options for the offer. It carries candidates until
// then has returned: after a restart, connected may still be the state of before.
func connectWith(ctx context.Context, offerer, answerer *Watched, o peer.OfferOptions, then func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, 2*Patience)
	defer cancel()
	t := &trickler{stop: make(chan struct{})}
	err := t.negotiate(ctx, offerer, answerer, o)
	if err == nil {
		err = errors.Join(awaitConnected(ctx, offerer), awaitConnected(ctx, answerer))
	}
	if err == nil {
		err = then(ctx)
	}
	close(t.stop)
	t.running.Wait()
	return errors.Join(append([]error{err}, t.errs...)...)
}

// trickler carries candidates while a negotiation and the checks go on.
type trickler struct {
	stop    chan struct{}
	running sync.WaitGroup
	mu      sync.Mutex
	errs    []error
}

func (t *trickler) negotiate(ctx context.Context, offerer, answerer *Watched, o peer.OfferOptions) error {
	offer, err := offerer.CreateOffer(ctx, o)
	if err != nil {
		return fmt.Errorf("%s createOffer: %w", offerer.name, err)
	}
	if err := t.transfer(ctx, offer, offerer, answerer); err != nil {
		return err
	}
	answer, err := answerer.CreateAnswer(ctx)
	if err != nil {
		return fmt.Errorf("%s createAnswer: %w", answerer.name, err)
	}
	return t.transfer(ctx, answer, answerer, offerer)
}

// transfer applies d at from, hands the result to to, and from then on carries
// the candidates of from.
func (t *trickler) transfer(ctx context.Context, d peer.SessionDescription, from, to *Watched) error {
	if err := from.SetLocalDescription(ctx, &d); err != nil {
		return fmt.Errorf("%s setLocalDescription(%s): %w", from.name, d.Type, err)
	}
	s, err := from.Snapshot(ctx)
	if err != nil {
		return fmt.Errorf("%s snapshot: %w", from.name, err)
	}
	if s.LocalDescription == nil {
		return fmt.Errorf("%s localDescription after setLocalDescription(%s): got null", from.name, d.Type)
	}
	if err := to.SetRemoteDescription(ctx, *s.LocalDescription); err != nil {
		return fmt.Errorf("%s setRemoteDescription(%s): %w", to.name, d.Type, err)
	}
	t.running.Go(func() { t.carry(ctx, from, to) })
	return nil
}

func (t *trickler) carry(ctx context.Context, from, to *Watched) {
	for {
		events, ended, news := from.since(from.trickle)
		for _, e := range events {
			from.trickle++
			if err := carryOne(ctx, e, from, to); err != nil {
				t.mu.Lock()
				t.errs = append(t.errs, err)
				t.mu.Unlock()
			}
		}
		if ended {
			return
		}
		select {
		case <-news:
		case <-t.stop:
			return
		case <-ctx.Done():
			return
		}
	}
}

func carryOne(ctx context.Context, e peer.Event, from, to *Watched) error {
	if e.Type != peer.EventICECandidate {
		return nil
	}
	c, err := peer.ParseCandidateInit(e.Candidate)
	if err != nil {
		return fmt.Errorf("%s icecandidate: %w", from.name, err)
	}
	if c == nil || c.Candidate == "" {
		return nil
	}
	if err := to.AddICECandidate(ctx, c); err != nil {
		return fmt.Errorf("%s addIceCandidate(%s): %w", to.name, c, err)
	}
	return nil
}

// awaitConnected reads the state at every event and, for peers without state
// events, from time to time. ICE is enough: whether connectionState follows it is
// for the checks of harness/check to say, and pion v3 at times leaves it at
// connecting.
func awaitConnected(ctx context.Context, w *Watched) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	for {
		_, ended, news := w.since(0)
		s, err := w.Snapshot(ctx)
		switch {
		case err != nil:
			return fmt.Errorf("%s snapshot while connecting: %w; had %s", w.name, err, w.summary())
		case s.ConnectionState == "connected", s.ICEConnectionState == "connected", s.ICEConnectionState == "completed":
			return nil
		case s.ConnectionState == "failed" || s.ConnectionState == "closed" || ended:
			return fmt.Errorf("%s connectionState: got %q, want \"connected\"; had %s", w.name, s.ConnectionState, w.summary())
		}
		if err := sleepOr(ctx, news); err != nil {
			return fmt.Errorf("%s connectionState: got %q, want \"connected\": %w; had %s", w.name, s.ConnectionState, err, w.summary())
		}
	}
}
