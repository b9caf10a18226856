package scenario

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// tries plays parts of an act at the same time, each by itself. A refusal ends its
// part alone: the trace has the call.
func (s *session) tries(ctx context.Context, at trace.Side, parts ...func(context.Context) error) error {
	errs := make([]error, len(parts))
	var playing sync.WaitGroup
	for i, part := range parts {
		playing.Go(func() {
			_, errs[i] = accepted(part(ctx))
			var stop *stopError
			if errors.As(errs[i], &stop) {
				s.rec.Logf(at, "%s", stop.reason)
				errs[i] = nil
			}
		})
	}
	playing.Wait()
	return errors.Join(errs...)
}

// watching counts the time up to its end as spent on the peers.
func (s *session) watching() (end func()) {
	start := time.Now()
	return func() { s.waiting.add(time.Since(start)) }
}

// trial opens an extra connection without a configuration, plays with it and closes
// it.
func (s *session) trial(ctx context.Context, at trace.Side, name string, play func(*extra) error) error {
	x, err := s.extra(ctx, at, name, peer.Configuration{})
	if err != nil {
		return err
	}
	if err := play(x); err != nil {
		return err // the session closes it
	}
	return s.finished(ctx, x)
}

// content gives the connection something to negotiate: a data channel, or media
// where the peer has none. The handle is empty then.
func (x *extra) content(ctx context.Context) (peer.ChannelHandle, error) {
	if !x.desc.Features.Has(peer.FeatureDataChannel) {
		return "", x.conn.addTransceiver(ctx, peer.Audio, peer.TransceiverInit{})
	}
	h, err := x.conn.createDataChannel(ctx, channelLabel)
	if err == nil {
		x.board.update(func() { x.state.channel(h).label = channelLabel })
	}
	return h, err
}

// describe creates a description and sets it.
func (x *extra) describe(ctx context.Context, typ string) (peer.SessionDescription, error) {
	d, err := x.conn.create(ctx, typ)
	if err != nil {
		return d, err
	}
	return d, x.conn.setLocal(ctx, d)
}

// offering has something to negotiate and sets an offer.
func (x *extra) offering(ctx context.Context) (peer.SessionDescription, error) {
	if _, err := x.content(ctx); err != nil {
		return peer.SessionDescription{}, err
	}
	return x.describe(ctx, "offer")
}

// whole is the local description with all candidates.
func (x *extra) whole(ctx context.Context) (peer.SessionDescription, error) {
	waiting, cancel := context.WithTimeout(ctx, x.opt.Gather)
	defer cancel()
	d, err := x.gatherer.Wait(waiting)
	switch {
	case err == nil || ctx.Err() != nil:
		return d, err
	case waiting.Err() != nil || peer.NameOf(err) != "":
		return d, &stopError{side: x.name, reason: fmt.Sprintf("%s: %s: %v", x.name, x.conn.name, err)}
	}
	return d, broke(ctx, x.name, "wait for candidates", err)
}

// meet lets two extra connections negotiate with whole descriptions: a offers.
func meet(ctx context.Context, a, b *extra) error {
	if _, err := a.offering(ctx); err != nil {
		return err
	}
	offer, err := a.whole(ctx)
	if err != nil {
		return err
	}
	if err := b.conn.setRemote(ctx, offer); err != nil {
		return err
	}
	if _, err := b.describe(ctx, "answer"); err != nil {
		return err
	}
	answer, err := b.whole(ctx)
	if err != nil {
		return err
	}
	return a.conn.setRemote(ctx, answer)
}

// up waits until the connection is up and, where there is one, its channel is open.
func (x *extra) up(ctx context.Context) (bool, error) {
	return x.until(ctx, x.opt.Connect, func(st *state) bool {
		if !x.desc.Features.Has(peer.FeatureDataChannel) {
			return st.connected()
		}
		_, open := st.open(channelLabel)
		return open && (st.silent || st.connected())
	})
}

// bothUp waits for both, and stops what needs them where they do not connect.
func bothUp(ctx context.Context, a, b *extra) error {
	for _, x := range []*extra{a, b} {
		ok, err := x.up(ctx)
		if err != nil {
			return err
		}
		if !ok {
			return &stopError{side: x.name, reason: fmt.Sprintf("%s: %s did not connect within %v", x.name, x.conn.name, x.opt.Connect)}
		}
	}
	return nil
}

// exchange is an offer of one extra connection and the answer of another, of the same
// end: texts for whoever needs some that are right.
type exchange struct {
	offerer, answerer *extra
	offer, answer     peer.SessionDescription
}

func (s *session) exchange(ctx context.Context, at trace.Side) (exchange, error) {
	var e exchange
	var err error
	if e.offerer, err = s.extra(ctx, at, "texts-offerer", peer.Configuration{}); err != nil {
		return e, err
	}
	if e.answerer, err = s.extra(ctx, at, "texts-answerer", peer.Configuration{}); err != nil {
		return e, err
	}
	if e.offer, err = e.offerer.offering(ctx); err != nil {
		return e, err
	}
	if err = e.answerer.conn.setRemote(ctx, e.offer); err != nil {
		return e, err
	}
	e.answer, err = e.answerer.describe(ctx, "answer")
	return e, err
}
