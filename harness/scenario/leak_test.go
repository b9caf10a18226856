package scenario_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
)

// settled waits until there are no more goroutines than before and returns their
// stacks otherwise.
func settled(before int) string {
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if runtime.NumGoroutine() <= before {
			return ""
		}
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<16)
			return string(buf[:runtime.Stack(buf, true)])
		}
	}
}

// Not parallel: it counts the goroutines of the process.
func TestNoGoroutineIsLeftOfASession(t *testing.T) {
	limits := brief()
	limits.Call, limits.Open, limits.Connect = 100*time.Millisecond, 100*time.Millisecond, 100*time.Millisecond
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tc := range []struct {
		name, scenario string
		ctx            context.Context
		spoil          func(p pair)
	}{
		{"completes", "connect-media", t.Context(), nil},
		{"has silent servers", "gathering-silent-servers", t.Context(), nil},
		{"is interrupted", "trickle-late", interrupted, nil},
		{"hangs in a call", "trickle-full", t.Context(), func(p pair) { p.offerer.call = on("createOffer", hang) }},
		{"hangs with a candidate", "trickle-full", t.Context(), func(p pair) { p.answerer.call = on("addIceCandidate", hang) }},
		{"opens one end only", "connect-data", t.Context(), func(p pair) {
			p.answerer.open = func(ctx context.Context, _ peer.Configuration) error { return hang(ctx) }
		}},
		{"loses a peer", "trickle-half", t.Context(), func(p pair) {
			p.offerer.hear = func(e peer.Event) []peer.Event { return []peer.Event{e, {Type: peer.EventGone, Text: "killed"}} }
		}},
		{"never connects", "trickle-overtaking", t.Context(), func(p pair) {
			p.offerer.hear = without(func(e peer.Event) bool { return e.State == "connected" })
		}},
		{"is flooded", "connect-data", t.Context(), func(p pair) { p.offerer.flood = flooding(peer.Event{Type: peer.EventLog}) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := newPair(t)
			before := runtime.NumGoroutine()
			if tc.spoil != nil {
				tc.spoil(p)
			}
			if end := p.play(tc.ctx, t, tc.scenario, limits).End; end.Result == "" {
				t.Errorf("got no end: %+v", end)
			}
			if stacks := settled(before); stacks != "" {
				t.Errorf("goroutines: got more than the %d before\n%s", before, stacks)
			}
		})
	}
}
