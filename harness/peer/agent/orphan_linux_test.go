package agent

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
)

func init() {
	beHarness = harness
	broken["leaves a child outside of its group"] = brokenAgent{run: atOffer(func(string) {
		cmd := exec.Command("sleep", "600")
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := cmd.Start(); err != nil {
			panic(err)
		}
		notePID(cmd.Process.Pid)
		os.Exit(7)
	})}
}

// A child that got away can hold the pipes of its agent open, but not the harness.
func TestAChildThatGotAwayHoldsNothingUp(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), peertest.Patience)
	defer cancel()
	o := options(t, "leaves a child outside of its group")
	file := filepath.Join(t.TempDir(), "pids")
	o.Env = append(o.Env, envPIDs+"="+file)
	p, err := Launch(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		data, err := os.ReadFile(file)
		var agent, child int
		if err == nil {
			_, err = fmt.Sscan(string(data), &agent, &child)
		}
		if err == nil {
			err = syscall.Kill(child, syscall.SIGKILL)
		}
		if err != nil {
			t.Errorf("child: %v", err)
		}
	}()
	_, err = open(ctx, t, p).CreateOffer(ctx, peer.OfferOptions{})
	wantGone(t, "createOffer", err, "ended: exit status 7")
	wantGone(t, "close", p.Close(), "ended: exit status 7")
}

// harness has the test binary be a harness that launches an agent which ignores
// the end of its input, and waits to be killed.
func harness() {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	if _, err := Launch(context.Background(), Options{Command: []string{self}, Env: []string{envAgent + "=ignores exit"}}); err != nil {
		panic(err)
	}
	fmt.Println("launched")
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func TestAKilledHarnessTakesItsAgentWithIt(t *testing.T) {
	o := options(t, "harness")
	file := filepath.Join(t.TempDir(), "pids")
	h := exec.CommandContext(t.Context(), o.Command[0])
	h.Env = append(append(os.Environ(), o.Env...), envPIDs+"="+file)
	h.Stderr = os.Stderr
	in, err := h.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := h.StdoutPipe()
	if err == nil {
		err = h.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if line != "launched\n" {
		t.Errorf("harness: got %q (%v), want it to say launched", line, err)
	}
	if err := h.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = h.Wait() // it was killed
	wantNoProcess(t, file)
}
