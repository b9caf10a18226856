package check

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

func connectivityChecks() []Check {
	return []Check{
		{
			// Where the harness renamed the mids, media cannot be demultiplexed: the
			// packets carry the sender's mids (RFC 9143 section 9).
			Requirement: requirement("BUNDLE-005"), Needs: peer.Features{peer.FeatureTransportList, peer.FeatureMedia},
			Applies: all(negotiated, having(trace.TraitMedia), without(trace.TraitUnbundled, trace.TraitRenamedMids, trace.TraitPartialBundle, trace.TraitRecycled)), Run: oneTransport,
		},
		{
			Requirement: requirement("BUNDLE-009"), Needs: peer.Features{peer.FeatureTransportList, peer.FeatureUnbundled},
			Applies: having(trace.TraitUnbundled), Run: transportsOfTheirOwn,
		},
		{
			// Sessions with a way of trickling are judged by the check of that way, those
			// that restart by RESTART-006.
			Requirement: requirement("CONN-001"),
			Applies: all(negotiated, without(
				trace.TraitFullTrickle, trace.TraitHalfTrickle, trace.TraitMirrorTrickle, trace.TraitNoTrickle, trace.TraitLate,
				trace.TraitEarly, trace.TraitOvertaking, trace.TraitReordered, trace.TraitDuplicated, trace.TraitMidOnly,
				trace.TraitIndexOnly, trace.TraitNeither, trace.TraitUnknownMid, trace.TraitEmptyCandidate, trace.TraitExtensions,
				trace.TraitOfferDropped, trace.TraitAnswerDropped, trace.TraitUnbundled, trace.TraitOtherMidOfferer, trace.TraitOtherMidAnswerer, trace.TraitPartialBundle,
				trace.TraitRestartByOfferer, trace.TraitRestartByAnswerer,
				trace.TraitSessionLevel, trace.TraitSeveralFingerprints, trace.TraitActiveOffer, trace.TraitPassiveOffer,
				trace.TraitPassiveAnswer, trace.TraitEarlyHello, trace.TraitLiteOfferer, trace.TraitLiteAnswerer,
				trace.TraitUpperCase, trace.TraitForeignName, trace.TraitUnknownType, trace.TraitUnknownTransport,
			)),
			Run: Connected,
		},
		{
			Requirement: requirement("CONN-002"), Needs: peer.Features{peer.FeatureSelectedPair},
			Applies: family("connectivity"), Run: hostPairs,
		},
		{
			Requirement: requirement("DATA-003"), Needs: peer.Features{peer.FeatureDataChannel},
			Applies: all(negotiated, not(family("datachannel"))), Run: messagesUnchanged,
		},
	}
}

// oneTransport asks for one transport with one selected pair, and for media of
// each kind and data over it.
func oneTransport(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	stats, ok := v.Stats(side, trace.MomentConnected)
	if !ok {
		return nil, NoEvidence("the session read no stats of the %s: %s", side, v.End.Reason)
	}
	var found []Finding
	if n := len(stats.Transports); n != 1 {
		found = append(found, Finding{Object: "transports", Got: fmt.Sprint(n), Want: "1 for all bundled sections"})
	} else if state := stats.Transports[0].DTLSState; state != "" && state != "connected" {
		found = append(found, Finding{Object: "DTLS transport", Got: state, Want: "connected"})
	}
	found = append(found, v.forgottenTracks(side)...)
	for _, kind := range v.sentKinds(side.Other()) {
		packets := 0
		for _, in := range stats.Inbound {
			if in.Kind == kind {
				packets += in.PacketsReceived
			}
		}
		if packets == 0 {
			found = append(found, Finding{
				Object: string(kind), Got: "no packet received", Want: "media of each accepted section", Joint: true,
				Why: "the trace does not tell whether the sender or the receiver is at fault",
			})
		}
	}
	return found, nil
}

// forgottenTracks finds the tracks that a side took and that its description does
// not send: an offer must have a section for each, and an answer sends where the
// offer has one that it accepts.
func (v *View) forgottenTracks(side trace.Side) []Finding {
	d, err := v.Local(side, len(v.Records))
	if err != nil {
		return nil // what is missing is told elsewhere
	}
	var found []Finding
	for _, kind := range []peer.Kind{peer.Audio, peer.Video} {
		took := slices.ContainsFunc(v.Calls(side, "addTrack"), func(c Call) bool { return c.OK() && c.Text == string(kind) })
		accepted, sends := side == trace.Offerer, false
		for _, m := range d.Media {
			if m.Kind != string(kind) || m.Rejected() {
				continue
			}
			_, receives := m.Attr("recvonly")
			_, inactive := m.Attr("inactive")
			accepted, sends = true, sends || !(receives || inactive)
		}
		if took && accepted && !sends {
			found = append(found, Finding{Object: string(kind) + " track", Got: "taken, and no section of the local description sends it", Want: "a section that sends it"})
		}
	}
	return found
}

