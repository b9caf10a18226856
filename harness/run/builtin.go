package run

import (
	"context"
	"os"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/chrome"
	"github.com/webrtc-rink/rink/harness/peer/firefox"
	"github.com/webrtc-rink/rink/harness/peer/pion"
)

// Builtin is the roster of the peers that come with Rink: pion/webrtc v3 in this
// process, headless Chrome with and without mDNS names in its candidates, and
// headless Firefox.
func Builtin() Roster {
	return Roster{
		{
			ID: pion.DefaultID, Implementation: pion.Implementation,
			Available: func() error { return nil },
			Start: func(context.Context, func(string)) (peer.Peer, error) {
				return pion.New(pion.Options{})
			},
		},
		browser(chrome.Options{ID: chrome.DefaultID}),
		browser(chrome.Options{ID: "chrome-mdns", MDNS: true}),
		{
			ID: firefox.DefaultID, Implementation: "Firefox",
			Available: func() error {
				_, err := firefox.Find()
				return err
			},
			Start: func(ctx context.Context, log func(string)) (peer.Peer, error) {
				return firefox.Start(ctx, firefox.Options{Log: log})
			},
		},
	}
}

// browser is a roster entry for Chrome. An attached one is there as far as
// anybody can tell without asking it.
func browser(o chrome.Options) Entry {
	return Entry{
		ID: o.ID, Implementation: "Chrome or Chromium",
		Available: func() error {
			if os.Getenv(chrome.EnvURL) != "" {
				return nil
			}
			_, err := chrome.Find()
			return err
		},
		Start: func(ctx context.Context, log func(string)) (peer.Peer, error) {
			o.Log = log
			return chrome.Start(ctx, o)
		},
	}
}
