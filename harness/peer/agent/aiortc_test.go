package agent

import (
	"os"
	"path/filepath"
	"testing"
)

// launchAiortc skips the test where aiortc is not installed.
func launchAiortc(t *testing.T) *Peer {
	t.Helper()
	dir, err := filepath.Abs("../../../fixtures/peers/aiortc")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, ".venv/installed.txt")); err != nil {
		t.Skipf("aiortc is not installed; make peer-aiortc installs it: %v", err)
	}
	p, err := Launch(t.Context(), Options{Command: []string{filepath.Join(dir, ".venv/bin/python"), filepath.Join(dir, "agent.py")}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { wantClose(t, p) })
	return p
}

// takenByAiortc is what aiortc takes and the contract wants refused, as the
// contract's test says it. An agent that refused it instead would hide that.
var takenByAiortc = map[string]string{
	// aiortc.sdp reads no line that it does not know, and finds no section at all.
	"bad-sdp": "setRemoteDescription(offer without SDP): got success, want an error with a DOMException name",
	// addIceCandidate logs a warning, "but this used to work in previous versions".
	"early-candidate": "addIceCandidate before a remote description: got success, want an error with a DOMException name",
}

func TestContractOfAiortc(t *testing.T) {
	wantMisses(t, launchAiortc(t), takenByAiortc, exactly)
}
