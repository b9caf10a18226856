package peertest

import (
	"context"
	"fmt"

	"github.com/webrtc-rink/rink/harness/peer"
)

func descriptionCases() []Case {
	with := func(f peer.Feature) peer.Features { return peer.Features{peer.FeatureDataChannel, f} }
	return []Case{
		{
			Name:     "pranswer",
			Explains: "a pranswer is taken on both sides, and the states of the snapshots say so",
			Needs:    with(peer.FeaturePranswer),
			Run:      withPair(pranswer),
		},
		{
			Name:     "implicit",
			Explains: "setLocalDescription(null) makes and applies an offer in stable, and an answer to an offer",
			Needs:    with(peer.FeatureImplicit),
			Run:      withPair(implicit),
		},
		{
			Name:     "descriptions",
			Explains: "a description is pending until the answer is applied, and then current",
			Needs:    with(peer.FeatureDescriptions),
			Run:      withPair(pendingThenCurrent),
		},
		{
			Name:     "can-trickle",
			Explains: "canTrickleIceCandidates is null before a remote description, and then says what that says",
			Needs:    with(peer.FeatureCanTrickle),
			Run:      withPair(canTrickle),
		},
		{
			Name:     "negotiation-needed",
			Explains: "the first data channel brings a negotiationneeded event",
			Needs:    with(peer.FeatureNegotiationNeeded),
			Run: withConnection(func(ctx context.Context, w *Watched) error {
				if _, err := w.CreateDataChannel(ctx, "rink", peer.DataChannelInit{}); err != nil {
					return fmt.Errorf("createDataChannel: %w", err)
				}
				_, err := w.Await(ctx, "negotiationneeded", func(e peer.Event) bool { return e.Type == peer.EventNegotiationNeeded })
				return err
			}),
		},
	}
}

// offered brings an offer with a data channel to b, which then has to answer.
func (ab pair) offered(ctx context.Context) error {
	if _, err := applyOffer(ctx, ab.a); err != nil {
		return err
	}
	return give(ctx, ab.a, ab.b)
}

// give applies the local description of one side at the other.
func give(ctx context.Context, from, to *Watched) error {
	s, err := from.Snapshot(ctx)
	if err != nil {
		return fmt.Errorf("%s snapshot: %w", from.name, err)
	}
	if s.LocalDescription == nil {
		return fmt.Errorf("%s localDescription: got null, want one", from.name)
	}
	if err := to.SetRemoteDescription(ctx, *s.LocalDescription); err != nil {
		return fmt.Errorf("%s setRemoteDescription(%s): %w", to.name, s.LocalDescription.Type, err)
	}
	return nil
}

// answer applies the answer at b as a description of the type, and gives it to a.
func (ab pair) answer(ctx context.Context, as string) error {
	d, err := ab.b.CreateAnswer(ctx)
	if err != nil {
		return fmt.Errorf("%s createAnswer: %w", ab.b.name, err)
	}
	d.Type = as
	if err := ab.b.SetLocalDescription(ctx, &d); err != nil {
		return fmt.Errorf("%s setLocalDescription(%s): %w", ab.b.name, as, err)
	}
	return give(ctx, ab.b, ab.a)
}

// wantStates compares the signaling state of both sides.
func (ab pair) wantStates(ctx context.Context, atA, atB string) error {
	for _, side := range []struct {
		w    *Watched
		want string
	}{{ab.a, atA}, {ab.b, atB}} {
		s, err := side.w.Snapshot(ctx)
		if err != nil {
			return fmt.Errorf("%s snapshot: %w", side.w.name, err)
		}
		if s.SignalingState != side.want {
			return fmt.Errorf("%s signalingState: got %q, want %q", side.w.name, s.SignalingState, side.want)
		}
	}
	return nil
}

func pranswer(ctx context.Context, ab pair) error {
	if err := ab.offered(ctx); err != nil {
		return err
	}
	if err := ab.answer(ctx, "pranswer"); err != nil {
		return err
	}
	return ab.wantStates(ctx, "have-remote-pranswer", "have-local-pranswer")
}

func implicit(ctx context.Context, ab pair) error {
	if _, err := ab.a.CreateDataChannel(ctx, "rink", peer.DataChannelInit{}); err != nil {
		return fmt.Errorf("%s createDataChannel: %w", ab.a.name, err)
	}
	for _, turn := range []struct{ from, to *Watched }{{ab.a, ab.b}, {ab.b, ab.a}} {
		if err := turn.from.SetLocalDescription(ctx, nil); err != nil {
			return fmt.Errorf("%s setLocalDescription(): %w", turn.from.name, err)
		}
		if err := give(ctx, turn.from, turn.to); err != nil {
			return err
		}
	}
	return ab.wantStates(ctx, "stable", "stable")
}

func pendingThenCurrent(ctx context.Context, ab pair) error {
	if err := ab.offered(ctx); err != nil {
		return err
	}
	if err := ab.wantDescriptions(ctx, [4]string{"", "offer", "", ""}, [4]string{"", "", "", "offer"}); err != nil {
		return err
	}
	if err := ab.answer(ctx, "answer"); err != nil {
		return err
	}
	return ab.wantDescriptions(ctx, [4]string{"offer", "", "answer", ""}, [4]string{"answer", "", "offer", ""})
}

// wantDescriptions compares the types of currentLocal, pendingLocal, currentRemote
// and pendingRemoteDescription; "" is null.
func (ab pair) wantDescriptions(ctx context.Context, atA, atB [4]string) error {
	for _, side := range []struct {
		w    *Watched
		want [4]string
	}{{ab.a, atA}, {ab.b, atB}} {
		s, err := side.w.Snapshot(ctx)
		if err != nil {
			return fmt.Errorf("%s snapshot: %w", side.w.name, err)
		}
		var got [4]string
		for i, d := range []*peer.SessionDescription{
			s.CurrentLocalDescription, s.PendingLocalDescription, s.CurrentRemoteDescription, s.PendingRemoteDescription,
		} {
			if d != nil {
				got[i] = d.Type
			}
		}
		if got != side.want {
			return fmt.Errorf("%s current and pending local, current and pending remote description: got types %q, want %q", side.w.name, got, side.want)
		}
	}
	return nil
}

func canTrickle(ctx context.Context, ab pair) error {
	before, err := ab.b.Snapshot(ctx)
	if err != nil {
		return fmt.Errorf("%s snapshot: %w", ab.b.name, err)
	}
	if err := ab.offered(ctx); err != nil {
		return err
	}
	after, err := ab.b.Snapshot(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("%s snapshot: %w", ab.b.name, err)
	case before.CanTrickleICECandidates != nil:
		return fmt.Errorf("%s canTrickleIceCandidates before an offer: got %t, want null", ab.b.name, *before.CanTrickleICECandidates)
	case after.CanTrickleICECandidates == nil:
		return fmt.Errorf("%s canTrickleIceCandidates after an offer: got null, want a boolean", ab.b.name)
	}
	return nil
}
