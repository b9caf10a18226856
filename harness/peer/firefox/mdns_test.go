package firefox

import (
	"context"
	"fmt"
	"net/netip"
	"os/exec"
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
		t.Run(fmt.Sprintf("MDNS=%v", mdns), func(t *testing.T) {
			ctx := bounded(t)
			b := run(t, Options{MDNS: mdns})
			if got := b.Describe().Details["mdns"]; got != fmt.Sprint(mdns) {
				t.Errorf("description: got mdns %q, want %v", got, mdns)
			}
			for _, address := range hostAddresses(ctx, t, b) {
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

func TestTheVersionIsThatOfTheRunningBrowser(t *testing.T) {
	ctx := bounded(t)
	d := run(t, Options{ID: "fox", Prefs: map[string]any{"rink.test": "set"}}).Describe()
	told, err := exec.CommandContext(ctx, d.Details["browser"], "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	if d.Version == "" || !strings.Contains(string(told), " "+d.Version) {
		t.Errorf("version: got %q, want that of %q", d.Version, told)
	}
	if d.ID != "fox" || d.VersionSource != "session.new" || !strings.Contains(d.Details["prefs"], "rink.test=set") {
		t.Errorf("description: got %+v, want id fox, versionSource session.new, and the pref rink.test", d)
	}
}
