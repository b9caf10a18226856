package pion

import (
	"context"
	"fmt"
	"strings"

	"github.com/pion/webrtc/v3"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Stats reads pion's transport objects, and from GetStats what those do not have.
// pion v3 always has exactly one transport, and its GetStats does not name the
// selected pair of it. Which DTLS role was taken is not exported by pion, so it is left
// empty. Packets that arrive are counted by the harness as it reads the tracks; nothing
// decodes them. Of what is sent pion has no statistics.
func (c *Connection) Stats(ctx context.Context) (peer.Stats, error) {
	return bounded(ctx, "Stats", func() (peer.Stats, error) {
		var s peer.Stats
		if c.pc.LocalDescription() != nil || c.pc.RemoteDescription() != nil {
			t, err := transportStats(c.pc.SCTP().Transport())
			if err != nil {
				return s, err
			}
			if err := c.detail(&s, &t); err != nil {
				return s, err
			}
			s.Transports = append(s.Transports, t)
		}
		c.mu.Lock()
		all := append([]*inbound(nil), c.inbound...)
		c.mu.Unlock()
		for _, in := range all {
			s.Inbound = append(s.Inbound, in.stats())
		}
		return s, nil
	})
}

// transportID is TransportStats.ID.
const transportID = "transport"

func transportStats(dtls *webrtc.DTLSTransport) (peer.TransportStats, error) {
	ice := dtls.ICETransport()
	s := peer.TransportStats{ID: transportID, DTLSState: dtls.State().String(), ICEState: ice.State().String()}
	if role := ice.Role(); role == webrtc.ICERoleControlling || role == webrtc.ICERoleControlled {
		s.ICERole = role.String()
	}
	selector, ok := any(ice).(pairSelector)
	if !ok {
		return s, nil
	}
	pair, err := selector.GetSelectedCandidatePair()
	if err != nil {
		return s, fmt.Errorf("selected candidate pair: %w", err)
	}
	if pair == nil {
		return s, nil
	}
	s.Local, s.Remote = candidateStats(pair.Local), candidateStats(pair.Remote)
	if teller, ok := any(ice).(pairTeller); ok {
		if stats, ok := teller.GetSelectedCandidatePairStats(); ok {
			s.Nominated, s.PairState = &stats.Nominated, string(stats.State)
		}
	}
	return s, nil
}

// What an ICETransport tells of the selected pair. Older releases, of which
// fixtures/peers/pion builds some, lack the second method, or both.
type (
	pairSelector interface {
		GetSelectedCandidatePair() (*webrtc.ICECandidatePair, error)
	}
	pairTeller interface {
		GetSelectedCandidatePairStats() (webrtc.ICECandidatePairStats, bool)
	}
)

// namesSelectedPair says whether this release tells it.
func namesSelectedPair() bool {
	_, ok := any((*webrtc.ICETransport)(nil)).(pairSelector)
	return ok
}

func candidateStats(c *webrtc.ICECandidate) *peer.CandidateStats {
	return &peer.CandidateStats{
		Type: c.Typ.String(), Protocol: strings.ToLower(c.Protocol.String()), Address: c.Address, Port: int(c.Port),
		Priority: c.Priority, Foundation: c.Foundation,
	}
}
