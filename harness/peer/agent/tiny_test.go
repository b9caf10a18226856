package agent

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
)

// launchTiny runs the example agent, which has no WebRTC. That Launch returns a
// peer says that it passed the probe.
func launchTiny(t *testing.T) *Peer {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skipf("the example agent needs Python 3: %v", err)
	}
	p, err := Launch(t.Context(), Options{Command: []string{python, "../../../fixtures/peers/tiny/agent.py"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { wantClose(t, p) })
	return p
}

func TestTheExampleAgentPassesTheProbeAndDescribesItself(t *testing.T) {
	got := launchTiny(t).Describe()
	got.Details = nil // the command
	want := peer.Description{
		ID: "tiny", Implementation: "none", Version: peer.Unknown,
		VersionSource: "there is no implementation to ask", Features: peer.Features{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("description (-want +got):\n%s", diff)
	}
}

// TestTheContractSaysWhatTheExampleAgentLacks: whoever begins with it is told what
// to write next, and nothing breaks on the way.
func TestTheContractSaysWhatTheExampleAgentLacks(t *testing.T) {
	p := launchTiny(t)
	// These need no connection.
	passes := map[string]bool{"describe": true, "peer-close": true}
	const lack = "NotSupportedError: tiny has no RTCPeerConnection to open"
	tried := map[string]int{}
	for _, c := range peertest.Cases() {
		if len(c.Needs) > 0 {
			tried["not declared"]++
			continue
		}
		err := c.Run(t.Context(), p)
		switch {
		case passes[c.Name]:
			tried["passed"]++
			if err != nil {
				t.Errorf("%s: got %v, want no error", c.Name, err)
			}
		case err == nil:
			t.Errorf("%s: got no error, want one with %q", c.Name, lack)
		case !strings.Contains(err.Error(), lack):
			t.Errorf("%s: got %v, want %q in it", c.Name, err, lack)
		default:
			tried["told"]++
		}
	}
	if tried["passed"] != len(passes) || tried["told"] == 0 || tried["not declared"] == 0 {
		t.Errorf("cases: got %v, want some passed, some told and some not declared", tried)
	}
}

// TestTheExampleAgentRefusesEveryMethodByName: it is an example of errors too.
func TestTheExampleAgentRefusesEveryMethodByName(t *testing.T) {
	p := launchTiny(t)
	for name := range methods {
		if name == methodClose {
			continue
		}
		a, err := p.link.ask(t.Context(), name, object{"connection": 1})
		if err != nil {
			t.Fatal(err)
		}
		if a.err == nil || a.err.Code != codeRefused || a.err.Data == nil || a.err.Data.Name != peer.InvalidStateError {
			t.Errorf("%s of a connection that was never opened: got %+v, want error %d with the name %s", name, a.err, codeRefused, peer.InvalidStateError)
		}
	}
}
