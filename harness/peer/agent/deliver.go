package agent

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/webrtc-rink/rink/harness/peer"
)

// violation is what an agent did against the protocol.
type violation struct{ what string }

func (v *violation) Error() string { return v.what }

func violated(format string, args ...any) *violation {
	return &violation{fmt.Sprintf(format, args...)}
}

// readLine reads one line without its end. With another error than a violation
// it returns what came before the error.
func readLine(r *bufio.Reader, limit int) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > limit+1:
			return line, violated("wrote a line of more than %d bytes: %s", limit, head(line))
		case err == nil:
			return bytes.TrimSuffix(line, []byte("\n")), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return line, err
		}
	}
}

// incoming is whatever an agent may write.
type incoming struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  *string         `json:"method"`
	Params  json.RawMessage `json:"params"`
	Result  json.RawMessage `json:"result"`
	Error   *rpcError       `json:"error"`
}

// deliver takes one line. It does not block.
func (l *link) deliver(line []byte) *violation {
	if !utf8.Valid(line) {
		return violated("wrote a line that is not UTF-8: %s", head(line))
	}
	var m incoming
	if err := json.Unmarshal(line, &m); err != nil {
		if json.Valid(line) {
			return violated("wrote a line that is no message of JSON-RPC: %s", head(line))
		}
		return violated("wrote a line that is no JSON: %s", head(line))
	}
	switch {
	case m.JSONRPC != "2.0":
		return violated("wrote a line without \"jsonrpc\":\"2.0\": %s", head(line))
	case m.Method != nil && m.ID != nil:
		return violated("made a call, which only the harness does: %s", head(line))
	case m.Method != nil && *m.Method != notifyEvent:
		return violated("sent the notification %s, want none but event", head([]byte(*m.Method)))
	case m.Method != nil:
		return l.notified(m.Params)
	}
	return l.answered(m, line)
}

func (l *link) answered(m incoming, line []byte) *violation {
	if (m.Result == nil) == (m.Error == nil) {
		return violated("wrote an answer that has not exactly one of result and error: %s", head(line))
	}
	id, err := strconv.ParseUint(string(m.ID), 10, 64)
	if err != nil {
		return violated("answered with the id %s, want the number of a call: %s", head(m.ID), head(line))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone != nil { // nobody waits, and exit may be answered
		return nil
	}
	settled, asked := l.pending[id]
	if !asked {
		return violated("answered the id %d, which no call waits for: %s", id, head(line))
	}
	delete(l.pending, id)
	if settled != nil {
		settled <- answer{m.Result, m.Error}
	}
	return nil
}

// notified takes an event.
func (l *link) notified(params json.RawMessage) *violation {
	var n notification
	if err := json.Unmarshal(params, &n); err != nil {
		return violated("sent an event that cannot be read: %v: %s", err, head(params))
	}
	switch {
	case n.Event == nil || !knownEvent(n.Event.Type):
		return violated("sent an event whose type the protocol does not have: %s", head(params))
	case n.Event.Type == peer.EventICECandidate && len(n.Event.Candidate) == 0:
		return violated("sent an icecandidate event without a candidate: %s", head(params))
	case n.Connection == 0 && n.Event.Type != peer.EventLog:
		return violated("sent an event without a connection: %s", head(params))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.rate.allows(time.Now(), l.options.MaxEventRate) {
		return violated("sent more than %d events within a second", l.options.MaxEventRate)
	}
	if l.gone != nil {
		return nil
	}
	if n.Connection > l.lastCon {
		return violated("sent an event of the connection %d, which was never opened: %s", n.Connection, head(params))
	}
	for id, c := range l.conns { // one that was closed has no reader
		if id == n.Connection || n.Connection == 0 {
			if bad := c.take(*n.Event, len(params)); bad != nil {
				return bad
			}
		}
	}
	return nil
}

// tell gives every connection a line of the agent's standard error.
func (l *link) tell(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone != nil {
		return
	}
	for _, c := range l.conns {
		c.events.Put(peer.Event{Type: peer.EventLog, Level: "info", Text: "standard error: " + text})
	}
}

// window counts events in the second that runs.
type window struct {
	began time.Time
	count int
}

func (w *window) allows(now time.Time, limit int) bool {
	if now.Sub(w.began) >= time.Second {
		w.began, w.count = now, 0
	}
	w.count++
	return w.count <= limit
}
