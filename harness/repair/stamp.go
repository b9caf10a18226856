package repair

import (
	"fmt"
	"math"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/wire"
)

// Candidates returns every candidate of a local description in its order, each
// with the sdpMid, sdpMLineIndex and usernameFragment of its own media section
// (RFC 9429 section 3.5.2.1). Sections without a=mid give a nil SDPMid.
func Candidates(local peer.SessionDescription) ([]peer.ICECandidateInit, error) {
	d, err := parse(local)
	if err != nil {
		return nil, err
	}
	var all []peer.ICECandidateInit
	for i, m := range d.Media {
		for _, line := range m.Candidates() {
			all = append(all, stamp(d, i, line))
		}
	}
	return all, nil
}

// Stamp returns c with the sdpMid, sdpMLineIndex and usernameFragment of the
// media section of the local description that lists it. A candidate that no
// section lists is an error: a guess would hide what it is meant to mend.
func Stamp(local peer.SessionDescription, c peer.ICECandidateInit) (peer.ICECandidateInit, error) {
	d, err := parse(local)
	if err != nil {
		return c, err
	}
	want, err := wire.ParseCandidate(c.Candidate)
	if err != nil {
		return c, err
	}
	for i, m := range d.Media {
		for _, line := range m.Candidates() {
			if got, err := wire.ParseCandidate(line); err == nil && same(got, want) {
				return stamp(d, i, c.Candidate), nil
			}
		}
	}
	return c, fmt.Errorf("candidate %q: no media section of the local description lists it", c.Candidate)
}

// parse reads a local description whose sections an sdpMLineIndex can count.
func parse(local peer.SessionDescription) (*wire.Description, error) {
	d, err := wire.ParseDescription(local.SDP)
	if err != nil {
		return nil, fmt.Errorf("local description: %w", err)
	}
	if n := len(d.Media); n > 1+math.MaxUint16 {
		return nil, fmt.Errorf("local description: got %d media sections, want at most %d", n, 1+math.MaxUint16)
	}
	return d, nil
}

// same compares what identifies a candidate. Extensions differ between the
// event and the description in several implementations (ufrag, network-cost).
func same(a, b wire.Candidate) bool {
	return a.Foundation == b.Foundation && a.Component == b.Component && a.Address == b.Address &&
		a.Port == b.Port && a.Type == b.Type && a.TCPType == b.TCPType
}

func stamp(d *wire.Description, index int, candidate string) peer.ICECandidateInit {
	m := d.Media[index]
	i := uint16(index) //nolint:gosec // parse bounds the number of sections
	c := peer.ICECandidateInit{Candidate: candidate, SDPMLineIndex: &i}
	if mid, ok := m.Attr("mid"); ok {
		c.SDPMid = &mid
	}
	if ufrag := d.ICEUfrag(m); ufrag != "" {
		c.UsernameFragment = &ufrag
	}
	return c
}
