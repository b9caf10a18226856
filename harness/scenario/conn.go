package scenario

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// connection records every call on a peer.Connection and bounds it.
type connection struct {
	peer.Connection
	side    trace.Side
	rec     *trace.Recorder
	limit   time.Duration
	calls   *atomic.Int64 // ids, shared by both ends
	waiting *clock
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
}

func (e *hungError) Error() string {
	return fmt.Sprintf("%s: %s did not return within %v", e.side, e.method, e.limit)
}

// refusedError says that a call that the scenario needs was refused.
type refusedError struct {
	side   trace.Side
	method string
	err    *peer.Error
}

func (e *refusedError) Error() string { return fmt.Sprintf("%s: %s: %v", e.side, e.method, e.err) }
func (e *refusedError) Unwrap() error { return e.err }

// do records a call, makes it and records how it settled.
func (c *connection) do(ctx context.Context, call trace.Call, f func(context.Context) (trace.Return, error)) error {
	call.ID = int(c.calls.Add(1))
	c.rec.Add(trace.Record{Kind: trace.KindCall, Side: c.side, Call: &call})
	start := time.Now()
	bounded, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	ret, err := f(bounded)
	took := time.Since(start)
	ret.Call, ret.Method, ret.Ms = call.ID, call.Method, float64(took.Microseconds())/1000
	var refused *peer.Error
	switch {
	case err == nil:
	case errors.As(err, &refused):
		ret.Error = refused
		err = &refusedError{side: c.side, method: call.Method, err: refused}
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		err = &hungError{side: c.side, method: call.Method, limit: c.limit}
		ret.Failure = err.Error()
	default:
		ret.Failure = err.Error()
		err = fmt.Errorf("%s: %s: %w", c.side, call.Method, err)
	}
	c.rec.Add(trace.Record{Kind: trace.KindReturn, Side: c.side, Return: &ret})
	return err
}

// timed is do for calls that the session itself waits for.
func (c *connection) timed(ctx context.Context, call trace.Call, f func(context.Context) (trace.Return, error)) error {
	start := time.Now()
	defer func() { c.waiting.add(time.Since(start)) }()
	return c.do(ctx, call, f)
}

func (c *connection) createDataChannel(ctx context.Context, label string) (h peer.ChannelHandle, err error) {
	err = c.timed(ctx, trace.Call{Method: "createDataChannel", Text: label}, func(ctx context.Context) (trace.Return, error) {
		h, err = c.CreateDataChannel(ctx, label, peer.DataChannelInit{})
		return trace.Return{Channel: h}, err
	})
	return h, err
}

func (c *connection) addTrack(ctx context.Context, kind peer.Kind) error {
	return c.timed(ctx, trace.Call{Method: "addTrack", Text: string(kind)}, func(ctx context.Context) (trace.Return, error) {
		return trace.Return{}, c.AddTrack(ctx, kind)
	})
}

// create calls createOffer or createAnswer.
func (c *connection) create(ctx context.Context, typ string) (d peer.SessionDescription, err error) {
	method := "createOffer"
	if typ == "answer" {
		method = "createAnswer"
	}
	err = c.timed(ctx, trace.Call{Method: method}, func(ctx context.Context) (trace.Return, error) {
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
	return d, err
}

func (c *connection) setLocal(ctx context.Context, d peer.SessionDescription) error {
	return c.timed(ctx, trace.Call{Method: "setLocalDescription", Description: &d}, func(ctx context.Context) (trace.Return, error) {
		return trace.Return{}, c.SetLocalDescription(ctx, &d)
	})
}

func (c *connection) setRemote(ctx context.Context, d peer.SessionDescription) error {
	return c.timed(ctx, trace.Call{Method: "setRemoteDescription", Description: &d}, func(ctx context.Context) (trace.Return, error) {
		return trace.Return{}, c.SetRemoteDescription(ctx, d)
	})
}

func (c *connection) addCandidate(ctx context.Context, raw json.RawMessage, init *peer.ICECandidateInit, probe string) error {
	return c.do(ctx, trace.Call{Method: "addIceCandidate", Candidate: raw, Probe: probe}, func(ctx context.Context) (trace.Return, error) {
		return trace.Return{}, c.AddICECandidate(ctx, init)
	})
}

func (c *connection) send(ctx context.Context, h peer.ChannelHandle, m peer.Message) error {
	return c.timed(ctx, trace.Call{Method: "send", Channel: h, Message: &m}, func(ctx context.Context) (trace.Return, error) {
		return trace.Return{}, c.Send(ctx, h, m)
	})
}

func (c *connection) snapshot(ctx context.Context, moment string) (s peer.Snapshot, err error) {
	err = c.read(ctx, "snapshot", func(ctx context.Context) error {
		s, err = c.Snapshot(ctx)
		return err
	})
	if err == nil {
		c.rec.Add(trace.Record{Kind: trace.KindSnapshot, Side: c.side, Snapshot: &trace.Snapshot{Moment: moment, Snapshot: s}})
	}
	return s, err
}

func (c *connection) stats(ctx context.Context) (s peer.Stats, err error) {
	err = c.read(ctx, "stats", func(ctx context.Context) error {
		s, err = c.Stats(ctx)
		return err
	})
	return s, err
}

// read bounds a reading; its result is recorded instead of the call.
func (c *connection) read(ctx context.Context, method string, f func(context.Context) error) error {
	start := time.Now()
	defer func() { c.waiting.add(time.Since(start)) }()
	bounded, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	err := f(bounded)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		return &hungError{side: c.side, method: method, limit: c.limit}
	}
	var refused *peer.Error
	if errors.As(err, &refused) {
		return &refusedError{side: c.side, method: method, err: refused}
	}
	return fmt.Errorf("%s: %s: %w", c.side, method, err)
}
