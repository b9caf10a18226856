package agent

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
)

// launchRust launches a peer of fixtures/peers that is built by cargo, or skips
// when it is not installed.
func launchRust(t *testing.T, name string) peer.Peer {
	t.Helper()
	program, err := filepath.Abs(filepath.Join("..", "..", "..", "fixtures", "peers", name, "target", "release", name+"-agent"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		t.Skipf("not installed: make peer-%s (%v)", name, err)
	}
	p, err := Launch(t.Context(), Options{Command: []string{program}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { wantClose(t, p) })
	if got := p.Describe().ID; got != name {
		t.Fatalf("id: got %q, want %q", got, name)
	}
	return p
}

// webrtcRsMisses is where webrtc-rs does not keep the contract, by case, as the
// contract's test says it.
var webrtcRsMisses = map[string]string{
	// set_local_description sets the state and says nothing; only complete is told.
	"gathering-events": `first icegatheringstatechange: got "complete", want "gathering"`,
}

func TestContractOfWebrtcRs(t *testing.T) {
	wantMisses(t, launchRust(t, "webrtc-rs"), webrtcRsMisses, exactly)
}

// str0mMisses is where str0m does not keep the contract. An agent that refused in
// its place would hide that.
var str0mMisses = map[string]string{
	// add_remote_candidate returns nothing: it refuses none.
	"early-candidate": "addIceCandidate before a remote description: got success, want an error with a DOMException name",
}

func TestContractOfStr0m(t *testing.T) {
	wantMisses(t, launchRust(t, "str0m"), str0mMisses, exactly)
}
