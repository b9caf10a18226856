package scenario

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// connect waits until both ends say that they are connected and have the data
// channel open.
func (s *session) connect(ctx context.Context) error {
	s.enter(trace.StageCheck)
	err := s.await(ctx, "connect", s.opt.Timeouts.Connect, each(func(st *state) (bool, string) {
		if _, open := st.open(channelLabel); st.connected() && open {
			return true, ""
		}
		return false, fmt.Sprintf("(iceConnectionState %s, connectionState %s, channel %s)", shown(st.ice), shown(st.connection), st.channelState())
	}))
	if err != nil {
		s.board.read(func() { s.stage = s.reached() })
	}
	return err
}

func (s *state) channelState() string {
	if _, open := s.open(channelLabel); open {
		return "open"
	}
	return "not open"
}

// reached names the first stage that is not over at both ends. The board is
// locked.
func (s *session) reached() trace.Stage {
	o, a := &s.sides[trace.Offerer].state, &s.sides[trace.Answerer].state
	switch {
	case !o.iceConnected() && !a.iceConnected():
		return trace.StageCheck
	case !o.iceConnected() || !a.iceConnected():
		return trace.StageNominate
	case !o.connected() || !a.connected():
		return trace.StageDTLS
	}
	return trace.StageSCTP
}

// talk sends a nonce both ways, then what else the scenario sends, and reads
// the stats while the connection is up.
func (s *session) talk(ctx context.Context) error {
	var early *reading
	if s.scenario.Layout == Data { // of media they would say too little
		early = s.earlyStats(ctx)
		defer early.wait()
	}
	nonces := map[trace.Side]peer.Message{
		trace.Offerer:  {Text: "rink-nonce:" + rand.Text()},
		trace.Answerer: {Text: "rink-nonce:" + rand.Text()},
	}
	if err := s.sendBoth(ctx, nonces); err != nil {
		return err
	}
	if err := s.arrived(ctx, "the nonce arrives", nonces); err != nil {
		return err
	}
	if s.scenario.Payloads {
		if err := s.payloads(ctx); err != nil {
			return err
		}
	}
	// Renamed mids are not those of the packets' mid extension, so that media
	// need not arrive.
	if s.scenario.Layout == Media && !s.scenario.Traits.Has(trace.TraitRenamedMids) {
		s.mediaArrives(ctx)
	}
	// Of which candidates the pair of each section is shows once all were delivered: a
	// check that is faster than its candidate makes a peer-reflexive one.
	if s.scenario.Traits.Has(trace.TraitUnbundled) {
		if err := s.settled(ctx); err != nil {
			return err
		}
	}
	return s.settledStats(ctx, trace.MomentConnected, early)
}

func (s *session) send(ctx context.Context, name trace.Side, m peer.Message) error {
	side := s.sides[name]
	var h peer.ChannelHandle
	s.board.read(func() { h, _ = side.state.open(channelLabel) })
	return side.conn.send(ctx, h, m)
}

// sendBoth sends a message from each end at the same time.
func (s *session) sendBoth(ctx context.Context, messages map[trace.Side]peer.Message) error {
	var sending sync.WaitGroup
	errs := map[trace.Side]*error{trace.Offerer: new(error), trace.Answerer: new(error)}
	for name, m := range messages {
		sending.Go(func() { *errs[name] = s.send(ctx, name, m) })
	}
	sending.Wait()
	return cmp.Or(*errs[trace.Offerer], *errs[trace.Answerer])
}

// arrived waits until each end has the message of the other.
func (s *session) arrived(ctx context.Context, name string, sent map[trace.Side]peer.Message) error {
	return s.await(ctx, name, s.opt.Timeouts.App, func(o, a *state) (bool, []want) {
		var missing []want
		if !o.has(sent[trace.Answerer]) {
			missing = append(missing, want{trace.Offerer, "receives the answerer's message"})
		}
		if !a.has(sent[trace.Offerer]) {
			missing = append(missing, want{trace.Answerer, "receives the offerer's message"})
		}
		return len(missing) == 0, missing
	})
}

