package peertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
)

func attributeCases() []Case {
	with := func(fs ...peer.Feature) peer.Features { return append(peer.Features{peer.FeatureDataChannel}, fs...) }
	return []Case{
		{
			Name:     "transceivers",
			Explains: "the snapshot lists transceivers by mid, SetDirection sets what it reads, and one that is stopped says so",
			Needs:    peer.Features{peer.FeatureMedia, peer.FeatureTransceivers},
			Run:      withConnection(transceivers),
		},
		{
			Name:     "candidate-object",
			Explains: "NewCandidate gives back what it was given, with the fields of the candidate string",
			Needs:    peer.Features{peer.FeatureCandidateObject},
			Run:      withConnection(candidateObject),
		},
		{
			Name:     "candidate-fields",
			Explains: "an icecandidate event has the fields of its candidate string, and null has none",
			Needs:    with(peer.FeatureTrickle, peer.FeatureCandidateFields),
			Run:      withConnection(candidateFields),
		},
		{
			Name:     "handler-state",
			Explains: "icecandidate and state change events say what their handlers read of the connection",
			Needs:    with(peer.FeatureTrickle, peer.FeatureHandlerState),
			Run:      withConnection(handlerState),
		},
		{
			Name:     "detailed-stats",
			Explains: "Stats of a connected session names the pairs with their ends, the candidates of both sides and the channel",
			Needs:    with(peer.FeatureDetailedStats),
			Run:      withPair(detailedStats),
		},
	}
}

func transceivers(ctx context.Context, w *Watched) error {
	if err := w.AddTransceiver(ctx, peer.Audio, peer.TransceiverInit{}); err != nil {
		return fmt.Errorf("addTransceiver: %w", err)
	}
	offer, err := w.CreateOffer(ctx, peer.OfferOptions{})
	if err != nil {
		return fmt.Errorf("createOffer: %w", err)
	}
	if err := w.SetLocalDescription(ctx, &offer); err != nil {
		return fmt.Errorf("setLocalDescription: %w", err)
	}
	first, err := theTransceiver(ctx, w)
	if err != nil {
		return err
	}
	if first.Mid == nil || first.Kind != peer.Audio || first.Direction != "sendrecv" {
		return fmt.Errorf("transceiver: got %+v, want audio with a mid, sendrecv", first)
	}
	if err := named("setDirection of an unknown mid", w.SetDirection(ctx, "no such mid", "recvonly")); err != nil {
		return err
	}
	if err := w.SetDirection(ctx, *first.Mid, "recvonly"); err != nil {
		return fmt.Errorf("setDirection: %w", err)
	}
	if t, err := theTransceiver(ctx, w); err != nil || t.Direction != "recvonly" {
		return errors.Join(err, fmt.Errorf("direction once set: got %q, want recvonly", t.Direction))
	}
	if err := w.StopTransceiver(ctx, *first.Mid); err != nil {
		return fmt.Errorf("stopTransceiver: %w", err)
	}
	if t, err := theTransceiver(ctx, w); err != nil || t.Direction != "stopped" {
		return errors.Join(err, fmt.Errorf("direction once stopped: got %q, want stopped", t.Direction))
	}
	return nil
}

func theTransceiver(ctx context.Context, w *Watched) (peer.TransceiverState, error) {
	s, err := w.Snapshot(ctx)
	if err == nil && len(s.Transceivers) != 1 {
		err = fmt.Errorf("transceivers: got %+v, want one", s.Transceivers)
	}
	if err != nil {
		return peer.TransceiverState{}, fmt.Errorf("snapshot: %w", err)
	}
	return s.Transceivers[0], nil
}

func candidateObject(ctx context.Context, w *Watched) error {
	const line = "candidate:842163049 1 udp 1677729535 192.0.2.3 46154 typ srflx raddr 192.0.2.17 rport 46155"
	o, err := w.NewCandidate(ctx, json.RawMessage(`{"candidate":"`+line+`","sdpMid":"audio"}`))
	if err != nil {
		return fmt.Errorf("newCandidate: %w", err)
	}
	c, err := peer.ParseCandidateInit(o.JSON)
	if err != nil || c == nil || c.Candidate != line || c.SDPMid == nil || *c.SDPMid != "audio" {
		return errors.Join(err, fmt.Errorf("newCandidate json: got %s, want the candidate %q with sdpMid audio", o.JSON, line))
	}
	return fieldsOf(line, o.Fields)
}

