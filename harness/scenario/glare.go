package scenario

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

const (
	// schedules is how many times both ends offer, each time with other delays.
	schedules = 4
	// An end offers within offerDelay, in the later half of the schedules within a time
	// that leaves it open whether there is glare. What it says is on its way for
	// carryDelay and up to twice as long.
	offerDelay, lateOfferDelay = 10 * time.Millisecond, 60 * time.Millisecond
	carryDelay                 = 15 * time.Millisecond
)

// glare plays W3C's perfect negotiation
// (https://www.w3.org/TR/webrtc/#perfect-negotiation-example) between further
// connections of both ends, which offer at the same time. The ends take turns in
// being polite.
func (s *session) glare(ctx context.Context) error {
	for _, at := range trace.Sides() {
		if !s.has(at, peer.FeatureDataChannel) {
			return s.final(ctx)
		}
	}
	defer s.watching()()
	var parts []part
	for i := range schedules {
		polite := trace.Sides()[i%2]
		if s.has(polite, peer.FeatureRollback) {
			parts = append(parts, func(ctx context.Context) error { return s.schedule(ctx, i, polite) })
		}
	}
	if err := s.tries(ctx, "", parts...); err != nil {
		return err
	}
	return s.final(ctx)
}

func (s *session) schedule(ctx context.Context, i int, polite trace.Side) error {
	name := fmt.Sprintf("glare-%d", i+1)
	return s.trial(ctx, trace.Offerer, name, func(o *extra) error {
		return s.trial(ctx, trace.Answerer, name, func(a *extra) error {
			rng := rand.New(rand.NewPCG(uint64(s.opt.Seed), uint64(i))) //nolint:gosec // reproducible, not secret
			delay := offerDelay
			if i >= schedules/2 {
				delay = lateOfferDelay
			}
			ends := [2]*negotiator{newNegotiator(o, polite, within(rng, delay), rng), newNegotiator(a, polite, within(rng, delay), rng)}
			ends[1].open = ends[0].open
			ends[0].open.Store(2)
			ends[0].other, ends[1].other = ends[1], ends[0]
			s.rec.Logf("", "%s: the %s is polite; the offerer offers after %v, the answerer after %v", name, polite, ends[0].begins, ends[1].begins)
			return s.converge(ctx, ends)
		})
	})
}

// converge lets both ends negotiate until they are connected and have nothing left to
// say, or time is up. Whether they are is for the checks.
func (s *session) converge(ctx context.Context, ends [2]*negotiator) error {
	playing, stop := context.WithCancel(ctx)
	defer stop()
	errs := make([]error, 2)
	var running sync.WaitGroup
	for i, n := range ends {
		running.Go(func() {
			if errs[i] = n.run(playing); errs[i] != nil {
				stop()
			}
		})
		running.Go(func() { n.carry(playing) })
	}
	err := bothUp(playing, ends[0].extra, ends[1].extra)
	if err == nil {
		_, err = ends[0].until(playing, s.opt.Timeouts.Settle, func(*state) bool { return ends[0].open.Load() == 0 })
	}
	stop()
	running.Wait()
	if failed := errors.Join(errs...); failed != nil {
		err = failed
	}
	for _, n := range ends {
		if _, err := n.conn.snapshot(ctx, trace.MomentFinal); err != nil {
			return err
		}
	}
	return err
}

// said is what one end sends to the other.
type said struct {
	description *peer.SessionDescription
	candidate   json.RawMessage
	delay       time.Duration
}

// negotiator is one end of a perfect negotiation.
type negotiator struct {
	*extra
	other  *negotiator
	polite bool
	begins time.Duration

	state  string // signalingState, as its own calls leave it
	met    bool   // a remote offer was taken
	ignore bool
	sent   int // of the surfaced candidates

	open  *atomic.Int64 // what both ends have still to do
	rng   *rand.Rand
	out   chan said // in order, to be carried
	inbox chan said
}

