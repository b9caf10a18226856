package scenario

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// The courses that restart ICE.
const (
	RestartByOfferer  Course = "restart-by-offerer"
	RestartByAnswerer Course = "restart-by-answerer"
)

// restartScenarios are the scenarios of family restart that this file has the acts of.
func restartScenarios() []Scenario {
	both := func(fs ...peer.Feature) map[trace.Side]peer.Features {
		return map[trace.Side]peer.Features{trace.Offerer: fs, trace.Answerer: fs}
	}
	return []Scenario{
		{
			// A peer that stops sending while it restarts is waited for.
			Name: "restart-by-offerer", Family: "restart", Course: RestartByOfferer, Slow: true,
			Title: "restarts ICE by a second offer of the offerer, and data flows on", Needs: both(peer.FeatureRestart, peer.FeatureRenegotiation),
			Traits: trace.Traits{trace.TraitRestartByOfferer},
		},
		{
			Name: "restart-by-answerer", Family: "restart", Course: RestartByAnswerer, Slow: true,
			Title: "restarts ICE by an offer of the answerer, and data flows on", Needs: both(peer.FeatureRestart, peer.FeatureRenegotiation),
			Traits: trace.Traits{trace.TraitRestartByAnswerer},
		},
		{
			Name: "restart-probes", Family: "restart", Course: RestartProbes, Alone: true, Slow: true,
			Title: "restarts ICE with a connection of its own kind, as is right and as is wrong", Traits: trace.Traits{trace.TraitRestartProbes},
		},
		{
			Name: "gathering-probes", Family: "gathering", Course: GatheringProbes, Alone: true,
			Title: "gathers with a candidate pool, after a rollback and after setConfiguration", Traits: trace.Traits{trace.TraitGatheringProbes},
		},
	}
}

func restartActs() map[Course]act {
	by := func(from trace.Side) act {
		return act{together: func(s *session, ctx context.Context) error { return s.restartBy(ctx, from) }}
	}
	return map[Course]act{
		RestartByOfferer: by(trace.Offerer), RestartByAnswerer: by(trace.Answerer),
		RestartProbes: {alone: (*session).restartProbes}, GatheringProbes: {alone: (*session).gatheringProbes},
	}
}

// restartBy connects, and restarts ICE by an offer of that end. The first generation
// has all gone by then, so that what is surfaced later is of the second.
func (s *session) restartBy(ctx context.Context, from trace.Side) error {
	if err := s.established(ctx); err != nil {
		return err
	}
	if err := s.settled(ctx); err != nil {
		return err
	}
	if err := s.snapshots(ctx, trace.MomentBeforeRestart); err != nil {
		return err
	}
	old := map[trace.Side]string{}
	for _, name := range trace.Sides() {
		if d := s.sides[name].state.last.LocalDescription; d != nil {
			old[name], _ = generation(d.SDP)
		}
	}
	before, err := s.statsAt(ctx, trace.MomentBeforeRestart, s.agree)
	if err != nil {
		return err
	}
	s.enter(trace.StageSignal)
	f := &flow{session: s}
	if err := s.restart(ctx, from, f); err != nil {
		return err
	}
	if err := s.staleCandidates(ctx, old); err != nil {
		return err
	}
	s.enter(trace.StageCheck)
	if err := s.settled(ctx); err != nil {
		return err
	}
	_, err = s.poll(ctx, s.opt.Timeouts.Settle, func(now map[trace.Side]peer.Stats) bool { return pairsMoved(before, now) })
	if err := s.tolerate(err); err != nil {
		return err
	}
	s.enter(trace.StageApp)
	if err := f.last(ctx, flowNewPath); err != nil {
		return err
	}
	if _, err := s.statsAt(ctx, trace.MomentRestarted, s.agree); err != nil {
		return err
	}
	return s.finish(ctx)
}

// restart carries an offer that restarts ICE, and its answer. After each step
// numbered messages cross, and the next one is made when they have arrived: so the
// step that stops them is known.
func (s *session) restart(ctx context.Context, from trace.Side, f *flow) error {
	a, b := s.sides[from], s.sides[from.Other()]
	if err := f.cross(ctx, flowBefore); err != nil {
		return err
	}
	s.link.Renegotiate()
	if _, err := a.conn.offer(ctx, peer.OfferOptions{}); err != nil { // it is not set: what it says is compared
		return err
	}
	offer, err := a.conn.offer(ctx, peer.OfferOptions{ICERestart: true})
	if err != nil {
		return err
	}
	carried, err := s.announced(ctx, a, offer)
	if err != nil {
		return err
	}
	if err := f.cross(ctx, flowOffered); err != nil {
		return err
	}
	if err := b.setRemote(ctx, carried); err != nil {
		return err
	}
	s.link.Ready(b.name)
	if err := f.cross(ctx, flowHeard); err != nil {
		return err
	}
	answer, err := b.conn.create(ctx, "answer")
	if err != nil {
		return err
	}
	if carried, err = s.announced(ctx, b, answer); err != nil {
		return err
	}
	if err := f.cross(ctx, flowAnswered); err != nil {
		return err
	}
	if err := a.setRemote(ctx, carried); err != nil {
		return err
	}
	s.link.Ready(a.name)
	return f.last(ctx, flowAgreed)
}

