package agent

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

// launch runs a broken agent. When the test ends, no process may be left.
func launch(t *testing.T, name string) (*Peer, error) {
	t.Helper()
	o := options(t, name)
	b := broken[name].options
	b.Command, b.Env = o.Command, append(o.Env, envPIDs+"="+filepath.Join(t.TempDir(), "pids"))
	return launchWith(t, b)
}

func launchWith(t *testing.T, o Options) (*Peer, error) {
	t.Helper()
	_, file, _ := strings.Cut(o.Env[len(o.Env)-1], "=")
	t.Cleanup(func() { wantNoProcess(t, file) })
	p, err := Launch(t.Context(), o)
	if err == nil {
		t.Cleanup(func() { _ = p.Close() })
	}
	return p, err
}

// wantNoProcess waits for the end of the processes whose numbers are in a file:
// the kernel ends them in its own time.
func wantNoProcess(t *testing.T, file string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Error(err)
	}
	for pid := range strings.FieldsSeq(string(data)) {
		for deadline := time.Now().Add(peertest.Patience); alive(pid); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Errorf("process %s: got it alive, want it gone", pid)
				break
			}
		}
	}
}

// alive is false also for a zombie, which waits for its parent alone.
func alive(pid string) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	_, state, _ := strings.Cut(string(stat), ") ")
	return err == nil && !strings.HasPrefix(state, "Z") && !strings.HasPrefix(state, "X")
}

func wantSaid(t *testing.T, what string, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: got no error, want one that says %q", what, parts)
		return
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%s: got %v, want it to say %q", what, err, part)
		}
	}
}

func wantGone(t *testing.T, what string, err error, parts ...string) {
	t.Helper()
	if !peer.IsGone(err) {
		t.Errorf("%s: got %v, want a *peer.GoneError", what, err)
	}
	wantSaid(t, what, err, parts...)
}

func TestABrokenAgentIsNotLaunched(t *testing.T) {
	for name, b := range atLaunch {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := launch(t, name)
			wantSaid(t, "launch", err, b.want...)
		})
	}
}

func TestABrokenAgentIsGone(t *testing.T) {
	for name, b := range atCall {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), peertest.Patience)
			defer cancel()
			p, err := launch(t, name)
			if err != nil {
				t.Fatal(err)
			}
			idle, calling := open(ctx, t, p), open(ctx, t, p)
			go func() { // a second call, for the one that closes its input
				if _, err := calling.Await(ctx, "log", func(e peer.Event) bool { return e.Type == peer.EventLog }); err == nil {
					_ = idle.RestartICE(ctx)
				}
			}()
			_, err = calling.CreateOffer(ctx, peer.OfferOptions{})
			wantGone(t, "createOffer", err, b.want...)
			if err != nil && len(err.Error()) > 20<<10 {
				t.Errorf("error: got %d bytes, want it short", len(err.Error()))
			}
			for _, w := range []*peertest.Watched{idle, calling} {
				e, err := w.Await(ctx, "gone", func(e peer.Event) bool { return e.Type == peer.EventGone })
				if err == nil {
					err = w.AwaitEnd(ctx)
				}
				if err != nil {
					t.Error(err)
				} else if !strings.Contains(e.Text, b.want[0]) {
					t.Errorf("gone event: got %q, want it to say %q", e.Text, b.want[0])
				}
			}
			wantGone(t, "later call", idle.RestartICE(ctx), b.want...)
			_, err = p.Open(ctx, peer.Configuration{})
			wantGone(t, "open", err, b.want...)
			if err := idle.Close(ctx); err != nil {
				t.Errorf("close of a connection: got %v, want no error", err)
			}
			for range 2 {
				wantGone(t, "close", p.Close(), b.want...)
			}
		})
	}
}

func open(ctx context.Context, t *testing.T, p peer.Peer) *peertest.Watched {
	t.Helper()
	w, err := peertest.Open(ctx, p, t.Name(), peer.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestAnAgentThatDoesNotEndIsKilled(t *testing.T) {
	for name, b := range atClose {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := launch(t, name)
			if err != nil {
				t.Fatal(err)
			}
			open(t.Context(), t, p)
			for range 2 {
				if err := p.Close(); b.close != "" {
					wantSaid(t, "close", err, b.close)
				} else if err != nil {
					t.Errorf("close: got %v, want no error", err)
				}
			}
			_, err = p.Open(t.Context(), peer.Configuration{})
			wantGone(t, "open", err, "closed")
		})
	}
}

// Close does not wait for a call that hangs.
func TestACallThatIsPendingAtCloseIsGone(t *testing.T) {
	o := options(t, "hangs at createAnswer")
	o.Env = append(o.Env, envPIDs+"="+filepath.Join(t.TempDir(), "pids"))
	o.CloseTimeout = 500 * time.Millisecond
	p, err := launchWith(t, o)
	if err != nil {
		t.Fatal(err)
	}
	w := open(t.Context(), t, p)
	result := make(chan error, 1)
	go func() {
		_, err := w.CreateAnswer(t.Context())
		result <- err
	}()
	for { // until the call is on its way
		p.link.mu.Lock()
		pending := len(p.link.pending)
		p.link.mu.Unlock()
		if pending > 0 {
			break
		}
		runtime.Gosched()
	}
	wantSaid(t, "close", p.Close(), "killed")
	wantGone(t, "pending call", <-result, "closed")
}

// A deadline of the caller's is no fault of the agent.
func TestACallHonoursItsContext(t *testing.T) {
	o := options(t, "hangs at a call")
	o.Env = append(o.Env, envPIDs+"="+filepath.Join(t.TempDir(), "pids"))
	o.CloseTimeout = 500 * time.Millisecond
	p, err := launchWith(t, o)
	if err != nil {
		t.Fatal(err)
	}
	w := open(t.Context(), t, p)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := w.CreateOffer(ctx, peer.OfferOptions{}); !errors.Is(err, context.DeadlineExceeded) || peer.IsGone(err) {
		t.Errorf("createOffer: got %v, want the deadline", err)
	}
}

func TestWhatCannotBeRun(t *testing.T) {
	_, err := Launch(t.Context(), Options{})
	wantSaid(t, "no command", err, "no command")
	_, err = Launch(t.Context(), Options{Command: []string{filepath.Join(t.TempDir(), "none")}})
	wantSaid(t, "no such program", err, "none", "no such file")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Launch(ctx, options(t, "pion"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v, want context canceled", err)
	}
}

func TestStandardErrorBecomesEvents(t *testing.T) {
	p := launchPion(t)
	w := open(t.Context(), t, p)
	c := p.link.carrier.(*process)
	for i := range toldLines + 10 {
		_, _ = c.stderr.Write([]byte("line " + strconv.Itoa(i) + "\n"))
	}
	_, err := w.Await(t.Context(), "the line", func(e peer.Event) bool {
		return e.Type == peer.EventLog && e.Text == "standard error: line 7"
	})
	if err == nil {
		_, err = w.Await(t.Context(), "the limit", func(e peer.Event) bool { return e.Text == "standard error: more lines than are recorded" })
	}
	if err != nil {
		t.Error(err)
	}
	if got := c.addLast(""); !strings.HasSuffix(got, "line 1009") {
		t.Errorf("tail: got %q, want the last line", got)
	}
}
