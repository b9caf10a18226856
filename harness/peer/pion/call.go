package pion

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/pion/webrtc/v3/pkg/rtcerr"

	"github.com/webrtc-rink/rink/harness/peer"
)

// stackHead is how many bytes of a stack are kept of a panic.
const stackHead = 2048

// bounded runs f on a goroutine of its own and gives up waiting when ctx ends;
// f may finish later. A panic becomes a *peer.Error, and an error of pion gets
// its DOMException name.
func bounded[T any](ctx context.Context, what string, f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if v := recover(); v != nil {
				r = result{err: peer.Errorf(peer.PanicError, "%s: %v\n%s", what, v, stack())}
			}
			done <- r
		}()
		r.value, r.err = f()
		r.err = refusal(r.err)
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// do is bounded for what returns only an error.
func do(ctx context.Context, what string, f func() error) error {
	_, err := bounded(ctx, what, func() (struct{}, error) { return struct{}{}, f() })
	return err
}

// guard runs a callback; a panic becomes a log event.
func (c *Connection) guard(what string, f func()) {
	defer func() {
		if v := recover(); v != nil {
			c.queue.Put(peer.Event{
				Type: peer.EventLog, Level: "error",
				Text: fmt.Sprintf("panic in %s: %v\n%s", what, v, stack()),
			})
		}
	}()
	f()
}

func stack() []byte {
	s := debug.Stack()
	return s[:min(len(s), stackHead)]
}

// refusal gives an error of pion the name that pion itself gives it, and keeps
// the text less that name. Errors outside rtcerr have none, and get none here.
func refusal(err error) error {
	var already *peer.Error
	if err == nil || errors.As(err, &already) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	name := nameOf(err)
	return &peer.Error{Name: name, Message: strings.TrimPrefix(err.Error(), name+": ")}
}

func nameOf(err error) string {
	switch {
	case is[*rtcerr.InvalidStateError](err):
		return peer.InvalidStateError
	case is[*rtcerr.InvalidAccessError](err):
		return peer.InvalidAccessError
	case is[*rtcerr.InvalidModificationError](err):
		return peer.InvalidModificationError
	case is[*rtcerr.OperationError](err):
		return peer.OperationError
	case is[*rtcerr.SyntaxError](err):
		return peer.SyntaxError
	case is[*rtcerr.NotSupportedError](err):
		return peer.NotSupportedError
	case is[*rtcerr.TypeError](err):
		return peer.TypeError
	case is[*rtcerr.RangeError](err):
		return "RangeError"
	case is[*rtcerr.NotReadableError](err):
		return "NotReadableError"
	case is[*rtcerr.UnknownError](err):
		return "UnknownError"
	}
	return peer.UnnamedError
}

func is[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}
