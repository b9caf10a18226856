package scenario

import (
	"context"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// The courses of family media.
const (
	mediaFlows   Course = "media-flows"    // connect, with audio both ways and a video each way
	renegotiated Course = "renegotiated"   // connect with data, offer again, add video, make it inactive
	directions   Course = "all-directions" // each end answers every direction with every direction
)

// mediaScenarios are the scenarios of family media that this file has the acts of.
func mediaScenarios() []Scenario {
	needs := func(features ...peer.Feature) map[trace.Side]peer.Features {
		return map[trace.Side]peer.Features{trace.Offerer: features, trace.Answerer: features}
	}
	family := []Scenario{
		{
			Name: "media-flows", Course: mediaFlows, Needs: needs(peer.FeatureMedia), Traits: trace.Traits{trace.TraitMediaFlows},
			Title: "carries audio both ways and a video each way, each in its section",
		},
		{
			Name: "media-renegotiated", Course: renegotiated, Needs: needs(peer.FeatureMedia, peer.FeatureRenegotiation),
			Traits: trace.Traits{trace.TraitRenegotiated}, Title: "keeps its connection while video comes and goes",
		},
		{Name: "media-directions", Alone: true, Course: directions, Traits: trace.Traits{trace.TraitDirections}, Title: "answers every direction with what both ends want"},
	}
	for i := range family {
		family[i].Family = "media"
	}
	return family
}

func mediaActs() map[Course]act {
	return map[Course]act{
		mediaFlows:   {together: (*session).mediaFlows},
		renegotiated: {together: (*session).renegotiated},
		directions:   {alone: (*session).directions},
	}
}

// mediaFlows has a video section for each way, so that what arrives in the wrong one
// shows. The answerer's track is of the first video section, which the offerer wants to
// receive; what an end makes of a section that it may not send in is asked by directions.
func (s *session) mediaFlows(ctx context.Context) error {
	o, a := s.sides[trace.Offerer].conn, s.sides[trace.Answerer].conn
	for _, add := range []struct {
		kind      peer.Kind
		direction string
	}{{peer.Audio, "sendrecv"}, {peer.Video, "recvonly"}, {peer.Video, "sendonly"}} {
		if err := o.addTransceiver(ctx, add.kind, peer.TransceiverInit{Direction: add.direction}); err != nil {
			return err
		}
	}
	for _, kind := range []peer.Kind{peer.Audio, peer.Video} {
		if err := a.addTrack(ctx, kind); err != nil {
			return err
		}
	}
	if err := s.established(ctx); err != nil {
		return err
	}
	first, err := s.poll(ctx, s.opt.Timeouts.App, func(stats map[trace.Side]peer.Stats) bool {
		return shows(stats[trace.Offerer]) && shows(stats[trace.Answerer])
	})
	if err := s.tolerate(err); err != nil {
		return err
	}
	s.keepStats(trace.MomentMedia, first)
	later, err := s.poll(ctx, s.opt.Timeouts.Settle, func(stats map[trace.Side]peer.Stats) bool {
		return more(first[trace.Offerer], stats[trace.Offerer]) && more(first[trace.Answerer], stats[trace.Answerer])
	})
	if err := s.tolerate(err); err != nil {
		return err
	}
	s.keepStats(trace.MomentMediaLater, later)
	return s.finish(ctx)
}

// enough is how many packets of video show that an end which has decoded none of them
// decodes nothing at all.
const enough = 8

// shows reports whether audio and video arrive and, where the end decodes at all, video
// is decoded. Audio that nobody plays is not.
func shows(s peer.Stats) bool {
	packets, frames := received(s)
	return packets[peer.Audio] > 0 && packets[peer.Video] > 0 && (frames > 0 || packets[peer.Video] >= enough)
}

// received sums up what an end counts: packets by kind, and frames decoded.
func received(s peer.Stats) (packets map[peer.Kind]int, frames int) {
	packets = map[peer.Kind]int{}
	for _, in := range s.Inbound {
		packets[in.Kind] += in.PacketsReceived
		frames += in.FramesDecoded
	}
	return packets, frames
}

// more reports whether more of each kind has arrived since and, if any was, been
// decoded.
func more(since, now peer.Stats) bool {
	before, decoded := received(since)
	after, frames := received(now)
	for kind := range before {
		if after[kind] <= before[kind] {
			return false
		}
	}
	return decoded == 0 || frames > decoded
}

// renegotiated changes nothing, adds video, and takes it away again.
func (s *session) renegotiated(ctx context.Context) error {
	if err := s.established(ctx); err != nil {
		return err
	}
	// The first gathering is to be over: a later one then shows.
	err := s.await(ctx, "gathering completes", s.opt.Timeouts.Gather, each(func(st *state) (bool, string) {
		return st.silent || st.gathering == "complete", "completes gathering"
	}))
	if err := s.lenient(err); err != nil {
		return err
	}
	if err := s.again(ctx, "unchanged"); err != nil {
		return err
	}
	for _, name := range []trace.Side{trace.Answerer, trace.Offerer} {
		if err := s.sides[name].conn.addTrack(ctx, peer.Video); err != nil {
			return err
		}
	}
	if err := s.again(ctx, "added"); err != nil {
		return err
	}
	flowing, err := s.poll(ctx, s.opt.Timeouts.App, func(stats map[trace.Side]peer.Stats) bool {
		o, _ := received(stats[trace.Offerer])
		a, _ := received(stats[trace.Answerer])
		return o[peer.Video] > 0 && a[peer.Video] > 0
	})
	if err := s.tolerate(err); err != nil {
		return err
	}
	s.keepStats(trace.MomentMedia, flowing)
	if s.sides[trace.Offerer].desc.Features.Has(peer.FeatureTransceivers) {
		if err := s.silenced(ctx); err != nil {
			return err
		}
	}
	return s.finish(ctx)
}

// silenced makes the video inactive, and reads twice what has arrived once that is
// negotiated.
func (s *session) silenced(ctx context.Context) error {
	mid, err := s.midOf(ctx, trace.Offerer, 1)
	if err != nil {
		return err
	}
	if err := s.sides[trace.Offerer].conn.setDirection(ctx, mid, "inactive"); err != nil {
		return err
	}
	if err := s.again(ctx, "inactive"); err != nil {
		return err
	}
	var last map[trace.Side]peer.Stats
	same := 0
	stats, err := s.poll(ctx, s.opt.Timeouts.Settle, func(stats map[trace.Side]peer.Stats) bool {
		if same++; moved(last, stats) {
			same = 0
		}
		last = stats
		return same >= 3
	})
	if err := s.tolerate(err); err != nil {
		return err
	}
	s.keepStats(trace.MomentSilent, stats)
	start := stats
	stats, err = s.poll(ctx, s.opt.Timeouts.Settle/4, func(stats map[trace.Side]peer.Stats) bool { return moved(start, stats) })
	if err := s.tolerate(err); err != nil {
		return err
	}
	s.keepStats(trace.MomentSilentNow, stats)
	return nil
}

// moved reports whether an end has counted packets since.
func moved(since, now map[trace.Side]peer.Stats) bool {
	for _, name := range trace.Sides() {
		before, _ := received(since[name])
		after, _ := received(now[name])
		for kind := range after {
			if after[kind] > before[kind] {
				return true
			}
		}
	}
	return false
}
