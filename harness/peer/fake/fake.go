package fake

import (
	"context"
	"errors"
	"sync"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Version is what a fake reports as its version.
const Version = "v1.0.0"

// Network is where fakes meet. The zero value is not usable: see NewNetwork.
type Network struct {
	mu     sync.Mutex // guards every connection of the network
	byName map[string]*connection
	count  int // connections made, for names
	port   int // last port given out
}

// NewNetwork makes a network without peers.
func NewNetwork() *Network {
	return &Network{byName: map[string]*connection{}, port: 20000}
}

// Peer makes a peer of this network. Defects beyond the first are for tests of
// how findings of several add up.
func (n *Network) Peer(id string, defects ...Defect) peer.Peer {
	return &fake{id: id, network: n, defects: defects, open: map[*connection]bool{}}
}

type fake struct {
	id      string
	network *Network
	defects []Defect
	open    map[*connection]bool // guarded by network.mu
	closed  bool
}

// Describe declares everything that sessions ask for.
func (f *fake) Describe() peer.Description {
	return peer.Description{
		ID: f.id, Implementation: "rink/fake", Version: Version, VersionSource: "compiled in",
		Features: peer.AllFeatures(),
	}
}

func (f *fake) Open(_ context.Context, config peer.Configuration) (peer.Connection, error) {
	n := f.network
	n.mu.Lock()
	defer n.mu.Unlock()
	if f.closed {
		return nil, &peer.GoneError{Peer: f.id, Reason: "the peer was closed"}
	}
	if err := f.configured(config); err != nil {
		return nil, err
	}
	first := n.newCredentials()
	c := &connection{
		peer: f, network: n, config: config, number: n.count, queue: peer.NewEventQueue(),
		ufrag: first.ufrag, pwd: first.pwd,
		signaling: "stable", gathering: "new", ice: "new", state: "new",
		channels: map[peer.ChannelHandle]*channel{}, refusedBefore: map[string]bool{}, taken: map[string]bool{},
	}
	c.answerToNow()
	f.open[c] = true
	return defective{c}, nil
}

func (f *fake) Close() error {
	f.network.mu.Lock()
	open := make([]*connection, 0, len(f.open))
	for c := range f.open {
		open = append(open, c)
	}
	f.closed = true
	f.network.mu.Unlock()
	var errs error
	for _, c := range open {
		errs = errors.Join(errs, c.Close(context.Background()))
	}
	return errs
}
