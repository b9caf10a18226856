package pion

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pion/webrtc/v3"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
)

// What pion's zero values stand for is null.
func TestCandidateFieldsAreNullWherePionHasNone(t *testing.T) {
	value := func(s string) *string { return &s }
	number := func(n uint16) *uint16 { return &n }
	priority := uint32(7)
	host := webrtc.ICECandidate{
		Foundation: "1", Priority: priority, Address: "192.0.2.1", Port: 9, Protocol: webrtc.ICEProtocolTCP,
		Typ: webrtc.ICECandidateTypeHost, Component: 1, TCPType: "active",
	}
	want := peer.CandidateFields{
		Foundation: value("1"), Priority: &priority, Address: value("192.0.2.1"), Port: number(9), Protocol: value("tcp"),
		Type: value("host"), Component: value("rtp"), TCPType: value("active"),
	}
	if diff := cmp.Diff(want, *candidateFields(&host)); diff != "" {
		t.Errorf("host (-want +got):\n%s", diff)
	}
	reflexive := host
	reflexive.Protocol, reflexive.TCPType, reflexive.Typ = webrtc.ICEProtocolUDP, "", webrtc.ICECandidateTypeSrflx
	reflexive.RelatedAddress, reflexive.RelatedPort, reflexive.Component = "192.0.2.2", 10, 2
	want.Protocol, want.TCPType, want.Type = value("udp"), nil, value("srflx")
	want.RelatedAddress, want.RelatedPort, want.Component = value("192.0.2.2"), number(10), value("rtcp")
	if diff := cmp.Diff(want, *candidateFields(&reflexive)); diff != "" {
		t.Errorf("server reflexive (-want +got):\n%s", diff)
	}
}

func TestWhatPionKeepsInItsSettingsIsTheConnections(t *testing.T) {
	p := start(t, Options{SettingEngine: loopback()})
	_, err := p.Open(t.Context(), peer.Configuration{AnsweringDTLSRole: "auto"})
	if peer.NameOf(err) != peer.TypeError {
		t.Errorf("answeringDtlsRole auto: got %v, want TypeError", err)
	}
	w, err := peertest.Open(t.Context(), p, "lite", peer.Configuration{Lite: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		w    *peertest.Watched
		want bool
	}{"lite": {w, true}, "the next": {open(t, p), false}} {
		offerLocally(t, c.w)
		s, err := c.w.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := liteIn(s.LocalDescription); got != c.want {
			t.Errorf("%s: got a=ice-lite %t, want %t", name, got, c.want)
		}
	}
	if d := start(t, Options{API: webrtc.NewAPI()}).Describe(); d.Features.Has(peer.FeatureLite) || d.Features.Has(peer.FeatureAnsweringRole) {
		t.Errorf("features with an API of the caller's: got %s, want neither ice-lite nor answering-role", d.Features)
	}
}

func liteIn(d *peer.SessionDescription) bool {
	var parsed webrtc.SessionDescription
	parsed.SDP = d.SDP
	s, err := parsed.Unmarshal()
	if err != nil {
		return false
	}
	_, lite := s.Attribute("ice-lite")
	return lite
}

func TestRefusalsOfNewMethodsHaveNames(t *testing.T) {
	w := open(t, start(t, Options{SettingEngine: loopback()}))
	config := peer.Configuration{BundlePolicy: "max-bundle"}
	bad := peer.Configuration{ICEServers: []peer.ICEServer{{URLs: []string{"turn:192.0.2.1"}}}}
	_, channel := w.Channel(t.Context(), "none")
	for what, c := range map[string]struct {
		err  error
		want string
	}{
		"another bundlePolicy":   {w.SetConfiguration(t.Context(), config), peer.InvalidModificationError},
		"TURN without a secret":  {w.SetConfiguration(t.Context(), bad), peer.InvalidAccessError},
		"an unknown transceiver": {w.StopTransceiver(t.Context(), "none"), peer.NotFoundError},
		"a direction":            {w.SetDirection(t.Context(), "0", "inactive"), peer.NotSupportedError},
		"an unknown channel":     {channel, peer.NotFoundError},
		"its threshold":          {w.SetBufferedAmountLowThreshold(t.Context(), "none", 1), peer.NotFoundError},
	} {
		if got := peer.NameOf(c.err); got != c.want {
			t.Errorf("%s: got %v, want %s", what, c.err, c.want)
		}
	}
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.SetConfiguration(t.Context(), peer.Configuration{}); peer.NameOf(err) != peer.InvalidStateError {
		t.Errorf("setConfiguration once closed: got %v, want InvalidStateError", err)
	}
}
