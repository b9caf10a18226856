package peertest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
)

func featureCases() []Case {
	with := func(fs ...peer.Feature) peer.Features { return append(peer.Features{peer.FeatureDataChannel}, fs...) }
	return []Case{
		{
			Name:     "selected-pair",
			Explains: "Stats names both ends of the selected pair of a connected transport",
			Needs:    with(peer.FeatureSelectedPair),
			Run:      withPair(selectedPair),
		},
		{
			Name:     "end-of-candidates",
			Explains: "AddICECandidate(nil) is accepted once there is a remote description",
			Needs:    with(peer.FeatureEndOfICE),
			Run:      withPair(endOfCandidates),
		},
		{
			Name:     "renegotiation",
			Explains: "a second offer on a live connection leaves it usable",
			Needs:    with(peer.FeatureRenegotiation),
			Run:      withPair(renegotiation),
		},
		{
			Name:     "ice-restart",
			Explains: "RestartICE, or createOffer with iceRestart where that is refused, gives both sides new ICE credentials and a live connection",
			Needs:    with(peer.FeatureRestart),
			Run:      withPair(restart),
		},
		{
			Name:     "media",
			Explains: "audio and video of AddTrack arrive on both sides and are counted",
			Needs:    peer.Features{peer.FeatureMedia},
			Run:      withPair(media),
		},
		{
			Name:     "transceiver",
			Explains: "AddTransceiver adds a section of its kind with its direction",
			Needs:    peer.Features{peer.FeatureMedia},
			Run:      withConnection(transceiver),
		},
	}
}

func selectedPair(ctx context.Context, ab pair) error {
	if _, err := ConnectData(ctx, ab.a, ab.b, "rink"); err != nil {
		return err
	}
	// Implementations cache their statistics, so the first look may be early.
	for _, w := range []*Watched{ab.a, ab.b} {
		if err := eventually(ctx, func() error { return namesPair(ctx, w) }); err != nil {
			return err
		}
	}
	return nil
}

func namesPair(ctx context.Context, w *Watched) error {
	s, err := w.Stats(ctx)
	if err != nil {
		return fmt.Errorf("%s stats: %w", w.name, err)
	}
	if len(s.Transports) == 0 {
		return fmt.Errorf("%s stats: got no transport, want at least one", w.name)
	}
	ids := map[string]bool{}
	for i, t := range s.Transports {
		if t.ID == "" || ids[t.ID] {
			return fmt.Errorf("%s transport %d: got id %q, want one of its own", w.name, i, t.ID)
		}
		ids[t.ID] = true
		for _, end := range []struct {
			name string
			c    *peer.CandidateStats
		}{{"local", t.Local}, {"remote", t.Remote}} {
			if end.c == nil || end.c.Type == "" || end.c.Protocol == "" || end.c.Port == 0 {
				return fmt.Errorf("%s transport %d %s: got %+v, want type, protocol and port", w.name, i, end.name, end.c)
			}
		}
	}
	return nil
}

func endOfCandidates(ctx context.Context, ab pair) error {
	link, err := ConnectData(ctx, ab.a, ab.b, "rink")
	if err != nil {
		return err
	}
	for _, w := range []*Watched{ab.a, ab.b} {
		if err := w.AddICECandidate(ctx, nil); err != nil {
			return fmt.Errorf("%s addIceCandidate(null): %w", w.name, err)
		}
	}
	return link.Echo(ctx, peer.Message{Text: "after the end of candidates"})
}

func renegotiation(ctx context.Context, ab pair) error {
	link, err := ConnectData(ctx, ab.a, ab.b, "rink")
	if err != nil {
		return err
	}
	if err := Connect(ctx, ab.a, ab.b); err != nil {
		return fmt.Errorf("second negotiation: %w", err)
	}
	return link.Echo(ctx, peer.Message{Text: "after the second negotiation"})
}

