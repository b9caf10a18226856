package check

import (
	"fmt"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// statesOfAll judges a connection with three transports of which one cannot connect:
// it is never connected, and once one has failed it is failed.
func statesOfAll(v *View, side trace.Side) ([]Finding, error) {
	carried := false
	for _, e := range v.Events(side, peer.EventChannelOpen) {
		carried = carried || e.N > 0
	}
	if !carried {
		return nil, NoEvidence("the data channel of the %s never opened: %s", side, v.End.Reason)
	}
	const want = "not connected while one of its three transports is not"
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

// pairsOfOneSection finds a selected pair whose remote candidate is, by what the side was
// told, of another section than its local one. Ports tell, since every section has
// sockets of its own. What checks alone have shown was not told.
func pairsOfOneSection(v *View, side trace.Side) ([]Finding, error) {
	stats, ok := v.Stats(side, trace.MomentConnected)
	if !ok {
		return nil, NoEvidence("the session read no stats of the %s: %s", side, v.End.Reason)
	}
	mine, err := v.sectionsByPort(side)
	if err != nil {
		return nil, err
	}
	told := v.toldByPort(side)
	var found []Finding
	judged := 0
	for _, t := range stats.Transports {
		if t.Local == nil || t.Remote == nil || t.Remote.Type == "prflx" {
			continue
		}
		from, known := mine[t.Local.Port]
		to, said := told[t.Remote.Port]
		if !known || !said || from < 0 || to < 0 {
			continue
		}
		judged++
		if from != to {
			found = append(found, Finding{
				Object: "selected pair of section " + fmt.Sprint(from), Got: fmt.Sprintf("a remote candidate of section %d", to),
				Want: "one of its own section",
			})
		}
	}
	if judged == 0 {
		return nil, NoEvidence("no selected pair of the %s is of candidates that were told", side)
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
		note(ports, c.Init.Candidate, home(d, c))
	}
	return ports, nil
}

// toldByPort is the section of every candidate that was handed to the side.
func (v *View) toldByPort(side trace.Side) map[int]int {
	ports := map[int]int{}
	var remote *wire.Description
	for _, c := range v.sides[side].calls {
		switch {
		case c.Method == "setRemoteDescription" && c.Description != nil && c.OK():
			d, err := wire.ParseDescription(c.Description.SDP)
			if err != nil {
				continue
			}
			remote = d
			for i, m := range d.Media {
				for _, line := range m.Candidates() {
					note(ports, line, i)
				}
			}
		case c.Method == "addIceCandidate" && c.OK() && remote != nil:
			if init, err := peer.ParseCandidateInit(c.Candidate); err == nil && init != nil {
				note(ports, init.Candidate, home(remote, Candidate{Init: init}))
			}
		}
	}
	return ports
}

func note(ports map[int]int, line string, section int) {
	parsed, err := wire.ParseCandidate(line)
	if err != nil {
		return
	}
	if was, ok := ports[parsed.Port]; ok && was != section {
		section = -1
	}
	ports[parsed.Port] = section
}
