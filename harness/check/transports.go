package check

import (
	"fmt"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// statesOfAll judges a connection with three transports of which two cannot connect:
// it is never connected, and once one has failed it is failed.
func statesOfAll(v *View, side trace.Side) ([]Finding, error) {
	carried := false
	for _, e := range v.Events(side, peer.EventChannelOpen) {
		carried = carried || e.N > 0
	}
	if !carried {
		return nil, NoEvidence("the data channel of the %s never opened: %s", side, v.End.Reason)
	}
	const want = "not connected while two of its three transports are not"
	var found []Finding
	for _, e := range v.states(side, peer.EventICEConnectionStateChange, peer.EventConnectionStateChange) {
		if e.State == "connected" || e.State == "completed" {
			found = append(found, Finding{Object: string(e.Type), Got: e.State, Want: want, Where: []int{e.N}})
		}
	}
	stats, ok := v.Stats(side, trace.MomentConnected)
	snap, _ := v.Snapshot(side, trace.MomentFinal)
	if !ok || len(found) > 0 {
		return found, nil
	}
	for _, t := range stats.Transports {
		if t.ICEState != "failed" {
			continue
		}
		if snap.ICEConnectionState != "failed" {
			found = append(found, Finding{Object: "iceConnectionState", Got: snap.ICEConnectionState, Want: "failed, as one of its transports is"})
		}
		if snap.ConnectionState != "failed" {
			found = append(found, Finding{Object: "connectionState", Got: snap.ConnectionState, Want: "failed, as one of its transports is"})
		}
		break
	}
	return found, nil
}

// pairsOfOneSection finds a selected pair that joins two sections: a local candidate
// of one and a remote candidate of another. Ports tell, since every section has
// sockets of its own.
func pairsOfOneSection(v *View, side trace.Side) ([]Finding, error) {
	stats, ok := v.Stats(side, trace.MomentConnected)
	if !ok {
		return nil, NoEvidence("the session read no stats of the %s: %s", side, v.End.Reason)
	}
	mine, err := v.sectionsByPort(side)
	if err != nil {
		return nil, err
	}
	its, err := v.sectionsByPort(side.Other())
	if err != nil {
		return nil, err
	}
	var found []Finding
	judged := 0
	for _, t := range stats.Transports {
		if t.Local == nil || t.Remote == nil {
			continue
		}
		from, known := mine[t.Local.Port]
		to, told := its[t.Remote.Port]
		if !known || !told || from < 0 || to < 0 {
			continue
		}
		judged++
		if from != to {
			found = append(found, Finding{
				Object: "selected pair of section " + fmt.Sprint(from), Got: fmt.Sprintf("a remote candidate of section %d", to),
				Want: "one of its own section", Joint: true, Why: "the trace does not tell which end let the pair be",
			})
		}
	}
	if judged == 0 {
		return nil, NoEvidence("no selected pair of the %s is of candidates that were surfaced", side)
	}
	return found, nil
}

// sectionsByPort is the section of every host candidate that the side surfaced, -1
// for a port that several have.
func (v *View) sectionsByPort(side trace.Side) (map[int]int, error) {
	d, err := v.Local(side, 0)
	if err != nil {
		return nil, err
	}
	ports := map[int]int{}
	for _, c := range v.RealCandidates(side) {
		parsed, err := wire.ParseCandidate(c.Init.Candidate)
		if err != nil {
			continue
		}
		section := home(d, c)
		if was, ok := ports[parsed.Port]; ok && was != section {
			section = -1
		}
		ports[parsed.Port] = section
	}
	return ports, nil
}
