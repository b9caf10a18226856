package firefox

import (
	"context"
	"os"
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
		return b, b.link.process.Pid(), b.link.folder.Path, nil
	})
}

func TestAKilledHarnessTakesItsBrowserWithIt(t *testing.T) {
	ctx := pagetest.Bounded(t)
	run(t, Options{}) // skips where there is no browser
	t.Setenv("TMPDIR", t.TempDir())
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
	if _, err := os.Stat(dir); err != nil {
		t.Fatalf("folder of the killed harness: got %v, want it left", err)
	}
	if err := run(t, Options{}).Close(); err != nil {
		t.Error(err)
	}
	pagetest.WantNoFile(t, dir)
	pagetest.WantNoProcess(ctx, t, dir)
}
