package chrome

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
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
	fmt.Println(b.link.cmd.Process.Pid, b.link.folder.Path)
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = b.Close()
}

// startHarness runs the test binary as a harness and returns it with its browser.
func startHarness(t *testing.T) (h *exec.Cmd, pid int, dir string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*DefaultStartTimeout)
	t.Cleanup(cancel)
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
	installed(t)
	temp, err := os.MkdirTemp("", "rink-") // that no other test's browser sweeps
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(temp); err != nil {
			t.Error(err)
		}
	})
	t.Setenv("TMPDIR", temp)
	h, pid, dir := startHarness(t)
	if found := processesOf(t, dir); !slices.Contains(found, pid) || len(found) < 2 {
		t.Fatalf("processes of %s: got %v, want the browser %d and its children", dir, found, pid)
	}
	if err := h.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = h.Wait() // it was killed
	wantNoProcess(ctx, t, dir)

	// Nobody was left to remove the folder; the next harness does.
	if _, err := os.Stat(filepath.Join(dir, profileDir)); err != nil {
		t.Fatalf("folder of the killed harness: got %v, want it left", err)
	}
	live(t, Options{})
	wantNoFile(t, dir)
}

func TestABrowserKeepsItsFolderWhileOthersStartAndEnd(t *testing.T) {
	ctx := bounded(t)
	b := live(t, Options{})
	installed(t)
	h, _, dir := startHarness(t) // another process, and so another sweep
	for range 2 {                // the same process
		if err := live(t, Options{}).Close(); err != nil {
			t.Errorf("close: got %v, want no error", err)
		}
	}
	for name, d := range map[string]string{"own": b.link.folder.Path, "the other harness's": dir} {
		if _, err := os.Stat(filepath.Join(d, profileDir)); err != nil {
			t.Errorf("folder, %s: got %v, want it kept", name, err)
		}
	}
	work(ctx, t, open(ctx, t, b, "connection"))
	if err := h.Process.Kill(); err != nil {
		t.Fatal(err)
	}
}
