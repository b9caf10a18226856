package check

import (
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

func gatheringProbeChecks() []Check {
	probed := having(trace.TraitGatheringProbes)
	return []Check{
		{Requirement: requirement("GATHER-012"), Needs: peer.Features{peer.FeatureTrickle, peer.FeatureDataChannel}, Applies: probed, Run: poolWaits},
		{Requirement: requirement("GATHER-017"), Needs: peer.Features{peer.FeatureSetConfiguration, peer.FeatureTrickle, peer.FeatureDataChannel}, Applies: probed, Run: nextGathering},
		{Requirement: requirement("GATHER-018"), Needs: peer.Features{peer.FeatureRollback, peer.FeatureGathering, peer.FeatureDataChannel}, Applies: probed, Run: rollbackDiscards},
	}
}

// poolWaits asks that nothing is surfaced until the local description is set, however
// long the pool had, and that it is then.
func poolWaits(v *View, side trace.Side) ([]Finding, error) {
	v = v.At(trace.ConnGatheringPool)
	for _, c := range v.Calls(side, "open") {
		if c.Returned && c.Return.Error != nil {
			return []Finding{{Object: "iceCandidatePoolSize 1", Got: c.Return.Error.Name, Want: "taken", Where: []int{c.N, c.ReturnN}}}, nil
		}
	}
	set := v.Calls(side, "setLocalDescription")
	if len(set) == 0 || !set[0].OK() {
		return nil, NoEvidence("no local description was set")
	}
	early, late := 0, 0
	var where []int
	for _, c := range v.Candidates(side) {
		switch {
		case c.T < set[0].T:
			early, where = early+1, append(where, c.N)
		case c.Real():
			late++
		}
	}
	if early > 0 {
		return []Finding{{Object: "candidates of the pool", Got: "surfaced before setLocalDescription", Want: "kept until then", Where: where}}, nil
	}
	if late == 0 {
		return []Finding{{Object: "candidates of the pool", Got: "not surfaced after setLocalDescription", Want: "surfaced then", Where: []int{set[0].N}}}, nil
	}
	return nil, nil
}

// nextGathering asks that a policy that allows no candidate changes nothing until the
// next offer, that this one restarts, and that what it gathers keeps to the policy.
func nextGathering(v *View, side trace.Side) ([]Finding, error) {
	v = v.At(trace.ConnGatheringConfiguration + "-a")
	calls := v.Calls(side, "setConfiguration")
	if len(calls) == 0 || !calls[0].Returned {
		return nil, NoEvidence("setConfiguration was not called: the twins of the %s did not get that far", side)
	}
	changed := calls[0]
	if changed.Return.Error != nil {
		return []Finding{{Object: "setConfiguration", Got: changed.Return.Error.Name, Want: "taken", Where: []int{changed.N, changed.ReturnN}}}, nil
	}
	var offer *Call
	for _, c := range v.Calls(side, "createOffer") {
		if c.N > changed.N && c.OK() && c.Return.Description != nil {
			offer = &c
			break
		}
	}
	if offer == nil {
		return nil, NoEvidence("no offer was made after setConfiguration")
	}
	var found []Finding
	for _, c := range v.RealCandidates(side) {
		switch {
		case c.T < changed.T || c.T > v.closing(side):
		case c.T < offer.T:
			found = merge(found, Finding{Object: "candidates", Got: "surfaced at setConfiguration", Want: "none before the next gathering", Where: []int{c.N}})
		default:
			if parsed, err := wire.ParseCandidate(c.Init.Candidate); err == nil && parsed.Type != "relay" {
				found = merge(found, Finding{Object: "candidates", Got: "of type " + parsed.Type + " after the policy became relay", Want: "relayed ones alone", Where: []int{c.N}})
			}
		}
	}
	was, err := v.localBefore(side, changed.N)
	if err != nil {
		return found, err
	}
	now, err := wire.ParseDescription(offer.Return.Description.SDP)
	if err != nil {
		return found, NoEvidence("the offer cannot be read: %v", err)
	}
	return append(found, compared("offer after setConfiguration", was, now, true, offer.ReturnN)...), nil
}

// rollbackDiscards asks that gathering is new again once the first offer was rolled
// back, and that nothing of it is surfaced any more.
func rollbackDiscards(v *View, side trace.Side) ([]Finding, error) {
	v = v.At(trace.ConnGatheringRollback)
	var rolled *Call
	for _, c := range v.Calls(side, "setLocalDescription") {
		if c.Description != nil && c.Description.Type == "rollback" && c.Returned {
			rolled = &c
		}
	}
	if rolled == nil {
		return nil, NoEvidence("no offer was rolled back")
	}
	if rolled.Return.Error != nil {
		return []Finding{{Object: "rollback", Got: rolled.Return.Error.Name, Want: "taken", Where: []int{rolled.N, rolled.ReturnN}}}, nil
	}
	var found []Finding
	last, ok := v.Snapshot(side, trace.MomentFinal)
	if !ok {
		return nil, NoEvidence("the session did not read the state after the rollback")
	}
	if last.ICEGatheringState != "new" {
		found = append(found, Finding{Object: "iceGatheringState after the rollback", Got: last.ICEGatheringState, Want: "new: there are no transports", Where: []int{rolled.N}})
	}
	// What came before the rollback settled may be read after it; not so what comes
	// after another call has returned.
	read := v.snapshotTime(side, trace.MomentRolledBack)
	for _, c := range v.RealCandidates(side) {
		if read > 0 && c.T > read && c.T < v.closing(side) {
			found = merge(found, Finding{Object: "candidates of the offer", Got: "surfaced after it was rolled back", Want: "discarded", Where: []int{c.N}})
		}
	}
	return found, nil
}

// snapshotTime is when the state of that moment was read, 0 where it was not.
func (v *View) snapshotTime(side trace.Side, moment string) float64 {
	for _, rec := range v.Records {
		if rec.Snapshot != nil && rec.Side == side && rec.Conn == trace.ConnGatheringRollback && rec.Snapshot.Moment == moment {
			return rec.T
		}
	}
	return 0
}
