package firefox

import (
	"errors"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
)

// run starts a browser that ends with the test. Without one on the machine the
// test is skipped, with the reason.
func run(t *testing.T, o Options) *Browser {
	t.Helper()
	if _, err := Find(); errors.Is(err, ErrNotFound) {
		t.Skip(err)
	}
	if o.Log == nil {
		o.Log = func(line string) { t.Log(line) }
	}
	b, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func TestContract(t *testing.T) {
	peertest.Run(t, func(t *testing.T) peer.Peer {
		b := run(t, Options{})
		t.Logf("%+v", b.Describe())
		return b
	})
}
