package trace

import (
	"maps"
	"slices"

	"github.com/webrtc-rink/rink/harness/peer"
)

// maxWord bounds, in bytes, what should be a word: a state, a type, an address.
const maxWord = 4 << 10

func bound[T ~string](words ...*T) {
	for _, w := range words {
		*w = T(shorten(string(*w), maxWord))
	}
}

// described returns a peer's words about itself with sane lengths.
func described(d peer.Description) peer.Description {
	bound(&d.ID, &d.Implementation, &d.Version, &d.VersionSource)
	d.Features = slices.Clone(d.Features)
	for i := range d.Features {
		bound(&d.Features[i])
	}
	d.Details = maps.Clone(d.Details)
	for k, v := range d.Details {
		bound(&v)
		d.Details[k] = v
	}
	return d
}

func boundSnapshot(s *peer.Snapshot) {
	bound(&s.SignalingState, &s.ICEGatheringState, &s.ICEConnectionState, &s.ConnectionState)
}

func boundEvent(e *peer.Event) {
	bound(&e.Type)
	bound(&e.State, &e.Mid, &e.Level)
	bound(&e.Channel)
	bound(&e.Kind)
}

func boundStats(s peer.Stats) peer.Stats {
	s.Transports, s.Inbound = slices.Clone(s.Transports), slices.Clone(s.Inbound)
	for i := range s.Transports {
		t := &s.Transports[i]
		bound(&t.ID, &t.ICERole, &t.DTLSState, &t.DTLSRole, &t.PairState)
		t.Local, t.Remote = boundCandidate(t.Local), boundCandidate(t.Remote)
	}
	for i := range s.Inbound {
		bound(&s.Inbound[i].Mid)
		bound(&s.Inbound[i].Kind)
	}
	return s
}

func boundCandidate(c *peer.CandidateStats) *peer.CandidateStats {
	if c == nil {
		return nil
	}
	out := *c
	bound(&out.Type, &out.Protocol, &out.Address)
	return &out
}
