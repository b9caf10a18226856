package check

import (
	"errors"
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

func trickleChecks() []Check {
	modes := []trace.Trait{trace.TraitFullTrickle, trace.TraitHalfTrickle, trace.TraitMirrorTrickle, trace.TraitNoTrickle}
	media := having(trace.TraitMedia)
	mode := func(t trace.Trait) applies { return all(having(t), without(trace.TraitMedia)) }
	return []Check{
		{Requirement: requirement("TRICKLE-001"), Applies: mode(trace.TraitFullTrickle), Run: both(Connected, takesEach)},
		{Requirement: requirement("TRICKLE-002"), Applies: mode(trace.TraitHalfTrickle), Run: both(Connected, takesEach)},
		{Requirement: requirement("TRICKLE-003"), Applies: mode(trace.TraitMirrorTrickle), Run: both(Connected, takesEach)},
		{Requirement: requirement("TRICKLE-004"), Applies: mode(trace.TraitNoTrickle), Run: withoutSignalled},
		{
			// The modes again, with three sections in either role.
			Requirement: requirement("TRICKLE-005"), Applies: all(having(modes...), media), Run: both(Connected, takesEach),
		},
		{Requirement: requirement("TRICKLE-006"), Applies: having(trace.TraitLate), Run: lateConnects},
		{
			Requirement: requirement("TRICKLE-007"), Applies: all(having(trace.TraitOvertaking), on(trace.Offerer)),
			Run: probed(trace.ProbeBeforeRemote, peer.InvalidStateError),
		},
		{Requirement: requirement("TRICKLE-008"), Applies: all(having(trace.TraitEarly), on(trace.Answerer)), Run: takesEarly},
		{Requirement: requirement("TRICKLE-009"), Applies: all(having(trace.TraitOvertaking), on(trace.Offerer)), Run: taken},
		{Requirement: requirement("TRICKLE-010"), Applies: learnsByChecks, Run: peerReflexive},
		{Requirement: requirement("TRICKLE-012"), Applies: having(trace.TraitReordered), Run: taken},
		{Requirement: requirement("TRICKLE-013"), Applies: having(trace.TraitDuplicated), Run: taken},
		{
			Requirement: requirement("TRICKLE-014"), Applies: having(trace.TraitUnknownMid),
			Run: both(probed(trace.ProbeUnknownMid, peer.OperationError), Connected),
		},
		{Requirement: requirement("TRICKLE-015"), Applies: having(trace.TraitMidOnly), Run: taken},
		{Requirement: requirement("TRICKLE-016"), Applies: having(trace.TraitIndexOnly), Run: taken},
		{
			Requirement: requirement("TRICKLE-017"), Applies: having(trace.TraitNeither),
			Run: both(probed(trace.ProbeNeither, peer.TypeError), Connected),
		},
		{
			Requirement: requirement("TRICKLE-023"), Needs: peer.Features{peer.FeatureEndOfICE},
			Applies: having(trace.TraitEmptyCandidate), Run: takesTheEmpty,
		},
		{Requirement: requirement("GRAM-002"), Applies: having(trace.TraitExtensions), Run: taken},
	}
}

type run = func(*View, trace.Side) ([]Finding, error)

// both asks for two things and reports what either finds. Evidence of one of
// them is enough to fail.
func both(a, b run) run {
	return func(v *View, side trace.Side) ([]Finding, error) {
		first, errA := a(v, side)
		second, errB := b(v, side)
		found := append(first, second...)
		if len(found) > 0 {
			return found, nil
		}
		if errA != nil {
			return nil, errA
		}
		return nil, errB
	}
}

// learnsByChecks holds for the side that is not given the other's candidates.
func learnsByChecks(h trace.Header, side trace.Side) bool {
	if side == trace.Offerer {
		return h.Traits.Has(trace.TraitAnswerDropped)
	}
	return h.Traits.Has(trace.TraitOfferDropped)
}

// takesEach asks that no candidate is refused but for a fault of its own: a session may
// connect by the others.
func takesEach(v *View, side trace.Side) ([]Finding, error) {
	found, err := v.refused(side, v.Calls(side, "addIceCandidate"))
	if errors.Is(err, ErrNoEvidence) {
		return nil, nil // the end that surfaced it is at fault
	}
	return found, err
}

func withoutSignalled(v *View, side trace.Side) ([]Finding, error) {
	for _, c := range v.Calls(side, "addIceCandidate") {
		return nil, fmt.Errorf("record %d: the session signalled a candidate, and this scenario must not", c.N)
	}
	return Connected(v, side)
}

func lateConnects(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	for _, kind := range []peer.EventType{peer.EventICEConnectionStateChange, peer.EventConnectionStateChange} {
		name := map[peer.EventType]string{
			peer.EventICEConnectionStateChange: "iceConnectionState", peer.EventConnectionStateChange: "connectionState",
		}[kind]
		for _, e := range v.states(side, kind) {
			if e.State == "failed" {
				found = append(found, Finding{Object: name, Got: "failed", Want: "no failed before the end of candidates", Where: []int{e.N}})
			}
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	return Connected(v, side)
}

// probed judges the calls that carry a deliberate fault: each must be refused by
// that name.
func probed(probe, name string) run {
	return func(v *View, side trace.Side) ([]Finding, error) {
		probes, malformed := 0, 0
		var found []Finding
		for _, c := range v.Calls(side, "addIceCandidate") {
			if c.Probe != probe || !c.Returned || c.Return.Failure != "" {
				continue
			}
			// It has more than the one fault, and may be refused for the other.
			if f, bad := v.handed(side, c); bad && f.spoils(probe) {
				malformed++
				continue
			}
			probes++
			got := "taken"
			if c.Return.Error != nil {
				got = c.Return.Error.Name
			}
			if got != name {
				found = merge(found, Finding{Object: "addIceCandidate", Got: got, Want: name, Where: []int{c.N, c.ReturnN}})
			}
		}
		switch {
		case probes > 0:
			return found, nil
		case malformed > 0:
			return nil, NoEvidence("what the %s surfaces is to be refused for another reason; that is counted there", side.Other())
		}
		return nil, NoEvidence("no candidate was offered to the %s for refusal", side)
	}
}

// taken asks that every candidate is taken and that the session connects. The
// empty one, which some implementations surface last, is TRICKLE-023's.
func taken(v *View, side trace.Side) ([]Finding, error) {
	var calls []Call
	for _, c := range v.Calls(side, "addIceCandidate") {
		init, err := peer.ParseCandidateInit(c.Candidate)
		if c.Probe == "" && (err != nil || init != nil && init.Candidate != "") {
			calls = append(calls, c)
		}
	}
	if len(calls) == 0 {
		return nil, NoEvidence("the %s was handed no candidate: %s", side, v.End.Reason)
	}
	if found, err := v.refused(side, calls); len(found) > 0 || err != nil {
		return found, err
	}
	return Connected(v, side)
}

func takesEarly(v *View, side trace.Side) ([]Finding, error) {
	answers := v.Calls(side, "createAnswer")
	var early []Call
	for _, c := range v.Calls(side, "addIceCandidate") {
		if len(answers) > 0 && c.ReturnN < answers[0].N {
			early = append(early, c)
		}
	}
	if len(early) == 0 {
		return nil, NoEvidence("no candidate came between the offer and the answer: %s", v.End.Reason)
	}
	if found, err := v.refused(side, early); len(found) > 0 || err != nil {
		return found, err
	}
	return Connected(v, side)
}

// peerReflexive asks the side that was given no candidates how it knows the
// other's. Where the two ends have the same address on several interfaces, the
// type stays prflx all the same (RFC 8445 section 7.3.1.3).
func peerReflexive(v *View, side trace.Side) ([]Finding, error) {
	if isConnected(v) != nil && v.hidden(side) {
		return nil, NoEvidence("every candidate of the %s is an mDNS name, and the %s may have no way to resolve it", side, side.Other())
	}
	found, err := Connected(v, side)
	if len(found) > 0 || err != nil {
		return found, err
	}
	stats, ok := v.Stats(side, trace.MomentConnected)
	if !ok || !v.Header.Peer(side).Features.Has(peer.FeatureSelectedPair) {
		return nil, nil
	}
	for _, t := range stats.Transports {
		if t.Remote != nil && t.Remote.Type != "prflx" {
			return []Finding{{Object: "selected pair", Got: "a remote candidate of type " + t.Remote.Type, Want: "prflx: none was signalled"}}, nil
		}
	}
	return nil, nil
}

// hidden reports whether all that the other end was handed of this one are names
// for it to resolve by multicast (draft-ietf-mmusic-mdns-ice-candidates).
func (v *View) hidden(side trace.Side) bool {
	names := 0
	for _, c := range v.Calls(side.Other(), "addIceCandidate") {
		init, err := peer.ParseCandidateInit(c.Candidate)
		if err != nil || init == nil || init.Candidate == "" {
			continue
		}
		parsed, err := wire.ParseCandidate(init.Candidate)
		if err != nil || !strings.HasSuffix(parsed.Address, ".local") {
			return false
		}
		names++
	}
	return names > 0
}

func takesTheEmpty(v *View, side trace.Side) ([]Finding, error) {
	var empties []Call
	for _, c := range v.Calls(side, "addIceCandidate") {
		if init, err := peer.ParseCandidateInit(c.Candidate); err == nil && init != nil && init.Candidate == "" {
			empties = append(empties, c)
		}
	}
	if len(empties) == 0 {
		return nil, NoEvidence("the %s was handed no empty candidate: %s", side, v.End.Reason)
	}
	if found, err := v.refused(side, empties); len(found) > 0 || err != nil {
		return found, err
	}
	return Connected(v, side)
}