// announced sets a local description and returns what the other end gets of it.
func (s *session) announced(ctx context.Context, side *side, d peer.SessionDescription) (peer.SessionDescription, error) {
	if err := side.setLocal(ctx, d); err != nil {
		return d, err
	}
	if side.mode != signaling.Trickle {
		ufrag, _ := generation(d.SDP)
		gathered, err := regathered(ctx, side, ufrag, s.opt.Timeouts.Gather)
		if err != nil {
			return d, err
		}
		d = gathered
	}
	return s.carried(side.name, d)
}

// regathered waits for the local description of a new generation with all its
// candidates: iceGatheringState may still be that of the one before.
func regathered(ctx context.Context, side *side, ufrag string, limit time.Duration) (peer.SessionDescription, error) {
	deadline := time.Now().Add(limit)
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 100*time.Millisecond) {
		snap, err := side.conn.snapshot(ctx, trace.MomentGathered)
		if err != nil {
			return peer.SessionDescription{}, err
		}
		if d := snap.LocalDescription; d != nil && snap.ICEGatheringState == "complete" {
			if now, candidates := generation(d.SDP); now == ufrag && candidates > 0 {
				return *d, nil
			}
		}
		if time.Now().After(deadline) {
			return peer.SessionDescription{}, &stopError{side: side.name, reason: fmt.Sprintf(
				"%s: gathering: after %v iceGatheringState is %q, still want a local description with candidates of the new generation", side.name, limit, snap.ICEGatheringState)}
		}
		if err := sleep(ctx, pause); err != nil {
			return peer.SessionDescription{}, err
		}
	}
}

// generation is the first ice-ufrag of a description and how many candidates it has.
func generation(sdp string) (ufrag string, candidates int) {
	d, err := wire.ParseDescription(sdp)
	if err != nil {
		return "", 0
	}
	for _, m := range d.Media {
		if u := d.ICEUfrag(m); ufrag == "" && !m.Rejected() {
			ufrag = u
		}
		candidates += len(m.Candidates())
	}
	return ufrag, candidates
}

// statsAt records the stats of both ends once they are good, or when the time to
// settle is over.
func (s *session) statsAt(ctx context.Context, moment string, good func(map[trace.Side]peer.Stats) bool) (map[trace.Side]peer.Stats, error) {
	stats, err := s.poll(ctx, s.opt.Timeouts.Settle, good)
	if err := s.tolerate(err); err != nil {
		return nil, err
	}
	s.keepStats(moment, stats)
	return stats, nil
}

// pairsMoved reports whether no transport uses the pair that it used before. An end that
// gathers on the ports that it had is not waited for longer than it takes to settle.
func pairsMoved(before, now map[trace.Side]peer.Stats) bool {
	ports := func(stats peer.Stats) map[[2]int]bool {
		used := map[[2]int]bool{}
		for _, t := range stats.Transports {
			if t.Local != nil && t.Remote != nil {
				used[[2]int{t.Local.Port, t.Remote.Port}] = true
			}
		}
		return used
	}
	for name, stats := range now {
		was := ports(before[name])
		for pair := range ports(stats) {
			if was[pair] {
				return false
			}
		}
	}
	return true
}

// staleCandidates hands each end a candidate of the generation before the restart:
// of an address that nobody has, so that it is found again wherever it is used.
func (s *session) staleCandidates(ctx context.Context, old map[trace.Side]string) error {
	for _, name := range trace.Sides() {
		side := s.sides[name]
		ufrag := old[name.Other()]
		snap, err := side.conn.snapshot(ctx, trace.MomentRestarted)
		if err := s.tolerate(err); err != nil {
			return err
		}
		if ufrag == "" || snap.RemoteDescription == nil {
			s.rec.Logf(name, "it is not known which generation the candidates before the restart were of")
			continue
		}
		mid := firstMid(snap.RemoteDescription.SDP)
		index := uint16(0)
		init := peer.ICECandidateInit{
			Candidate: "candidate:1 1 udp 2113929471 " + trace.StaleAddress + " 40404 typ host ufrag " + ufrag,
			SDPMid:    &mid, SDPMLineIndex: &index, UsernameFragment: &ufrag,
		}
		err = side.conn.addCandidate(ctx, asJSON(init), &init, trace.ProbeOldGeneration)
		if _, err := accepted(err); err != nil {
			return err
		}
	}
	return nil
}

func firstMid(sdp string) string {
	d, err := wire.ParseDescription(sdp)
	if err != nil || len(d.Media) == 0 {
		return ""
	}
	return strings.TrimSpace(d.Media[0].Mid())
}
