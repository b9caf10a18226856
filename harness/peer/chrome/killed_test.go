package chrome

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
)

// swallow has the page take calls without an answer, and say so on its console,
// from where it comes to the events of every connection.
const (
	swallowed = "the page took a call"
	swallow   = `globalThis.rink = () => { console.log("` + swallowed + `") }; undefined`
	// hang also never returns from the evaluation that brought the call.
	hang = `globalThis.rink = () => { console.log("` + swallowed + `"); for (;;); }; undefined`
)

// callInPage makes a call that is in the page when callInPage returns, and that
// the page never answers because of the script.
func callInPage(ctx context.Context, t *testing.T, b *Browser, w *peertest.Watched, script string) <-chan error {
	t.Helper()
	if err := usedPage(b).run(script, false); err != nil {
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

func TestAKilledBrowserIsGoneForEveryCallAndConnection(t *testing.T) {
	const reason = "killed"
	for name, script := range map[string]string{
		"while an answer is awaited": swallow,
		"while the page is busy":     hang,
	} {
		t.Run(name, func(t *testing.T) {
			ctx := bounded(t)
			b := live(t, Options{})
			idle, calling := open(ctx, t, b, "idle"), open(ctx, t, b, "calling")
			pending := callInPage(ctx, t, b, calling, script)
			dir := b.link.folder.Path
			if found := processesOf(t, dir); len(found) < 2 && runtime.GOOS == "linux" {
				t.Fatalf("processes of %s: got %v, want the browser and its children", dir, found)
			}

			if err := b.link.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			wantGoneError(t, "pending call", received(ctx, t, pending), reason)
			wantGone(ctx, t, idle, "idle", reason)
			wantGone(ctx, t, calling, "calling", reason)
			wantGoneError(t, "later call", idle.RestartICE(ctx), reason)
			_, err := b.Open(ctx, peer.Configuration{})
			wantGoneError(t, "open", err, reason)
			if err := idle.Close(ctx); err != nil {
				t.Errorf("close of a connection: got %v, want no error", err)
			}
			if err := b.Close(); err != nil {
				t.Errorf("close: got %v, want no error", err)
			}
			wantNoFile(t, dir)
			wantNoProcess(ctx, t, dir)
		})
	}
}

// Close does not wait for a page that would never answer.
func TestACallThatIsPendingAtCloseIsGone(t *testing.T) {
	ctx := bounded(t)
	b := live(t, Options{})
	w := open(ctx, t, b, "calling")
	pending := callInPage(ctx, t, b, w, hang)
	dir := b.link.folder.Path
	if err := b.Close(); err != nil {
		t.Errorf("close: got %v, want no error", err)
	}
	wantGoneError(t, "pending call", received(ctx, t, pending), "closed")
	if err := w.AwaitEnd(ctx); err != nil {
		t.Error(err)
	}
	wantNoFile(t, dir)
	wantNoProcess(ctx, t, dir)
}
