package chrome

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/page/pagetest"
)

func TestMain(m *testing.M) {
	pagetest.Main(m, func() (peer.Peer, int, string, error) {
		b, err := Start(context.Background(), Options{})
		if err != nil {
			return nil, 0, "", err
		}
		return b, b.link.cmd.Process.Pid, b.link.folder.Path, nil
	})
}

func TestAKilledHarnessTakesItsBrowserWithIt(t *testing.T) {
	ctx := pagetest.Bounded(t)
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
	h, pid, dir := pagetest.StartHarness(ctx, t)
	if found := pagetest.ProcessesOf(t, dir); !slices.Contains(found, pid) || len(found) < 2 {
		t.Fatalf("processes of %s: got %v, want the browser %d and its children", dir, found, pid)
	}
	if err := h.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = h.Wait() // it was killed
	pagetest.WantNoProcess(ctx, t, dir)

	// Nobody was left to remove the folder; the next harness does.
	if _, err := os.Stat(filepath.Join(dir, profileDir)); err != nil {
		t.Fatalf("folder of the killed harness: got %v, want it left", err)
	}
	live(t, Options{})
	pagetest.WantNoFile(t, dir)
}

func TestABrowserKeepsItsFolderWhileOthersStartAndEnd(t *testing.T) {
	ctx := pagetest.Bounded(t)
	b := live(t, Options{})
	installed(t)
	h, _, dir := pagetest.StartHarness(ctx, t) // another process, and so another sweep
	for range 2 {                              // the same process
		if err := live(t, Options{}).Close(); err != nil {
			t.Errorf("close: got %v, want no error", err)
		}
	}
	for name, d := range map[string]string{"own": b.link.folder.Path, "the other harness's": dir} {
		if _, err := os.Stat(filepath.Join(d, profileDir)); err != nil {
			t.Errorf("folder, %s: got %v, want it kept", name, err)
		}
	}
	pagetest.Work(ctx, t, pagetest.Open(ctx, t, b, "connection"))
	if err := h.Process.Kill(); err != nil {
		t.Fatal(err)
	}
}
