package pion

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/pion/ice/v2"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v3"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
)

// loopback keeps the traffic of tests on the loopback interface: mDNS would join
// a multicast group on every interface.
func loopback() *webrtc.SettingEngine {
	s := &webrtc.SettingEngine{}
	s.SetIncludeLoopbackCandidate(true)
	s.SetInterfaceFilter(func(name string) bool { return name == "lo" })
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	return s
}

func start(t *testing.T, o Options) *Peer {
	t.Helper()
	p, err := New(o)
	if err != nil {
		t.Fatalf("new: %v", err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return p
}

func open(t *testing.T, p *Peer) *peertest.Watched {
	t.Helper()
	w, err := peertest.Open(t.Context(), p, t.Name(), peer.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestContract(t *testing.T) {
	peertest.Run(t, func(t *testing.T) peer.Peer { return start(t, Options{SettingEngine: loopback()}) })
}

// TestContractDefaults runs with zero Options. It uses the interfaces of the
// host, so it runs only where the caller says that these are of no one's concern.
func TestContractDefaults(t *testing.T) {
	if os.Getenv("RINK_TEST_INTERFACES") == "" {
		t.Skip("gathers on every interface of the host; set RINK_TEST_INTERFACES=1 in a network namespace of its own")
	}
	peertest.Run(t, func(t *testing.T) peer.Peer { return start(t, Options{}) })
}

func TestOptions(t *testing.T) {
	if _, err := New(Options{API: webrtc.NewAPI(), MediaEngine: &webrtc.MediaEngine{}}); err == nil {
		t.Error("API with MediaEngine: got no error, want one")
	}
	d := start(t, Options{ID: "pion@fork"}).Describe()
	if d.ID != "pion@fork" || d.Implementation != "pion/webrtc" {
		t.Errorf("description: got %q %q, want \"pion@fork\" \"pion/webrtc\"", d.ID, d.Implementation)
	}
	for _, f := range []peer.Feature{peer.FeatureUnbundled, peer.FeatureBundlePolicy, peer.FeatureRollback} {
		if d.Features.Has(f) {
			t.Errorf("features: got %q, which pion v3 has not", f)
		}
	}
}

// The candidate is what ToJSON gives: an empty sdpMid is not null.
func TestCandidateIsRaw(t *testing.T) {
	w := open(t, start(t, Options{SettingEngine: loopback()}))
	offerLocally(t, w)
	e, err := w.Await(t.Context(), "candidate", func(e peer.Event) bool {
		return e.Type == peer.EventICECandidate && string(e.Candidate) != "null"
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"candidate":"candidate:`, `"sdpMid":""`, `"sdpMLineIndex":0`, `"usernameFragment":null`} {
		if !strings.Contains(string(e.Candidate), want) {
			t.Errorf("candidate: got %s, want it to contain %s", e.Candidate, want)
		}
	}
}

func offerLocally(t *testing.T, w *peertest.Watched) {
	t.Helper()
	if _, err := w.CreateDataChannel(t.Context(), "rink", peer.DataChannelInit{}); err != nil {
		t.Fatal(err)
	}
	offer, err := w.CreateOffer(t.Context(), peer.OfferOptions{})
	if err == nil {
		err = w.SetLocalDescription(t.Context(), &offer)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// An API without codecs cannot offer audio; the default one can.
func TestCallersAPI(t *testing.T) {
	own := open(t, start(t, Options{API: webrtc.NewAPI(webrtc.WithSettingEngine(*loopback()))}))
	if err := own.AddTransceiver(t.Context(), peer.Audio, peer.TransceiverInit{Direction: "sendonly"}); err != nil {
		t.Fatal(err)
	}
	if _, err := own.CreateOffer(t.Context(), peer.OfferOptions{}); err == nil {
		t.Error("offer of an API without codecs: got no error, want one")
	}
	standard := open(t, start(t, Options{SettingEngine: loopback()}))
	if err := standard.AddTransceiver(t.Context(), peer.Audio, peer.TransceiverInit{Direction: "sendonly"}); err != nil {
		t.Fatal(err)
	}
	offer, err := standard.CreateOffer(t.Context(), peer.OfferOptions{})
	if err != nil || !strings.Contains(offer.SDP, "opus/48000/2") {
		t.Errorf("offer with pion's defaults: got %v %q, want opus/48000/2", err, offer.SDP)
	}
}

func TestErrorNames(t *testing.T) {
	p := start(t, Options{SettingEngine: loopback()})
	w := open(t, p)
	ctx := t.Context()
	for _, c := range []struct {
		what, want string
		got        error
	}{
		{"addIceCandidate early", peer.InvalidStateError, w.AddICECandidate(ctx, nil)},
		{"rollback", peer.InvalidModificationError, w.SetLocalDescription(ctx, &peer.SessionDescription{Type: "rollback"})},
		{"no SDP", peer.UnnamedError, w.SetRemoteDescription(ctx, peer.SessionDescription{Type: "offer", SDP: "nonsense"})},
		{"implicit description", peer.NotSupportedError, w.SetLocalDescription(ctx, nil)},
		{"restartIce", peer.NotSupportedError, w.RestartICE(ctx)},
		{"unknown kind", peer.TypeError, w.AddTrack(ctx, "smell")},
		{"unknown channel", peer.NotFoundError, w.Send(ctx, "none", peer.Message{})},
	} {
		if got := peer.NameOf(c.got); got != c.want {
			t.Errorf("%s: got error name %q (%v), want %q", c.what, got, c.got, c.want)
		}
	}
	_, err := p.Open(ctx, peer.Configuration{ICEServers: []peer.ICEServer{{URLs: []string{"turn:127.0.0.1:3478"}}}})
	if got := peer.NameOf(err); got != peer.InvalidAccessError {
		t.Errorf("turn server without credentials: got error name %q (%v), want %q", got, err, peer.InvalidAccessError)
	}
}

// A closing pion reports each of its layers; only the one that the far side took
// down is benign.
func TestFarSideClosedFirst(t *testing.T) {
	for text, want := range map[string]bool{
		"dtls fatal: conn is closed":                               true,
		"dtls fatal: conn is closed\ndtls fatal: conn is closed":   true,
		"dtls fatal: conn is closed\nsctp: association went wrong": false,
		"sctp: association went wrong":                             false,
	} {
		if got := farSideClosedFirst(refusal(errors.New(text))); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
	if farSideClosedFirst(nil) || farSideClosedFirst(context.Canceled) {
		t.Error("no error and a cancelled context: got true, want false")
	}
}

func TestErrorText(t *testing.T) {
	w := open(t, start(t, Options{SettingEngine: loopback()}))
	err := w.AddICECandidate(t.Context(), nil)
	if want := "InvalidStateError: remote description is not set"; err == nil || err.Error() != want {
		t.Errorf("addIceCandidate early: got %v, want %s", err, want)
	}
}

// explosive panics when pion logs that the signaling state changed, which it
// does inside SetLocalDescription.
type explosive struct{ logging.LeveledLogger }

func (l explosive) Infof(format string, args ...any) {
	if strings.HasPrefix(format, "signaling state changed") {
		panic("boom")
	}
	l.LeveledLogger.Infof(format, args...)
}

type explosiveFactory struct{}

func (explosiveFactory) NewLogger(scope string) logging.LeveledLogger {
	return explosive{logging.NewDefaultLeveledLoggerForScope(scope, logging.LogLevelDisabled, nil)}
}

func TestPanicInCall(t *testing.T) {
	settings := loopback()
	settings.LoggerFactory = explosiveFactory{}
	w := open(t, start(t, Options{SettingEngine: settings}))
	if _, err := w.CreateDataChannel(t.Context(), "rink", peer.DataChannelInit{}); err != nil {
		t.Fatal(err)
	}
	offer, err := w.CreateOffer(t.Context(), peer.OfferOptions{})
	if err != nil {
		t.Fatal(err)
	}
	err = w.SetLocalDescription(t.Context(), &offer)
	if peer.NameOf(err) != peer.PanicError || !strings.Contains(err.Error(), "boom") || !strings.Contains(err.Error(), "goroutine ") {
		t.Errorf("setLocalDescription: got %v, want a %s with \"boom\" and a stack", err, peer.PanicError)
	}
	if _, err := w.Snapshot(t.Context()); err != nil {
		t.Errorf("snapshot after the panic: %v", err)
	}
}

func TestPanicInCallback(t *testing.T) {
	w := open(t, start(t, Options{SettingEngine: loopback()}))
	w.Connection.(*Connection).guard("OnTest", func() { panic("boom") })
	_, err := w.Await(t.Context(), "log of the panic", func(e peer.Event) bool {
		return e.Type == peer.EventLog && e.Level == "error" && strings.Contains(e.Text, "panic in OnTest: boom\ngoroutine ")
	})
	if err != nil {
		t.Error(err)
	}
}

func TestLogBecomesEvent(t *testing.T) {
	w := open(t, start(t, Options{SettingEngine: loopback()}))
	newLoggerFactory(w.Connection.(*Connection).queue).NewLogger("ice").Warnf("pair %d", 7)
	_, err := w.Await(t.Context(), "log", func(e peer.Event) bool {
		return e.Type == peer.EventLog && e.Level == "warn" && e.Text == "ice: pair 7"
	})
	if err != nil {
		t.Error(err)
	}
}

// A call that pion never ends returns when the context does.
func TestCallHonoursContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	hold, begun := make(chan struct{}), make(chan struct{})
	defer close(hold)
	go func() { <-begun; cancel() }()
	err := do(ctx, "hang", func() error { close(begun); <-hold; return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("call: got %v, want context canceled", err)
	}
}
