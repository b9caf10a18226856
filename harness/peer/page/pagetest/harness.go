package pagetest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
)

// envHarness has the test binary be a harness that starts a browser and waits to
// be killed.
const envHarness = "RINK_TEST_HARNESS"

// Main is the TestMain of a package that calls StartHarness. Start starts a browser
// and says what its process and its folder are.
func Main(m *testing.M, start func() (b peer.Peer, pid int, dir string, err error)) {
	if os.Getenv(envHarness) == "" {
		os.Exit(m.Run())
	}
	b, pid, dir, err := start()
	if err == nil {
		_, err = b.Open(context.Background(), peer.Configuration{})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(pid, dir)
	_, _ = io.Copy(io.Discard, os.Stdin) // so that it does not outlive a test that fails
	_ = b.Close()
}

// StartHarness runs the test binary as a harness, until ctx ends, and returns it
// with the process and the folder of its browser.
func StartHarness(ctx context.Context, t *testing.T) (h *exec.Cmd, pid int, dir string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	h = exec.CommandContext(ctx, self)
	h.Env = append(os.Environ(), envHarness+"=1")
	h.Stderr = os.Stderr
	in, err := h.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // of no effect after the test went well
		_ = in.Close()
		_ = h.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		_, err = fmt.Sscan(line, &pid, &dir)
	}
	if err != nil {
		t.Fatalf("harness: got %q (%v), want a process and a folder", line, err)
	}
	return h, pid, dir
}
