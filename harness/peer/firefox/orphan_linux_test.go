package firefox

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
)

// envHarness has the test binary be a harness that starts a browser and waits to
// be killed.
const envHarness = "RINK_TEST_HARNESS"

func TestMain(m *testing.M) {
	if os.Getenv(envHarness) != "" {
		harness()
		return
	}
	os.Exit(m.Run())
}

// harness writes the browser's process and folder. It ends with its standard
// input, so that it does not outlive a test that fails.
func harness() {
	b, err := Start(context.Background(), Options{})
	if err == nil {
		_, err = b.Open(context.Background(), peer.Configuration{})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(b.link.process.Pid(), b.link.folder.Path)
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = b.Close()
}

// startHarness runs the test binary as a harness and returns it with its browser.
func startHarness(ctx context.Context, t *testing.T) (h *exec.Cmd, pid int, dir string) {
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

func TestAKilledHarnessTakesItsBrowserWithIt(t *testing.T) {
	ctx := bounded(t)
	run(t, Options{}) // skips where there is no browser
	t.Setenv("TMPDIR", t.TempDir())
	h, pid, dir := startHarness(ctx, t)
	if found := processesOf(t, dir); !slices.Contains(found, pid) || len(found) < 2 {
		t.Fatalf("processes of %s: got %v, want the browser %d and its children", dir, found, pid)
	}
	if err := h.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = h.Wait() // it was killed
	wantNoProcess(ctx, t, dir)

	// Nobody was left to remove the folder; the next harness does.
	if _, err := os.Stat(dir); err != nil {
		t.Fatalf("folder of the killed harness: got %v, want it left", err)
	}
	if err := run(t, Options{}).Close(); err != nil {
		t.Error(err)
	}
	wantNothingLeft(ctx, t, dir)
}
