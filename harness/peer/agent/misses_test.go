package agent

import (
	"context"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
)

// exactly asks that a miss is said word for word as it is known.
func exactly(got, want string) bool { return got == want }

// wantMisses is peertest.Run, except that it knows what the peer misses, by case: that,
// as same compares it, and no more. An agent that set it right would hide it.
func wantMisses(t *testing.T, p peer.Peer, known map[string]string, same func(got, want string) bool) {
	t.Helper()
	for _, c := range peertest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			if missing := p.Describe().Features.Missing(c.Needs...); len(missing) > 0 {
				t.Skipf("not declared: %v", missing)
			}
			ctx, cancel := context.WithTimeout(t.Context(), peertest.CaseTimeout)
			defer cancel()
			got := ""
			if err := c.Run(ctx, p); err != nil {
				got = err.Error()
			}
			if want := known[c.Name]; !same(got, want) {
				t.Errorf("%s\ngot  %q\nwant %q", c.Explains, got, want)
			}
		})
	}
}