func restart(ctx context.Context, ab pair) error {
	link, err := ConnectData(ctx, ab.a, ab.b, "rink")
	if err != nil {
		return err
	}
	before, err := ufrags(ctx, ab)
	if err != nil {
		return err
	}
	refused := ab.a.RestartICE(ctx)
	if err := refusedOrFine("restartIce", refused); err != nil {
		return err
	}
	err = connectWith(ctx, ab.a, ab.b, peer.OfferOptions{ICERestart: refused != nil}, func(ctx context.Context) error {
		return link.Echo(ctx, peer.Message{Text: "after the restart"})
	})
	if err != nil {
		return fmt.Errorf("the restart: %w", err)
	}
	after, err := ufrags(ctx, ab)
	if err != nil {
		return err
	}
	for i, w := range []*Watched{ab.a, ab.b} {
		if after[i] == before[i] {
			return fmt.Errorf("%s ice-ufrag after the restart: got %q as before, want a new one", w.name, after[i])
		}
	}
	return nil
}

// ufrags returns the first ice-ufrag of both local descriptions.
func ufrags(ctx context.Context, ab pair) (both [2]string, err error) {
	for i, w := range []*Watched{ab.a, ab.b} {
		s, err := w.Snapshot(ctx)
		if err != nil {
			return both, fmt.Errorf("%s snapshot: %w", w.name, err)
		}
		if s.LocalDescription == nil || ufrag(s.LocalDescription.SDP) == "" {
			return both, fmt.Errorf("%s localDescription: got %+v, want one with a=ice-ufrag", w.name, s.LocalDescription)
		}
		both[i] = ufrag(s.LocalDescription.SDP)
	}
	return both, nil
}

func ufrag(sdp string) string {
	for line := range strings.Lines(sdp) {
		if v, ok := strings.CutPrefix(line, "a=ice-ufrag:"); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

func media(ctx context.Context, ab pair) error {
	kinds := []peer.Kind{peer.Audio, peer.Video}
	for _, w := range []*Watched{ab.a, ab.b} {
		for _, k := range kinds {
			if err := w.AddTrack(ctx, k); err != nil {
				return fmt.Errorf("%s addTrack(%s): %w", w.name, k, err)
			}
		}
	}
	if err := Connect(ctx, ab.a, ab.b); err != nil {
		return err
	}
	for _, w := range []*Watched{ab.a, ab.b} {
		for _, k := range kinds {
			if err := mediaRises(ctx, w, k); err != nil {
				return err
			}
		}
	}
	return nil
}

func mediaRises(ctx context.Context, w *Watched, k peer.Kind) error {
	_, err := w.Await(ctx, "track of "+string(k), func(e peer.Event) bool { return e.Type == peer.EventTrack && e.Kind == k })
	if err != nil {
		return err
	}
	first := -1
	return eventually(ctx, func() error {
		s, err := w.Stats(ctx)
		if err != nil {
			return fmt.Errorf("%s stats: %w", w.name, err)
		}
		packets := 0
		for _, in := range s.Inbound {
			if in.Kind == k {
				packets += in.PacketsReceived
			}
		}
		if first < 0 {
			first = packets
		}
		if packets <= first {
			return fmt.Errorf("%s %s packetsReceived: got %d, then %d, want a rise", w.name, k, first, packets)
		}
		return nil
	})
}

func transceiver(ctx context.Context, w *Watched) error {
	for _, add := range []struct {
		kind peer.Kind
		dir  string
	}{{peer.Audio, "recvonly"}, {peer.Video, ""}} {
		if err := w.AddTransceiver(ctx, add.kind, peer.TransceiverInit{Direction: add.dir}); err != nil {
			return fmt.Errorf("addTransceiver(%s, %q): %w", add.kind, add.dir, err)
		}
	}
	offer, err := w.CreateOffer(ctx, peer.OfferOptions{})
	if err != nil {
		return fmt.Errorf("createOffer: %w", err)
	}
	var errs []error
	for kind, direction := range map[peer.Kind]string{peer.Audio: "recvonly", peer.Video: "sendrecv"} {
		_, section, found := strings.Cut(offer.SDP, "\r\nm="+string(kind)+" ")
		section, _, _ = strings.Cut(section, "\r\nm=")
		if !found || !strings.Contains(section+"\r\n", "\r\na="+direction+"\r\n") {
			errs = append(errs, fmt.Errorf("offer: got %q, want a section m=%s with a=%s", offer.SDP, kind, direction))
		}
	}
	return errors.Join(errs...)
}
