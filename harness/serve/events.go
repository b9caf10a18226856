package serve

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/html"
	"github.com/webrtc-rink/rink/harness/report/progress"
	"github.com/webrtc-rink/rink/harness/report/view"
)

const (
	pollEvery  = 250 * time.Millisecond
	listEvery  = time.Second // a list takes a look at every run
	heartbeat  = 15 * time.Second
	retryAfter = 2 * time.Second
)

// step is what a page shows of a session that ended, and of how far the run is.
type step struct {
	Lane     int            `json:"lane"` // of Started.Pairs; -1: of none
	Pair     string         `json:"pair"`
	Scenario string         `json:"scenario"`
	Worst    check.Outcome  `json:"worst"`
	Glyph    string         `json:"glyph"`
	Href     string         `json:"href"`
	Reason   string         `json:"reason,omitempty"`
	Red      []progress.Red `json:"red,omitempty"`
	MoreRed  int            `json:"moreRed,omitempty"`
	standing
}

// maxFindings is how many findings a card tells of; the page of the session has all.
const maxFindings = 3

// standing is how far a run is.
type standing struct {
	Done  int    `json:"done"`
	Total int    `json:"total"`
	Reds  int    `json:"reds"` // red sessions
	Left  string `json:"left"` // in words; may be empty
}

// ending is what a page shows in the end.
type ending struct {
	progress.End
	Href string `json:"href"`
}

func standingOf(s *progress.State) standing {
	return standing{Done: len(s.Sessions), Total: s.Started.Sessions, Reds: s.Red, Left: s.Left()}
}

// stepOf is a session of a run as it is shown, after it was added to the state.
func stepOf(runPath string, state *progress.State, s *progress.Session) step {
	lane := -1
	for i, l := range state.Started.Pairs {
		if l.Pair == s.Pair {
			lane = i
		}
	}
	red := s.Red[:min(len(s.Red), maxFindings)]
	return step{
		Lane: lane, Pair: s.Pair.String(), Scenario: s.Scenario, Worst: s.Worst, Glyph: view.Glyph(s.Worst),
		Href:   "/runs/" + runPath + "/" + html.SessionFile(&report.Session{ID: s.ID}),
		Reason: s.Reason, Red: red, MoreRed: s.MoreRed + len(s.Red) - len(red), standing: standingOf(state),
	}
}

// stream is a running answer of server-sent events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html).
type stream struct {
	w    http.ResponseWriter
	rc   *http.ResponseController
	sent time.Time
}

func (s *stream) write(text string) error {
	s.sent = time.Now()
	if err := s.rc.SetWriteDeadline(s.sent.Add(eventTimeout)); err != nil {
		return err
	}
	if _, err := io.WriteString(s.w, text); err != nil {
		return err
	}
	return s.rc.Flush()
}

// event sends one. Its data is JSON, which has no line ends. An id of 0 leaves it to
// the event before.
func (s *stream) event(kind string, id int, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	head := ""
	if id > 0 {
		head = fmt.Sprintf("id: %d\n", id)
	}
	return s.write(head + fmt.Sprintf("event: %s\ndata: %s\n\n", kind, text))
}

// events streams how a run goes: what was, from the line after the one that the client
// had last, and what comes, until the run ends. Without a run it tells when the list of
// runs is another one.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("run")
	if name == "" {
		s.stream(w, r, func(out *stream) error { return s.watch(r, out) })
		return
	}
	f, err := s.open(path.Join(name, progress.File))
	if err != nil {
		http.Error(w, fmt.Sprintf("%.200q has no record of its progress", name), http.StatusNotFound)
		return
	}
	defer func() { _ = f.Close() }() // only read from
	after, err := lastSeen(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if state, _ := s.state(name); state.End != nil && after >= state.Lines {
		w.WriteHeader(http.StatusNoContent) // which tells a browser not to come again
		return
	}
	s.stream(w, r, func(out *stream) error { return s.follow(r, out, f, after) })
}

// stream answers with a stream, if there is a place for it.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, send func(*stream) error) {
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		w.Header().Set("Retry-After", strconv.Itoa(int(heartbeat.Seconds())))
		http.Error(w, fmt.Sprintf("%d pages follow runs already; close one of them", maxStreams), http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return
	}
	out := &stream{w: w, rc: http.NewResponseController(w)}
	if err := out.write(fmt.Sprintf("retry: %d\n\n", retryAfter.Milliseconds())); err == nil {
		_ = send(out) // the client has gone, or the server is to end
	}
}

