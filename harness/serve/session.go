package serve

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/report/html"
	"github.com/webrtc-rink/rink/harness/trace"
)

// isMissing reports whether an error is about what is not there.
func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// session makes the page of a session of the run in a folder. While the run has no
// report, the page tells what the trace tells, without what was found.
func (s *Server) session(folder, file string) ([]byte, error) {
	is := func(x *report.Session) bool { return html.SessionFile(x) == path.Join(html.SessionsDir, file) }
	r, err := s.reported(folder, is)
	if isMissing(err) {
		r, err = s.underWay(folder, is)
	}
	if err != nil {
		return nil, err
	}
	session := &r.Sessions[0]
	name := session.Trace
	if name == "" {
		return nil, fmt.Errorf("%w: the session %s has no trace", fs.ErrNotExist, session.ID)
	}
	f, err := s.open(path.Join(folder, name))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read from
	records, err := trace.ReadPacked(f)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", name, err)
	}
	return html.RenderSession(r, evidence.Of(r, session, records, nil))
}

// reported is the report of a run, narrowed down to one session.
func (s *Server) reported(folder string, is func(*report.Session) bool) (*report.Report, error) {
	f, err := s.open(path.Join(folder, files.JSON))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read from
	r, err := report.ReadSession(bufio.NewReaderSize(f, 64<<10), is)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", files.JSON, err)
	}
	if len(r.Sessions) == 0 {
		return nil, fmt.Errorf("%w: no such session", fs.ErrNotExist)
	}
	return r, nil
}

// underWay is what the record of a run tells of one session.
func (s *Server) underWay(folder string, is func(*report.Session) bool) (*report.Report, error) {
	state, err := s.state(folder)
	if err != nil {
		return nil, err
	}
	for _, x := range state.Sessions {
		session := report.Session{ID: x.ID, Scenario: x.Scenario, Pair: x.Pair, Result: x.Result, Reason: x.Reason, DurationMs: x.DurationMs}
		if !is(&session) {
			continue
		}
		for _, name := range []string{"traces/" + x.ID + ".jsonl", "traces/" + x.ID + ".jsonl" + trace.Packed} {
			if _, err := s.stat(path.Join(folder, name)); err == nil {
				session.Trace = name
			}
		}
		return report.Safe(&report.Report{
			Schema: report.Schema, Run: report.Run{ID: state.Started.ID, Command: state.Started.Command, StartedAt: state.Started.StartedAt},
			Notes: []string{"The run was not over when this page was made: what was found is in the report."}, Sessions: []report.Session{session},
		}), nil
	}
	return nil, fmt.Errorf("%w: no such session", fs.ErrNotExist)
}
