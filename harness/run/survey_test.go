package run_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/run"
)

func TestASurveyAsksEveryPeerAndLeavesNoneRunning(t *testing.T) {
	t.Parallel()
	well, odd := &member{id: "well"}, &member{id: "odd", closing: errors.New("was killed")}
	bad := &member{id: "bad", start: func(context.Context, int) error { return errors.New("no display") }}
	slow := &member{id: "slow", start: func(ctx context.Context, _ int) error {
		<-ctx.Done()
		return errors.New("waited for hello")
	}}
	absent := run.Entry{ID: "absent", Implementation: "none", Available: func() error { return errors.New("install it") }}
	found := append(crew(well, odd, bad, slow), absent).Survey(t.Context(), 200*time.Millisecond)
	if len(found) != 5 {
		t.Fatalf("got %d answers, want one for each peer", len(found))
	}
	for i, want := range []struct {
		id, version string
		installed   bool
		words       []string
	}{
		{"well", fake.Version, true, nil},
		{"odd", fake.Version, true, nil},
		{"bad", "", true, []string{"does not start: no display"}},
		{"slow", "", true, []string{"did not start within 200ms", "waited for hello"}},
		{"absent", "", false, []string{"install it"}},
	} {
		got := found[i]
		if got.ID != want.id || got.Version != want.version || got.Installed != want.installed || (got.Err == nil) != (want.words == nil) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if want.words != nil {
			has(t, got.Err, want.words...)
		}
	}
	has(t, found[1].Closing, "was killed")
	for _, m := range []*member{well, odd} {
		if starts, closes := m.count(); starts != 1 || closes != 1 {
			t.Errorf("%s: got %d starts and %d closes, want 1 of each", m.id, starts, closes)
		}
	}
}

// A start that heeds no deadline keeps nobody waiting, and what comes of it later
// is closed.
func TestAStartThatHeedsNoDeadlineIsLeftAlone(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	m := &member{id: "a", start: func(context.Context, int) error { <-release; return nil }}
	_, err := run.NewPool(crew(m), 10*time.Millisecond, nil).Peer(t.Context(), "a")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want it to say that the deadline passed", err)
	}
	close(release)
	await(t, "the late peer is closed", func() bool {
		_, closes := m.count()
		return closes == 1
	})
}
