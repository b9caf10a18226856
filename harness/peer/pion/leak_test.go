package pion

import (
	"runtime"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
)

// settled waits until there are no more goroutines than before and returns
// their stacks otherwise.
func settled(before int) string {
	for deadline := time.Now().Add(peertest.Patience); ; time.Sleep(20 * time.Millisecond) {
		if runtime.NumGoroutine() <= before {
			return ""
		}
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<16)
			return string(buf[:runtime.Stack(buf, true)])
		}
	}
}

// connectMedia runs a session with data and media and returns both sides.
func connectMedia(t *testing.T, p *Peer) (a, b *peertest.Watched) {
	t.Helper()
	a, b = open(t, p), open(t, p)
	for _, w := range []*peertest.Watched{a, b} {
		for _, k := range []peer.Kind{peer.Audio, peer.Video} {
			if err := w.AddTrack(t.Context(), k); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := peertest.ConnectData(t.Context(), a, b, "rink"); err != nil {
		t.Fatal(err)
	}
	for _, w := range []*peertest.Watched{a, b} {
		if _, err := w.Await(t.Context(), "track", func(e peer.Event) bool { return e.Type == peer.EventTrack }); err != nil {
			t.Fatal(err)
		}
	}
	return a, b
}

func TestCloseLeavesNoGoroutine(t *testing.T) {
	p := start(t, Options{SettingEngine: loopback()})
	before := runtime.NumGoroutine()
	a, b := connectMedia(t, p)
	for _, w := range []*peertest.Watched{a, b} { // the second is closed after its far side
		if err := w.Close(t.Context()); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if stacks := settled(before); stacks != "" {
		t.Errorf("goroutines: got more than the %d before\n%s", before, stacks)
	}
}

// Nobody reads these events, and nobody closes the connections but the peer.
func TestPeerCloseLeavesNoGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	p := start(t, Options{SettingEngine: loopback()})
	for range 3 {
		c, err := p.Open(t.Context(), peer.Configuration{})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddTrack(t.Context(), peer.Video); err != nil {
			t.Fatal(err)
		}
		offer, err := c.CreateOffer(t.Context(), peer.OfferOptions{})
		if err == nil {
			err = c.SetLocalDescription(t.Context(), &offer)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if stacks := settled(before); stacks != "" {
		t.Errorf("goroutines: got more than the %d before\n%s", before, stacks)
	}
}
