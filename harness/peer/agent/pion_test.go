package agent

import (
	"debug/buildinfo"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
)

// pionReleases is where fixtures/peers/pion/install puts the agents that it builds.
const pionReleases = "../../../fixtures/peers/pion/bin"

// TestPionReleases holds every pion that is installed to the contract, and to being
// what its name says: a release with none of its modules raised, or, with a "+", a
// set of modules that harness/peer/pionbuild has compared.
func TestPionReleases(t *testing.T) {
	installed, err := filepath.Glob(filepath.Join(pionReleases, "pion@*.peer.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(installed) == 0 {
		t.Skip("no release of pion is installed: make peer-pion")
	}
	for _, file := range installed {
		command := strings.TrimSuffix(file, ".peer.json")
		t.Run(filepath.Base(command), func(t *testing.T) {
			if _, err := os.Stat(command); err != nil {
				t.Skipf("%v: make peer-pion", err)
			}
			peertest.Run(t, func(t *testing.T) peer.Peer {
				p, err := Launch(t.Context(), Options{Command: []string{command}})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { wantClose(t, p) })
				wantRelease(t, command, p.Describe())
				return p
			})
		})
	}
}

// wantRelease compares what an agent says of itself with the name of its file and
// with what the go tool wrote into it.
func wantRelease(t *testing.T, command string, d peer.Description) {
	t.Helper()
	want := filepath.Base(command)
	set := strings.Contains(want, "+")
	if d.ID != want || "pion@"+d.Version != want && !set {
		t.Errorf("description: got id %s, version %s; want %s", d.ID, d.Version, want)
	}
	info, err := buildinfo.ReadFile(command)
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, m := range info.Deps {
		if strings.HasPrefix(m.Path, "github.com/pion/") && m.Replace != nil && !set {
			t.Errorf("%s is replaced by %s: want what was released", m.Path, m.Replace.Path)
		}
		if said := d.Details[m.Path]; said != "" {
			compared++
			if said != m.Version && m.Replace == nil {
				t.Errorf("details of %s: got %s, want %s", m.Path, said, m.Version)
			}
		}
	}
	if compared < 5 {
		t.Errorf("details: got %v, want the versions of pion's modules", d.Details)
	}
}
