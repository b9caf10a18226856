package chrome

import (
	"context"
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

// live starts a browser of the test's own, even where RINK_CHROME_URL names one.
// A machine without a browser fails the test: what happens in a fault is not
// known from a skipped test.
func live(t *testing.T, o Options) *Browser {
	t.Helper()
	installed(t)
	return run(t, o)
}

// installed returns the browser to run, and keeps Start from attaching to one.
func installed(t *testing.T) string {
	t.Helper()
	t.Setenv(EnvURL, "")
	path, err := Find()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// bounded returns a context for one test, so that a hang is a failure that names
// the call.
func bounded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), peertest.CaseTimeout)
	t.Cleanup(cancel)
	return ctx
}

// open opens a connection that is watched.
func open(ctx context.Context, t *testing.T, p peer.Peer, name string) *peertest.Watched {
	t.Helper()
	w, err := peertest.Open(ctx, p, name, peer.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// wantGone checks that the connection's last event says that the peer died, and
// of what.
func wantGone(ctx context.Context, t *testing.T, w *peertest.Watched, name, reason string) {
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

// work makes calls on a connection that the page has to answer.
func work(ctx context.Context, t *testing.T, w *peertest.Watched) {
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

// processesOf lists the processes that run with something below the folder: in
// their command line, or as the TMPDIR that launch gives the browser. One that
// is dead and not waited for has neither. Elsewhere than on Linux it finds none.
func processesOf(t *testing.T, dir string) (pids []int) {
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

// wantNoProcess waits until no process of the folder is left.
func wantNoProcess(ctx context.Context, t *testing.T, dir string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, peertest.Patience)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond) // the end of a stranger's process is no event
	defer look.Stop()
	for {
		left := processesOf(t, dir)
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

// wantNoFile checks that nothing is at the path.
func wantNoFile(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("%s: got %v, want it removed", path, err)
	}
}
