package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/netlab"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/agent"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
	"github.com/webrtc-rink/rink/harness/peer/pion"
)

// asAgent makes the test binary be an agent: pion as it is, or one that is sloppy,
// hanging, lingering after its end, or broken from the start.
const asAgent = "RINK_TEST_IS_AGENT"

func beAgent(kind string) {
	p, err := pion.New(pion.Options{})
	if err == nil {
		var served peer.Peer = p
		life := lives()
		switch kind {
		case "sloppy":
			served = sloppy{p}
		case "hanging":
			served = hanging{p, life}
		case "broken":
			os.Exit(3)
		}
		err = agent.Serve(context.Background(), os.Stdin, os.Stdout, served)
		if kind == "lingering" {
			time.Sleep(time.Hour)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// sloppy does not say why it refuses a description, and crashes at a candidate
// that comes early.
type sloppy struct{ peer.Peer }

func (s sloppy) Open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	conn, err := s.Peer.Open(ctx, c)
	return sloppyConnection{conn}, err
}

type sloppyConnection struct{ peer.Connection }

func (s sloppyConnection) SetRemoteDescription(ctx context.Context, d peer.SessionDescription) error {
	if err := s.Connection.SetRemoteDescription(ctx, d); err != nil && ctx.Err() == nil {
		return errors.New("no")
	}
	return ctx.Err()
}

func (s sloppyConnection) AddICECandidate(ctx context.Context, c *peer.ICECandidateInit) error {
	if snapshot, err := s.Snapshot(ctx); err == nil && snapshot.RemoteDescription == nil {
		fmt.Fprintln(os.Stderr, "too early")
		os.Exit(9)
	}
	return s.Connection.AddICECandidate(ctx, c)
}

func self(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLintOfAnAgentThatKeepsTheContract(t *testing.T) {
	t.Setenv(asAgent, "pion")
	said := expect(t, 0, []string{"peer", "lint", "--", self(t)},
		"pion: pion/webrtc", "ok            describe\n", "ok            peer-close\n", "not declared  rollback: rollback\n", " ok, 0 missed, 7 not declared\n")
	if got, want := strings.Count(said, "\n"), len(peertest.Cases())+2; got != want {
		t.Errorf("got %d lines, want %d; it said:\n%s", got, want, said)
	}
}

func TestLintSaysWhatIsMissedAndGoesOn(t *testing.T) {
	t.Setenv(asAgent, "sloppy")
	expect(t, 1, []string{"peer", "lint", "--", self(t)},
		"missed        bad-sdp: setRemoteDescription(offer without SDP): got", "want a *peer.Error",
		"missed        early-candidate: ", "ended: exit status 9; it wrote last:; too early",
		"ok            session\n", "ok            peer-close\n", "3 missed")
}

func TestLintOfWhatCannotBeRun(t *testing.T) {
	expect(t, 2, []string{"peer", "lint", "--", filepath.Join(t.TempDir(), "none")}, "none", "no such file")
	expect(t, 2, []string{"peer", "lint", "--", "true"}, "launch agent true", "ended: exit status 0")
	expect(t, exitUsage, []string{"peer", "lint"}, "command")
	expect(t, exitUsage, []string{"peer", "lint", "--"}, "command")
}

func TestAnAgentTakesPartInARun(t *testing.T) {
	t.Setenv(asAgent, "pion")
	out := t.TempDir()
	expect(t, 1, []string{
		"run", "--network", "host", "--peer", "mine=" + self(t), "--scenarios", "trickle-full", "--checks", "CAND-002", "--out", out,
	}, "pion->mine", "mine->pion", "fail CAND-002 mine", "known CAND-002 pion", "1 unexpected deviation")
	summary, err := os.ReadFile(filepath.Join(out, "latest", "summary.md"))
	want := "--scenarios trickle-full --checks CAND-002 --peer mine=" + self(t)
	if netlab.Describe().Network == "host" { // the tests themselves may run in a private network
		want += " --network host"
	}
	if err != nil || !strings.Contains(string(summary), want+"`") {
		t.Errorf("got %v, want %q in the summary:\n%s", err, want, summary)
	}
}

func TestAnAgentThatIsNotThereRunsNothing(t *testing.T) {
	expect(t, 2, []string{"run", "--network", "host", "--peer", "mine=no-such-program-here", "--out", t.TempDir()}, "nothing was run", "peer mine", "no-such-program-here")
}
