package agent

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
)

// endTime is how long Serve waits at its end for calls that do not heed their
// context.
const endTime = 5 * time.Second

// remembered is how many closed connections are kept, to refuse late calls as
// the implementation does.
const remembered = 64

// server is the agent's end of the protocol.
type server struct {
	peer peer.Peer
	ctx  context.Context // of every call

	writing sync.Mutex
	out     io.Writer
	failed  error // of the first write that failed; guarded by writing

	running sync.WaitGroup

	mu      sync.Mutex
	conns   map[uint64]*served
	closed  []uint64 // connections that were closed, oldest first
	cancels map[uint64]context.CancelFunc
}

// Serve makes an agent of a peer: it answers the calls that come in on in until
// that ends or the harness says exit, and then closes the peer. It returns an
// error when the peer does not close well, when in brings no calls, or when
// nothing can be written. When ctx ends first, its error is returned, and the
// read of in that was under way is left behind.
//
// The calls of one connection are made one after the other, close excepted; a
// call that the harness no longer waits for has its context cancelled.
func Serve(ctx context.Context, in io.Reader, out io.Writer, p peer.Peer) error {
	ctx, cancel := context.WithCancel(ctx)
	s := &server{peer: p, ctx: ctx, out: out, conns: map[uint64]*served{}, cancels: map[uint64]context.CancelFunc{}}
	ended := make(chan error, 1)
	go func() {
		exit, err := s.read(in)
		if exit != nil {
			err = p.Close()
			s.answer(exit, nil, err)
		}
		ended <- err
	}()
	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
		err = ctx.Err()
	}
	cancel()
	err = errors.Join(err, p.Close())
	s.settle()
	s.writing.Lock()
	defer s.writing.Unlock()
	return errors.Join(err, s.failed)
}

// settle waits for calls and events that are under way.
func (s *server) settle() {
	settled := make(chan struct{})
	go func() {
		defer close(settled)
		s.running.Wait()
	}()
	limit := time.NewTimer(endTime)
	defer limit.Stop()
	select {
	case <-settled:
	case <-limit.C:
	}
}

// read takes calls until there are no more, and returns the ID of exit if that
// was the last one.
func (s *server) read(in io.Reader) (exit *uint64, err error) {
	r := bufio.NewReader(in)
	for {
		line, err := r.ReadBytes('\n')
		switch line = bytes.TrimSpace(line); {
		case len(line) > 0:
			var q request
			if bad := json.Unmarshal(line, &q); bad != nil {
				s.write(response{JSONRPC: "2.0", ID: []byte("null"), Error: &rpcError{Code: codeParse, Message: bad.Error()}})
				return nil, fmt.Errorf("serve: read %s: %w", head(line), bad)
			}
			if q.Method == methodExit && q.ID != nil {
				return q.ID, nil
			}
			s.take(q)
		case errors.Is(err, io.EOF):
			return nil, nil
		case err != nil:
			return nil, fmt.Errorf("serve: read: %w", err)
		}
	}
}

// take starts one call, or obeys a notification.
func (s *server) take(q request) {
	var a arguments
	if len(q.Params) > 0 {
		if err := json.Unmarshal(q.Params, &a); err != nil {
			s.answer(q.ID, nil, &rpcError{Code: codeInvalidParams, Message: err.Error()})
			return
		}
	}
	if q.ID == nil {
		if q.Method == notifyCancel {
			s.cancel(a.ID)
		}
		return
	}
	switch q.Method {
	case methodDescribe:
		s.answer(q.ID, description{Protocol: Version, Description: s.peer.Describe()}, nil)
	case methodOpen:
		s.open(*q.ID, a)
	default:
		method, known := methods[q.Method]
		if !known {
			s.answer(q.ID, nil, &rpcError{Code: codeMethodNotFound, Message: "method not found: " + q.Method})
			return
		}
		s.call(*q.ID, q.Method == methodClose, a, method)
	}
}

// begin makes the context of one call, which cancel and done end.
func (s *server) begin(id uint64) (ctx context.Context, done func()) {
	ctx, cancel := context.WithCancel(s.ctx)
	s.mu.Lock()
	s.cancels[id] = cancel
	s.mu.Unlock()
	return ctx, func() {
		s.cancel(id)
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.cancels, id)
	}
}

func (s *server) cancel(id uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel := s.cancels[id]; cancel != nil {
		cancel()
	}
}

// Error makes rpcError an error, so that the server's own refusals go the way of
// the peer's.
func (e *rpcError) Error() string { return fmt.Sprintf("error %d: %s", e.Code, e.Message) }

// answer writes the answer to a call; a notification has none.
func (s *server) answer(id *uint64, result any, err error) {
	if id == nil {
		return
	}
	r := response{JSONRPC: "2.0", ID: fmt.Append(nil, *id)}
	if err == nil {
		r.Result, err = encode(result)
	}
	r.Error = wireError(err)
	if r.Error != nil {
		r.Result = nil
	}
	s.write(r)
}

// wireError translates an error of the peer.
func wireError(err error) *rpcError {
	var own *rpcError
	var refusal *peer.Error
	var gone *peer.GoneError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return own
	case errors.As(err, &refusal):
		return &rpcError{Code: codeRefused, Message: refusal.Message, Data: &errorData{Name: refusal.Name}}
	case errors.As(err, &gone):
		return &rpcError{Code: codeGone, Message: gone.Reason}
	}
	return &rpcError{Code: codeInternal, Message: err.Error()}
}

// write writes one line. After the first failure there is nobody to write to.
func (s *server) write(v any) {
	line, err := encode(v)
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.failed != nil {
		return
	}
	if err == nil {
		_, err = s.out.Write(append(line, '\n'))
	}
	if err != nil {
		s.failed = fmt.Errorf("serve: write: %w", err)
	}
}
