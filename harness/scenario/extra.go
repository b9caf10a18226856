package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/repair"
	"github.com/webrtc-rink/rink/harness/trace"
)

// extra is a further connection of one end. It takes no part in the session's
// signalling, so that a probe can have one in a known state of its own; the trace
// names it in Record.Conn.
type extra struct {
	*side
	opt Timeouts
}

// extras are the further connections that are open.
type extras struct {
	mu   sync.Mutex
	open map[*extra]bool
}

func (e *extras) close(ctx context.Context) {
	e.mu.Lock()
	left := e.open
	e.open = nil
	e.mu.Unlock()
	var closing sync.WaitGroup
	for x := range left {
		closing.Go(func() { _ = x.shut(ctx) })
	}
	closing.Wait()
}

// extra opens a further connection of that end. Name is unique among those of its
// end. The call that opens it is recorded as "open", with the configuration as JSON;
// a configuration that the peer refuses is a *refusedError.
func (s *session) extra(ctx context.Context, at trace.Side, name string, config peer.Configuration) (*extra, error) {
	text, err := json.Marshal(config)
	if err != nil {
		return nil, fmt.Errorf("%s: configuration of %s: %w", at, name, err)
	}
	conn := s.wrap(nil, at, new(clock))
	conn.name = name
	_, err = conn.do(ctx, trace.Call{Method: "open", Text: string(text)}, func(ctx context.Context) (trace.Return, error) {
		opened, err := s.peers[at].Open(ctx, config)
		conn.Connection = opened
		return trace.Return{}, err
	})
	if err != nil {
		return nil, err
	}
	main := s.sides[at]
	x := &extra{opt: s.opt.Timeouts, side: &side{
		name: at, desc: main.desc, conn: conn, gatherer: repair.NewGatherer(conn), board: newBoard(), pumped: make(chan struct{}),
	}}
	x.state.silent, x.state.unordered = main.state.silent, main.state.unordered
	go x.pump(s.rec, nil)
	s.extras.mu.Lock()
	defer s.extras.mu.Unlock()
	if s.extras.open == nil {
		s.extras.open = map[*extra]bool{}
	}
	s.extras.open[x] = true
	return x, nil
}

// finished closes an extra connection that is no longer needed.
func (s *session) finished(ctx context.Context, x *extra) error {
	s.extras.mu.Lock()
	delete(s.extras.open, x)
	s.extras.mu.Unlock()
	return x.shut(ctx)
}

func (x *extra) shut(ctx context.Context) error {
	_, err := x.conn.do(ctx, trace.Call{Method: "close"}, func(ctx context.Context) (trace.Return, error) {
		return trace.Return{}, x.conn.Close(ctx)
	})
	select {
	case <-x.pumped:
	case <-ctx.Done():
	case <-time.After(x.opt.Close):
		return fmt.Errorf("%s: the event stream of %s did not end within %v of close", x.name, x.conn.name, x.opt.Close)
	}
	return err
}

// until waits until the state of the extra connection is as asked, and reports
// whether it came to be within the limit. The error says that waiting was cut off.
func (x *extra) until(ctx context.Context, limit time.Duration, hold func(*state) bool) (bool, error) {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	for {
		var ok bool
		changed := x.board.read(func() { ok = hold(&x.state) })
		if ok {
			return true, nil
		}
		select {
		case <-changed:
		case <-deadline.C:
			return false, nil
		case <-ctx.Done():
			return false, fmt.Errorf("interrupted: %w", context.Cause(ctx))
		}
	}
}

// alone runs an act at both ends at the same time.
func (s *session) alone(ctx context.Context, run func(*session, context.Context, trace.Side) error) error {
	start := time.Now()
	defer func() { s.waiting.add(time.Since(start)) }()
	errs := map[trace.Side]*error{trace.Offerer: new(error), trace.Answerer: new(error)}
	var acting sync.WaitGroup
	for _, at := range trace.Sides() {
		acting.Go(func() { *errs[at] = run(s, ctx, at) })
	}
	acting.Wait()
	for _, at := range trace.Sides() {
		if err := *errs[at]; err != nil {
			return err
		}
	}
	return s.final(ctx)
}
