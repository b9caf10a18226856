package repair

import (
	"context"
	"fmt"
	"sync"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Gatherer waits for the end of ICE gathering on one connection. Whoever reads
// the connection's events hands each of them to Observe.
type Gatherer struct {
	conn peer.Connection

	mu         sync.Mutex
	state      string
	candidates int
	gone       string
	changed    chan struct{}
}

// NewGatherer makes a Gatherer for conn. It starts nothing.
func NewGatherer(conn peer.Connection) *Gatherer {
	return &Gatherer{conn: conn, state: "new", changed: make(chan struct{})}
}

// Observe takes note of one event of the connection. It never blocks.
func (g *Gatherer) Observe(e peer.Event) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch e.Type {
	case peer.EventICEGatheringStateChange:
		g.state = e.State
	case peer.EventICECandidate:
		if c, err := peer.ParseCandidateInit(e.Candidate); err == nil && c != nil && c.Candidate != "" {
			g.candidates++
		}
		return
	case peer.EventGone:
		g.gone = e.Text
	default:
		return
	}
	close(g.changed)
	g.changed = make(chan struct{})
}

// Wait returns the local description once iceGatheringState is complete. It is
// called after SetLocalDescription. When ctx ends first, the error says what was
// still missing.
func (g *Gatherer) Wait(ctx context.Context) (peer.SessionDescription, error) {
	for {
		// The attribute is read first: some implementations gather inside
		// setLocalDescription and say nothing afterwards.
		s, err := g.conn.Snapshot(ctx)
		if err != nil {
			return peer.SessionDescription{}, fmt.Errorf("gathering: snapshot: %w", err)
		}
		if s.ICEGatheringState == "complete" {
			if s.LocalDescription == nil {
				return peer.SessionDescription{}, fmt.Errorf("gathering: complete, but localDescription is null: was setLocalDescription called?")
			}
			return *s.LocalDescription, nil
		}
		if err := g.untilComplete(ctx); err != nil {
			return peer.SessionDescription{}, err
		}
	}
}

// untilComplete blocks until an event says complete.
func (g *Gatherer) untilComplete(ctx context.Context) error {
	for {
		g.mu.Lock()
		state, candidates, gone, changed := g.state, g.candidates, g.gone, g.changed
		g.mu.Unlock()
		switch {
		case state == "complete":
			return nil
		case gone != "":
			return &peer.GoneError{Peer: "gathering", Reason: gone}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("gathering: %w: iceGatheringState is %q with %d candidates, still want complete", context.Cause(ctx), state, candidates)
		}
	}
}
