package firefox

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

// wantGoneError checks an error's chain and reason.
func wantGoneError(t *testing.T, what string, err error, reason string) {
	t.Helper()
	var gone *peer.GoneError
	if !errors.As(err, &gone) {
		t.Errorf("%s: got %v, want a *peer.GoneError", what, err)
		return
	}
	if gone.Peer != DefaultID || !strings.Contains(gone.Reason, reason) {
		t.Errorf("%s: got %q of peer %q, want a reason with %q of peer %q", what, gone.Reason, gone.Peer, reason, DefaultID)
	}
}

// usedPage returns the page that the next Open uses.
func usedPage(b *Browser) *tab {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tab
}

// swallow has the page take calls without an answer, and say so on its console,
// from where it comes to the events of every connection. With hang it also never
// returns from the evaluation that brought the call.
const (
	swallowed = "the page took a call"
	swallow   = `globalThis.rink = () => { console.log("` + swallowed + `") }; undefined`
	hang      = `globalThis.rink = () => { console.log("` + swallowed + `"); for (;;); }; undefined`
)

// callInPage makes a call that is in the page when callInPage returns, and that
// the page never answers because of the script.
func callInPage(ctx context.Context, t *testing.T, b *Browser, w *peertest.Watched, script string) <-chan error {
	t.Helper()
	if err := usedPage(b).run(ctx, script, false); err != nil {
		t.Fatal(err)
	}
	result := make(chan error, 1)
	go func() {
		_, err := w.CreateOffer(ctx, peer.OfferOptions{})
		result <- err
	}()
	if _, err := w.Await(ctx, swallowed, func(e peer.Event) bool { return e.Text == swallowed }); err != nil {
		t.Fatal(err)
	}
	return result
}

// received waits for the result of a call.
func received(ctx context.Context, t *testing.T, result <-chan error) error {
	t.Helper()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		t.Fatalf("pending call: %v", ctx.Err())
		return nil
	}
}

// processesOf lists the processes that run with something below the folder: in
// their command line or their environment. Elsewhere than on Linux it finds none.
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

// wantNothingLeft waits until no process of the folder is left, and checks that
// the folder is removed.
func wantNothingLeft(ctx context.Context, t *testing.T, dir string) {
	t.Helper()
	if _, err := os.Lstat(dir); !os.IsNotExist(err) {
		t.Errorf("%s: got %v, want it removed", dir, err)
	}
	wantNoProcess(ctx, t, dir)
}

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
