package suites_test

import (
	"context"
	"testing"

	"github.com/pion/webrtc/v3"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/pion"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/suites"
)

// t is the test's own.
var t *testing.T

// A peer of your own against Chrome, in both directions: here pion as your
// program sets it up. Whatever implements peer.Peer goes the same way.
func ExampleRun() {
	start := func(context.Context, func(string)) (peer.Peer, error) {
		var settings webrtc.SettingEngine
		settings.SetLite(false)
		return pion.New(pion.Options{ID: "mine", API: webrtc.NewAPI(webrtc.WithSettingEngine(settings))})
	}
	mine := run.Entry{ID: "mine", Implementation: "pion/webrtc", Available: func() error { return nil }, Start: start}
	suites.Run(t, suites.Options{
		Roster:       append(run.Builtin(), mine),
		Pairs:        []run.Pair{{Offerer: "mine", Answerer: "chrome"}, {Offerer: "chrome", Answerer: "mine"}},
		Expectations: "testdata/expectations", // yours, one YAML file per peer
	})
}
