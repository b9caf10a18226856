package scenario

import (
	"context"
	"maps"

	"github.com/webrtc-rink/rink/harness/trace"
)

// act is a course of events of its own. Exactly one of the two is set.
type act struct {
	// together runs what both ends do with each other. It begins with nothing done; see
	// established.
	together func(*session, context.Context) error
	// alone is run for each end by itself, at the same time, on connections that do not
	// meet the other end's (see extra): Scenario.Alone.
	alone func(*session, context.Context, trace.Side) error
}

// acts are the courses beyond those of course.go, by family.
func acts() map[Course]act {
	all := map[Course]act{}
	for _, family := range []map[Course]act{
		fieldActs(), bundleActs(), inputActs(), descriptionActs(), restartActs(), apiActs(), lifecycleActs(), channelActs(), mediaActs(),
	} {
		maps.Copy(all, family)
	}
	return all
}

// established brings the pair to a connection over which data has crossed.
func (s *session) established(ctx context.Context) error {
	s.enter(trace.StageSignal)
	if err := s.layout(ctx); err != nil {
		return err
	}
	if err := s.negotiate(ctx); err != nil {
		return err
	}
	return s.connectAndTalk(ctx)
}

// connectAndTalk waits for the connection of two ends that have negotiated, and lets
// data cross.
func (s *session) connectAndTalk(ctx context.Context) error {
	if err := s.connect(ctx); err != nil {
		return err
	}
	s.enter(trace.StageApp)
	return s.talk(ctx)
}
