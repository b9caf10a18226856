// Package progress is the record of a run that goes on: one JSON object on each line
// of progress.jsonl in the run's folder. A run writes it, and whoever looks on reads it
// while it grows. The report does not depend on it.
package progress

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Schema names the format; the first line has it.
const Schema = "rink.progress/v1"

// File is the name of the file in the folder of a run.
const File = "progress.jsonl"

// Kind says what a line tells.
type Kind string

// The kinds: the first line is of kind started, the last of one that ended is of kind
// end.
const (
	KindStarted Kind = "started"
	KindSession Kind = "session"
	KindNote    Kind = "note"
	KindEnd     Kind = "end"
)

// Line is one line. Which member is there depends on the kind.
type Line struct {
	Schema  string    `json:"schema,omitempty"`
	Kind    Kind      `json:"kind"`
	At      time.Time `json:"at"`
	Started *Started  `json:"started,omitempty"`
	Session *Session  `json:"session,omitempty"`
	Note    string    `json:"note,omitempty"`
	End     *End      `json:"end,omitempty"`
}

// Started says what is to be played.
type Started struct {
	ID        string    `json:"id"`
	Command   []string  `json:"command,omitempty"`
	Pairs     []Lane    `json:"pairs"`
	Sessions  int       `json:"sessions"`
	StartedAt time.Time `json:"startedAt"`
	PID       int       `json:"pid"` // as the process itself sees it
}

// Lane is a pair and how many sessions it has to play.
type Lane struct {
	report.Pair
	Sessions int `json:"sessions"`
}

// Session is a session that ended.
type Session struct {
	ID         string          `json:"id"`
	Scenario   string          `json:"scenario"`
	Pair       report.Pair     `json:"pair"`
	Result     trace.EndResult `json:"result"`
	Reason     string          `json:"reason,omitempty"` // why it did not get to its end
	Worst      check.Outcome   `json:"worst"`
	Outcomes   report.Counts   `json:"outcomes"`
	Red        []Red           `json:"red,omitempty"`
	MoreRed    int             `json:"moreRed,omitempty"` // left out here; the report has them
	DurationMs float64         `json:"durationMs"`
	Done       int             `json:"done"`  // sessions that ended, this one included
	Total      int             `json:"total"` // sessions that there are
}

// Red is a result that makes the run fail.
type Red struct {
	Check   string        `json:"check"`
	Subject string        `json:"subject"` // id of the peer that is judged
	Outcome check.Outcome `json:"outcome"`
	Finding string        `json:"finding,omitempty"` // the first
}

// End says how the run came out.
type End struct {
	Verdict          string        `json:"verdict"`
	ExitCode         int           `json:"exitCode"`
	Complete         bool          `json:"complete"`
	IncompleteReason string        `json:"incompleteReason,omitempty"`
	Outcomes         report.Counts `json:"outcomes"`
}

// maxLine bounds one line.
const maxLine = 1 << 20

// Reader reads lines from a file that may still grow.
type Reader struct {
	in   io.Reader
	more []byte // is read into
	rest []byte // of a line whose end is not there yet
	n    int    // lines that were read
}

// NewReader reads from the beginning of a record.
func NewReader(in io.Reader) *Reader { return &Reader{in: in, more: make([]byte, 32<<10)} }

// N is how many lines were read.
func (r *Reader) N() int { return r.n }

// ErrTooLong is matched by the error of a line that is too long: nothing behind it can
// be read.
var ErrTooLong = errors.New("the line is too long")

// Next returns the next line. io.EOF says that there is none yet: a later call may
// have one. What is no line of a record is an error that names its number; the call
// after it goes on behind that line.
func (r *Reader) Next() (Line, error) {
	for {
		if i := bytes.IndexByte(r.rest, '\n'); i >= 0 {
			text := r.rest[:i]
			r.rest = r.rest[i+1:]
			r.n++
			return r.decode(text)
		}
		if len(r.rest) > maxLine {
			return Line{}, fmt.Errorf("%d: %w: it has more than %d bytes", r.n+1, ErrTooLong, maxLine)
		}
		n, err := r.in.Read(r.more)
		r.rest = append(r.rest, r.more[:n]...)
		if n == 0 && err != nil {
			return Line{}, err
		}
	}
}

func (r *Reader) decode(text []byte) (Line, error) {
	var l Line
	if err := json.Unmarshal(text, &l); err != nil {
		return Line{}, fmt.Errorf("%d: no line of progress: %w: %.60q", r.n, err, text)
	}
	missing := l.Kind == KindStarted && l.Started == nil || l.Kind == KindSession && l.Session == nil || l.Kind == KindEnd && l.End == nil
	switch {
	case r.n == 1 && l.Kind != KindStarted:
		return Line{}, fmt.Errorf("1: got a line of kind %q, want %q first", l.Kind, KindStarted)
	case r.n == 1 && l.Schema != Schema:
		return Line{}, fmt.Errorf("1: got schema %q, want %q", l.Schema, Schema)
	case missing:
		return Line{}, fmt.Errorf("%d: a line of kind %q without its %q", r.n, l.Kind, l.Kind)
	}
	return report.SafeOf(l), nil
}

// Read reads all lines that are whole. A last one without its line end is what a
// killed run leaves behind, or what is just being written, and is passed over.
func Read(in io.Reader) ([]Line, error) {
	var lines []Line
	for r := NewReader(in); ; {
		l, err := r.Next()
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return lines, err
		}
		lines = append(lines, l)
	}
}
