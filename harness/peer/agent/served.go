package agent

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/webrtc-rink/rink/harness/peer"
)

// arguments are the params of every method; each has some of them.
type arguments struct {
	ID            uint64                   `json:"id"` // of cancel
	Connection    uint64                   `json:"connection"`
	Configuration peer.Configuration       `json:"configuration"`
	Label         string                   `json:"label"`
	Init          json.RawMessage          `json:"init"`
	Channel       peer.ChannelHandle       `json:"channel"`
	Message       peer.Message             `json:"message"`
	Kind          peer.Kind                `json:"kind"`
	Options       peer.OfferOptions        `json:"options"`
	Description   *peer.SessionDescription `json:"description"`
	Candidate     *peer.ICECandidateInit   `json:"candidate"`
	Mid           string                   `json:"mid"`
	Direction     string                   `json:"direction"`
	Bytes         uint64                   `json:"bytes"`
}

// init decodes the init of a channel or a transceiver, which may be left out.
func (a arguments) init(v any) error {
	if len(a.Init) == 0 {
		return nil
	}
	if err := json.Unmarshal(a.Init, v); err != nil {
		return &rpcError{Code: codeInvalidParams, Message: "init: " + err.Error()}
	}
	return nil
}

// method is a method of a connection.
type method func(ctx context.Context, c peer.Connection, a arguments) (any, error)

// only is a method without a result.
func only(f func(ctx context.Context, c peer.Connection, a arguments) error) method {
	return func(ctx context.Context, c peer.Connection, a arguments) (any, error) { return nil, f(ctx, c, a) }
}

var methods = map[string]method{
	methodCreateDataChannel: func(ctx context.Context, c peer.Connection, a arguments) (any, error) {
		var init peer.DataChannelInit
		if err := a.init(&init); err != nil {
			return nil, err
		}
		handle, err := c.CreateDataChannel(ctx, a.Label, init)
		return opened{handle}, err
	},
	methodSend: only(func(ctx context.Context, c peer.Connection, a arguments) error {
		return c.Send(ctx, a.Channel, a.Message)
	}),
	methodCloseDataChannel: only(func(ctx context.Context, c peer.Connection, a arguments) error {
		return c.CloseDataChannel(ctx, a.Channel)
	}),
	methodAddTrack: only(func(ctx context.Context, c peer.Connection, a arguments) error {
		return c.AddTrack(ctx, a.Kind)
	}),
	methodAddTransceiver: only(func(ctx context.Context, c peer.Connection, a arguments) error {
		var init peer.TransceiverInit
		if err := a.init(&init); err != nil {
			return err
		}
		return c.AddTransceiver(ctx, a.Kind, init)
	}),
	methodCreateOffer: func(ctx context.Context, c peer.Connection, a arguments) (any, error) {
		return c.CreateOffer(ctx, a.Options)
	},
	methodCreateAnswer: func(ctx context.Context, c peer.Connection, _ arguments) (any, error) {
		return c.CreateAnswer(ctx)
	},
	methodSetLocalDescription: only(func(ctx context.Context, c peer.Connection, a arguments) error {
		return c.SetLocalDescription(ctx, a.Description)
	}),
	methodSetRemoteDescription: only(func(ctx context.Context, c peer.Connection, a arguments) error {
		if a.Description == nil {
			return &rpcError{Code: codeInvalidParams, Message: "description: got null, want one"}
		}
		return c.SetRemoteDescription(ctx, *a.Description)
	}),
	methodAddICECandidate: only(func(ctx context.Context, c peer.Connection, a arguments) error {
		return c.AddICECandidate(ctx, a.Candidate)
	}),
	methodRestartICE: only(func(ctx context.Context, c peer.Connection, _ arguments) error {
		return c.RestartICE(ctx)
	}),
	methodSetConfiguration: only(func(ctx context.Context, c peer.Connection, a arguments) error {
		return c.SetConfiguration(ctx, a.Configuration)
	}),
	methodSetDirection: only(func(ctx context.Context, c peer.Connection, a arguments) error {
		return c.SetDirection(ctx, a.Mid, a.Direction)
	}),
	methodStopTransceiver: only(func(ctx context.Context, c peer.Connection, a arguments) error {
		return c.StopTransceiver(ctx, a.Mid)
	}),
	methodChannel: func(ctx context.Context, c peer.Connection, a arguments) (any, error) {
		return c.Channel(ctx, a.Channel)
	},
	methodSetLowThreshold: only(func(ctx context.Context, c peer.Connection, a arguments) error {
		return c.SetBufferedAmountLowThreshold(ctx, a.Channel, a.Bytes)
	}),
	methodNewCandidate: func(ctx context.Context, c peer.Connection, a arguments) (any, error) {
		return c.NewCandidate(ctx, a.Init)
	},
	methodSnapshot: func(ctx context.Context, c peer.Connection, _ arguments) (any, error) { return c.Snapshot(ctx) },
	methodStats:    func(ctx context.Context, c peer.Connection, _ arguments) (any, error) { return c.Stats(ctx) },
	methodClose:    nil, // see server.call
}

