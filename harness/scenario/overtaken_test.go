package scenario_test

import (
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// TestAStateThatIsOvertakenDoesNotTakeTheConnectionBack: where a peer declares no
// order among its events, connecting may be told after connected.
func TestAStateThatIsOvertakenDoesNotTakeTheConnectionBack(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		without peer.Features
		want    trace.EndResult
	}{
		"no order declared": {peer.Features{peer.FeatureOrderedStates}, trace.EndCompleted},
		"in order":          {nil, trace.EndStopped},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			p.offerer.features = p.offerer.Peer.Describe().Features.Without(tc.without...)
			p.offerer.hear = func(e peer.Event) []peer.Event {
				if e.Type != peer.EventConnectionStateChange || e.State != "connected" {
					return []peer.Event{e}
				}
				late := e
				late.State = "connecting"
				return []peer.Event{e, late}
			}
			if end := p.play(t.Context(), t, "connect-data", brief()).End; end.Result != tc.want {
				t.Errorf("got %+v, want %s", end, tc.want)
			}
		})
	}
}
