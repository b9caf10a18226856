package scenario

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// connection records every call on a peer.Connection and bounds it.
type connection struct {
	peer.Connection
	side    trace.Side
	name    string // trace.Record.Conn
	rec     *trace.Recorder
	limit   time.Duration
	calls   *atomic.Int64 // ids, shared by both ends
	waiting *clock
	under   *underWay
	probe   string // marks the calls made through it: trace.Call.Probe
}

// underWay are the calls of one end that have not returned, in their order. A peer
// may hand them on one after the other, so that one which hangs holds up the rest.
type underWay struct {
	mu      sync.Mutex
	methods []*string
}

func (u *underWay) begin(method string) *string {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.methods = append(u.methods, &method)
	return &method
}

func (u *underWay) end(call *string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.methods = slices.DeleteFunc(u.methods, func(other *string) bool { return other == call })
}

// before names the first call that has not returned, "" when it is this one.
func (u *underWay) before(call *string) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	if first := u.methods[0]; first != call {
		return *first
	}
	return ""
}

// clock sums up the time that the session spends waiting for its peers.
type clock struct{ ns atomic.Int64 }

func (c *clock) add(d time.Duration)  { c.ns.Add(int64(d)) }
func (c *clock) total() time.Duration { return time.Duration(c.ns.Load()) }

// hungError says that a call did not return: the peer, or what connects us to
// it, is broken.
type hungError struct {
	side   trace.Side
	method string
	limit  time.Duration
	before string // a call made earlier that has not returned either
}

func (e *hungError) Error() string {
	text := fmt.Sprintf("%s: %s did not return within %v", e.side, e.method, e.limit)
	if e.before != "" {
		text += fmt.Sprintf(", nor has %s, which was called before it", e.before)
	}
	return text
}

// refusedError says that a call that the scenario needs was refused.
type refusedError struct {
	side   trace.Side
	method string
	err    *peer.Error
}

func (e *refusedError) Error() string { return fmt.Sprintf("%s: %s: %v", e.side, e.method, e.err) }
func (e *refusedError) Unwrap() error { return e.err }

// brokenError says at which end the peer, or what connects us to it, broke.
type brokenError struct {
	side trace.Side
	err  error
}

func (e *brokenError) Error() string { return e.err.Error() }
func (e *brokenError) Unwrap() error { return e.err }

// broke names the end and the method that an error comes from. When the session
// was interrupted, no end broke.
func broke(ctx context.Context, side trace.Side, method string, err error) error {
	err = fmt.Errorf("%s: %s: %w", side, method, err)
	if ctx.Err() != nil {
		return err
	}
	return &brokenError{side: side, err: err}
}

// failure says what the error of a call means: the peer refused, it did not return
// in time, or it broke. One that did not return stays under way.
func (c *connection) failure(ctx context.Context, call *string, err error) error {
	var refused *peer.Error
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return &hungError{side: c.side, method: *call, limit: c.limit, before: c.under.before(call)}
	}
	c.under.end(call)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused):
		return &refusedError{side: c.side, method: *call, err: refused}
	}
	return broke(ctx, c.side, *call, err)
}

// abandonAfter is how long a call may go on once its context has ended. A peer
// that keeps to the contract returns at once; one that does not must not hold the
// session.
const abandonAfter = 2 * time.Second

// patiently makes a call, and leaves it to itself when it does not heed ctx.
func patiently[T any](ctx context.Context, f func(context.Context) (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		v, err := f(ctx)
		done <- outcome{v, err}
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
	}
	select {
	case o := <-done:
		return o.value, o.err
	case <-time.After(abandonAfter):
		var none T
		return none, ctx.Err()
	}
}

// do records a call, makes it and records how it settled.
func (c *connection) do(ctx context.Context, call trace.Call, f func(context.Context) (trace.Return, error)) (trace.Return, error) {
	call.ID = int(c.calls.Add(1))
	call.Probe = cmp.Or(call.Probe, c.probe)
	c.rec.Add(trace.Record{Kind: trace.KindCall, Side: c.side, Conn: c.name, Call: &call})
	under := c.under.begin(call.Method)
	start := time.Now()
	limited, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	ret, err := patiently(limited, f)
	took := time.Since(start)
	ret.Call, ret.Method, ret.Ms = call.ID, call.Method, float64(took.Microseconds())/1000
	failed := c.failure(ctx, under, err)
	var refused *refusedError
	var hung *hungError
	switch {
	case err == nil:
	case errors.As(failed, &refused):
		ret.Error = refused.err
	case errors.As(failed, &hung):
		ret.Failure = hung.Error()
	default:
		ret.Failure = err.Error()
	}
	c.rec.Add(trace.Record{Kind: trace.KindReturn, Side: c.side, Conn: c.name, Return: &ret})
	return ret, failed
}

