package signaling

import (
	"context"
	"time"

	"github.com/webrtc-rink/rink/harness/trace"
)

// run delivers one direction until ctx ends, one negotiation after the other.
func (l *Link) run(ctx context.Context, n *lane) {
	for round := 0; l.negotiation(ctx, n, round); round++ {
	}
}

// negotiation delivers what may overtake the first description, then, once the
// receiver is ready and the hold is over, everything in the order that the policy
// asks for. It returns true when Renegotiate has ended this round; what is in the
// queue by then waits.
func (l *Link) negotiation(ctx context.Context, n *lane, round int) bool {
	over := func(n *lane) bool { return n.round != round }
	if n.overtake && round == 0 && !l.overtaking(ctx, n) {
		return false
	}
	if !n.await(ctx, func(n *lane) bool { return n.ready || over(n) }) {
		return false
	}
	if n.hold > 0 {
		l.rec.Logf(n.from, "signalling holds the candidates of the %s back for %v", n.from, n.hold)
		select {
		case <-time.After(n.hold):
		case <-ctx.Done():
			return false
		}
	}
	if n.collect {
		if !n.await(ctx, func(n *lane) bool { return n.gathered || over(n) }) {
			return false
		}
		if all, ok := n.take(round); ok {
			l.send(ctx, n, n.arranged(all))
		}
	}
	for n.await(ctx, func(n *lane) bool { return len(n.queue) > 0 || over(n) }) {
		all, ok := n.take(round)
		if !ok {
			return true
		}
		l.send(ctx, n, all)
	}
	return false
}

// overtaking hands candidates to a receiver that has no remote description yet,
// as probes, and keeps them for a second delivery. It returns when the receiver
// is ready.
func (l *Link) overtaking(ctx context.Context, n *lane) bool {
	probed := 0
	for {
		if !n.await(ctx, func(n *lane) bool { return n.ready || n.round > 0 || len(n.queue) > probed }) {
			return false
		}
		n.mu.Lock()
		ready, fresh := n.ready || n.round > 0, append([]Candidate(nil), n.queue[probed:]...)
		n.mu.Unlock()
		if ready {
			return true
		}
		probed += len(fresh)
		for _, c := range fresh {
			if !c.End() {
				l.overtake(ctx, n, c)
			}
		}
	}
}

// overtake delivers one candidate as a probe, unless the description is about to
// be set: then it would be none.
func (l *Link) overtake(ctx context.Context, n *lane, c Candidate) {
	n.probing.Lock()
	defer n.probing.Unlock()
	if n.sealed {
		return
	}
	c.Probe, c.Fault = trace.ProbeBeforeRemote, "overtake"
	l.carryCandidate(ctx, n, c)
}

// take empties the queue, unless the round is over and what is in it has to wait.
func (n *lane) take(round int) (all []Candidate, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.round != round {
		return nil, false
	}
	all = n.queue
	n.queue, n.sending = nil, len(all) > 0
	return all, true
}

// arranged applies the policy's order to all but the end of candidates, which
// stays last: that of a section, an empty candidate, as well (RFC 8838 section 14).
func (n *lane) arranged(all []Candidate) []Candidate {
	var candidates, ends []Candidate
	for _, c := range all {
		if text, named := asMembers(c).text("candidate"); c.End() || named && text == "" {
			ends = append(ends, c)
		} else {
			candidates = append(candidates, c)
		}
	}
	for _, h := range n.handlers {
		if h.arrange != nil {
			candidates = h.arrange(candidates)
		}
	}
	return append(candidates, ends...)
}

// send passes candidates through the faults and delivers what comes out, one
// after the other.
func (l *Link) send(ctx context.Context, n *lane, candidates []Candidate) {
	defer n.update(func(n *lane) { n.sending = false })
	for _, c := range candidates {
		out, dropped := []Candidate{c}, ""
		for _, h := range n.handlers {
			if h.candidate == nil || len(out) == 0 {
				continue
			}
			if out = h.all(n, out); len(out) == 0 {
				dropped = h.name
			}
		}
		if len(out) == 0 {
			l.rec.Add(trace.Record{Kind: trace.KindSignal, Side: n.from, Signal: &trace.Signal{
				Act: trace.ActDrop, What: "candidate", Fault: dropped, Candidate: c.Raw,
			}})
		}
		for _, o := range out {
			l.carryCandidate(ctx, n, o)
		}
	}
}

func (h handler) all(n *lane, in []Candidate) []Candidate {
	n.mu.Lock()
	local := n.local
	n.mu.Unlock()
	var out []Candidate
	for _, c := range in {
		made := h.candidate(n.from, local, c)
		for i := range made {
			if string(made[i].Raw) != string(c.Raw) {
				made[i].Fault = join(made[i].Fault, h.name)
			}
		}
		out = append(out, made...)
	}
	return out
}

func (l *Link) carryCandidate(ctx context.Context, n *lane, c Candidate) {
	if ctx.Err() != nil {
		return
	}
	l.rec.Add(trace.Record{Kind: trace.KindSignal, Side: n.from, Signal: &trace.Signal{
		Act: trace.ActCarry, What: "candidate", Fault: c.Fault, Candidate: c.Raw,
	}})
	l.deliver(ctx, n.from.Other(), c)
}
