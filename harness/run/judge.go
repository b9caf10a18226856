package run

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/expect"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Judge grades traces and judges the grades. It needs no peer.
type Judge struct {
	Checks       []check.Check
	Expectations expect.Set
}

// Session is a session that was run, as its trace tells it.
type Session struct {
	Header   trace.Header
	End      trace.End // Result is error where the trace has no end
	Started  time.Time
	Verdicts []expect.Verdict
	Grading  time.Duration           // how long grading took
	Stages   map[trace.Stage]float64 // milliseconds
	Trace    string                  // path of the file; empty where there is none
	SHA256   string                  // of the file
}

// Pair returns who offered and who answered.
func (s Session) Pair() Pair {
	return Pair{Offerer: s.Header.Offerer.ID, Answerer: s.Header.Answerer.ID}
}

// Session judges one trace.
func (j Judge) Session(records []trace.Record) Session {
	start := time.Now()
	s := Session{End: trace.End{Result: trace.EndError, Reason: "the trace has no end: the run was killed"}}
	if len(records) == 0 || records[0].Session == nil {
		s.End.Reason = "the trace has no header"
		return s
	}
	s.Header, s.Started = *records[0].Session, records[0].Wall
	if last := records[len(records)-1]; last.End != nil {
		s.End = *last.End
	}
	s.Stages = trace.StageTimes(records)
	grades, err := check.GradeTrace(records, j.Checks)
	if err != nil {
		s.End = trace.End{Result: trace.EndError, Stage: s.End.Stage, Reason: "grading: " + err.Error()}
	}
	for _, g := range grades {
		s.Verdicts = append(s.Verdicts, j.Expectations.Judge(g, expect.ContextOf(s.Header)))
	}
	s.Grading = time.Since(start)
	return s
}

// File judges the trace in a file.
func (j Judge) File(path string) (Session, error) {
	records, err := trace.ReadFile(path)
	if err != nil {
		return Session{}, err
	}
	s := j.Session(records)
	s.sign(path)
	return s, nil
}

// Dir judges every trace in a folder, in the order of their names. One that a
// killed process left empty is an error of its own and not of the folder.
func (j Judge) Dir(dir string) ([]Session, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	packed, err2 := filepath.Glob(filepath.Join(dir, "*.jsonl"+trace.Packed))
	if err := errors.Join(err, err2); err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	paths = append(paths, packed...)
	slices.Sort(paths)
	var sessions []Session
	for i, path := range paths {
		if i > 0 && path == paths[i-1]+trace.Packed { // the process was killed between the two
			continue
		}
		s, err := j.File(path)
		if errors.Is(err, trace.ErrEmpty) {
			s = lost(path, err)
		} else if err != nil {
			return nil, err
		}
		sessions = append(sessions, s)
	}
	return sessions, nil
}

// lost is the session of a trace that tells nothing: its name alone says what it
// was, see Job.ID.
func lost(path string, err error) Session {
	id := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(path), trace.Packed), ".jsonl")
	s := Session{End: trace.End{Result: trace.EndError, Stage: trace.StageLaunch, Reason: err.Error()}}
	s.Header.ID = id
	s.Header.Offerer, s.Header.Answerer = unseen(peer.Unknown), unseen(peer.Unknown)
	if pair, scenario, ok := splitID(id); ok {
		s.Header.Offerer, s.Header.Answerer, s.Header.Scenario = unseen(pair.Offerer), unseen(pair.Answerer), scenario
	}
	if info, statErr := os.Stat(path); statErr == nil {
		s.Started = info.ModTime()
	}
	return s
}

// sign notes the file and its hash, so that a report vouches for its evidence.
func (s *Session) sign(path string) {
	content, err := os.ReadFile(path)
	if err != nil {
		return
	}
	sum := sha256.Sum256(content)
	s.Trace, s.SHA256 = path, hex.EncodeToString(sum[:])
}

// Worst is the worst outcome of the session.
func (s Session) Worst() check.Outcome {
	if s.End.Result == trace.EndError {
		return check.Error
	}
	for _, o := range check.Outcomes() {
		if slices.ContainsFunc(s.Verdicts, func(v expect.Verdict) bool { return v.Outcome == o }) {
			return o
		}
	}
	return check.Skipped
}
