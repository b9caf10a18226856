package firefox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/net/websocket"
)

// origin is what the WebSocket says that it comes from. The client cannot leave
// it away, and Firefox lets in only those that it was told of.
const origin = "http://rink.invalid"

// maxMessage bounds, in bytes, one message from the browser.
const maxMessage = 256 << 20

// object is the parameters of a command.
type object map[string]any

// session is a WebDriver BiDi session (https://www.w3.org/TR/webdriver-bidi/).
type session struct {
	ws   *websocket.Conn
	hear func(method string, params json.RawMessage) // must not block, nor call
	lost chan struct{}                               // closed once the connection is

	mu      sync.Mutex
	lastID  uint64
	pending map[uint64]chan<- message
}

// message is what the browser sends: an answer, or an event.
type message struct {
	Type    string          `json:"type"` // success, error, event
	ID      uint64          `json:"id"`
	Result  json.RawMessage `json:"result"`
	Error   string          `json:"error"`
	Message string          `json:"message"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
}

// hurry sends a pong that nobody asked for and that the browser ignores. Firefox
// leaves Nagle's algorithm on: what it says next waits until what it said is
// acknowledged, for which the kernel takes 40 ms unless it has something to send.
var hurry = websocket.Codec{Marshal: func(any) ([]byte, byte, error) { return nil, websocket.PongFrame, nil }}

var errLost = errors.New("lost the connection to the browser")

// dial connects to the address (ws://127.0.0.1:PORT) that the browser told.
func dial(ctx context.Context, address string, hear func(string, json.RawMessage)) (*session, error) {
	config, err := websocket.NewConfig(address+"/session", origin)
	if err != nil {
		return nil, err
	}
	ws, err := config.DialContext(ctx)
	if err != nil {
		return nil, err
	}
	ws.MaxPayloadBytes = maxMessage
	s := &session{ws: ws, hear: hear, lost: make(chan struct{}), pending: map[uint64]chan<- message{}}
	go s.read()
	return s, nil
}

// close ends the connection. What reads it ends too.
func (s *session) close() { _ = s.ws.Close() }

// read hands on what the browser sends, until it sends no more.
func (s *session) read() {
	defer close(s.lost)
	for {
		var raw []byte
		if websocket.Message.Receive(s.ws, &raw) != nil || hurry.Send(s.ws, nil) != nil {
			return
		}
		var m message
		if json.Unmarshal(raw, &m) != nil {
			continue // no message of the protocol; an answer that is missed has a deadline
		}
		if m.Type == "event" {
			s.hear(m.Method, m.Params)
			continue
		}
		s.mu.Lock()
		answer := s.pending[m.ID]
		delete(s.pending, m.ID)
		s.mu.Unlock()
		if answer != nil { // nil: its caller gave up
			answer <- m
		}
	}
}

// call sends a command and decodes its result, unless that is nil.
func (s *session) call(ctx context.Context, method string, params object, result any) error {
	answer := make(chan message, 1)
	s.mu.Lock()
	s.lastID++
	id := s.lastID
	s.pending[id] = answer
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.pending, id)
	}()
	if params == nil {
		params = object{}
	}
	raw, err := encode(object{"id": id, "method": method, "params": params})
	if err != nil {
		return fmt.Errorf("call %s: %w", method, err)
	}
	if err := websocket.Message.Send(s.ws, string(raw)); err != nil {
		return fmt.Errorf("call %s: %w", method, errors.Join(errLost, err))
	}
	select {
	case m := <-answer:
		return m.decode(method, result)
	case <-ctx.Done():
		return fmt.Errorf("call %s: %w", method, context.Cause(ctx))
	case <-s.lost:
		select {
		case m := <-answer: // it came before the connection went
			return m.decode(method, result)
		default:
			return fmt.Errorf("call %s: %w", method, errLost)
		}
	}
}

func (m message) decode(method string, result any) error {
	if m.Error != "" {
		return fmt.Errorf("call %s: %s: %s", method, m.Error, m.Message)
	}
	if result == nil {
		return nil
	}
	if err := json.Unmarshal(m.Result, result); err != nil {
		return fmt.Errorf("call %s: answer %.200q: %w", method, m.Result, err)
	}
	return nil
}

// encode is json.Marshal without the escapes for HTML, which would make a
// description several times as long.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}
