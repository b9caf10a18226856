package pagetest

import (
	"context"
	"runtime"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
)

// Scripts that have the page take calls without an answer, and say so on its
// console, from where it comes to the events of every connection. With Hang it also
// never returns from the evaluation that brought the call.
const (
	swallowed = "the page took a call"
	Swallow   = `globalThis.rink = () => { console.log("` + swallowed + `") }; undefined`
	Hang      = `globalThis.rink = () => { console.log("` + swallowed + `"); for (;;); }; undefined`
)

// CallInPage makes a call that is in the page when CallInPage returns, and that the
// page never answers because of the script.
func CallInPage(ctx context.Context, t *testing.T, b Browser, w *peertest.Watched, script string) <-chan error {
	t.Helper()
	if err := b.Run(script); err != nil {
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

// Received waits for the result of a call.
func Received(ctx context.Context, t *testing.T, result <-chan error) error {
	t.Helper()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		t.Fatalf("pending call: %v", ctx.Err())
		return nil
	}
}

// LosePage has two connections of a page, one with a call that is pending, lose it,
// and checks that both are gone for the reason, and that a connection to come is
// not. Lose is called when the page has answered everything else; it may fail, since
// the page cannot answer it any more.
func LosePage(ctx context.Context, t *testing.T, b Browser, reason string, lose func()) {
	t.Helper()
	id := b.Describe().ID
	idle, calling := Open(ctx, t, b, "idle"), Open(ctx, t, b, "calling")
	pending := CallInPage(ctx, t, b, calling, Swallow)
	// What brought the call is answered before this is, so that it is not the first
	// to tell of the loss, in the browser's own words.
	if err := b.Run("0"); err != nil {
		t.Fatal(err)
	}
	lose()
	WantGone(ctx, t, idle, "idle", reason)
	WantGone(ctx, t, calling, "calling", reason)
	WantGoneError(t, "pending call", Received(ctx, t, pending), id, reason)
	WantGoneError(t, "later call", idle.RestartICE(ctx), id, reason)

	next := Open(ctx, t, b, "next")
	Work(ctx, t, next)
	if err := next.Close(ctx); err != nil {
		t.Errorf("close: got %v, want no error", err)
	}
}

// Killed kills a browser whose page has a call that is pending because of the
// script, and checks that everything is gone, and that nothing is left behind.
func Killed(t *testing.T, b Browser, script string) {
	t.Helper()
	const reason = "killed"
	ctx, id := Bounded(t), b.Describe().ID
	idle, calling := Open(ctx, t, b, "idle"), Open(ctx, t, b, "calling")
	pending := CallInPage(ctx, t, b, calling, script)
	if found := ProcessesOf(t, b.Dir); len(found) < 2 && runtime.GOOS == "linux" {
		t.Fatalf("processes of %s: got %v, want the browser and its children", b.Dir, found)
	}
	if err := b.Kill(); err != nil {
		t.Fatal(err)
	}
	WantGoneError(t, "pending call", Received(ctx, t, pending), id, reason)
	WantGone(ctx, t, idle, "idle", reason)
	WantGone(ctx, t, calling, "calling", reason)
	WantGoneError(t, "later call", idle.RestartICE(ctx), id, reason)
	_, err := b.Open(ctx, peer.Configuration{})
	WantGoneError(t, "open", err, id, reason)
	if err := idle.Close(ctx); err != nil {
		t.Errorf("close of a connection: got %v, want no error", err)
	}
	wantClosed(ctx, t, b)
}

// ClosedWhilePending closes a browser whose page never answers, and checks that
// Close does not wait for it.
func ClosedWhilePending(t *testing.T, b Browser) {
	t.Helper()
	ctx := Bounded(t)
	w := Open(ctx, t, b, "calling")
	pending := CallInPage(ctx, t, b, w, Hang)
	id := b.Describe().ID
	wantClosed(ctx, t, b)
	WantGoneError(t, "pending call", Received(ctx, t, pending), id, "closed")
	if err := w.AwaitEnd(ctx); err != nil {
		t.Error(err)
	}
}

func wantClosed(ctx context.Context, t *testing.T, b Browser) {
	t.Helper()
	if err := b.Close(); err != nil {
		t.Errorf("close: got %v, want no error", err)
	}
	WantNoFile(t, b.Dir)
	WantNoProcess(ctx, t, b.Dir)
}
