package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// selectedPairs are the transports of the side that name a pair, once data had
// crossed. None is missing evidence: STATS-004 asks for one.
func (v *View) selectedPairs(side trace.Side) ([]peer.TransportStats, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	stats, ok := v.Stats(side, trace.MomentConnected)
	if !ok {
		return nil, NoEvidence("the session read no stats of the %s: %s", side, v.End.Reason)
	}
	all := slices.DeleteFunc(slices.Clone(stats.Transports), func(t peer.TransportStats) bool { return t.Local == nil || t.Remote == nil })
	if len(all) == 0 {
		return nil, NoEvidence("the %s names no selected pair; STATS-004 counts that", side)
	}
	return all, nil
}

// pairSucceeded reads the selected pair where the transport has it, or else among all
// pairs: not every implementation tells state and nominated at both places.
func pairSucceeded(v *View, side trace.Side) ([]Finding, error) {
	transports, err := v.selectedPairs(side)
	if err != nil {
		return nil, err
	}
	stats, err := v.connectedStats(side)
	if err != nil {
		return nil, err
	}
	var found []Finding
	for _, t := range transports {
		state, nominated := t.PairState, t.Nominated
		for _, p := range stats.Pairs {
			told := t.PairState != "" || t.Nominated != nil
			if !told && sameEnd(p.Local, *t.Local) && sameEnd(p.Remote, *t.Remote) && (state != "succeeded" || p.Nominated) {
				state, nominated = p.State, &p.Nominated
			}
		}
		if state != "succeeded" {
			found = merge(found, Finding{Object: "state of the selected pair", Got: fmt.Sprintf("%q", state), Want: `"succeeded"`})
		}
		if nominated == nil || !*nominated {
			got := "not told"
			if nominated != nil {
				got = "false"
			}
			found = merge(found, Finding{Object: "nominated of the selected pair", Got: got, Want: "true"})
		}
	}
	return found, nil
}

func sameEnd(a, b peer.CandidateStats) bool {
	return a.Port == b.Port && strings.EqualFold(a.Protocol, b.Protocol) && sameAddress(a.Address, b.Address)
}

// localSurfaced looks for the selected local candidate among what the side surfaced.
func localSurfaced(v *View, side trace.Side) ([]Finding, error) {
	transports, err := v.selectedPairs(side)
	if err != nil {
		return nil, err
	}
	var surfaced []wire.Candidate
	for _, c := range v.RealCandidates(side) {
		if parsed, err := wire.ParseCandidate(strings.TrimPrefix(c.Init.Candidate, "a=")); err == nil { // CAND-010
			surfaced = append(surfaced, parsed)
		}
	}
	for _, moment := range []string{trace.MomentGathered, trace.MomentFinal} {
		if s, ok := v.Snapshot(side, moment); ok && s.LocalDescription != nil {
			surfaced = append(surfaced, candidatesOf(s.LocalDescription.SDP)...)
		}
	}
	if len(surfaced) == 0 {
		return nil, NoEvidence("the %s surfaced no candidate that can be read", side)
	}
	var found []Finding
	for _, t := range transports {
		if t.Local.Type == "prflx" || t.Local.Type == "relay" {
			continue
		}
		for _, f := range differences(*t.Local, surfaced) {
			f.Object = "selected local candidate" + f.Object
			found = merge(found, f)
		}
	}
	return found, nil
}

// candidatesOf are the candidates of a description that can be read.
func candidatesOf(sdp string) []wire.Candidate {
	d, err := wire.ParseDescription(sdp)
	if err != nil {
		return nil
	}
	var all []wire.Candidate
	for _, m := range d.Media {
		for _, line := range m.Candidates() {
			if c, err := wire.ParseCandidate(line); err == nil {
				all = append(all, c)
			}
		}
	}
	return all
}

// differences compares a candidate of the stats with the nearest of those known: the
// one that differs in the fewest members. What the stats do not tell is not compared.
func differences(s peer.CandidateStats, known []wire.Candidate) []Finding {
	var best []Finding
	for i, c := range known {
		found := []Finding{}
		compare := func(name, got, want string) {
			if got != "" && got != want {
				found = append(found, Finding{Object: ", " + name, Got: "another than that of each", Want: "that of a candidate"})
			}
		}
		if !sameAddress(s.Address, c.Address) {
			compare("address", s.Address, c.Address)
		}
		compare("port", fmt.Sprint(s.Port), fmt.Sprint(c.Port))
		compare("protocol", strings.ToLower(s.Protocol), strings.ToLower(c.Transport))
		compare("type", s.Type, c.Type)
		if s.Priority != 0 {
			compare("priority", fmt.Sprint(s.Priority), fmt.Sprint(c.Priority))
		}
		compare("foundation", s.Foundation, c.Foundation)
		if i == 0 || len(found) < len(best) {
			best = found
		}
	}
	return best
}

func isName(address string) bool { return strings.HasSuffix(address, ".local") }

// given are the candidates that the side was handed.
func (v *View) given(side trace.Side) []wire.Candidate {
	var all []wire.Candidate
	for _, c := range v.Calls(side, "addIceCandidate") {
		if init, err := peer.ParseCandidateInit(c.Candidate); err == nil && init != nil {
			if parsed, err := wire.ParseCandidate(strings.TrimPrefix(init.Candidate, "a=")); err == nil {
				all = append(all, parsed)
			}
		}
	}
	for _, c := range v.Calls(side, "setRemoteDescription") {
		if c.Description != nil {
			all = append(all, candidatesOf(c.Description.SDP)...)
		}
	}
	return all
}

// remoteSignalled looks for the selected remote candidate among what the side was
// handed. One that was not is peer-reflexive, and its address is not told.
func remoteSignalled(v *View, side trace.Side) ([]Finding, error) {
	transports, err := v.selectedPairs(side)
	if err != nil {
		return nil, err
	}
	const object = "selected remote candidate"
	var found []Finding
	for _, t := range transports {
		known := slices.DeleteFunc(v.given(side), func(c wire.Candidate) bool {
			return c.Port != t.Remote.Port || !strings.EqualFold(c.Transport, t.Remote.Protocol)
		})
		named := slices.ContainsFunc(known, func(c wire.Candidate) bool { return isName(c.Address) })
		matched := slices.ContainsFunc(known, func(c wire.Candidate) bool {
			return sameAddress(t.Remote.Address, c.Address)
		})
		switch {
		case !matched && t.Remote.Type != "prflx":
			found = merge(found, Finding{Object: object, Got: "of type " + t.Remote.Type + ", and never signalled", Want: "one that was signalled, or prflx"})
		case !matched && t.Remote.Address != "":
			found = merge(found, Finding{Object: object, Got: "the address of one that was never signalled", Want: "no address"})
		case matched && named && t.Remote.Address != "" && !isName(t.Remote.Address):
			found = merge(found, Finding{Object: object, Got: "the address behind a name", Want: "no address, or the name"})
		}
	}
	return found, nil
}

// reflexiveType asks for the type of a candidate that only a check can have told.
func reflexiveType(v *View, side trace.Side) ([]Finding, error) {
	transports, err := v.selectedPairs(side)
	if err != nil {
		return nil, err
	}
	if len(v.given(side)) > 0 {
		return nil, NoEvidence("the %s was handed a candidate", side)
	}
	var found []Finding
	for _, t := range transports {
		if t.Remote.Type != "prflx" {
			found = merge(found, Finding{Object: "selected remote candidate", Got: fmt.Sprintf("type %q", t.Remote.Type), Want: `"prflx": no candidate was signalled`})
		}
	}
	return found, nil
}
