package agent

import (
	"context"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
	"github.com/webrtc-rink/rink/harness/peer/pion"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// envAgent has the test binary be an agent: pion, or a broken one.
const envAgent = "RINK_TEST_AGENT"

func TestMain(m *testing.M) {
	switch name := os.Getenv(envAgent); name {
	case "":
		os.Exit(m.Run())
	case "pion":
		p, err := pion.New(pion.Options{})
		if err == nil {
			err = Serve(context.Background(), os.Stdin, os.Stdout, p)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "harness":
		beHarness()
	default:
		broken[name].run()
	}
}

// pipes is a carrier without a process: Serve is at the other end.
type pipes struct {
	*io.PipeReader
	*io.PipeWriter
	served chan struct{} // closed when Serve has returned
	err    error
	end    context.CancelFunc
}

func (p *pipes) Read(b []byte) (int, error)   { return p.PipeReader.Read(b) }
func (p *pipes) Write(b []byte) (int, error)  { return p.PipeWriter.Write(b) }
func (p *pipes) closeInput()                  { _ = p.PipeWriter.Close() }
func (p *pipes) kill()                        { p.end() }
func (p *pipes) addLast(reason string) string { return reason }
func (p *pipes) release()                     { _ = p.PipeReader.Close() }

func (p *pipes) wait(d time.Duration) (string, bool) {
	select {
	case <-p.served:
		if p.err != nil {
			return p.err.Error(), true
		}
		return exitedWell, true
	case <-time.After(d):
		return "", false
	}
}

// overPipes is a peer behind Serve, in this process. What goes either way is
// also written to there and back.
func overPipes(t *testing.T, behind peer.Peer, there, back io.Writer) *Peer {
	t.Helper()
	calls, toAgent := io.Pipe()
	fromAgent, answers := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	c := &pipes{PipeReader: fromAgent, PipeWriter: toAgent, served: make(chan struct{}), end: cancel}
	go func() {
		defer close(c.served)
		defer answers.Close()
		c.err = Serve(ctx, io.TeeReader(calls, there), io.MultiWriter(back, answers), behind)
	}()
	p, err := connect(t.Context(), c, Options{}.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { wantClose(t, p) })
	return p
}

func wantClose(t *testing.T, p peer.Peer) {
	t.Helper()
	if err := p.Close(); err != nil {
		t.Errorf("close: got %v, want no error", err)
	}
}

func newPion(t *testing.T) peer.Peer {
	t.Helper()
	p, err := pion.New(pion.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { wantClose(t, p) })
	return p
}

// options run the test binary as an agent.
func options(t *testing.T, name string) Options {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Options{Command: []string{self}, Env: []string{envAgent + "=" + name}}
}

func launchPion(t *testing.T) *Peer {
	t.Helper()
	p, err := Launch(t.Context(), options(t, "pion"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { wantClose(t, p) })
	return p
}

func TestContractOverPipes(t *testing.T) {
	peertest.Run(t, func(t *testing.T) peer.Peer { return overPipes(t, newPion(t), io.Discard, io.Discard) })
}

func TestContractAsAProcess(t *testing.T) {
	peertest.Run(t, func(t *testing.T) peer.Peer { return launchPion(t) })
}

// grades runs a scenario of a peer with itself and returns the outcome of each
// check at each end.
func grades(t *testing.T, name string, p peer.Peer) map[string]string {
	t.Helper()
	sc, known := scenario.ByName(name)
	if !known {
		t.Fatalf("scenario %s: not known", name)
	}
	r := scenario.Run(t.Context(), sc, p, p, scenario.Options{})
	if r.End.Result != trace.EndCompleted {
		t.Fatalf("%s: got %s: %s", name, r.End.Result, r.End.Reason)
	}
	all, err := check.GradeTrace(r.Records, check.All())
	if err != nil {
		t.Fatal(err)
	}
	outcomes := map[string]string{}
	for _, g := range all {
		outcomes[fmt.Sprintf("%s %s", g.Check, g.Side)] = fmt.Sprintf("%s %v", g.Outcome, g.Findings)
	}
	return outcomes
}

// TestServeChangesNoGrade: an agent's session is graded as that of the peer
// behind it.
func TestServeChangesNoGrade(t *testing.T) {
	for _, name := range []string{"trickle-full", "connect-data"} {
		t.Run(name, func(t *testing.T) {
			want := grades(t, name, newPion(t))
			if len(want) < 20 {
				t.Fatalf("got %d grades, want more", len(want))
			}
			for kind, p := range map[string]peer.Peer{"pipes": overPipes(t, newPion(t), io.Discard, io.Discard), "process": launchPion(t)} {
				if diff := cmp.Diff(want, grades(t, name, p)); diff != "" {
					t.Errorf("%s: grades (-in process +served):\n%s", kind, diff)
				}
			}
		})
	}
}