// pause waits between two looks, and keeps the stream alive. An error says that there is
// nobody to look for any more.
func (s *Server) pause(r *http.Request, out *stream, long time.Duration) error {
	if time.Since(out.sent) >= heartbeat {
		if err := out.write(": still here\n\n"); err != nil {
			return err
		}
	}
	again := time.NewTimer(long)
	defer again.Stop()
	select {
	case <-again.C:
		return nil
	case <-r.Context().Done():
		return r.Context().Err()
	case <-s.stopping:
		return http.ErrServerClosed
	}
}

// seen sums up a list of runs: another sum is another list.
func seen(all []run) string {
	var b strings.Builder
	for _, r := range all {
		fmt.Fprintf(&b, "%q %t %t %t\n", r.folder, r.Going, r.Head != nil, r.Err != nil)
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(b.String())))
}

// stands is how far a run of the list is.
type stands struct {
	Run string `json:"run"` // its path in a URL
	standing
}

// watch tells how far the runs of the list are, until it is another list than the client
// has. A page with many runs needs one stream.
func (s *Server) watch(r *http.Request, out *stream) error {
	var told []stands
	for {
		all, err := s.runs()
		if err != nil {
			return err
		}
		if now := seen(all); now != r.URL.Query().Get("seen") {
			return out.event("changed", 0, now)
		}
		var now []stands
		for _, x := range all {
			if x.Going {
				now = append(now, stands{x.Path, standingOf(x.State)})
			}
		}
		if !slices.Equal(now, told) {
			told = now
			if err := out.event("standing", 0, now); err != nil {
				return err
			}
		}
		if err := s.pause(r, out, listEvery); err != nil {
			return err
		}
	}
}

// lastSeen is the line that a client had last: from the browser when it comes again,
// else from the page.
func lastSeen(r *http.Request) (int, error) {
	given := r.Header.Get("Last-Event-ID")
	if given == "" {
		given = r.URL.Query().Get("after")
	}
	if given == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(given)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("the last event is %.40q; want the number of a line", given)
	}
	return n, nil
}

// errEnded says that there is nothing more to come.
var errEnded = errors.New("the run has ended")

// follow sends the lines of a record after the given one, and what is added.
func (s *Server) follow(r *http.Request, out *stream, f *os.File, after int) error {
	state := &progress.State{}
	in := progress.NewReader(f)
	silent := false
	for {
		l, err := in.Next()
		switch {
		case err == nil:
			state.Add(l)
			if in.N() <= after {
				continue
			}
			if err := s.tell(r.PathValue("run"), out, in.N(), state, l); err != nil {
				return err
			}
			continue
		case errors.Is(err, progress.ErrTooLong):
			return out.event("note", 0, fmt.Sprintf("%s:%v", progress.File, err))
		case !errors.Is(err, io.EOF):
			if in.N() > after {
				if err := out.event("note", in.N(), fmt.Sprintf("%s:%v", progress.File, err)); err != nil {
					return err
				}
			}
			continue
		}
		info, err := f.Stat()
		if err != nil {
			return err
		}
		if now := s.now().Sub(info.ModTime()) >= progress.Silence; now != silent {
			silent = now
			if err := out.event("silent", 0, silent); err != nil {
				return err
			}
		}
		if err := s.pause(r, out, pollEvery); err != nil {
			return err
		}
	}
}

// tell sends one line.
func (s *Server) tell(name string, out *stream, n int, state *progress.State, l progress.Line) error {
	at := escape(name)
	switch l.Kind {
	case progress.KindStarted:
		return out.event("started", n, standingOf(state))
	case progress.KindSession:
		return out.event("session", n, stepOf(at, state, l.Session))
	case progress.KindNote:
		return out.event("note", n, l.Note)
	case progress.KindEnd:
		return errors.Join(out.event("end", n, ending{*l.End, "/runs/" + at + "/"}), errEnded)
	}
	return out.event("other", n, l.Kind) // of a later Rink
}
