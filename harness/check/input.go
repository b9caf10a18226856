package check

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

func inputChecks() []Check {
	handed := having(trace.TraitHandedCandidates)
	unreachable := having(trace.TraitUnreachable)
	ends, pairs := peer.Features{peer.FeatureEndOfICE}, peer.Features{peer.FeatureDetailedStats}
	object := peer.Features{peer.FeatureCandidateObject}
	return []Check{
		{Requirement: requirement("GRAM-003"), Applies: having(trace.TraitUpperCase), Run: taken},
		{Requirement: requirement("GRAM-004"), Applies: having(trace.TraitForeignName), Run: harmless(trace.ProbeForeignName)},
		{Requirement: requirement("GRAM-005"), Applies: having(trace.TraitUnknownType), Run: harmless(trace.ProbeUnknownType)},
		{Requirement: requirement("GRAM-006"), Applies: having(trace.TraitUnknownTransport), Run: harmless(trace.ProbeUnknownTransport)},
		{Requirement: requirement("GRAM-007"), Applies: handed, Run: both(takesInput(trace.HandedTCP), activeSaysPortNine)},
		{Requirement: requirement("GRAM-008"), Applies: handed, Run: both(refusesInput(trace.HandedMalformed, peer.OperationError), malformedChangesNothing)},
		{Requirement: requirement("GRAM-009"), Applies: handed, Run: refusesInput(trace.HandedOutOfRange, peer.OperationError)},
		{Requirement: requirement("GRAM-010"), Applies: handed, Run: refusesInput(trace.HandedPrefix, peer.OperationError)},
		{Requirement: requirement("CAND-011"), Needs: object, Applies: handed, Run: fourMembers},
		{Requirement: requirement("CAND-013"), Needs: object, Applies: handed, Run: constructorNeedsASection},
		{Requirement: requirement("CAND-014"), Needs: object, Applies: handed, Run: constructorKeepsText},
		{Requirement: requirement("TRICKLE-011"), Applies: unreachable, Run: quietStays},
		{Requirement: requirement("TRICKLE-018"), Applies: handed, Run: both(takesInput(trace.HandedMidOverIndex), midDecides)},
		{Requirement: requirement("TRICKLE-019"), Applies: handed, Run: refusesInput(trace.HandedIndexBeyond, peer.OperationError)},
		{Requirement: requirement("TRICKLE-020"), Applies: handed, Run: refusesInput(trace.HandedEmptyMid, peer.OperationError)},
		{Requirement: requirement("TRICKLE-021"), Applies: handed, Run: refusesInput(trace.HandedUnknownUfrag, peer.OperationError)},
		{Requirement: requirement("TRICKLE-022"), Applies: handed, Run: takesInput(trace.HandedWithoutUfrag)},
		{Requirement: requirement("TRICKLE-024"), Needs: ends, Applies: handed, Run: takesInput(trace.HandedEndOfAll)},
		{
			Requirement: requirement("TRICKLE-025"), Needs: ends, Applies: handed,
			Run: both(refusesInput(trace.HandedEndTooEarly, peer.InvalidStateError), refusesInput(trace.HandedEndOfUnknown, peer.OperationError)),
		},
		{Requirement: requirement("TRICKLE-026"), Applies: handed, Run: remoteDescriptionHasThem},
		{Requirement: requirement("TRICKLE-027"), Needs: append(pairs, ends...), Applies: handed, Run: ignoresAfterTheEnd},
		{Requirement: requirement("TRICKLE-029"), Applies: handed, Run: chained},
		{Requirement: requirement("TRICKLE-030"), Needs: peer.Features{peer.FeatureMedia}, Applies: handed, Run: both(takesInput(trace.HandedStopped), stoppedHasNone)},
		{Requirement: requirement("TRICKLE-031"), Needs: peer.Features{peer.FeatureCanTrickle}, Applies: handed, Run: canTrickleFollows},
		{Requirement: requirement("TRICKLE-032"), Applies: unreachable, Run: failsInTheEnd(trace.ConnCannotTrickle)},
		{Requirement: requirement("TRICKLE-034"), Applies: handed, Run: refusesInput(trace.HandedAfterClose, peer.InvalidStateError)},
		{Requirement: requirement("TRICKLE-036"), Needs: pairs, Applies: handed, Run: describedAndTrickled},
		{Requirement: requirement("CONN-015"), Applies: handed, Run: both(takesInput(trace.HandedProhibitedPort), prohibitedMakesNoPair)},
		{Requirement: requirement("SDP-019"), Applies: either(handed, unreachable), Run: describedEnd},
		{Requirement: requirement("LIVE-005"), Applies: unreachable, Run: patient},
	}
}

// handedCall is a call of addIceCandidate with its label: trace.Handed*.
type handedCall struct {
	Call
	label string
}

