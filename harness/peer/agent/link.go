package agent

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
)

// carrier is what the lines travel on: a process, or in tests a pair of pipes.
type carrier interface {
	io.ReadWriter
	// closeInput tells the agent that nothing more will come.
	closeInput()
	// kill ends the agent at once. It may be called more than once.
	kill()
	// wait waits for the agent to end and says how it did ("exit status 3"); it is
	// false when the agent still runs after the time.
	wait(d time.Duration) (how string, ended bool)
	// addLast returns the reason of an end and the last lines that the agent wrote
	// to its standard error.
	addLast(reason string) string
	// release closes its ends of the pipes, which ends what reads and writes.
	release()
}

// exitGrace is how long an agent that closed a pipe has to exit, before it is
// said to live on.
const exitGrace = 2 * time.Second

// exitedWell is how an agent ends that was asked to.
const exitedWell = "exit status 0"

// closedReason is why calls fail once the harness has closed the agent.
const closedReason = "closed"

// answer is how a call settled.
type answer struct {
	result json.RawMessage
	err    *rpcError
}

// link is the harness's end of the protocol.
type link struct {
	carrier
	peerID  string
	options Options
	done    chan struct{} // closed once gone is set
	stop    chan struct{} // closed when nothing more is to be written
	wake    chan struct{} // holds a token while queue may have lines
	running sync.WaitGroup
	ending  sync.Once

	mu      sync.Mutex
	gone    *peer.GoneError
	queue   [][]byte // lines that wait to be written, in call order
	last    bool     // the input is to be closed after the queue
	lastID  uint64
	pending map[uint64]chan<- answer // nil for those whose caller gave up
	conns   map[uint64]*conn
	lastCon uint64
	rate    window
}

func newLink(c carrier, o Options) *link {
	l := &link{
		carrier: c, peerID: o.ID, options: o,
		done: make(chan struct{}), stop: make(chan struct{}), wake: make(chan struct{}, 1),
		pending: map[uint64]chan<- answer{}, conns: map[uint64]*conn{},
	}
	l.running.Go(l.read)
	l.running.Go(l.write)
	return l
}

