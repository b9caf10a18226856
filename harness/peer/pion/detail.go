package pion

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pion/webrtc/v3"

	"github.com/webrtc-rink/rink/harness/peer"
)

// detail adds the detailed statistics.
func (c *Connection) detail(s *peer.Stats, t *peer.TransportStats) error {
	dtls := c.pc.SCTP().Transport()
	if teller, ok := any(dtls.ICETransport()).(ufragTeller); ok && c.pc.LocalDescription() != nil {
		own, err := teller.GetLocalParameters()
		if err != nil {
			return fmt.Errorf("local ICE parameters: %w", err)
		}
		t.LocalUfrag = own.UsernameFragment
	}
	own, err := dtls.GetLocalParameters()
	if err != nil {
		return fmt.Errorf("local DTLS parameters: %w", err)
	}
	if len(own.Fingerprints) > 0 {
		t.LocalFingerprint = own.Fingerprints[0].Algorithm + " " + strings.ToUpper(own.Fingerprints[0].Value)
	}
	if der := dtls.GetRemoteCertificate(); len(der) > 0 {
		t.RemoteFingerprint = fingerprint(der)
	}
	report := c.pc.GetStats()
	for _, id := range ids(report) {
		switch stats := report[id].(type) {
		case webrtc.TransportStats:
			t.BytesSent, t.BytesReceived = stats.BytesSent, stats.BytesReceived
		case webrtc.ICECandidatePairStats:
			s.Pairs = append(s.Pairs, peer.PairStats{
				Transport: transportID, State: string(stats.State), Nominated: stats.Nominated,
				Local: candidateOf(report, stats.LocalCandidateID), Remote: candidateOf(report, stats.RemoteCandidateID),
				BytesSent: stats.BytesSent, BytesReceived: stats.BytesReceived,
			})
		case webrtc.ICECandidateStats:
			list := &s.LocalCandidates
			if stats.Type == webrtc.StatsTypeRemoteCandidate {
				list = &s.RemoteCandidates
			}
			*list = append(*list, candidateOf(report, id))
		case webrtc.DataChannelStats:
			s.Channels = append(s.Channels, peer.ChannelStats{
				Label: stats.Label, ID: int(stats.DataChannelIdentifier), State: stats.State.String(),
				MessagesSent: uint64(stats.MessagesSent), MessagesReceived: uint64(stats.MessagesReceived),
				BytesSent: stats.BytesSent, BytesReceived: stats.BytesReceived,
			})
		}
	}
	return nil
}

// ufragTeller is an ICETransport that tells its parameters; older releases do not.
type ufragTeller interface {
	GetLocalParameters() (webrtc.ICEParameters, error)
}

// fingerprint is that of RFC 8122 section 5, of the certificate that the far side
// showed.
func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	return "sha-256 " + strings.ReplaceAll(fmt.Sprintf("% X", sum), " ", ":")
}

// ids are those of a report in an order that does not change.
func ids(report webrtc.StatsReport) []string {
	return slices.Sorted(maps.Keys(report))
}

// candidateOf follows the reference of a pair. pion's statistics have no foundation.
func candidateOf(report webrtc.StatsReport, id string) peer.CandidateStats {
	stats, _ := report[id].(webrtc.ICECandidateStats)
	return peer.CandidateStats{
		Type: stats.CandidateType.String(), Protocol: stats.Protocol, Address: stats.IP, Port: int(stats.Port),
		Priority: uint32(stats.Priority), URL: stats.URL, RelayProtocol: stats.RelayProtocol,
	}
}
