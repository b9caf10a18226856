package firefox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
)

func TestAKilledBrowserIsGoneForEveryCallAndConnection(t *testing.T) {
	const reason = "killed"
	ctx := bounded(t)
	b := run(t, Options{})
	idle, calling := open(ctx, t, b, "idle"), open(ctx, t, b, "calling")
	pending := callInPage(ctx, t, b, calling, swallow)
	dir := b.link.folder.Path
	if found := processesOf(t, dir); len(found) < 2 && runtime.GOOS == "linux" {
		t.Fatalf("processes of %s: got %v, want the browser and its children", dir, found)
	}

	browser, err := os.FindProcess(b.link.process.Pid())
	if err == nil {
		err = browser.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
	wantGoneError(t, "pending call", received(ctx, t, pending), reason)
	wantGone(ctx, t, idle, "idle", reason)
	wantGone(ctx, t, calling, "calling", reason)
	wantGoneError(t, "later call", idle.RestartICE(ctx), reason)
	_, err = b.Open(ctx, peer.Configuration{})
	wantGoneError(t, "open", err, reason)
	if err := idle.Close(ctx); err != nil {
		t.Errorf("close of a connection: got %v, want no error", err)
	}
	if err := b.Close(); err != nil {
		t.Errorf("close: got %v, want no error", err)
	}
	wantNothingLeft(ctx, t, dir)
}

// Close does not wait for a page that would never answer.
func TestACallThatIsPendingAtCloseIsGone(t *testing.T) {
	ctx := bounded(t)
	b := run(t, Options{})
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
	wantNothingLeft(ctx, t, dir)
}

// killContent kills the processes among those given that run pages.
func killContent(pids []int) error {
	var errs []error
	for _, pid := range pids {
		name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		if err != nil || strings.TrimSpace(string(name)) != "Web Content" {
			continue
		}
		process, err := os.FindProcess(pid)
		if err == nil {
			err = process.Kill()
		}
		errs = append(errs, err)
	}
	if len(errs) == 0 {
		errs = append(errs, errors.New("no process of a page"))
	}
	return errors.Join(errs...)
}

func TestALostPageCostsItsConnectionsAndNotTheBrowser(t *testing.T) {
	b := run(t, Options{})
	call := func(ctx context.Context, method string, params object) error {
		return b.link.session.call(ctx, method, params, nil)
	}
	for _, c := range []struct {
		name   string
		lose   func(ctx context.Context, id any) error
		reason string
	}{
		{"closed", func(ctx context.Context, id any) error {
			return call(ctx, "browsingContext.close", object{"context": id})
		}, "page closed"},
		{"another document", func(ctx context.Context, id any) error {
			return call(ctx, "browsingContext.navigate", object{"context": id, "url": "about:blank?another"})
		}, "page crashed or left its document"},
		{"killed", func(context.Context, any) error {
			return killContent(processesOf(t, b.link.folder.Path))
		}, "page crashed or left its document"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "killed" && runtime.GOOS != "linux" {
				t.Skip("the process of a page is found on Linux alone")
			}
			ctx := bounded(t)
			idle, calling := open(ctx, t, b, "idle"), open(ctx, t, b, "calling")
			pending := callInPage(ctx, t, b, calling, swallow)
			lost := usedPage(b)
			if err := lost.run(ctx, "0", false); err != nil { // what brought the call is answered
				t.Fatal(err)
			}
			// Without the page a call may fail, and that it is lost is what tells.
			go func() { _ = c.lose(ctx, lost.context.Load()) }()
			wantGone(ctx, t, idle, "idle", c.reason)
			wantGone(ctx, t, calling, "calling", c.reason)
			wantGoneError(t, "pending call", received(ctx, t, pending), c.reason)
			wantGoneError(t, "later call", idle.RestartICE(ctx), c.reason)

			next := open(ctx, t, b, "next")
			if usedPage(b) == lost {
				t.Error("page of the next connection: got the lost one, want a new one")
			}
			work(ctx, t, next)
			if err := next.Close(ctx); err != nil {
				t.Errorf("close: got %v, want no error", err)
			}
		})
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(b.tabs); n != 1 {
		t.Errorf("pages: got %d, want the last one alone", n)
	}
}