// timed is do for calls that the session itself waits for.
func (c *connection) timed(ctx context.Context, call trace.Call, f func(context.Context) (trace.Return, error)) (trace.Return, error) {
	start := time.Now()
	defer func() { c.waiting.add(time.Since(start)) }()
	return c.do(ctx, call, f)
}

// settle is timed for calls that return nothing.
func (c *connection) settle(ctx context.Context, call trace.Call, f func(context.Context) error) error {
	_, err := c.timed(ctx, call, func(ctx context.Context) (trace.Return, error) { return trace.Return{}, f(ctx) })
	return err
}

// probing returns the connection with every call marked as that deliberate fault.
func (c *connection) probing(name string) *connection {
	marked := *c
	marked.probe = name
	return &marked
}

// accepted reports whether the call behind err was accepted. A refusal, which the
// trace has, is no error; anything else is.
func accepted(err error) (bool, error) {
	var refused *refusedError
	if errors.As(err, &refused) {
		return false, nil
	}
	return err == nil, err
}

func (c *connection) createDataChannel(ctx context.Context, label string) (peer.ChannelHandle, error) {
	ret, err := c.timed(ctx, trace.Call{Method: "createDataChannel", Text: label}, func(ctx context.Context) (trace.Return, error) {
		h, err := c.CreateDataChannel(ctx, label, peer.DataChannelInit{})
		return trace.Return{Channel: h}, err
	})
	return ret.Channel, err
}

func (c *connection) addTrack(ctx context.Context, kind peer.Kind) error {
	return c.settle(ctx, trace.Call{Method: "addTrack", Text: string(kind)}, func(ctx context.Context) error {
		return c.AddTrack(ctx, kind)
	})
}

// create calls createOffer or createAnswer.
func (c *connection) create(ctx context.Context, typ string) (peer.SessionDescription, error) {
	method := "createOffer"
	if typ == "answer" {
		method = "createAnswer"
	}
	ret, err := c.timed(ctx, trace.Call{Method: method}, func(ctx context.Context) (trace.Return, error) {
		var d peer.SessionDescription
		var err error
		if typ == "answer" {
			d, err = c.CreateAnswer(ctx)
		} else {
			d, err = c.CreateOffer(ctx, peer.OfferOptions{})
		}
		if err != nil {
			return trace.Return{}, err
		}
		return trace.Return{Description: &d}, nil
	})
	if err != nil {
		return peer.SessionDescription{}, err
	}
	return *ret.Description, nil
}

func (c *connection) setLocal(ctx context.Context, d peer.SessionDescription) error {
	return c.settle(ctx, trace.Call{Method: "setLocalDescription", Description: &d}, func(ctx context.Context) error {
		return c.SetLocalDescription(ctx, &d)
	})
}

func (c *connection) setRemote(ctx context.Context, d peer.SessionDescription) error {
	return c.settle(ctx, trace.Call{Method: "setRemoteDescription", Description: &d}, func(ctx context.Context) error {
		return c.SetRemoteDescription(ctx, d)
	})
}

func (c *connection) addCandidate(ctx context.Context, raw json.RawMessage, init *peer.ICECandidateInit, probe string) error {
	_, err := c.do(ctx, trace.Call{Method: "addIceCandidate", Candidate: raw, Probe: probe}, func(ctx context.Context) (trace.Return, error) {
		return trace.Return{}, c.AddICECandidate(ctx, init)
	})
	return err
}

func (c *connection) send(ctx context.Context, h peer.ChannelHandle, m peer.Message) error {
	return c.settle(ctx, trace.Call{Method: "send", Channel: h, Message: &m}, func(ctx context.Context) error {
		return c.Send(ctx, h, m)
	})
}

func (c *connection) snapshot(ctx context.Context, moment string) (peer.Snapshot, error) {
	s, err := read(ctx, c, "snapshot", c.Snapshot)
	if err == nil {
		c.rec.Add(trace.Record{Kind: trace.KindSnapshot, Side: c.side, Conn: c.name, Snapshot: &trace.Snapshot{Moment: moment, Snapshot: s}})
	}
	return s, err
}

// keepStats records stats that were read.
func (c *connection) keepStats(moment string, st peer.Stats) {
	c.rec.Add(trace.Record{Kind: trace.KindStats, Side: c.side, Conn: c.name, Stats: &trace.Stats{Moment: moment, Stats: st}})
}

func (c *connection) stats(ctx context.Context) (peer.Stats, error) {
	return read(ctx, c, "stats", c.Stats)
}

// read bounds a reading; its result is recorded instead of the call.
func read[T any](ctx context.Context, c *connection, method string, f func(context.Context) (T, error)) (T, error) {
	start := time.Now()
	defer func() { c.waiting.add(time.Since(start)) }()
	under := c.under.begin(method)
	limited, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	value, err := patiently(limited, f)
	return value, c.failure(ctx, under, err)
}
