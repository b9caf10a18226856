package check

import (
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// gatheringBudget is how long gathering may take, in milliseconds at a timeout
// scale of 1. RFC 8445 appendix B.1 gives one STUN transaction up to 39.5 s.
const gatheringBudget = 40_000

func gatheringChecks() []Check {
	gathers := peer.Features{peer.FeatureGathering}
	trickles := peer.Features{peer.FeatureTrickle}
	return []Check{
		{
			Requirement: requirement("GATHER-001"), Needs: gathers,
			Applies: having(trace.TraitCreateOnly), Run: nothingGathered,
		},
		{
			Requirement: requirement("GATHER-002"), Needs: gathers,
			Applies: all(negotiated, on(trace.Offerer), without(trace.TraitSilentServers)), Run: gathersToCompletion,
		},
		{
			Requirement: requirement("GATHER-003"), Needs: gathers,
			Applies: all(negotiated, on(trace.Answerer), without(trace.TraitSilentServers)), Run: gathersAfterAnswer,
		},
		{
			// Without candidate events there is nothing to compare the description with.
			Requirement: requirement("GATHER-004"), Needs: append(gathers, peer.FeatureTrickle),
			Applies: waits, Run: describesWhatItSurfaced,
		},
		{
			Requirement: requirement("GATHER-005"), Needs: trickles,
			Applies: negotiated, Run: oneNull,
		},
		{
			Requirement: requirement("GATHER-009"), Needs: trickles,
			Applies: negotiated, Run: nothingAfterTheEnd,
		},
		{
			Requirement: requirement("GATHER-016"), Needs: append(gathers, peer.FeatureICEServers),
			Applies: having(trace.TraitSilentServers), Run: completesWithoutServers,
		},
	}
}

// waits holds for a side that waits for complete and then reads its local
// description.
func waits(h trace.Header, side trace.Side) bool {
	mine := trace.TraitHalfTrickle
	if side == trace.Answerer {
		mine = trace.TraitMirrorTrickle
	}
	return h.Traits.Any(mine, trace.TraitNoTrickle, trace.TraitRepaired)
}

func nothingGathered(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	for _, e := range v.states(side, peer.EventICEGatheringStateChange) {
		found = append(found, Finding{Object: "iceGatheringState", Got: e.State, Want: "new until setLocalDescription", Where: []int{e.N}})
	}
	for _, c := range v.Candidates(side) {
		found = append(found, Finding{
			Object: c.name(), Got: "surfaced",
			Want: "none before setLocalDescription", Where: []int{c.N},
		})
	}
	last, ok := v.Snapshot(side, trace.MomentFinal)
	if !ok {
		return found, NoEvidence("the session has no final state: %s", v.End.Reason)
	}
	if last.ICEGatheringState != "new" && len(found) == 0 {
		found = append(found, Finding{Object: "iceGatheringState", Got: last.ICEGatheringState, Want: "new"})
	}
	return found, nil
}

func gathersToCompletion(v *View, side trace.Side) ([]Finding, error) {
	set := v.Calls(side, "setLocalDescription")
	if len(set) == 0 || !set[0].OK() {
		return nil, NoEvidence("no local description was set: %s", v.End.Reason)
	}
	var states []string
	var where []int
	for _, e := range v.states(side, peer.EventICEGatheringStateChange) {
		states, where = append(states, e.State), append(where, e.N)
	}
	rest := states
	for len(rest) >= 2 && rest[0] == "gathering" && rest[1] == "complete" {
		rest = rest[2:]
	}
	if len(states) > 0 && len(rest) == 0 {
		if s, ok := v.Snapshot(side, trace.MomentFinal); ok && s.ICEGatheringState != "" && s.ICEGatheringState != "complete" {
			return []Finding{{Object: "iceGatheringState attribute", Got: s.ICEGatheringState, Want: "complete, as the last event said", Where: where[len(where)-1:]}}, nil
		}
		return nil, nil
	}
	unfinished := len(rest) == 0 || (len(rest) == 1 && rest[0] == "gathering")
	if unfinished && v.stoppedEarly(side, set[0]) {
		return nil, NoEvidence("the session stopped before gathering could complete: %s", v.End.Reason)
	}
	got := strings.Join(append([]string{"new"}, states...), ", ")
	return []Finding{{Object: "iceGatheringState", Got: got, Want: "new, gathering, complete", Where: where}}, nil
}

// stoppedEarly reports whether the session ended before gathering had its time,
// for a reason that is not this side's gathering.
func (v *View) stoppedEarly(side trace.Side, from Call) bool {
	if v.End.Result != trace.EndStopped || (v.End.Stage == trace.StageGather && v.End.Side == side) {
		return false
	}
	last := v.Records[len(v.Records)-1]
	return last.T-from.T < gatheringBudget/4*max(v.Header.Scale, 0.1)
}

func gathersAfterAnswer(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	if set := v.Calls(side, "setLocalDescription"); len(set) > 0 {
		for _, e := range v.states(side, peer.EventICEGatheringStateChange) {
			if e.T < set[0].T {
				found = append(found, Finding{Object: "iceGatheringState", Got: e.State + " before setLocalDescription(answer)", Want: "new", Where: []int{e.N, set[0].N}})
			}
		}
		for _, c := range v.Candidates(side) {
			if c.T < set[0].T {
				found = append(found, Finding{Object: c.name(), Got: "surfaced before setLocalDescription(answer)", Want: "none", Where: []int{c.N, set[0].N}})
			}
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	return gathersToCompletion(v, side)
}

// describesWhatItSurfaced compares by the fields that name a candidate: what
// follows them (generation, network-id, ufrag) may differ between event and
// description.
func describesWhatItSurfaced(v *View, side trace.Side) ([]Finding, error) {
	snap, ok := v.Snapshot(side, trace.MomentGathered)
	if !ok || snap.LocalDescription == nil {
		return nil, NoEvidence("the session did not read a gathered local description: %s", v.End.Reason)
	}
	d, err := wire.ParseDescription(snap.LocalDescription.SDP)
	if err != nil {
		return []Finding{{Object: "localDescription", Got: err.Error(), Want: "a session description"}}, nil
	}
	surfaced := map[string]bool{}
	where := map[string]int{}
	for _, c := range v.RealCandidates(side) {
		key := fmt.Sprintf("%d ", home(d, c)) + core(c.Init.Candidate)
		surfaced[key], where[key] = true, c.N
	}
	var found []Finding
	described := map[string]bool{}
	for i, m := range d.Media {
		extra := false
		for _, line := range m.Candidates() {
			key := fmt.Sprintf("%d ", i) + core(line)
			described[key] = true
			extra = extra || !surfaced[key]
		}
		if extra {
			found = append(found, Finding{
				Object: sectionName(i, m.Kind), Got: "candidates that no icecandidate event surfaced",
				Want: "exactly the surfaced candidates",
			})
		}
	}
	for _, c := range v.RealCandidates(side) {
		key := fmt.Sprintf("%d ", home(d, c)) + core(c.Init.Candidate)
		if !described[key] {
			found = append(found, Finding{
				Object: c.name(), Got: "not in its section of localDescription",
				Want: "listed there once gathering is complete", Where: []int{where[key]},
			})
		}
	}
	return found, nil
}

// home is the index of the section that a candidate names: by its mid, or by its
// index where the mid names none. What the candidate says of itself is judged
// by CAND-001 to CAND-003.
func home(d *wire.Description, c Candidate) int {
	if c.Init.SDPMid != nil {
		if i, m := d.ByMid(*c.Init.SDPMid); m != nil {
			return i
		}
	}
	if c.Init.SDPMLineIndex != nil {
		return int(*c.Init.SDPMLineIndex)
	}
	return -1
}

// core is the part of a candidate line that tells it from others; a line that
// is none stays as it is.
func core(line string) string {
	if !strings.HasPrefix(line, "candidate:") {
		line = "candidate:" + line
	}
	c, err := wire.ParseCandidate(line)
	if err != nil {
		return line
	}
	return fmt.Sprintf("%s %d %s %d %s %d %s %s", c.Foundation, c.Component, c.Transport, c.Priority, c.Address, c.Port, c.Type, c.TCPType)
}

func oneNull(v *View, side trace.Side) ([]Finding, error) {
	phases := 0
	for _, e := range v.states(side, peer.EventICEGatheringStateChange) {
		if e.State == "complete" {
			phases++
		}
	}
	var nulls []int
	for _, c := range v.Candidates(side) {
		if c.Null() && c.T <= v.closing(side) {
			nulls = append(nulls, c.N)
		}
	}
	if phases == 0 {
		return nil, NoEvidence("no gathering phase completed")
	}
	switch {
	case len(nulls) == phases:
		return nil, nil
	case len(nulls) == phases-1 && v.End.Result == trace.EndStopped:
		return nil, NoEvidence("the session stopped when gathering had just completed: %s", v.End.Reason)
	}
	return []Finding{{
		Object: "null candidate", Got: fmt.Sprintf("%d in %d completed gathering phases", len(nulls), phases),
		Want: "one for each", Where: nulls,
	}}, nil
}

// nothingAfterTheEnd takes the null candidate as the end: it is surfaced by the
// same event as the candidates, so their order is the peer's own. A new
// generation begins with the next gathering, or with its first candidate: that it
// is gathering may be said a moment later.
func nothingAfterTheEnd(v *View, side trace.Side) ([]Finding, error) {
	ended, seen := 0, false
	ufrags := map[string]bool{}
	var found []Finding
	for _, e := range v.states(side, peer.EventICECandidate, peer.EventICEGatheringStateChange) {
		ufrag := e.ufrag()
		switch {
		case e.Type == peer.EventICEGatheringStateChange:
			if e.State == "gathering" {
				ended = 0
			}
		case string(e.Candidate) == "null":
			ended, seen = e.N, true
		case ended > 0 && !empty(e) && ufrag != "" && !ufrags[ufrag]:
			ended = 0
		case ended > 0 && !empty(e):
			found = append(found, Finding{Object: "candidate", Got: "surfaced after the null candidate", Want: "none after the end of candidates", Where: []int{ended, e.N}})
		}
		ufrags[ufrag] = true
	}
	if !seen {
		return nil, NoEvidence("no end of candidates was surfaced")
	}
	return found, nil
}

// ufrag is the generation that the candidate of an event names, "" where it names none.
func (e Event) ufrag() string {
	init, err := peer.ParseCandidateInit(e.Candidate)
	if err != nil || init == nil {
		return ""
	}
	return Candidate{Init: init}.ufrag()
}

func empty(e Event) bool {
	c, err := peer.ParseCandidateInit(e.Candidate)
	return err == nil && (c == nil || c.Candidate == "")
}

func completesWithoutServers(v *View, side trace.Side) ([]Finding, error) {
	set := v.Calls(side, "setLocalDescription")
	if len(set) == 0 || !set[0].OK() {
		return nil, NoEvidence("no local description was set: %s", v.End.Reason)
	}
	budget := gatheringBudget * max(v.Header.Scale, 0.1)
	state, took := "", 0.0
	for _, e := range v.states(side, peer.EventICEGatheringStateChange) {
		if state = e.State; state == "complete" {
			took = e.T - set[0].T
			break
		}
	}
	switch {
	case state == "complete" && took <= budget:
		return nil, nil
	case state != "complete" && v.stoppedEarly(side, set[0]):
		return nil, NoEvidence("the session stopped before gathering could complete: %s", v.End.Reason)
	case state == "complete":
		return []Finding{{Object: "iceGatheringState", Got: "complete after the budget", Want: fmt.Sprintf("complete within %.0f s", budget/1000)}}, nil
	}
	return []Finding{{Object: "iceGatheringState", Got: shown(state), Want: fmt.Sprintf("complete within %.0f s", budget/1000)}}, nil
}
