package signaling

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// Candidate is one candidate on its way.
type Candidate struct {
	Raw json.RawMessage // RTCIceCandidateInit as the sender gave it, or null
	// Probe names the deliberate fault that the receiver must refuse: trace.Probe*.
	Probe string
	// Fault names what altered it.
	Fault string
}

// End reports whether the candidate is null, the end of candidates.
func (c Candidate) End() bool { return string(c.Raw) == "null" }

// Deliver hands a candidate to one end and returns when that end has settled
// it.
type Deliver func(ctx context.Context, to trace.Side, c Candidate)

// Link is a policy at work in one session.
type Link struct {
	rec     *trace.Recorder
	deliver Deliver
	lanes   map[trace.Side]*lane // by sender
	done    sync.WaitGroup
}

// lane is one direction.
type lane struct {
	from     trace.Side
	handlers []handler
	collect  bool
	overtake bool
	hold     time.Duration

	probing  sync.Mutex // held while a candidate overtakes
	mu       sync.Mutex
	sealed   bool // guarded by probing: nothing overtakes any more
	queue    []Candidate
	sending  bool // what was taken from the queue is not all delivered
	gathered bool
	ready    bool
	round    int               // how often Renegotiate was called
	local    *wire.Description // last description of the sender, as it was produced
	changed  chan struct{}
}

// NewLink prepares a link; seed drives what is random in the policy. It delivers
// nothing before Start.
func NewLink(p Policy, seed int64, rec *trace.Recorder, deliver Deliver) *Link {
	rng := rand.New(rand.NewPCG(uint64(seed), 0)) //nolint:gosec // reproducible, not secret
	l := &Link{rec: rec, deliver: deliver, lanes: map[trace.Side]*lane{}}
	for _, side := range trace.Sides() {
		l.lanes[side] = &lane{from: side, changed: make(chan struct{})}
	}
	for _, f := range p.Faults {
		h := f.start(rng)
		h.name = f.Name
		for _, side := range trace.Sides() {
			if f.From != "" && f.From != side {
				continue
			}
			lane := l.lanes[side]
			lane.handlers = append(lane.handlers, h)
			lane.collect = lane.collect || h.arrange != nil
			lane.overtake = lane.overtake || h.overtake
			lane.hold = max(lane.hold, h.hold)
		}
	}
	return l
}

// Start begins to deliver candidates; both directions end with ctx.
func (l *Link) Start(ctx context.Context) {
	for _, lane := range l.lanes {
		l.done.Add(1)
		go func() {
			defer l.done.Done()
			l.run(ctx, lane)
		}()
	}
}

// Wait returns when both directions have ended; the context of Start must have
// ended.
func (l *Link) Wait() { l.done.Wait() }

// Describe carries a description from one end and returns what the other end
// gets. An SDP that cannot be read passes as it is unless faults are at work on
// that end.
func (l *Link) Describe(from trace.Side, d peer.SessionDescription) (peer.SessionDescription, error) {
	lane := l.lanes[from]
	parsed, err := wire.ParseDescription(d.SDP)
	if err != nil {
		if len(lane.handlers) > 0 {
			return d, fmt.Errorf("signalling cannot read the %s of the %s: %w", d.Type, from, err)
		}
		l.carry(from, d, "")
		return d, nil
	}
	lane.mu.Lock()
	lane.local = parsed.Clone()
	lane.mu.Unlock()
	faults := ""
	before := parsed.String()
	for _, h := range lane.handlers {
		if h.describe == nil {
			continue
		}
		h.describe(from, d.Type, parsed)
		if after := parsed.String(); after != before {
			faults, before = join(faults, h.name), after
		}
	}
	if faults != "" {
		d.SDP = parsed.String()
	}
	l.carry(from, d, faults)
	return d, nil
}

func (l *Link) carry(from trace.Side, d peer.SessionDescription, fault string) {
	l.rec.Add(trace.Record{Kind: trace.KindSignal, Side: from, Signal: &trace.Signal{
		Act: trace.ActCarry, What: "description", Fault: fault, Description: &d,
	}})
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "+" + b
}

// Candidate takes a candidate that one end surfaced. It never blocks.
func (l *Link) Candidate(from trace.Side, raw json.RawMessage) {
	l.lanes[from].update(func(n *lane) { n.queue = append(n.queue, Candidate{Raw: raw}) })
}

// Gathered says that one end has surfaced all its candidates: what a fault
// collects may go.
func (l *Link) Gathered(from trace.Side) {
	l.lanes[from].update(func(n *lane) { n.gathered = true })
}

// Renegotiate says that a further offer is about to be made. What either end
// surfaces from now on waits for Ready of the other end again: it may belong to a
// description that is not there yet.
func (l *Link) Renegotiate() {
	for _, n := range l.lanes {
		n.update(func(n *lane) { n.ready, n.gathered, n.round = false, false, n.round+1 })
	}
}

// Drain waits until everything that one end surfaced so far was delivered, or
// dropped as the policy asks. False: ctx ended first.
func (l *Link) Drain(ctx context.Context, from trace.Side) bool {
	return l.lanes[from].await(ctx, func(n *lane) bool { return len(n.queue) == 0 && !n.sending })
}

// Seal says that one end is about to get its remote description: it returns when
// no candidate is overtaking that description any more.
func (l *Link) Seal(to trace.Side) {
	n := l.lanes[to.Other()]
	n.probing.Lock()
	defer n.probing.Unlock()
	n.sealed = true
}

// Ready says that one end has its remote description, or the next one after
// Renegotiate, and can take candidates.
func (l *Link) Ready(to trace.Side) {
	l.lanes[to.Other()].update(func(n *lane) { n.ready = true })
}

func (n *lane) update(change func(*lane)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	change(n)
	close(n.changed)
	n.changed = make(chan struct{})
}

// await blocks until the condition holds; false when ctx ended first.
func (n *lane) await(ctx context.Context, condition func(*lane) bool) bool {
	for {
		n.mu.Lock()
		ok, changed := condition(n), n.changed
		n.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}
