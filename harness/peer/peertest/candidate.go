package peertest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
)

func candidateCases() []Case {
	return []Case{
		{
			Name:     "candidates",
			Explains: "candidates are events with the JSON of an RTCIceCandidateInit, and gathering has an end",
			Needs:    peer.Features{peer.FeatureDataChannel, peer.FeatureTrickle, peer.FeatureGathering},
			Run:      withConnection(candidates),
		},
		{
			Name:     "gathering-events",
			Explains: "icegatheringstatechange events say gathering and then complete, as the snapshot does",
			Needs:    peer.Features{peer.FeatureDataChannel, peer.FeatureGathering},
			Run:      withConnection(gatheringEvents),
		},
		{
			Name:     "early-candidate",
			Explains: "a candidate before any remote description is refused with a named error",
			Run:      withConnection(earlyCandidate),
		},
	}
}

// gathered matches what ends gathering: null, or the state for implementations
// that give no null.
func gathered(e peer.Event) bool {
	return e.Type == peer.EventICECandidate && string(e.Candidate) == "null" ||
		e.Type == peer.EventICEGatheringStateChange && e.State == "complete"
}

func candidates(ctx context.Context, w *Watched) error {
	if _, err := applyOffer(ctx, w); err != nil {
		return err
	}
	if _, err := w.Await(ctx, "end of gathering", gathered); err != nil {
		return err
	}
	seen := 0
	for i, e := range w.Log() {
		if e.Type != peer.EventICECandidate {
			continue
		}
		c, err := peer.ParseCandidateInit(e.Candidate)
		switch {
		case err != nil:
			return fmt.Errorf("event %d icecandidate: %w", i, err)
		case c == nil || c.Candidate == "":
		case !strings.HasPrefix(strings.TrimPrefix(c.Candidate, "a="), "candidate:"):
			return fmt.Errorf("event %d icecandidate: got %q, want candidate at its start", i, c.Candidate)
		default:
			seen++
		}
	}
	if seen == 0 {
		return errors.New("icecandidate events: got none with a candidate, want at least one; is there a network interface to gather on?")
	}
	return nil
}

func gatheringEvents(ctx context.Context, w *Watched) error {
	if _, err := applyOffer(ctx, w); err != nil {
		return err
	}
	if _, err := w.Await(ctx, "icegatheringstatechange to complete", State(peer.EventICEGatheringStateChange, "complete")); err != nil {
		return err
	}
	for _, e := range w.Log() {
		if e.Type != peer.EventICEGatheringStateChange {
			continue
		}
		if e.State == "gathering" {
			break
		}
		return fmt.Errorf("first icegatheringstatechange: got %q, want \"gathering\"", e.State)
	}
	s, err := w.Snapshot(ctx)
	if err == nil && s.ICEGatheringState != "complete" {
		err = fmt.Errorf("snapshot iceGatheringState after the event: got %q, want \"complete\"", s.ICEGatheringState)
	}
	return err
}

func earlyCandidate(ctx context.Context, w *Watched) error {
	mid, line := "0", uint16(0)
	return named("addIceCandidate before a remote description", w.AddICECandidate(ctx, &peer.ICECandidateInit{
		Candidate: "candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host",
		SDPMid:    &mid, SDPMLineIndex: &line,
	}))
}
