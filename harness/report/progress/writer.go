package progress

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/report"
)

// Beat is how often a writer touches its file while nothing happens: sessions take up
// to a minute.
const Beat = 5 * time.Second

// Silence is after how long without a touch a run that did not end is taken for dead.
// A process id would not tell: the run may be in another container.
const Silence = 6 * Beat

// maxRed bounds what one session tells of what is red.
const maxRed = 20

// Writer writes the record of one run. Its methods are safe for concurrent use.
type Writer struct {
	mu   sync.Mutex
	file *os.File
	err  error // of the first line that could not be written

	stop chan struct{}
	beat sync.WaitGroup
}

// Create makes the record in the folder of a run. It is to be closed.
func Create(dir string, s Started) (*Writer, error) {
	f, err := os.Create(filepath.Join(dir, File))
	if err != nil {
		return nil, fmt.Errorf("progress: %w", err)
	}
	w := &Writer{file: f, stop: make(chan struct{})}
	w.add(Line{Schema: Schema, Kind: KindStarted, Started: &s})
	w.beat.Go(w.touch)
	return w, nil
}

// touch keeps the file's time young.
func (w *Writer) touch() {
	tick := time.NewTicker(Beat)
	defer tick.Stop()
	for {
		select {
		case now := <-tick.C:
			_ = os.Chtimes(w.file.Name(), now, now) // who looks on may take the run for dead; no harm is done
		case <-w.stop:
			return
		}
	}
}

// Session adds a session that ended.
func (w *Writer) Session(s Session) {
	if more := len(s.Red) - maxRed; more > 0 {
		s.Red, s.MoreRed = s.Red[:maxRed], more
	}
	w.add(Line{Kind: KindSession, Session: &s})
}

// Note adds what a reader must know besides.
func (w *Writer) Note(text string) { w.add(Line{Kind: KindNote, Note: text}) }

// End adds how the run came out.
func (w *Writer) End(e End) { w.add(Line{Kind: KindEnd, End: &e}) }

func (w *Writer) add(l Line) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil { // what follows a gap would be taken for all
		return
	}
	l.At = time.Now().UTC()
	data, err := json.Marshal(report.SafeOf(l))
	if err == nil {
		_, err = w.file.Write(append(data, '\n'))
	}
	w.err = err
}

// Err is why the record is not whole; nil: it is, so far.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		return nil
	}
	return fmt.Errorf("progress: %w", w.err)
}

// Close ends the record. The error says why it is not whole.
func (w *Writer) Close() error {
	close(w.stop)
	w.beat.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := errors.Join(w.err, w.file.Close()); err != nil {
		return fmt.Errorf("progress: %w", err)
	}
	return nil
}