func newNegotiator(x *extra, polite trace.Side, begins time.Duration, rng *rand.Rand) *negotiator {
	const room = 4 * maxCandidates // more than a session lets a peer surface
	return &negotiator{
		extra: x, polite: x.name == polite, begins: begins, state: "stable", open: new(atomic.Int64),
		rng: rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64())), //nolint:gosec // reproducible, not secret
		out: make(chan said, room), inbox: make(chan said, room),
	}
}

func within(rng *rand.Rand, d time.Duration) time.Duration {
	return time.Duration(rng.Int64N(int64(d)))
}

// done tells both ends that one thing less is left to do.
func (n *negotiator) done() {
	n.open.Add(-1)
	n.board.update(func() {})
	n.other.board.update(func() {})
}

// carry brings what this end says to the other, in its order.
func (n *negotiator) carry(ctx context.Context) {
	for {
		select {
		case m := <-n.out:
			select {
			case <-time.After(m.delay):
			case <-ctx.Done():
				return
			}
			select {
			case n.other.inbox <- m:
			case <-ctx.Done():
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// run negotiates until ctx ends. A refusal ends it: the trace has it.
func (n *negotiator) run(ctx context.Context) error {
	begin := time.NewTimer(n.begins)
	defer begin.Stop()
	for {
		more := n.board.read(func() {})
		n.trickle()
		var err error
		select {
		case <-begin.C:
			if !n.met { // else the other's offer has brought the channel
				err = n.negotiate(ctx, "offer")
			}
			n.done()
		case m := <-n.inbox:
			err = n.hear(ctx, m)
			n.done()
		case <-more:
		case <-ctx.Done():
			return nil
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (n *negotiator) say(m said) {
	m.delay = carryDelay + within(n.rng, carryDelay)
	n.open.Add(1)
	select {
	case n.out <- m:
	default: // more than any peer surfaces
		n.open.Add(-1)
	}
}

// trickle sends the candidates that were surfaced.
func (n *negotiator) trickle() {
	var fresh []json.RawMessage
	n.board.read(func() { fresh = n.extra.state.surfaced[n.sent:] })
	n.sent += len(fresh)
	for _, raw := range fresh {
		n.say(said{candidate: raw})
	}
}

// negotiate makes a description, and sends it before the candidates that come of it.
func (n *negotiator) negotiate(ctx context.Context, typ string) error {
	if typ == "offer" {
		if _, err := n.content(ctx); err != nil {
			return err
		}
	}
	n.trickle()
	d, err := n.describe(ctx, typ)
	if err == nil && !n.desc.Features.Has(peer.FeatureTrickle) {
		d, err = n.whole(ctx) // its candidates are in the description alone
	}
	if err != nil {
		return err
	}
	n.state = "stable"
	if typ == "offer" {
		n.state = "have-local-offer"
	}
	n.say(said{description: &d})
	return nil
}

// hear takes what the other end says, as the example of the clause does.
func (n *negotiator) hear(ctx context.Context, m said) error {
	if m.description == nil {
		return n.add(ctx, m.candidate)
	}
	offer := m.description.Type == "offer"
	n.ignore = !n.polite && offer && n.state != "stable"
	if n.ignore {
		return nil
	}
	if err := n.conn.setRemote(ctx, *m.description); err != nil {
		return err
	}
	n.state = "stable"
	if !offer {
		return nil
	}
	n.state, n.met = "have-remote-offer", true
	return n.negotiate(ctx, "answer")
}

func (n *negotiator) add(ctx context.Context, raw json.RawMessage) error {
	if ended(raw) && !n.desc.Features.Has(peer.FeatureEndOfICE) {
		return nil
	}
	init, err := peer.ParseCandidateInit(raw)
	if err != nil {
		return nil // counted where the other end surfaced it
	}
	probe := ""
	if n.ignore {
		probe = trace.ProbeIgnored
	}
	_, err = accepted(n.conn.addCandidate(ctx, raw, init, probe))
	return err
}