// handedOver returns the calls of that kind, on all further connections of the side,
// that the peer settled.
func (v *View) handedOver(side trace.Side, what string) []handedCall {
	var found []handedCall
	for _, conn := range v.Conns(side) {
		for _, c := range v.At(conn).Calls(side, "addIceCandidate") {
			label := cmp.Or(c.Probe, c.Text)
			if kind, _, _ := strings.Cut(label, ": "); kind == what && c.Returned && c.Return.Failure == "" {
				found = append(found, handedCall{c, label})
			}
		}
	}
	return found
}

// settled judges how the calls of a kind settled: by that name, "" for taken.
func settled(what, want string) run {
	return func(v *View, side trace.Side) ([]Finding, error) {
		calls := v.handedOver(side, what)
		if len(calls) == 0 {
			return nil, NoEvidence("%s was not handed to the %s: %s", what, side, v.End.Reason)
		}
		var found []Finding
		for _, c := range calls {
			got := ""
			if c.Return.Error != nil {
				got = c.Return.Error.Name
			}
			if got != want {
				found = merge(found, Finding{Object: c.label, Got: cmp.Or(got, "taken"), Want: cmp.Or(want, "taken"), Where: []int{c.N, c.ReturnN}})
			}
		}
		return found, nil
	}
}

func refusesInput(what, name string) run { return settled(what, name) }

func takesInput(what string) run { return settled(what, "") }

// chained asks that of the candidates that were handed over right behind
// setRemoteDescription one is taken: that one came first is no fault of the peer's.
func chained(v *View, side trace.Side) ([]Finding, error) {
	found, err := takesInput(trace.HandedChained)(v, side)
	if len(found) == 0 {
		return nil, err
	}
	for _, c := range v.handedOver(side, trace.HandedChained) {
		if c.OK() {
			return nil, nil
		}
	}
	return found, nil
}

// harmless asks that the session connects although an odd candidate came with each:
// whether that one is taken, ignored or refused is left to the end.
func harmless(probe string) run {
	return func(v *View, side trace.Side) ([]Finding, error) {
		for _, c := range v.Calls(side, "addIceCandidate") {
			if c.Probe == probe && c.Returned {
				return taken(v, side)
			}
		}
		return nil, NoEvidence("no candidate with this fault was handed to the %s: %s", side, v.End.Reason)
	}
}

// remoteAt is the remote description that a further connection read at a moment.
func (v *View) remoteAt(side trace.Side, conn, moment string) (string, error) {
	s, ok := v.At(conn).Snapshot(side, moment)
	if !ok || s.RemoteDescription == nil {
		return "", NoEvidence("no remote description of %s was read at the moment %s: %s", conn, moment, v.End.Reason)
	}
	return s.RemoteDescription.SDP, nil
}

// activeSaysPortNine looks at the TCP candidates that the further connections surface:
// one that is active has no port, and says 9 (RFC 6544 section 4.5).
func activeSaysPortNine(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	for _, conn := range v.Conns(side) {
		for _, c := range v.At(conn).RealCandidates(side) {
			parsed, err := wire.ParseCandidate(c.Init.Candidate)
			if err == nil && parsed.TCPType == "active" && parsed.Port != 9 {
				found = merge(found, Finding{Object: "an active TCP candidate that is surfaced", Got: "another port", Want: "port 9", Where: []int{c.N}})
			}
		}
	}
	return found, nil
}

func malformedChangesNothing(v *View, side trace.Side) ([]Finding, error) {
	before, err := v.remoteAt(side, trace.ConnRefusing, trace.MomentBefore)
	if err != nil {
		return nil, err
	}
	after, err := v.remoteAt(side, trace.ConnRefusing, trace.MomentMalformed)
	if err != nil || before == after {
		return nil, err
	}
	return []Finding{{Object: "remoteDescription", Got: "changed by a malformed candidate", Want: "as it was"}}, nil
}

// canTrickleFollows compares canTrickleIceCandidates with what the offers say.
func canTrickleFollows(v *View, side trace.Side) ([]Finding, error) {
	shows := func(b *bool) string {
		if b == nil {
			return "null"
		}
		return fmt.Sprint(*b)
	}
	yes := "true"
	if d := v.At(trace.ConnTaking).remote(side, len(v.Records)); d != nil && !saysTrickle(d) {
		yes = "false"
	}
	var found []Finding
	for _, at := range []struct{ conn, moment, object, want string }{
		{trace.ConnSender, trace.MomentBefore, "without a remote description", "null"},
		{trace.ConnTaking, trace.MomentBefore, "with the offer of another connection", yes},
		{trace.ConnNoTrickle, trace.MomentHanded, "with an offer without ice-options", "false"},
	} {
		s, ok := v.At(at.conn).Snapshot(side, at.moment)
		if !ok {
			return nil, NoEvidence("the states of %s were not read: %s", at.conn, v.End.Reason)
		}
		if got := shows(s.CanTrickleICECandidates); got != at.want {
			found = append(found, Finding{Object: "canTrickleIceCandidates " + at.object, Got: got, Want: at.want})
		}
	}
	return found, nil
}
