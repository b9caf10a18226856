package run_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/run"
)

func TestAPoolStartsEachPeerOnce(t *testing.T) {
	t.Parallel()
	m := &member{id: "a"}
	var mu sync.Mutex
	var said []string
	pool := run.NewPool(crew(m, &member{id: "idle"}), time.Minute, func(peer, text string) {
		mu.Lock()
		defer mu.Unlock()
		said = append(said, peer+": "+text)
	})
	var asking sync.WaitGroup
	got := make([]peer.Peer, 8)
	for i := range got {
		asking.Go(func() {
			p, err := pool.Peer(t.Context(), "a")
			if err != nil {
				t.Error(err)
			}
			got[i] = p
		})
	}
	asking.Wait()
	for _, p := range got {
		if p != got[0] {
			t.Error("two callers got different peers")
		}
	}
	if starts, _ := m.count(); starts != 1 {
		t.Errorf("got %d starts, want 1", starts)
	}
	if strings.Join(said, "\n") != "a: start 1" {
		t.Errorf("log: got %q, want what the peer said when it started", said)
	}
	if d := pool.Descriptions(); len(d) != 1 || d["a"].ID != "a" {
		t.Errorf("descriptions: got %v, want that of a alone", d)
	}
	for range 2 { // closing again is no harm
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, closes := m.count(); closes != 1 {
		t.Errorf("got %d closes, want 1", closes)
	}
	_, err := pool.Peer(t.Context(), "a")
	has(t, err, "the pool of peers is closed")
	if d := pool.Descriptions(); d["a"].ID != "a" {
		t.Errorf("descriptions after the close: got %v, want that of a still", d)
	}
}

func TestAPoolDoesNotKnowStrangers(t *testing.T) {
	t.Parallel()
	_, err := run.NewPool(crew(&member{id: "a"}), time.Minute, nil).Peer(t.Context(), "b")
	has(t, err, `peer "b": not known; there are: a`)
}

func TestAPoolReplacesADeadPeer(t *testing.T) {
	t.Parallel()
	m := &member{id: "a"}
	pool := run.NewPool(crew(m), time.Minute, nil)
	first, err := pool.Peer(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	pool.Replace("a", first, errors.New("no answer"))
	await(t, "the dead one is closed", func() bool {
		_, closes := m.count()
		return closes == 1
	})
	second, err := pool.Peer(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if second == first {
		t.Error("got the dead peer again")
	}
	pool.Replace("a", first, errors.New("no answer")) // another session noticed it late
	third, err := pool.Peer(t.Context(), "a")
	if err != nil || third != second {
		t.Errorf("after a late report of the first: got %v, %v, want the second peer", third, err)
	}
	if err := pool.Close(); err != nil {
		t.Error(err)
	}
	pool.Replace("a", second, errors.New("no answer"))
	if starts, closes := m.count(); starts != 2 || closes != 2 {
		t.Errorf("got %d starts and %d closes, want 2 of each", starts, closes)
	}
}

func TestAPoolGivesUpOnAPeerThatDoesNotStart(t *testing.T) {
	t.Parallel()
	m := &member{id: "a", start: func(context.Context, int) error { return errors.New("no such file") }}
	pool := run.NewPool(crew(m), time.Minute, nil)
	for range 5 {
		_, err := pool.Peer(t.Context(), "a")
		has(t, err, "peer a: no such file")
	}
	if starts, _ := m.count(); starts != 2 {
		t.Errorf("got %d starts, want 2 and then no more", starts)
	}
	if len(pool.Descriptions()) != 0 {
		t.Errorf("got %v, want no description of what never ran", pool.Descriptions())
	}
	if err := pool.Close(); err != nil {
		t.Error(err)
	}
}

func TestAPoolBoundsAStart(t *testing.T) {
	t.Parallel()
	m := &member{id: "a", start: func(ctx context.Context, _ int) error {
		<-ctx.Done()
		return ctx.Err()
	}}
	_, err := run.NewPool(crew(m), 10*time.Millisecond, nil).Peer(t.Context(), "a")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want it to say that the deadline passed", err)
	}
}

func TestAnInterruptedStartDoesNotCount(t *testing.T) {
	t.Parallel()
	m := &member{id: "a", start: func(ctx context.Context, _ int) error { return ctx.Err() }}
	pool := run.NewPool(crew(m), time.Minute, nil)
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	for range 3 {
		if _, err := pool.Peer(interrupted, "a"); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want it to say that it was canceled", err)
		}
	}
	if _, err := pool.Peer(t.Context(), "a"); err != nil {
		t.Errorf("a start that nobody interrupts: %v", err)
	}
	if err := pool.Close(); err != nil {
		t.Error(err)
	}
}

func TestAPoolNamesThePeersThatDoNotClose(t *testing.T) {
	t.Parallel()
	pool := run.NewPool(crew(
		&member{id: "a", closing: errors.New("left a process behind")}, &member{id: "b"}, &member{id: "c", closing: errors.New("left a folder behind")},
	), time.Minute, nil)
	for _, id := range []string{"a", "b", "c"} {
		if _, err := pool.Peer(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	err := pool.Close()
	has(t, err, "close a: left a process behind", "close c: left a folder behind")
	if err != nil && strings.Contains(err.Error(), "close b") {
		t.Errorf("got %q, and b closed well", err)
	}
}
