package pagetest

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
)

// WantHostAddresses gathers the candidates of a new connection, and checks that the
// addresses of the host candidates are names under .local, or else IP addresses.
func WantHostAddresses(ctx context.Context, t *testing.T, p peer.Peer, mdns bool) {
	t.Helper()
	for _, address := range hostAddresses(ctx, t, p) {
		if mdns && !strings.HasSuffix(address, ".local") {
			t.Errorf("address: got %q, want a name under .local", address)
		}
		if _, err := netip.ParseAddr(address); !mdns && err != nil {
			t.Errorf("address: got %q, want an IP address", address)
		}
	}
}

// hostAddresses returns the address of every host candidate.
func hostAddresses(ctx context.Context, t *testing.T, p peer.Peer) []string {
	t.Helper()
	w := Open(ctx, t, p, "gathering")
	Work(ctx, t, w)
	if err := w.SetLocalDescription(ctx, nil); err != nil {
		t.Fatal(err)
	}
	_, err := w.Await(ctx, "the end of gathering", func(e peer.Event) bool {
		return e.Type == peer.EventICECandidate && string(e.Candidate) == "null"
	})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range w.Log() {
		c, err := peer.ParseCandidateInit(e.Candidate)
		if e.Type != peer.EventICECandidate || c == nil || c.Candidate == "" {
			continue
		}
		fields := strings.Fields(c.Candidate)
		if err != nil || len(fields) < 8 {
			t.Fatalf("candidate: got %s (%v), want one with an address and a type", e.Candidate, err)
		}
		if fields[7] == "host" {
			all = append(all, fields[4])
		}
	}
	if len(all) == 0 {
		t.Fatal("host candidates: got none, want one of each interface")
	}
	return all
}