// fieldsOf compares the fields that every candidate string has.
func fieldsOf(line string, got peer.CandidateFields) error {
	words := strings.Fields(strings.TrimPrefix(line, "candidate:"))
	if len(words) < 8 {
		return fmt.Errorf("candidate: got %q, want eight words", line)
	}
	var errs []error
	for _, f := range []struct{ name, got, want string }{
		{"foundation", shown(got.Foundation), words[0]},
		{"protocol", shown(got.Protocol), strings.ToLower(words[2])},
		{"priority", shown(got.Priority), words[3]},
		{"port", shown(got.Port), words[5]},
		{"type", shown(got.Type), words[7]},
	} {
		if f.got != f.want {
			errs = append(errs, fmt.Errorf("%s of %q: got %s, want %s", f.name, line, f.got, f.want))
		}
	}
	return errors.Join(errs...)
}

func shown[T any](p *T) string {
	if p == nil {
		return "null"
	}
	return fmt.Sprint(*p)
}

func candidateFields(ctx context.Context, w *Watched) error {
	if _, err := applyOffer(ctx, w); err != nil {
		return err
	}
	if _, err := w.Await(ctx, "end of gathering", gathered); err != nil {
		return err
	}
	for _, e := range w.Log() {
		if e.Type != peer.EventICECandidate {
			continue
		}
		c, err := peer.ParseCandidateInit(e.Candidate)
		switch {
		case err != nil:
			return fmt.Errorf("icecandidate: %w", err)
		case c == nil && e.Fields != nil:
			return fmt.Errorf("icecandidate null: got fields %+v, want none", *e.Fields)
		case c == nil || c.Candidate == "":
		case e.Fields == nil:
			return fmt.Errorf("icecandidate %s: got no fields, want them", c)
		default:
			if err := fieldsOf(c.Candidate, *e.Fields); err != nil {
				return err
			}
		}
	}
	return nil
}

func handlerState(ctx context.Context, w *Watched) error {
	if _, err := applyOffer(ctx, w); err != nil {
		return err
	}
	if _, err := w.Await(ctx, "end of gathering", gathered); err != nil {
		return err
	}
	for _, e := range w.Log() {
		if !strings.HasSuffix(string(e.Type), "statechange") && e.Type != peer.EventICECandidate {
			continue
		}
		if e.Seen == nil || e.Seen.SignalingState == "" || e.Seen.ICEGatheringState == "" || e.Seen.ICEConnectionState == "" || e.Seen.ConnectionState == "" {
			return fmt.Errorf("%s event: got seen %+v, want all four states", e.Type, e.Seen)
		}
		if !e.Seen.LocalDescription {
			return fmt.Errorf("%s event after setLocalDescription: got no local description seen, want one", e.Type)
		}
	}
	return nil
}

func detailedStats(ctx context.Context, ab pair) error {
	if _, err := ConnectData(ctx, ab.a, ab.b, "rink"); err != nil {
		return err
	}
	// Implementations cache their statistics, so the first look may be early.
	for _, w := range []*Watched{ab.a, ab.b} {
		if err := eventually(ctx, func() error { return detailed(ctx, w) }); err != nil {
			return err
		}
	}
	return nil
}

func detailed(ctx context.Context, w *Watched) error {
	s, err := w.Stats(ctx)
	if err != nil {
		return fmt.Errorf("%s stats: %w", w.name, err)
	}
	named := func(c peer.CandidateStats) bool { return c.Type != "" && c.Protocol != "" && c.Port != 0 }
	working := 0
	for _, p := range s.Pairs {
		if p.State == "succeeded" && named(p.Local) && named(p.Remote) {
			working++
		}
	}
	switch {
	case working == 0:
		return fmt.Errorf("%s pairs: got %+v, want one that succeeded, with both ends", w.name, s.Pairs)
	case len(s.LocalCandidates) == 0 || len(s.RemoteCandidates) == 0:
		return fmt.Errorf("%s candidates: got %d local and %d remote, want some", w.name, len(s.LocalCandidates), len(s.RemoteCandidates))
	case len(s.Channels) != 1 || s.Channels[0].Label != "rink" || s.Channels[0].State != "open":
		return fmt.Errorf("%s channels: got %+v, want rink, open", w.name, s.Channels)
	}
	return nil
}