// served is one connection.
type served struct {
	conn   peer.Connection // nil when it did not open; set before opened is closed
	opened chan struct{}
	last   chan struct{} // closed when the latest call has returned; guarded by server.mu
	told   chan struct{} // closed when all its events are written
}

// open makes a connection under the number that the harness chose.
func (s *server) open(id uint64, a arguments) {
	c := &served{opened: make(chan struct{}), told: make(chan struct{})}
	c.last = c.opened
	s.mu.Lock()
	taken := s.conns[a.Connection] != nil || a.Connection == 0
	if !taken {
		s.conns[a.Connection] = c
	}
	s.mu.Unlock()
	if taken {
		s.answer(&id, nil, &rpcError{Code: codeInvalidParams, Message: fmt.Sprintf("connection %d: want a number that was not used", a.Connection)})
		return
	}
	ctx, done := s.begin(id)
	s.running.Go(func() {
		defer done()
		conn, err := s.peer.Open(ctx, a.Configuration)
		if err != nil {
			s.mu.Lock()
			delete(s.conns, a.Connection)
			s.mu.Unlock()
			close(c.told)
		} else {
			c.conn = conn
			s.running.Go(func() { s.tell(a.Connection, c) })
		}
		close(c.opened)
		s.answer(&id, nil, err)
	})
}

// tell writes the events of a connection until they end.
func (s *server) tell(id uint64, c *served) {
	defer close(c.told)
	for e := range c.conn.Events() {
		params, err := encode(notification{Connection: id, Event: &e})
		if err != nil { // a candidate that is no JSON
			params, _ = encode(notification{Connection: id, Event: &peer.Event{
				Type: peer.EventLog, Level: "error", Text: fmt.Sprintf("event %s: %v", e.Type, err),
			}})
		}
		s.write(request{JSONRPC: "2.0", Method: notifyEvent, Params: params})
	}
}

// call makes one call of a connection once the one before it has returned. Close
// does not wait for calls, which may hang.
func (s *server) call(id uint64, closes bool, a arguments, m method) {
	s.mu.Lock()
	c := s.conns[a.Connection]
	if c == nil {
		s.mu.Unlock()
		var err error
		if !closes { // may be closed more than once
			err = peer.Errorf(peer.InvalidStateError, "connection %d is closed, or was never opened", a.Connection)
		}
		s.answer(&id, nil, err)
		return
	}
	before, after := c.last, make(chan struct{})
	if closes {
		before = c.opened
	} else {
		c.last = after
	}
	s.mu.Unlock()
	ctx, done := s.begin(id)
	s.running.Go(func() {
		defer close(after)
		defer done()
		<-before
		var result any
		err := ctx.Err()
		switch {
		case c.conn == nil:
			if !closes {
				err = peer.Errorf(peer.InvalidStateError, "connection %d did not open", a.Connection)
			}
		case closes:
			err = s.close(ctx, a.Connection, c)
		case err == nil:
			result, err = m(ctx, c.conn, a)
		}
		s.answer(&id, result, err)
	})
}

// close closes a connection and waits until its last event is written.
func (s *server) close(ctx context.Context, id uint64, c *served) error {
	err := c.conn.Close(ctx)
	if err == nil {
		select {
		case <-c.told:
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = append(s.closed, id)
	if len(s.closed) > remembered {
		delete(s.conns, s.closed[0])
		s.closed = s.closed[1:]
	}
	return err
}
