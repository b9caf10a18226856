package agent

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
)

// launchJS launches a peer of fixtures/peers/js, or skips when it is not
// installed. installed is a package below its node_modules.
func launchJS(t *testing.T, name, installed string, options ...string) peer.Peer {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "fixtures", "peers", "js")
	if _, err := os.Stat(filepath.Join(dir, "node_modules", installed, "package.json")); err != nil {
		t.Skipf("not installed: make peer-%s (%v)", name, err)
	}
	p, err := Launch(t.Context(), Options{Command: append([]string{"node", filepath.Join(dir, "agent.js"), name}, options...)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { wantClose(t, p) })
	if got := p.Describe().ID; got != name {
		t.Fatalf("id: got %q, want %q", got, name)
	}
	return p
}

func TestContractOfWrtc(t *testing.T) {
	peertest.Run(t, func(t *testing.T) peer.Peer { return launchJS(t, "wrtc", "@roamhq/wrtc") })
}

func TestContractOfLibdatachannel(t *testing.T) {
	peertest.Run(t, func(t *testing.T) peer.Peer { return launchJS(t, "libdatachannel", "node-datachannel") })
}

// weriftAccepts are the calls that the contract has refused and that werift
// accepts, by case. The agent hands them on, and does not refuse in its place.
var weriftAccepts = map[string][]string{
	"after-close":     {"createDataChannel after close", "createOffer after close"},
	"bad-sdp":         {"setRemoteDescription(offer without SDP)"},
	"early-candidate": {"addIceCandidate before a remote description"},
}

func TestContractOfWerift(t *testing.T) {
	// It asks a STUN server even when it is given none, and waits five seconds for
	// the answer, which no check of the contract is about.
	p := launchJS(t, "werift", "werift", `{"iceStunGatherTimeout":0.1}`)
	features := p.Describe().Features
	for _, c := range peertest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			if missing := features.Missing(c.Needs...); len(missing) > 0 {
				t.Skipf("not declared: %s", missing)
			}
			ctx, cancel := context.WithTimeout(t.Context(), peertest.CaseTimeout)
			defer cancel()
			wantAccepted(t, c.Run(ctx, p), weriftAccepts[c.Name])
		})
	}
}

// wantAccepted compares what a case found with the calls that are known to be
// accepted: no more, and no fewer.
func wantAccepted(t *testing.T, err error, known []string) {
	t.Helper()
	var lines []string
	if err != nil {
		lines = strings.Split(err.Error(), "\n")
	}
	for i, line := range lines {
		if i >= len(known) || !strings.HasPrefix(line, known[i]+": got success") {
			t.Fatalf("got %v, want successes of only %q", err, known)
		}
	}
	if len(lines) < len(known) {
		t.Errorf("got %v, want success of %q: if it is refused now, strike it out of weriftAccepts", err, known)
	}
}
