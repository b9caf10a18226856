// Package pagetest holds what the tests of the browser peers share: the faults that
// a browser, its pages and its harness may have, and what is wanted then.
package pagetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
)

// Browser is a browser that runs.
type Browser struct {
	peer.Peer
	// Dir is the folder of everything that it writes.
	Dir string
	// Kill kills its program.
	Kill func() error
	// Run runs a script in the page that new connections go to.
	Run func(script string) error
}

// Bounded returns a context for one test, so that a hang is a failure that names
// the call.
func Bounded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), peertest.CaseTimeout)
	t.Cleanup(cancel)
	return ctx
}

// Open opens a connection that is watched.
func Open(ctx context.Context, t *testing.T, p peer.Peer, name string) *peertest.Watched {
	t.Helper()
	w, err := peertest.Open(ctx, p, name, peer.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Work makes calls on a connection that the page has to answer.
func Work(ctx context.Context, t *testing.T, w *peertest.Watched) {
	t.Helper()
	if _, err := w.CreateDataChannel(ctx, "rink", peer.DataChannelInit{}); err != nil {
		t.Fatal(err)
	}
	offer, err := w.CreateOffer(ctx, peer.OfferOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(offer.SDP, "m=application") {
		t.Errorf("offer: got %q, want a section of the data channel", offer.SDP)
	}
}

// WantGone checks that the connection's last event says that the peer died, and
// of what.
func WantGone(ctx context.Context, t *testing.T, w *peertest.Watched, name, reason string) {
	t.Helper()
	if err := w.AwaitEnd(ctx); err != nil {
		t.Error(err)
		return
	}
	log := w.Log()
	if len(log) == 0 {
		t.Errorf("events of %s: got none, want %s", name, peer.EventGone)
		return
	}
	if last := log[len(log)-1]; last.Type != peer.EventGone || !strings.Contains(last.Text, reason) {
		t.Errorf("last event of %s: got %s %q, want %s with %q", name, last.Type, last.Text, peer.EventGone, reason)
	}
}

// WantGoneError checks an error's chain, peer and reason.
func WantGoneError(t *testing.T, what string, err error, id, reason string) {
	t.Helper()
	var gone *peer.GoneError
	if !errors.As(err, &gone) {
		t.Errorf("%s: got %v, want a *peer.GoneError", what, err)
		return
	}
	if gone.Peer != id || !strings.Contains(gone.Reason, reason) {
		t.Errorf("%s: got %q of peer %q, want a reason with %q of peer %q", what, gone.Reason, gone.Peer, reason, id)
	}
}

// WantNoFile checks that nothing is at the path.
func WantNoFile(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("%s: got %v, want it removed", path, err)
	}
}

// ProcessesOf lists the processes that run with something below the folder: in
// their command line, or in their environment, as the TMPDIR that a browser gets.
// One that is dead and not waited for has neither. Elsewhere than on Linux it finds
// none.
func ProcessesOf(t *testing.T, dir string) (pids []int) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return nil
	}
	all, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range all {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		for _, file := range []string{"cmdline", "environ"} {
			text, err := os.ReadFile(filepath.Join("/proc", entry.Name(), file))
			if err == nil && strings.Contains(string(text), dir) { // else it ended meanwhile
				pids = append(pids, pid)
				break
			}
		}
	}
	return pids
}

// WantNoProcess waits until no process of the folder is left.
func WantNoProcess(ctx context.Context, t *testing.T, dir string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, peertest.Patience)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond) // the end of a stranger's process is no event
	defer look.Stop()
	for {
		left := ProcessesOf(t, dir)
		if len(left) == 0 {
			return
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Errorf("processes of %s: got %v, want none", dir, left)
			return
		}
	}
}
