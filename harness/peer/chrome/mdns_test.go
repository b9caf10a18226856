package chrome

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
)

// hostAddresses gathers the candidates of a connection and returns the address
// of every host candidate.
func hostAddresses(ctx context.Context, t *testing.T, b *Browser) []string {
	t.Helper()
	w := open(ctx, t, b, "gathering")
	work(ctx, t, w)
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

func TestOnlyMDNSHidesHostAddresses(t *testing.T) {
	for _, mdns := range []bool{true, false} {
		name := map[bool]string{true: "with MDNS", false: "without MDNS"}[mdns]
		t.Run(name, func(t *testing.T) {
			ctx := bounded(t)
			b := live(t, Options{MDNS: mdns})
			if got, want := b.Describe().Details["mdns"], map[bool]string{true: "true", false: "false"}[mdns]; got != want {
				t.Errorf("description: got mdns %q, want %q", got, want)
			}
			before := hostAddresses(ctx, t, b)
			used := usedPage(b)
			_ = used.run("location = 'about:blank'", false) // the permission is given to every page anew
			select {
			case <-used.page.Done():
			case <-ctx.Done():
				t.Fatal("page: got none lost, want it to have left its document")
			}
			for _, address := range append(before, hostAddresses(ctx, t, b)...) {
				if mdns && !strings.HasSuffix(address, ".local") {
					t.Errorf("address: got %q, want a name under .local", address)
				}
				if _, err := netip.ParseAddr(address); !mdns && err != nil {
					t.Errorf("address: got %q, want an IP address", address)
				}
			}
		})
	}
}
