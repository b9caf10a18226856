package peertest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
)

func negotiationCases() []Case {
	return []Case{
		{
			Name:     "create-offer",
			Explains: "createOffer on a connection with a data channel gives an offer with an application section",
			Needs:    peer.Features{peer.FeatureDataChannel},
			Run:      withConnection(createOffer),
		},
		{
			Name:     "new-snapshot",
			Explains: "a new connection is stable and new, and its descriptions are null",
			Run:      withConnection(newSnapshot),
		},
		{
			Name:     "local-offer",
			Explains: "setLocalDescription(offer) puts the snapshot into have-local-offer with that local description",
			Needs:    peer.Features{peer.FeatureDataChannel},
			Run:      withConnection(localOffer),
		},
		{
			Name:     "signaling-events",
			Explains: "a change of the signaling state is told by an event",
			Needs:    peer.Features{peer.FeatureDataChannel, peer.FeatureStates},
			Run: withConnection(func(ctx context.Context, w *Watched) error {
				if _, err := applyOffer(ctx, w); err != nil {
					return err
				}
				_, err := w.Await(ctx, "signalingstatechange to have-local-offer",
					State(peer.EventSignalingStateChange, "have-local-offer"))
				return err
			}),
		},
		{
			Name:     "rollback",
			Explains: "setLocalDescription(rollback) takes an offer back to stable",
			Needs:    peer.Features{peer.FeatureDataChannel, peer.FeatureRollback},
			Run:      withConnection(rollback),
		},
		{
			Name:     "bad-sdp",
			Explains: "a description that is no SDP is refused with a named error and the peer stays usable",
			Run:      badSDP,
		},
		{
			Name:     "bad-configuration",
			Explains: "a refused configuration is a named error and the peer stays usable",
			Run:      badConfiguration,
		},
	}
}

// withConnection runs a case on one connection and closes it.
func withConnection(run func(context.Context, *Watched) error) func(context.Context, peer.Peer) error {
	return func(ctx context.Context, p peer.Peer) error {
		w, err := Open(ctx, p, "connection", peer.Configuration{})
		if err != nil {
			return err
		}
		return errors.Join(run(ctx, w), shut(ctx, w))
	}
}

// offerWithChannel creates a data channel, where the peer has them, and an offer.
func offerWithChannel(ctx context.Context, w *Watched) (peer.SessionDescription, error) {
	if _, err := w.CreateDataChannel(ctx, "rink", peer.DataChannelInit{}); err != nil {
		return peer.SessionDescription{}, fmt.Errorf("createDataChannel: %w", err)
	}
	offer, err := w.CreateOffer(ctx, peer.OfferOptions{})
	if err != nil {
		return peer.SessionDescription{}, fmt.Errorf("createOffer: %w", err)
	}
	return offer, nil
}

func applyOffer(ctx context.Context, w *Watched) (peer.SessionDescription, error) {
	offer, err := offerWithChannel(ctx, w)
	if err != nil {
		return offer, err
	}
	if err := w.SetLocalDescription(ctx, &offer); err != nil {
		return offer, fmt.Errorf("setLocalDescription(offer): %w", err)
	}
	return offer, nil
}

func createOffer(ctx context.Context, w *Watched) error {
	offer, err := offerWithChannel(ctx, w)
	if err != nil {
		return err
	}
	if offer.Type != "offer" {
		return fmt.Errorf("createOffer type: got %q, want \"offer\"", offer.Type)
	}
	if !strings.HasPrefix(offer.SDP, "v=0\r\n") || !strings.Contains(offer.SDP, "\r\nm=application ") {
		return fmt.Errorf("createOffer sdp: got %q, want v=0 first and an m=application line", offer.SDP)
	}
	return nil
}

func newSnapshot(ctx context.Context, w *Watched) error {
	s, err := w.Snapshot(ctx)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	want := peer.Snapshot{
		SignalingState: "stable", ICEGatheringState: "new", ICEConnectionState: "new", ConnectionState: "new",
	}
	if len(s.Transceivers) == 0 {
		s.Transceivers = nil // an empty list says the same
	}
	if !reflect.DeepEqual(s, want) {
		return fmt.Errorf("snapshot of a new connection: got %+v, want %+v", s, want)
	}
	return nil
}

func localOffer(ctx context.Context, w *Watched) error {
	offer, err := applyOffer(ctx, w)
	if err != nil {
		return err
	}
	s, err := w.Snapshot(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("snapshot: %w", err)
	case s.SignalingState != "have-local-offer":
		return fmt.Errorf("snapshot signalingState: got %q, want \"have-local-offer\"", s.SignalingState)
	case s.LocalDescription == nil:
		return errors.New("snapshot localDescription: got null, want the offer")
	case s.LocalDescription.Type != "offer" || sessionLine(s.LocalDescription.SDP) != sessionLine(offer.SDP):
		return fmt.Errorf("snapshot localDescription: got %s %q, want the offer with %q",
			s.LocalDescription.Type, sessionLine(s.LocalDescription.SDP), sessionLine(offer.SDP))
	case s.RemoteDescription != nil:
		return fmt.Errorf("snapshot remoteDescription: got %+v, want null", *s.RemoteDescription)
	}
	return nil
}

// sessionLine returns the o= line, which tells descriptions apart.
func sessionLine(sdp string) string {
	for line := range strings.Lines(sdp) {
		if strings.HasPrefix(line, "o=") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

func rollback(ctx context.Context, w *Watched) error {
	if _, err := applyOffer(ctx, w); err != nil {
		return err
	}
	if err := w.SetLocalDescription(ctx, &peer.SessionDescription{Type: "rollback"}); err != nil {
		return fmt.Errorf("setLocalDescription(rollback): %w", err)
	}
	s, err := w.Snapshot(ctx)
	if err == nil && s.SignalingState != "stable" {
		err = fmt.Errorf("signalingState after rollback: got %q, want \"stable\"", s.SignalingState)
	}
	return err
}

func badSDP(ctx context.Context, p peer.Peer) error {
	try := func(ctx context.Context, w *Watched) error {
		return errors.Join(
			named("setRemoteDescription(offer without SDP)",
				w.SetRemoteDescription(ctx, peer.SessionDescription{Type: "offer", SDP: "this is no SDP"})),
			named("setLocalDescription(offer without SDP)",
				w.SetLocalDescription(ctx, &peer.SessionDescription{Type: "offer", SDP: "this is no SDP"})),
		)
	}
	return errors.Join(withConnection(try)(ctx, p), stillUsable(ctx, p))
}

func badConfiguration(ctx context.Context, p peer.Peer) error {
	w, err := p.Open(ctx, peer.Configuration{ICEServers: []peer.ICEServer{{URLs: []string{"this is no URL"}}}})
	if err == nil { // not every implementation looks before it gathers
		err = shut(ctx, Watch(w, "connection"))
	} else {
		err = named("open with a bad ICE server URL", err)
	}
	return errors.Join(err, stillUsable(ctx, p))
}

func stillUsable(ctx context.Context, p peer.Peer) error {
	err := withConnection(func(ctx context.Context, w *Watched) error {
		_, err := w.CreateOffer(ctx, peer.OfferOptions{})
		return refusedOrFine("createOffer", err) // without a section some refuse to offer
	})(ctx, p)
	if err != nil {
		return fmt.Errorf("the peer after the refusal: %w", err)
	}
	return nil
}
