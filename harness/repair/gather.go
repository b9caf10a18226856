package repair

import (
	"cmp"
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
		g.gone = cmp.Or(e.Text, "gone")
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
	state := ""
	for {
		g.mu.Lock()
		gone, changed := g.gone, g.changed
		if state == "" {
			state = g.state
		}
		g.mu.Unlock()
		// The attribute is read first: some implementations gather inside
		// setLocalDescription and say nothing afterwards. The event alone does not
		// do: it may be that of an earlier gathering.
		s, err := g.conn.Snapshot(ctx)
		if err != nil && ctx.Err() != nil {
			return peer.SessionDescription{}, g.missing(ctx, state)
		}
		if err != nil {
			return peer.SessionDescription{}, fmt.Errorf("gathering: snapshot: %w", err)
		}
		state = s.ICEGatheringState
		if state == "complete" {
			if s.LocalDescription == nil {
				return peer.SessionDescription{}, fmt.Errorf("gathering: complete, but localDescription is null: was setLocalDescription called?")
			}
			return *s.LocalDescription, nil
		}
		if gone != "" {
			return peer.SessionDescription{}, &peer.GoneError{Peer: "gathering", Reason: gone}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return peer.SessionDescription{}, g.missing(ctx, state)
		}
	}
}

// missing says what the wait still lacked when ctx ended.
func (g *Gatherer) missing(ctx context.Context, state string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return fmt.Errorf("gathering: %w: iceGatheringState is %q with %d candidates, still want complete", context.Cause(ctx), state, g.candidates)
}