// sentKinds lists the kinds of media that a side added and that the answer
// accepted.
func (v *View) sentKinds(side trace.Side) []peer.Kind {
	accepted := map[string]bool{}
	if answer, err := v.Local(trace.Answerer, len(v.Records)); err == nil {
		for _, m := range answer.Media {
			accepted[m.Kind] = accepted[m.Kind] || !m.Rejected()
		}
	}
	var kinds []peer.Kind
	for _, c := range v.Calls(side, "addTrack") {
		if kind := peer.Kind(c.Text); accepted[c.Text] && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// transportsOfTheirOwn counts this end's transports first: what it lacks is its
// own deviation and no contradiction between the ends.
func transportsOfTheirOwn(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		found, _ := Connected(v, side)
		if len(found) > 0 {
			return found, nil
		}
		return nil, err
	}
	answer, err := v.Local(trace.Answerer, 0)
	if err != nil {
		return nil, err
	}
	want := 0
	for _, m := range answer.Media {
		if !m.Rejected() {
			want++
		}
	}
	if up := v.transportsUp(side); up != want {
		return []Finding{{Object: "connected transports", Got: fmt.Sprint(up), Want: fmt.Sprintf("%d, one for each accepted section", want)}}, nil
	}
	if v.transportsUp(side.Other()) != want {
		return v.nonceMissing(side), nil // the other end's finding
	}
	return Connected(v, side)
}

// transportsUp counts the transports that are connected: by their selected pairs
// or, of a peer that cannot name those, by DTLS.
func (v *View) transportsUp(side trace.Side) int {
	if v.Header.Peer(side).Features.Has(peer.FeatureSelectedPair) {
		return len(v.pairs(side))
	}
	stats, _ := v.Stats(side, trace.MomentConnected)
	up := 0
	for _, t := range stats.Transports {
		if t.DTLSState == "connected" {
			up++
		}
	}
	return up
}

// hostPairs accepts a peer-reflexive type: a check that comes before the
// signalled candidate makes one of the same transport address. What each end says
// of its own candidate must be one that it signalled; the remote candidate is the
// other end's to answer for.
func hostPairs(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	stats, ok := v.Stats(side, trace.MomentConnected)
	if !ok {
		return nil, NoEvidence("the session read no stats of the %s: %s", side, v.End.Reason)
	}
	var found []Finding
	for _, t := range stats.Transports {
		if t.Local == nil || t.Remote == nil {
			continue // CONN-001
		}
		for _, end := range []struct {
			name string
			c    peer.CandidateStats
		}{{"local", *t.Local}, {"remote", *t.Remote}} {
			object := end.name + " candidate of the selected pair"
			if protocol := strings.ToLower(end.c.Protocol); protocol != "udp" {
				found = append(found, Finding{Object: object, Got: "protocol " + protocol, Want: "udp"})
			}
			if end.c.Type != "host" && end.c.Type != "prflx" {
				found = append(found, Finding{Object: object, Got: "type " + end.c.Type, Want: "a host candidate"})
			}
		}
		if !v.signalled(side, *t.Local) {
			found = append(found, Finding{
				Object: "local candidate of the selected pair", Got: "an address and port of which it surfaced no host candidate",
				Want: "a host candidate that it surfaced",
			})
		}
		found = append(found, v.foreign(side, t)...)
	}
	return found, nil
}

// foreign finds a remote candidate that the other end neither signalled nor names
// as its own. One that it names is its own finding.
func (v *View) foreign(side trace.Side, t peer.TransportStats) []Finding {
	stats, _ := v.Stats(side.Other(), trace.MomentConnected)
	named := slices.ContainsFunc(stats.Transports, func(its peer.TransportStats) bool {
		return its.Local != nil && its.Local.Port == t.Remote.Port && sameAddress(its.Local.Address, t.Remote.Address)
	})
	if named || v.signalled(side.Other(), *t.Remote) {
		return nil
	}
	return []Finding{{
		Object: "remote candidate of the selected pair", Got: "an address and port of which the " + string(side.Other()) + " surfaced no host candidate",
		Want: "a host candidate of the " + string(side.Other()), Joint: true,
		Why: "the trace does not tell whether one end names a candidate that is not or the other surfaced too few",
	}}
}

// signalled reports whether the side surfaced a host candidate of that transport
// address, or listed one in a local description: not every peer has candidate
// events. Where either address is hidden, as by mDNS, the port has to do. A side
// that signalled nothing where the session looked is not judged.
func (v *View) signalled(side trace.Side, c peer.CandidateStats) bool {
	var lines []string
	for _, c := range v.RealCandidates(side) {
		lines = append(lines, strings.TrimPrefix(c.Init.Candidate, "a=")) // CAND-010
	}
	if snap, ok := v.Snapshot(side, trace.MomentGathered); ok && snap.LocalDescription != nil {
		if d, err := wire.ParseDescription(snap.LocalDescription.SDP); err == nil {
			for _, m := range d.Media {
				lines = append(lines, m.Candidates()...)
			}
		}
	} else if !v.Header.Peer(side).Features.Has(peer.FeatureTrickle) {
		return true
	}
	for _, line := range lines {
		parsed, err := wire.ParseCandidate(line)
		if err == nil && parsed.Type == "host" && parsed.Port == c.Port && sameAddress(parsed.Address, c.Address) {
			return true
		}
	}
	return false
}

// sameAddress compares addresses; names and nothing can be of any address.
func sameAddress(a, b string) bool {
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	return errX != nil || errY != nil || x.Unmap().WithZone("") == y.Unmap().WithZone("")
}

// messagesUnchanged compares what the other end sent with what this end
// received, message by message: the channel is reliable and ordered.
func messagesUnchanged(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	if v.Header.Family != "connectivity" { // what else is sent there is judged by what it is for
		return v.foreignMessages(side), nil
	}
	var sent, received []peer.Message
	var where, astray []int
	for _, c := range v.Calls(side.Other(), "send") {
		if c.OK() && c.Message != nil {
			sent = append(sent, *c.Message)
		}
	}
	for _, e := range v.states(side, peer.EventMessage) {
		if e.Message != nil {
			received, where = append(received, *e.Message), append(where, e.N)
			if !v.opened(side, e.Channel) {
				astray = append(astray, e.N)
			}
		}
	}
	if len(sent) < 3 {
		return nil, NoEvidence("the %s sent %d messages: %s", side.Other(), len(sent), v.End.Reason)
	}
	const why = "the trace does not tell whether the sender or the receiver changed it"
	var found []Finding
	if len(astray) > 0 {
		found = append(found, Finding{Object: "messages", Got: "received on a channel that this end never opened", Want: "on the channel that they were sent on", Where: astray})
	}
	for i, m := range sent {
		if i >= len(received) {
			found = append(found, Finding{Object: messageName(m), Got: "not received", Want: "as it was sent", Joint: true, Why: why})
			continue
		}
		if got := received[i]; !got.Equal(m) {
			found = append(found, Finding{Object: messageName(m), Got: difference(got, m), Want: "as it was sent", Where: where[i : i+1], Joint: true, Why: why})
		}
	}
	if len(received) > len(sent) {
		found = append(found, Finding{Object: "messages", Got: fmt.Sprintf("%d received", len(received)), Want: fmt.Sprint(len(sent)), Joint: true, Why: why})
	}
	return found, nil
}

// foreignMessages finds messages that the other end never sent, or not so often.
func (v *View) foreignMessages(side trace.Side) []Finding {
	key := func(m peer.Message) string { return fmt.Sprintf("%t %s %s", m.Binary, m.Text, m.Bytes) }
	left := map[string]int{}
	for _, c := range v.Calls(side.Other(), "send") {
		if c.Message != nil {
			left[key(*c.Message)]++
		}
	}
	for _, e := range v.states(side, peer.EventMessage) {
		if e.Message == nil {
			continue
		}
		if k := key(*e.Message); left[k] > 0 {
			left[k]--
			continue
		}
		return []Finding{{
			Object: "messages", Got: "one that the " + string(side.Other()) + " did not send, or not so often", Want: "those that were sent, each once",
			Where: []int{e.N}, Joint: true, Why: "the trace does not tell whether the sender or the receiver changed it",
		}}
	}
	return nil
}

// opened reports whether the side said that the channel is open.
func (v *View) opened(side trace.Side, h peer.ChannelHandle) bool {
	return slices.ContainsFunc(v.Events(side, peer.EventChannelOpen), func(e Event) bool { return e.Channel == h })
}

func messageName(m peer.Message) string {
	switch {
	case m.Binary:
		return "binary message of every byte"
	case strings.HasPrefix(m.Text, noncePrefix):
		return "nonce"
	}
	return "text message beyond ASCII"
}

func difference(got, want peer.Message) string {
	kind := func(binary bool) string {
		if binary {
			return "binary"
		}
		return "text"
	}
	if got.Binary != want.Binary {
		return kind(got.Binary) + " instead of " + kind(want.Binary)
	}
	return fmt.Sprintf("other content, %d bytes of %d", len(got.Text)+len(got.Bytes), len(want.Text)+len(want.Bytes))
}
