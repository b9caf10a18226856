package scenario

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/repair"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// provisional connects two connections of one end by a provisional answer without
// candidates, the candidates, and the answer.
func (s *session) provisional(ctx context.Context, at trace.Side) error {
	if !s.has(at, peer.FeaturePranswer) {
		return nil
	}
	return s.tries(ctx, at, func(ctx context.Context) error {
		return s.trial(ctx, at, "pranswer-answerer", func(b *extra) error {
			return s.trial(ctx, at, "pranswer-offerer", func(a *extra) error { return s.provided(ctx, a, b) })
		})
	})
}

func (s *session) provided(ctx context.Context, a, b *extra) error {
	if _, err := a.offering(ctx); err != nil {
		return err
	}
	offer, err := a.whole(ctx)
	if err != nil {
		return err
	}
	if err := b.conn.setRemote(ctx, offer); err != nil {
		return err
	}
	answer, err := b.pranswer(ctx)
	if err != nil {
		return err
	}
	gathered, err := b.whole(ctx)
	if err != nil {
		return err
	}
	if err := a.provisionally(ctx, gathered); err != nil {
		return err
	}
	for _, x := range []*extra{a, b} {
		if _, err := x.conn.snapshot(ctx, trace.MomentProvisional); err != nil {
			return err
		}
	}
	if err := b.conn.setLocal(ctx, peer.SessionDescription{Type: "answer", SDP: answer.SDP}); err != nil {
		return err
	}
	if err := a.conn.setRemote(ctx, peer.SessionDescription{Type: "answer", SDP: gathered.SDP}); err != nil {
		return err
	}
	for _, x := range []*extra{a, b} {
		if _, err := x.conn.snapshot(ctx, trace.MomentAnswerSet); err != nil {
			return err
		}
	}
	return bothUp(ctx, a, b)
}

// provisionally takes a description as a provisional answer, and then its candidates.
func (x *extra) provisionally(ctx context.Context, whole peer.SessionDescription) error {
	candidates, err := repair.Candidates(whole)
	if err != nil {
		return &stopError{side: x.name, reason: err.Error()}
	}
	bare, err := withoutCandidates(x.name, whole)
	if err != nil {
		return err
	}
	if err := x.conn.setRemote(ctx, peer.SessionDescription{Type: "pranswer", SDP: bare.SDP}); err != nil {
		return err
	}
	for _, c := range candidates {
		raw, err := rawCandidate(c)
		if err != nil {
			return err
		}
		if _, err := accepted(x.conn.addCandidate(ctx, raw, &c, "")); err != nil {
			return err
		}
	}
	return nil
}

// withoutCandidates is a description without the candidates that it came with. One
// that cannot be read is the doing of the end that made it.
func withoutCandidates(maker trace.Side, d peer.SessionDescription) (peer.SessionDescription, error) {
	parsed, err := wire.ParseDescription(d.SDP)
	if err != nil {
		return d, &stopError{side: maker, reason: fmt.Sprintf("%s: its %s: %v", maker, d.Type, err)}
	}
	parsed.RemoveCandidates()
	return peer.SessionDescription{Type: d.Type, SDP: parsed.String()}, nil
}

// ended reports whether a candidate is the end of candidates.
func ended(raw json.RawMessage) bool {
	init, err := peer.ParseCandidateInit(raw)
	return err == nil && (init == nil || init.Candidate == "")
}