// payloads sends text beyond ASCII and every byte both ways. What does not
// arrive as it was sent is for the checks; the session goes on.
func (s *session) payloads(ctx context.Context) error {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	count := 0
	for _, m := range []peer.Message{{Text: "rink-text:Grüße, ⛸ 滑冰 🏒"}, {Binary: true, Bytes: all}} {
		count++
		for _, name := range trace.Sides() {
			if err := s.send(ctx, name, m); err != nil {
				return err
			}
		}
	}
	err := s.await(ctx, "messages arrive", s.opt.Timeouts.App, each(func(st *state) (bool, string) {
		return len(st.received) >= 1+count, fmt.Sprintf("receives %d messages, has %d", 1+count, len(st.received))
	}))
	return s.lenient(err)
}

// lenient turns a stop into a sentence of the trace: the session has more to
// show.
func (s *session) lenient(err error) error {
	if stop, ok := err.(*stopError); ok {
		s.rec.Logf(stop.side, "%s", stop.reason)
		return nil
	}
	return err
}

// mediaArrives waits until both ends count packets of each kind that was
// accepted.
func (s *session) mediaArrives(ctx context.Context) {
	_, _ = s.poll(ctx, s.opt.Timeouts.App, func(stats map[trace.Side]peer.Stats) bool {
		for _, st := range stats {
			kinds := map[peer.Kind]bool{}
			for _, in := range st.Inbound {
				kinds[in.Kind] = kinds[in.Kind] || in.PacketsReceived > 0
			}
			for _, kind := range s.scenario.kinds(trace.Answerer) {
				if !kinds[kind] {
					return false
				}
			}
		}
		return true
	})
}

// settledStats records the stats of both ends once they agree, or when the time
// to settle is over: an end may learn of its selected pair or DTLS state a
// little later than it says connected.
func (s *session) settledStats(ctx context.Context, moment string, early *reading) error {
	var stats map[trace.Side]peer.Stats
	var err error
	if early != nil {
		stats, err = early.wait()
	}
	if early == nil || err != nil || !s.agree(stats) {
		stats, err = s.poll(ctx, s.opt.Timeouts.Settle, s.agree)
	}
	if err := s.tolerate(err); err != nil {
		return err
	}
	s.keepStats(moment, stats)
	return nil
}

// tolerate keeps a refused reading from stopping the session: what it would
// have shown is missing evidence.
func (s *session) tolerate(err error) error {
	if refused, ok := err.(*refusedError); ok {
		s.rec.Logf(refused.side, "%v", refused)
		return nil
	}
	return err
}

// poll reads the stats of both ends until they are good or the limit is over,
// and returns the last ones.
func (s *session) poll(ctx context.Context, limit time.Duration, good func(map[trace.Side]peer.Stats) bool) (map[trace.Side]peer.Stats, error) {
	deadline := time.Now().Add(limit)
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		stats, err := s.readStats(ctx)
		if err != nil {
			return stats, err
		}
		if good(stats) || time.Now().After(deadline) {
			return stats, nil
		}
		start := time.Now()
		select {
		case <-time.After(pause):
			s.waiting.add(time.Since(start))
		case <-ctx.Done():
			return stats, fmt.Errorf("stats: interrupted: %w", context.Cause(ctx))
		}
	}
}

// readStats asks both ends. That one refuses does not keep the other from telling.
func (s *session) readStats(ctx context.Context) (map[trace.Side]peer.Stats, error) {
	stats := map[trace.Side]peer.Stats{}
	var refusal error
	for _, name := range trace.Sides() {
		st, err := s.sides[name].conn.stats(ctx)
		var refused *refusedError
		switch {
		case errors.As(err, &refused):
			refusal = cmp.Or(refusal, err)
		case err != nil:
			return stats, err
		default:
			stats[name] = st
		}
	}
	return stats, refusal
}