// start puts a call in line. Calls reach the agent in the order of start.
func (l *link) start(method string, params any) (uint64, <-chan answer, error) {
	raw, err := encode(params)
	if err != nil {
		return 0, nil, fmt.Errorf("%s %s: %w", l.peerID, method, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone != nil {
		return 0, nil, l.gone
	}
	l.lastID++
	id := l.lastID
	line, err := encode(request{JSONRPC: "2.0", ID: &id, Method: method, Params: raw})
	if err != nil {
		return 0, nil, fmt.Errorf("%s %s: %w", l.peerID, method, err)
	}
	if len(line) > l.options.MaxLine {
		return 0, nil, fmt.Errorf("%s %s: got a call of %d bytes, want at most %d", l.peerID, method, len(line), l.options.MaxLine)
	}
	settled := make(chan answer, 1)
	l.pending[id] = settled
	l.put(line)
	return id, settled, nil
}

// put puts a line in the queue; l.mu is held.
func (l *link) put(line []byte) {
	l.queue = append(l.queue, append(line, '\n'))
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// call makes a call and decodes its result, unless result is nil.
func (l *link) call(ctx context.Context, method string, params, result any) error {
	a, err := l.ask(ctx, method, params)
	switch {
	case err != nil:
		return err
	case a.err != nil:
		return l.refusal(method, a.err)
	case result == nil:
		return nil
	}
	if err := json.Unmarshal(a.result, result); err != nil {
		return fmt.Errorf("%s %s: result %s: %w", l.peerID, method, head(a.result), err)
	}
	return nil
}

// ask makes a call and waits for its answer. It ends early with the context or
// with the agent; an agent that lets CallTimeout pass is ended.
func (l *link) ask(ctx context.Context, method string, params any) (answer, error) {
	if err := ctx.Err(); err != nil {
		return answer{}, fmt.Errorf("%s %s: %w", l.peerID, method, err)
	}
	id, settled, err := l.start(method, params)
	if err != nil {
		return answer{}, err
	}
	limit := time.NewTimer(l.options.CallTimeout)
	defer limit.Stop()
	for {
		select {
		case a := <-settled:
			return a, nil
		case <-ctx.Done():
			l.giveUp(id)
			return answer{}, fmt.Errorf("%s %s: no answer from the agent: %w", l.peerID, method, ctx.Err())
		case <-limit.C:
			l.end(fmt.Sprintf("did not answer %s within %v", method, l.options.CallTimeout))
		case <-l.done:
			select {
			case a := <-settled: // it came before the agent went
				return a, nil
			default:
				return answer{}, l.gone
			}
		}
	}
}

// giveUp tells the agent that nobody waits for the answer any more.
func (l *link) giveUp(id uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, waits := l.pending[id]; !waits || l.gone != nil {
		return
	}
	l.pending[id] = nil
	l.put(fmt.Appendf(nil, `{"jsonrpc":"2.0","method":%q,"params":{"id":%d}}`, notifyCancel, id))
}

// refusal translates an error of the agent.
func (l *link) refusal(method string, e *rpcError) error {
	switch {
	case e.Code == codeRefused && e.Data != nil && e.Data.Name != "":
		return &peer.Error{Name: e.Data.Name, Message: e.Message}
	case e.Code == codeRefused:
		return fmt.Errorf("%s %s: error %d without a DOMException name in data.name: %s", l.peerID, method, e.Code, e.Message)
	case e.Code == codeGone:
		return &peer.GoneError{Peer: l.peerID, Reason: e.Message}
	case e.Code == codeMethodNotFound:
		return peer.Errorf(peer.NotSupportedError, "the agent has no method %s", method)
	}
	return fmt.Errorf("%s %s: error %d: %s", l.peerID, method, e.Code, e.Message)
}

// write hands lines to the agent, which may be slow to read them.
func (l *link) write() {
	defer l.closeInput()
	for {
		l.mu.Lock()
		batch, last := l.queue, l.last
		l.queue = nil
		l.mu.Unlock()
		for _, line := range batch {
			if _, err := l.Write(line); err != nil {
				// An agent that crashed closed its pipes too: what read finds says more.
				if _, ended := l.wait(exitGrace); !ended {
					l.end("closed its standard input and still runs")
				}
				return
			}
		}
		if len(batch) > 0 {
			continue
		}
		if last {
			return
		}
		select {
		case <-l.wake:
		case <-l.stop:
			return
		}
	}
}

// read takes what the agent writes until it ends or breaks the protocol.
func (l *link) read() {
	r := bufio.NewReaderSize(l.carrier, 64<<10)
	for {
		line, err := readLine(r, l.options.MaxLine)
		var bad *violation
		switch {
		case errors.As(err, &bad):
		case err != nil && len(line) > 0:
			bad = violated("ended in the middle of a line: %s", head(line))
		case err != nil:
			l.ended()
			return
		default:
			bad = l.deliver(line)
		}
		if bad != nil {
			l.end(bad.what)
			// What follows is of no interest, but a writer must not block before it
			// is killed.
			_, _ = io.Copy(io.Discard, l.carrier)
			return
		}
	}
}

// ended finds out why there is nothing more to read.
func (l *link) ended() {
	how, ended := l.wait(exitGrace)
	if !ended {
		l.end("closed its standard output and still runs")
		return
	}
	l.end("ended: " + how)
}

// end ends the agent for a reason: it is killed, and then everybody is told.
// Only the first end counts, and none does after fail.
func (l *link) end(reason string) {
	l.ending.Do(func() {
		l.running.Go(func() {
			l.kill()
			l.wait(exitGrace) // for the rest of its standard error
			reason := l.addLast(reason)
			l.fail(reason, func(c *conn) {
				c.events.Put(peer.Event{Type: peer.EventGone, Text: reason})
				c.events.Close()
			})
		})
	})
}

// fail makes every call, pending or later, a *peer.GoneError.
func (l *link) fail(reason string, each func(*conn)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone != nil {
		return
	}
	l.gone = &peer.GoneError{Peer: l.peerID, Reason: reason}
	for _, c := range l.conns {
		each(c)
	}
	l.pending = map[uint64]chan<- answer{}
	close(l.done)
}

// shut ends the agent. In good order that is exit, the end of its input, and a
// kill only after CloseTimeout.
func (l *link) shut(orderly bool) error {
	l.fail(closedReason, func(c *conn) { c.events.Discard() })
	alive := false
	l.ending.Do(func() { alive = true })
	defer func() {
		l.kill()
		close(l.stop)
		l.release() // a child that got away may hold the pipes open for ever
		l.running.Wait()
		l.drop()
	}()
	switch {
	case !orderly:
		return nil
	case !alive:
		return fmt.Errorf("close: %w", l.death())
	}
	l.mu.Lock()
	l.lastID++
	l.put(fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":%q,"params":{}}`, l.lastID, methodExit))
	l.last = true
	l.mu.Unlock()
	how, ended := l.wait(l.options.CloseTimeout)
	switch {
	case !ended:
		return &peer.UntidyError{Peer: l.peerID, Reason: fmt.Sprintf("did not end within %v of exit and was killed", l.options.CloseTimeout)}
	case how != exitedWell:
		return &peer.UntidyError{Peer: l.peerID, Reason: fmt.Sprintf("ended with %s after exit, want %s", how, exitedWell)}
	}
	return nil
}

// death is why the agent ended before it was asked to. One that has just done so
// may not have been told yet.
func (l *link) death() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone.Reason == closedReason {
		return &peer.GoneError{Peer: l.peerID, Reason: "ended, or broke the protocol, as it was closed"}
	}
	return l.gone
}

// drop ends the queues that nobody has begun to read.
func (l *link) drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.conns {
		if !c.read.Load() {
			c.events.Discard()
		}
	}
}

// setID names the peer once it has said who it is.
func (l *link) setID(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.peerID = id
}
