package page

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
)

// queued is an encoded call that waits to be sent.
type queued struct {
	call    []byte
	gesture bool
}

// started is a call that is on its way to the page.
type started struct {
	page   *Page
	id     uint64
	method string
	answer <-chan reply
}

// start puts a call in line. Calls reach the page in the order of start.
func (p *Page) start(conn uint64, method string, params any) (*started, error) {
	raw, err := encode(params)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", p.peerID, method, err)
	}
	if len(raw) > maxCall {
		return nil, fmt.Errorf("%s %s: got %d bytes of parameters, want at most %d", p.peerID, method, len(raw), maxCall)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone != nil {
		return nil, p.gone
	}
	p.lastID++
	answer := make(chan reply, 1)
	p.pending[p.lastID] = answer
	p.queue = append(p.queue, queued{
		call:    fmt.Appendf(nil, `{"id":%d,"conn":%d,"method":%q,"params":%s}`, p.lastID, conn, method, raw),
		gesture: method == "addTrack" || method == "addTransceiver", // audio starts with one
	})
	select {
	case p.wake <- struct{}{}:
	default:
	}
	return &started{page: p, id: p.lastID, method: method, answer: answer}, nil
}

// wait waits for the answer and decodes it into result, unless that is nil. It
// ends early with the context or with the page.
func (s *started) wait(ctx context.Context, result any) error {
	select {
	case r := <-s.answer:
		return s.decode(r, result)
	case <-ctx.Done():
		s.page.mu.Lock()
		delete(s.page.pending, s.id)
		s.page.mu.Unlock()
		return fmt.Errorf("%s %s: no answer from the page: %w", s.page.peerID, s.method, ctx.Err())
	case <-s.page.done:
		select {
		case r := <-s.answer: // it came before the page went
			return s.decode(r, result)
		default:
			return s.page.gone
		}
	}
}

// forgotten is the name under which page.js says that it dropped a connection
// that was closed long ago. It is no answer of the browser.
const forgotten = "Forgotten"

func (s *started) decode(r reply, result any) error {
	switch {
	case r.Error != nil && r.Error.Name == forgotten:
		return fmt.Errorf("%s %s: %s", s.page.peerID, s.method, r.Error.Message)
	case r.Error != nil:
		return r.Error
	case result == nil:
		return nil
	}
	if err := json.Unmarshal(r.Result, result); err != nil {
		return fmt.Errorf("%s %s: answer %.200q: %w", s.page.peerID, s.method, r.Result, err)
	}
	return nil
}

// call is start and wait.
func (p *Page) call(ctx context.Context, conn uint64, method string, params, result any) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s %s: %w", p.peerID, method, err)
	}
	s, err := p.start(conn, method, params)
	if err != nil {
		return err
	}
	return s.wait(ctx, result)
}

// encode is json.Marshal without the escapes for HTML, which would make a
// description several times as long.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// send hands queued calls to the page, in order. While one batch is on its way
// the next one gathers, so the page is never asked more than it can take.
func (p *Page) send() {
	for {
		select {
		case <-p.wake:
		case <-p.done:
			return
		}
		for batch, gesture := p.take(); len(batch) > 0; batch, gesture = p.take() {
			if err := p.evaluate("rink(["+string(bytes.Join(batch, []byte(",")))+"])", gesture); err != nil {
				p.Fail(err.Error())
				return
			}
		}
	}
}

// take removes the next calls from the queue: at least one if there are any, and
// more as long as they fit into one batch.
func (p *Page) take() (batch [][]byte, gesture bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	size := 0
	for len(p.queue) > 0 && (len(batch) == 0 || size+len(p.queue[0].call) <= maxBatch) {
		next := p.queue[0]
		p.queue = p.queue[1:]
		size += len(next.call)
		batch, gesture = append(batch, next.call), gesture || next.gesture
	}
	return batch, gesture
}
