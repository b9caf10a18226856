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

// twins are two further connections of one end that meet each other, so that what one
// of them is asked to do is no matter of the session's other end. In the trace they
// are NAME-a, which made the first offer, and NAME-b.
type twins struct {
	a, b   *extra
	answer peer.SessionDescription // the last one
	limits Timeouts
}

// twins opens both and carries an offer and its answer, each with all candidates.
func (s *session) twins(ctx context.Context, at trace.Side, name string) (*twins, error) {
	t := &twins{limits: s.opt.Timeouts}
	var err error
	if t.a, err = s.extra(ctx, at, name+"-a", peer.Configuration{}); err != nil {
		return nil, err
	}
	if t.b, err = s.extra(ctx, at, name+"-b", peer.Configuration{}); err != nil {
		return nil, err
	}
	h, err := t.a.conn.createDataChannel(ctx, channelLabel)
	if err != nil {
		return nil, err
	}
	t.a.board.update(func() { t.a.state.channel(h).label = channelLabel })
	return t, t.negotiate(ctx, peer.OfferOptions{})
}

// negotiate carries an offer of a, and its answer.
func (t *twins) negotiate(ctx context.Context, o peer.OfferOptions) error {
	return t.negotiateFrom(ctx, t.a, t.b, o)
}

func (t *twins) negotiateFrom(ctx context.Context, from, to *extra, o peer.OfferOptions) error {
	offer, err := from.conn.offer(ctx, o)
	if err != nil {
		return err
	}
	if offer, err = t.set(ctx, from, offer); err != nil {
		return err
	}
	return t.answerTo(ctx, from, to, offer)
}

// answerTo carries an offer that was set, and its answer.
func (t *twins) answerTo(ctx context.Context, from, to *extra, offer peer.SessionDescription) error {
	if err := to.conn.setRemote(ctx, offer); err != nil {
		return err
	}
	answer, err := to.conn.create(ctx, "answer")
	if err != nil {
		return err
	}
	if t.answer, err = t.set(ctx, to, answer); err != nil {
		return err
	}
	return from.conn.setRemote(ctx, t.answer)
}

func (t *twins) set(ctx context.Context, x *extra, d peer.SessionDescription) (peer.SessionDescription, error) {
	if err := x.conn.setLocal(ctx, d); err != nil {
		return d, err
	}
	ufrag, _ := generation(d.SDP)
	return regathered(ctx, x.side, ufrag, t.limits.Gather)
}

// connected waits until both have their channel open.
func (t *twins) connected(ctx context.Context) error {
	for _, x := range []*extra{t.a, t.b} {
		open, err := x.until(ctx, t.limits.Connect, func(st *state) bool { _, ok := st.open(channelLabel); return ok })
		if err != nil {
			return err
		}
		if !open {
			return &stopError{side: x.name, reason: fmt.Sprintf("%s: the channel of %s did not open within %v", x.name, x.conn.name, t.limits.Connect)}
		}
	}
	return nil
}

// cross sends a message each way and waits a little for both. That one does not come
// is for the checks.
func (t *twins) cross(ctx context.Context, text string) error {
	due := map[*extra]peer.Message{}
	for from, to := range map[*extra]*extra{t.a: t.b, t.b: t.a} {
		var h peer.ChannelHandle
		from.board.read(func() { h, _ = from.state.open(channelLabel) })
		due[to] = peer.Message{Text: trace.FlowPrefix + text + " from " + from.conn.name}
		if err := from.conn.send(ctx, h, due[to]); err != nil {
			return err
		}
	}
	deadline := time.Now().Add(t.limits.Flow)
	for to, m := range due {
		if _, err := to.until(ctx, time.Until(deadline), func(st *state) bool { return st.has(m) }); err != nil {
			return err
		}
	}
	return nil
}

// readStats records the stats of those.
func readStats(ctx context.Context, moment string, of ...*extra) error {
	for _, x := range of {
		stats, err := x.conn.stats(ctx)
		if err != nil {
			return err
		}
		x.conn.keepStats(moment, stats)
	}
	return nil
}

func (t *twins) finished(ctx context.Context, s *session) error {
	return errors.Join(s.finished(ctx, t.a), s.finished(ctx, t.b))
}

// withTwins tries something on twins. What the peer refuses or does not do on the way
// is evidence, which the trace has.
func (s *session) withTwins(ctx context.Context, at trace.Side, name string, try func(*twins) error) func() error {
	return func() error {
		t, err := s.twins(ctx, at, name)
		if err == nil {
			err = try(t)
		}
		if err == nil {
			err = t.finished(ctx, s)
		}
		return s.evident(at, name, err)
	}
}

// withExtra tries something on one further connection.
func (s *session) withExtra(ctx context.Context, at trace.Side, name string, config peer.Configuration, try func(*extra) error) func() error {
	return func() error {
		x, err := s.extra(ctx, at, name, config)
		if err == nil {
			err = try(x)
		}
		if err == nil {
			err = s.finished(ctx, x)
		}
		return s.evident(at, name, err)
	}
}

// evident turns what the peer did into a sentence of the trace; any other error stays.
func (s *session) evident(at trace.Side, name string, err error) error {
	var refused *refusedError
	var stop *stopError
	if errors.As(err, &refused) || errors.As(err, &stop) {
		s.rec.Logf(at, "%s: %v", name, err)
		return nil
	}
	return err
}

// several runs what an end is tried with at the same time. Nil is nothing to try.
func several(runs ...func() error) error {
	errs := make([]error, len(runs))
	var trying sync.WaitGroup
	for i, run := range runs {
		if run != nil {
			trying.Go(func() { errs[i] = run() })
		}
	}
	trying.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