// reading is stats that are on their way.
type reading struct {
	done  chan struct{}
	stats map[trace.Side]peer.Stats
	err   error
}

// earlyStats begins to read the stats of both ends while messages cross: a
// browser takes as long for the one as for the other.
func (s *session) earlyStats(ctx context.Context) *reading {
	r := &reading{done: make(chan struct{})}
	go func() {
		defer close(r.done)
		r.stats, r.err = s.readStats(ctx)
	}()
	return r
}

func (r *reading) wait() (map[trace.Side]peer.Stats, error) {
	<-r.done
	return r.stats, r.err
}

// agree reports whether nothing in the stats is still on its way: DTLS is
// connected, the selected pairs have succeeded and are nominated, and those of each end mirror the
// other's by port. The pairs of an end that cannot name them are not waited for.
func (s *session) agree(stats map[trace.Side]peer.Stats) bool {
	ports := map[trace.Side]map[[2]int]bool{}
	named := true
	for name, st := range stats {
		ports[name] = map[[2]int]bool{}
		named = named && s.sides[name].desc.Features.Has(peer.FeatureSelectedPair)
		for _, t := range st.Transports {
			if t.DTLSState != "" && t.DTLSState != "connected" {
				return false
			}
			if t.Local == nil || t.Remote == nil {
				continue
			}
			if t.PairState != "" && t.PairState != "succeeded" || t.Nominated != nil && !*t.Nominated {
				return false
			}
			pair := [2]int{t.Local.Port, t.Remote.Port}
			if name == trace.Answerer {
				pair = [2]int{t.Remote.Port, t.Local.Port}
			}
			ports[name][pair] = true
		}
	}
	if !named {
		return true
	}
	for pair := range ports[trace.Offerer] {
		if !ports[trace.Answerer][pair] {
			return false
		}
	}
	return len(ports[trace.Offerer]) == len(ports[trace.Answerer])
}

// finish waits for the end of gathering at both ends and reads their states a
// last time.
func (s *session) finish(ctx context.Context) error {
	if err := s.settled(ctx); err != nil {
		return err
	}
	return s.final(ctx)
}

// settled waits until both ends have gathered and signalling has delivered it all.
func (s *session) settled(ctx context.Context) error {
	err := s.await(ctx, "gathering completes", s.opt.Timeouts.Gather, func(o, a *state) (bool, []want) {
		var missing []want
		for _, name := range trace.Sides() {
			st := o
			if name == trace.Answerer {
				st = a
			}
			f := s.sides[name].desc.Features
			if f.Has(peer.FeatureGathering) && st.gathering != "complete" {
				missing = append(missing, want{name, "completes gathering (is " + shown(st.gathering) + ")"})
			}
			if f.Has(peer.FeatureTrickle) && f.Has(peer.FeatureGathering) && st.gathering == "complete" && !st.ended && s.scenario.Family == "gathering" {
				missing = append(missing, want{name, "surfaces the null candidate"})
			}
		}
		return len(missing) == 0, missing
	})
	if err := s.lenient(err); err != nil {
		return err
	}
	s.drain(ctx)
	return nil
}

// drain lets signalling deliver what is still on its way: a session can connect
// before the last candidate has arrived.
func (s *session) drain(ctx context.Context) {
	start := time.Now()
	defer func() { s.waiting.add(time.Since(start)) }()
	ctx, cancel := context.WithTimeout(ctx, s.opt.Timeouts.Gather)
	defer cancel()
	for _, name := range trace.Sides() {
		if !s.link.Drain(ctx, name) {
			s.rec.Logf(name, "not every candidate was delivered before the end")
		}
	}
}

func (s *session) snapshots(ctx context.Context, moment string) error {
	for _, name := range trace.Sides() {
		side := s.sides[name]
		snap, err := side.conn.snapshot(ctx, moment)
		if err := s.tolerate(err); err != nil {
			return err
		}
		s.board.update(func() { side.state.last = snap })
	}
	return nil
}
