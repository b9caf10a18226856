package serve

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/report/history"
	"github.com/webrtc-rink/rink/harness/report/progress"
)

// run is a folder that holds a run, or the rest of one.
type run struct {
	folder string
	Name   string          // of the folder, fit to be shown; with the folder it is in, if that is none
	Path   string          // the same for a URL
	Head   *report.Head    // nil while there is no report
	Err    error           // why the report, or the record, cannot be read
	State  *progress.State // nil where the report tells all
	Going  bool
	Silent bool      // it has no end, and nobody goes on with it
	Began  time.Time // or when its file was changed
}

// isShard reports whether the run is a part of a plan, which tells of the others nothing.
func (r run) isShard() bool { return r.Head != nil && r.Head.Run.Shard != nil }

type headOf struct {
	head report.Head
	err  error
}

type sourceOf struct {
	source history.Source
	err    error
}

type stateOf struct {
	state *progress.State // is read only
	err   error
}

// cached is what was made of a file, as long as that stays as it is.
type cached[T any] struct {
	size int64
	at   time.Time
	made T
}

// memory is what was made of files, by their names.
type memory[T any] struct {
	mu  sync.Mutex
	all map[string]cached[T]
}

// of makes something of a file once, until the file changes. What was made of a file
// that cannot be read is remembered as well.
func (m *memory[T]) of(s *Server, name string, info fs.FileInfo, make func(io.Reader, error) T) T {
	m.mu.Lock()
	defer m.mu.Unlock() // a large file is read once, however many ask for it
	if c, there := m.all[name]; there && c.size == info.Size() && c.at.Equal(info.ModTime()) {
		return c.made
	}
	if m.all == nil {
		m.all = map[string]cached[T]{}
	}
	var made T
	f, err := s.open(name)
	if err != nil {
		made = make(nil, err)
	} else {
		made = make(bufio.NewReaderSize(f, 64<<10), nil)
		_ = f.Close() // only read from
	}
	m.all[name] = cached[T]{info.Size(), info.ModTime(), made}
	return made
}

// keep forgets what was made of other files: runs go, and a server stays for weeks.
func (m *memory[T]) keep(names map[string]bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.all, func(name string, _ cached[T]) bool { return !names[name] })
}

// runs lists the runs, those that go on first, then the newest first.
func (s *Server) runs() ([]run, error) {
	entries, err := s.list(".")
	if err != nil {
		return nil, err
	}
	var all []run
	for _, e := range entries {
		if !e.IsDir() || hidden(e.Name()) || e.Name() == files.LatestName {
			continue
		}
		if r, there := s.run(e.Name()); there {
			all = append(all, r)
			continue
		}
		inner, _ := s.list(e.Name()) // the rounds of an upgrade, each a run
		for _, i := range inner {
			if r, there := s.run(path.Join(e.Name(), i.Name())); there && i.IsDir() && !hidden(i.Name()) {
				all = append(all, r)
			}
		}
	}
	heads, states := map[string]bool{}, map[string]bool{}
	for _, r := range all {
		heads[path.Join(r.folder, files.JSON)] = true
		if r.State != nil {
			states[path.Join(r.folder, progress.File)] = true
		}
	}
	s.heads.keep(heads)
	s.states.keep(states)
	slices.SortStableFunc(all, func(a, b run) int {
		if a.Going != b.Going {
			if a.Going {
				return -1
			}
			return 1
		}
		return cmp.Or(b.Began.Compare(a.Began), cmp.Compare(b.Name, a.Name))
	})
	return all, nil
}

// run looks at one folder; false: there is no run in it.
func (s *Server) run(name string) (run, bool) {
	r := run{folder: name, Name: report.SafeOf(name), Path: escape(name)}
	reported, reportErr := s.stat(path.Join(name, files.JSON))
	recorded, recordErr := s.stat(path.Join(name, progress.File))
	if reportErr != nil && recordErr != nil {
		return r, false
	}
	fresh := recordErr == nil && s.now().Sub(recorded.ModTime()) < progress.Silence
	if recordErr == nil && (reportErr != nil || fresh) {
		state, err := s.state(name)
		r.State, r.Err, r.Began = state, err, recorded.ModTime()
		if state.Started.ID != "" {
			r.Began = state.Started.StartedAt
			r.Going = state.End == nil && fresh
		}
		r.Silent = state.End == nil && !fresh
	}
	if reportErr == nil {
		got := s.heads.of(s, path.Join(name, files.JSON), reported, func(in io.Reader, err error) headOf {
			if err != nil {
				return headOf{err: err}
			}
			head, err := report.ReadHead(in)
			return headOf{head, err}
		})
		if got.err != nil {
			r.Err, r.Began = fmt.Errorf("%s: %w", files.JSON, got.err), reported.ModTime()
		} else {
			r.Head, r.Began = &got.head, got.head.Run.StartedAt
		}
	}
	return r, true
}

// state adds up the record of a run as far as it is there, once for all who look on.
// The error is about a line of it; what else there is counts.
func (s *Server) state(name string) (*progress.State, error) {
	file := path.Join(name, progress.File)
	info, err := s.stat(file)
	if err != nil {
		return &progress.State{}, err
	}
	got := s.states.of(s, file, info, func(in io.Reader, err error) stateOf {
		if err != nil {
			return stateOf{&progress.State{}, err}
		}
		state, err := addUp(in)
		return stateOf{state, err}
	})
	return got.state, got.err
}

func addUp(in io.Reader) (*progress.State, error) {
	state := &progress.State{}
	var broken error
	for r := progress.NewReader(in); ; {
		l, err := r.Next()
		state.Lines = r.N()
		switch {
		case errors.Is(err, io.EOF):
			return state, broken
		case errors.Is(err, progress.ErrTooLong):
			return state, fmt.Errorf("%s:%w", progress.File, err)
		case err != nil:
			broken = fmt.Errorf("%s:%w", progress.File, err)
		default:
			state.Add(l)
		}
	}
}

// escape writes a path for a URL.
func escape(name string) string {
	parts := strings.Split(name, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}
