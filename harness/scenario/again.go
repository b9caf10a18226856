package scenario

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// again carries a further offer and its answer on a live connection, and shows that
// data still crosses.
func (s *session) again(ctx context.Context, step string) error {
	s.enter(trace.StageSignal)
	if err := s.negotiate(ctx); err != nil {
		return err
	}
	s.enter(trace.StageApp)
	return s.crossing(ctx, step)
}

// crossing sends a message of that step each way and waits for both. What does not
// arrive is for the checks.
func (s *session) crossing(ctx context.Context, step string) error {
	messages := map[trace.Side]peer.Message{}
	for _, name := range trace.Sides() {
		messages[name] = peer.Message{Text: fmt.Sprintf("rink-%s:%s", step, rand.Text())}
	}
	if err := s.sendBoth(ctx, messages); err != nil {
		return err
	}
	return s.lenient(s.arrived(ctx, "the message after "+step+" arrives", messages))
}

// midOf is the mid of a section of the end's local description.
func (s *session) midOf(ctx context.Context, name trace.Side, index int) (string, error) {
	snap, err := s.sides[name].conn.snapshot(ctx, trace.MomentGathered)
	if err != nil {
		return "", err
	}
	if snap.LocalDescription == nil {
		return "", &stopError{side: name, reason: "localDescription is null on a live connection"}
	}
	d, err := wire.ParseDescription(snap.LocalDescription.SDP)
	if err != nil {
		return "", &stopError{side: name, reason: err.Error()}
	}
	if index >= len(d.Media) {
		return "", &stopError{side: name, reason: fmt.Sprintf("localDescription has %d sections, want more than %d", len(d.Media), index)}
	}
	return d.Media[index].Mid(), nil
}

// recordBoth records the stats of both ends as they are.
func (s *session) recordBoth(ctx context.Context, moment string) error {
	stats, err := s.readStats(ctx)
	s.keepStats(moment, stats)
	return s.tolerate(err)
}

func (s *session) keepStats(moment string, stats map[trace.Side]peer.Stats) {
	for _, name := range trace.Sides() {
		if st, ok := stats[name]; ok {
			s.sides[name].conn.keepStats(moment, st)
		}
	}
}
