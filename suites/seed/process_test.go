package seed_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/suites/seed"
)

// A process runs its specs once, so each family of these tests is a process of its
// own: this binary again, with what is wrong in it in the environment.
const (
	envOut   = "RINK_TEST_SEED_OUT"
	envWrong = "RINK_TEST_SEED_WRONG"
)

// What can be wrong.
const (
	wrongAbsent = "the client is not installed"
	wrongEager  = "the client has a candidate in what it creates"
	wrongOther  = "the browser " // and the defect that it has
)

// TestFamilyOfFakes is the family of the other process.
func TestFamilyOfFakes(t *testing.T) {
	out, wrong := os.Getenv(envOut), os.Getenv(envWrong)
	if out == "" {
		t.Skip("run by the other tests, in a process of its own")
	}
	network := fake.NewNetwork()
	var defects []fake.Defect
	for _, d := range fake.Defects() {
		if d.Name == strings.TrimPrefix(wrong, wrongOther) {
			defects = append(defects, d)
		}
	}
	client := network.Peer("client")
	if wrong == wrongEager {
		client = eager{client}
	}
	entry := func(p peer.Peer, absent error) run.Entry {
		return run.Entry{
			ID: p.Describe().ID, Implementation: "fake", Available: func() error { return absent },
			Start: func(context.Context, func(string)) (peer.Peer, error) { return p, nil },
		}
	}
	missing := errors.New("not installed: make peer-it installs it")
	var absent error
	if wrong == wrongAbsent {
		absent = missing
	}
	seed.Run(t, seed.Options{
		Roster: run.Roster{
			entry(client, absent), entry(network.Peer("other"), missing), entry(network.Peer("browser", defects...), nil),
		},
		Peers: []string{"client"}, Others: []string{"other"}, Opponent: "browser", Expectations: run.ExpectNone, Out: out,
		Show: func(table seed.Table) { t.Log("\n" + table.String()) },
	})
}

// play runs the family in a process of its own.
func play(t *testing.T, wrong string) (passed bool, said string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestFamilyOfFakes$", "-test.v", "-ginkgo.no-color")
	cmd.Env = append(os.Environ(), envOut+"="+t.TempDir(), envWrong+"="+wrong, scenario.ScaleEnv+"=0.1")
	data, err := cmd.CombinedOutput()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return err == nil, string(data)
}

func wants(t *testing.T, said string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(said, part) {
			t.Errorf("want it to say %q; it said:\n%s", part, said)
		}
	}
}

func TestHealthyPeersPlayTheStoryAsItIsTold(t *testing.T) {
	passed, said := play(t, "")
	if !passed {
		t.Error("got a failure")
	}
	wants(t, said, "12 Passed", "0 Failed", "12 Skipped", "other was left out: not installed: make peer-it installs it", `
        sent to browser                                             client
        1 what createOffer gave, nothing awaited, nothing trickled  ✗ browser gets no candidate
        2 candidates with sdpMid and sdpMLineIndex null             ✗ browser refuses each, TypeError
        3 gathering awaited, the local description sent whole       ✓ connects
        4 the candidates of 2, stamped by harness/repair            ✓ connects
        5 as 3, with audio, video and data                          ✓ connects
        6 as 4, with audio, video and data                          ✓ connects
`)
}

// A story that is not so must not pass: each situation has a peer that makes it
// another one, at both of its roles.
func TestEachPartOfTheStoryCanBeToldWrong(t *testing.T) {
	for wrong, want := range map[string][]string{
		wrongEager:                          {"✗ an end connects", "candidates in the description that browser (answerer) is given", "2 Failed"},
		wrongOther + "guesses-the-section":  {"✗ an end connects", "addIceCandidate of browser (answerer)", `["taken", "taken"]`, "2 Failed"},
		wrongOther + "deaf-to-descriptions": {"✗ does not connect", "got iceConnectionState checking, connectionState connecting, want connected", "when it waits for gathering", "4 Failed"},
		wrongOther + "deaf-to-trickled":     {"✗ does not connect", "got iceConnectionState checking, connectionState connecting, want connected", "when it has the same candidates stamped", "4 Failed"},
		wrongAbsent:                         {"client: not installed: make peer-it installs it", "1 Failed"},
	} {
		t.Run(wrong, func(t *testing.T) {
			t.Parallel()
			passed, said := play(t, wrong)
			if passed {
				t.Error("got no failure")
			}
			wants(t, said, want...)
		})
	}
}

// eager is a peer whose descriptions have a candidate as soon as they are created.
type eager struct{ peer.Peer }

func (e eager) Open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	conn, err := e.Peer.Open(ctx, c)
	return eagerConnection{conn}, err
}

type eagerConnection struct{ peer.Connection }

func (c eagerConnection) CreateOffer(ctx context.Context, o peer.OfferOptions) (peer.SessionDescription, error) {
	return gathered(c.Connection.CreateOffer(ctx, o))
}

func (c eagerConnection) CreateAnswer(ctx context.Context) (peer.SessionDescription, error) {
	return gathered(c.Connection.CreateAnswer(ctx))
}

// SetLocalDescription sets what the fake created: it refuses any other.
func (c eagerConnection) SetLocalDescription(ctx context.Context, d *peer.SessionDescription) error {
	if d != nil {
		d = &peer.SessionDescription{Type: d.Type, SDP: strings.TrimSuffix(d.SDP, early)}
	}
	return c.Connection.SetLocalDescription(ctx, d)
}

// early is the candidate that is there too early.
const early = "a=candidate:9 1 udp 1 192.0.2.9 9 typ host\r\n"

func gathered(d peer.SessionDescription, err error) (peer.SessionDescription, error) {
	d.SDP += early
	return d, err
}
