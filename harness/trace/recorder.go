package trace

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Recorder appends records to a trace. Its methods are safe for concurrent use
// and never fail a session: the first write error is kept for Close.
type Recorder struct {
	mu      sync.Mutex
	out     io.Writer
	file    *os.File
	start   time.Time
	sum     hash.Hash // of what out has taken
	records []Record
	redact  *redactor
	err     error
	closed  bool
}

// NewRecorder records to out, which may be nil: then the trace is kept in
// memory only. The clock of the session starts now.
func NewRecorder(out io.Writer) *Recorder {
	return &Recorder{out: out, start: time.Now(), sum: sha256.New(), redact: newRedactor()}
}

// Create records to a new file.
func Create(path string) (*Recorder, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("trace: %w", err)
	}
	r := NewRecorder(f)
	r.file = f
	return r, nil
}

// Add stamps a record with number and time, redacts and shortens it, and
// writes it. It returns the record's number, or -1 after Close: what arrives
// after the end record belongs to no session.
func (r *Recorder) Add(rec Record) int { return r.AddAt(time.Now(), rec) }

// AddAt is Add for something that happened at the given time.
func (r *Recorder) AddAt(at time.Time, rec Record) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return -1
	}
	rec.N = len(r.records)
	rec.T = float64(at.Sub(r.start).Microseconds()) / 1000
	rec.Wall = at.UTC().Round(0)
	rec = r.redact.record(rec)
	r.records = append(r.records, rec)
	if rec.Kind == KindEnd {
		r.closed = true
	}
	r.write(rec)
	return rec.N
}

// write appends one whole line in one call, so that a killed process leaves at
// most one broken line, the last.
func (r *Recorder) write(rec Record) {
	if r.out == nil || r.err != nil {
		return
	}
	line, err := json.Marshal(rec)
	if err != nil {
		r.err = fmt.Errorf("trace: record %d (%s): %w", rec.N, rec.Kind, err)
		return
	}
	if len(line) >= maxLine { // one that no reader takes would cost all the others
		r.err = fmt.Errorf("trace: record %d (%s): got %d bytes, want at most %d", rec.N, rec.Kind, len(line), maxLine)
		return
	}
	line = append(line, '\n')
	n, err := r.out.Write(line)
	r.sum.Write(line[:n])
	if err != nil {
		r.err = fmt.Errorf("trace: %w", err)
	}
}

// Records returns what was recorded so far, as it was written.
func (r *Recorder) Records() []Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.records)
}

// SHA256 is the hash, in hex, of what was written so far: of the whole file, once
// the Recorder is closed.
func (r *Recorder) SHA256() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return hex.EncodeToString(r.sum.Sum(nil))
}

// Start is when the session's clock began.
func (r *Recorder) Start() time.Time { return r.start }

// Close ends the trace and returns the first error of any write.
func (r *Recorder) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	if r.file != nil {
		r.err = errors.Join(r.err, r.file.Close())
		r.file = nil
	}
	return r.err
}

// Event records an event of one side with the time at which it arrived; conn names
// the connection as Record.Conn does.
func (r *Recorder) Event(side Side, conn string, e peer.Event) int {
	at := e.At
	if at.IsZero() {
		at = time.Now()
	}
	return r.AddAt(at, Record{Kind: KindEvent, Side: side, Conn: conn, Event: &e})
}

// Logf records a sentence of the harness.
func (r *Recorder) Logf(side Side, format string, args ...any) int {
	return r.Add(Record{Kind: KindLog, Side: side, Log: fmt.Sprintf(format, args...)})
}
