package scenario

import (
	"context"
	"fmt"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// on finds an end's channel of that label.
func (s *session) on(at trace.Side, label string) (h peer.ChannelHandle) {
	s.board.read(func() { h, _ = s.sides[at].state.labelled(label) })
	return h
}

// sendOn sends on the channel of that label, where the end has it. A refusal leaves
// the session going.
func (s *session) sendOn(ctx context.Context, at trace.Side, label string, m peer.Message) error {
	h := s.on(at, label)
	if h == "" {
		return nil
	}
	_, err := accepted(s.sides[at].conn.send(ctx, h, m))
	return err
}

// swap sends a text both ways on one channel that is open at both ends.
func (s *session) swap(ctx context.Context, label, text string) error {
	open := true
	s.board.read(func() {
		for _, at := range trace.Sides() {
			_, ok := s.sides[at].state.open(label)
			open = open && ok
		}
	})
	if !open {
		return nil
	}
	m := peer.Message{Text: text}
	if err := both(func(at trace.Side) error { return s.sendOn(ctx, at, label, m) }); err != nil {
		return err
	}
	return s.lenient(s.await(ctx, "messages cross on "+label, s.opt.Timeouts.Settle, each(func(st *state) (bool, string) {
		return st.has(m), "receives the message on " + label
	})))
}

// greet lets each end open a channel on which the other sends as soon as it is
// announced.
func (s *session) greet(ctx context.Context) error {
	return both(func(at trace.Side) error {
		label := "greet-" + string(at)
		if _, err := s.openOne(ctx, at, label, peer.DataChannelInit{}); err != nil {
			return err
		}
		greeting := peer.Message{Text: "rink-greeting:" + string(at.Other())}
		one := func(at trace.Side, hold func(*state) bool) condition {
			return func(offerer, answerer *state) (bool, []want) {
				st := offerer
				if at == trace.Answerer {
					st = answerer
				}
				return hold(st), []want{{at, "has " + label}}
			}
		}
		announced := func(st *state) bool { _, c := st.labelled(label); return c != nil && c.announced }
		err := s.await(ctx, "a channel is announced", s.opt.Timeouts.App, one(at.Other(), announced))
		if err != nil {
			return s.lenient(err)
		}
		if err := s.sendOn(ctx, at.Other(), label, greeting); err != nil {
			return err
		}
		err = s.await(ctx, "a channel opens", s.opt.Timeouts.App, each(func(st *state) (bool, string) {
			_, open := st.open(label)
			return open, "opens " + label
		}))
		if err != nil {
			return s.lenient(err)
		}
		return s.lenient(s.await(ctx, "the greeting arrives", s.opt.Timeouts.Settle, one(at, func(st *state) bool { return st.has(greeting) })))
	})
}

// pending is how many messages are sent right before a channel is closed.
const pending = 10

// closeSome lets each end open a channel, send on it and close it at once; then what
// is left of the session talks on, and the ids of the closed ones are used again.
func (s *session) closeSome(ctx context.Context) error {
	label := func(at trace.Side) string { return "closing-" + string(at) }
	for _, at := range trace.Sides() {
		if _, err := s.openOne(ctx, at, label(at), peer.DataChannelInit{}); err != nil {
			return err
		}
	}
	if err := s.opened(ctx, label(trace.Offerer), label(trace.Answerer)); err != nil {
		return err
	}
	if err := s.readChannels(ctx); err != nil {
		return err
	}
	err := both(func(at trace.Side) error {
		for i := range pending {
			if err := s.sendOn(ctx, at, label(at), peer.Message{Text: fmt.Sprintf("rink-pending:%s %d", at, i)}); err != nil {
				return err
			}
		}
		_, err := accepted(s.sides[at].conn.closeChannel(ctx, s.on(at, label(at))))
		return err
	})
	if err != nil {
		return err
	}
	err = s.await(ctx, "channels close", s.opt.Timeouts.Settle, each(func(st *state) (bool, string) {
		for _, at := range trace.Sides() {
			if _, c := st.labelled(label(at)); c != nil && c.closes == 0 {
				return false, "says that " + label(at) + " is closed"
			}
		}
		return true, ""
	}))
	if err := s.lenient(err); err != nil {
		return err
	}
	if err := s.readChannels(ctx); err != nil {
		return err
	}
	if err := s.swap(ctx, channelLabel, "rink-after-close"); err != nil {
		return err
	}
	return s.reuse(ctx, label)
}

// reuse opens a negotiated channel with the id of each that was closed, where its
// opener told that id.
func (s *session) reuse(ctx context.Context, label func(trace.Side) string) error {
	for _, at := range trace.Sides() {
		side := s.sides[at]
		if !side.desc.Features.Has(peer.FeatureChannelState) {
			continue
		}
		st, err := side.conn.channel(ctx, s.on(at, label(at)))
		if err != nil {
			return s.tolerate(err)
		}
		if st.ID == nil || st.ReadyState != "closed" {
			continue
		}
		again := "again-" + string(at)
		ok, err := s.agreed(ctx, again, *st.ID)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if err := s.opened(ctx, again); err != nil {
			return err
		}
		if err := s.swap(ctx, again, "rink-on:"+again); err != nil {
			return err
		}
	}
	return nil
}
