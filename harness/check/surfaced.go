package check

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// surfacedChecks judge when and for what an end surfaces candidates.
func surfacedChecks() []Check {
	gathers, trickles := peer.Features{peer.FeatureGathering}, peer.Features{peer.FeatureTrickle}
	both := peer.Features{peer.FeatureGathering, peer.FeatureTrickle}
	unbundled := either(having(trace.TraitUnbundled), all(having(trace.TraitMaxCompat), on(trace.Offerer)))
	return []Check{
		{Requirement: requirement("GATHER-006"), Needs: append(both, peer.FeatureOrderedStates), Applies: negotiated, Run: endInOrder},
		{Requirement: requirement("GATHER-007"), Needs: both, Applies: negotiated, Run: emptyForEach},
		{Requirement: requirement("GATHER-008"), Needs: gathers, Applies: negotiated, Run: describesTheEnd},
		{Requirement: requirement("GATHER-010"), Needs: gathers, Applies: probedOffers, Run: staysNew},
		{Requirement: requirement("GATHER-013"), Needs: trickles, Applies: unbundled, Run: portsOfTheirOwn},
		{Requirement: requirement("GATHER-014"), Needs: trickles, Applies: negotiated, Run: noLoopback},
		{Requirement: requirement("GATHER-015"), Needs: trickles, Applies: negotiated, Run: noRedundant},
		{Requirement: requirement("GATHER-019"), Needs: append(trickles, peer.FeatureHandlerState), Applies: negotiated, Run: afterItsDescription},
		{Requirement: requirement("CAND-021"), Needs: trickles, Applies: all(having(trace.TraitRejectedFirst), on(trace.Answerer)), Run: noneForRejected},
	}
}

// endInOrder judges each gathering phase that completes: W3C surfaces the empty
// candidates, then says complete, then surfaces null.
func endInOrder(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	complete, null, phases := 0, 0, 0
	for _, e := range v.states(side, peer.EventICECandidate, peer.EventICEGatheringStateChange) {
		switch {
		case e.Type == peer.EventICEGatheringStateChange && e.State == "gathering":
			complete, null = 0, 0
		case e.Type == peer.EventICEGatheringStateChange && e.State == "complete":
			phases++
			if complete = e.N; null > 0 {
				found = merge(found, Finding{Object: "iceGatheringState", Got: "complete after the null candidate", Want: "complete, and then null", Where: []int{null, e.N}})
			}
		case e.Type != peer.EventICECandidate:
		case string(e.Candidate) == "null":
			null = e.N
		case complete > 0 && null == 0 && empty(e):
			found = merge(found, Finding{Object: "end of candidates", Got: "after iceGatheringState was complete", Want: "before it", Where: []int{complete, e.N}})
		}
	}
	if phases == 0 && len(found) == 0 {
		return nil, NoEvidence("no gathering phase completed: %s", v.End.Reason)
	}
	return found, nil
}

// emptyForEach asks for the empty candidate of each transport that the answer has left,
// of those that the end surfaced candidates for.
func emptyForEach(v *View, side trace.Side) ([]Finding, error) {
	last, err := v.Local(side, len(v.Records))
	if err != nil {
		return nil, err
	}
	answer := v.lastAnswer(len(v.Records))
	if answer == nil || !v.completeBefore(side, len(v.Records)) {
		return nil, NoEvidence("no gathering phase completed after an answer: %s", v.End.Reason)
	}
	gathered, ended := map[int]bool{}, map[int]Candidate{}
	for _, c := range v.Candidates(side) {
		d, err := v.Local(side, c.N)
		if c.Init == nil || err != nil {
			continue
		}
		if c.Real() {
			gathered[home(d, c)] = true
		} else {
			ended[home(d, c)] = c
		}
	}
	var found []Finding
	judged := 0
	for i, m := range last.Media {
		if !gathered[i] || i >= len(answer.Media) || answer.Media[i].Rejected() || bundledInto(answer, answer.Media[i]) {
			continue
		}
		judged++
		c, ok := ended[i]
		switch ufrag := last.ICEUfrag(m); {
		case !ok && len(ended) == 0:
			return []Finding{{Object: "end of candidates", Got: "no event with an empty candidate", Want: "one for each transport"}}, nil
		case !ok:
			found = append(found, Finding{Object: sectionName(i, m.Kind), Got: "no event with its empty candidate", Want: "one for each transport"})
		case c.Init.SDPMid == nil || *c.Init.SDPMid != m.Mid() || c.Init.SDPMLineIndex == nil || int(*c.Init.SDPMLineIndex) != i:
			found = append(found, Finding{Object: sectionName(i, m.Kind), Got: "an empty candidate with another sdpMid or sdpMLineIndex", Want: "its own", Where: []int{c.N}})
		case c.Init.UsernameFragment == nil || *c.Init.UsernameFragment != ufrag:
			found = append(found, Finding{Object: sectionName(i, m.Kind), Got: "an empty candidate without the usernameFragment of its section", Want: "its own", Where: []int{c.N}})
		}
	}
	if judged == 0 {
		return nil, NoEvidence("no candidate of the %s names a section with a transport (CAND-002)", side)
	}
	return found, nil
}

// describesTheEnd looks at the sections of the local description that list candidates.
func describesTheEnd(v *View, side trace.Side) ([]Finding, error) {
	snap, ok := v.Snapshot(side, trace.MomentGathered)
	if !ok {
		if snap, ok = v.Snapshot(side, trace.MomentFinal); !ok || snap.ICEGatheringState != "complete" {
			return nil, NoEvidence("the session read no gathered local description: %s", v.End.Reason)
		}
	}
	if snap.LocalDescription == nil {
		return nil, NoEvidence("the %s has no local description", side)
	}
	d, err := wire.ParseDescription(snap.LocalDescription.SDP)
	if err != nil {
		return nil, NoEvidence("the local description cannot be read: %v", err)
	}
	var found []Finding
	judged := 0
	for i, m := range d.Media {
		if m.Rejected() || len(m.Candidates()) == 0 {
			continue
		}
		judged++
		if _, all := d.Attr("end-of-candidates"); !all && !m.EndOfCandidates() {
			found = append(found, Finding{Object: "localDescription, " + sectionName(i, m.Kind), Got: "no a=end-of-candidates", Want: "a=end-of-candidates: gathering is complete"})
		}
	}
	if judged == 0 {
		return nil, NoEvidence("the local description of the %s lists no candidate (GATHER-004)", side)
	}
	return found, nil
}

func staysNew(v *View, side trace.Side) ([]Finding, error) {
	at := v.At(trace.ConnOfferNothing)
	last, ok := at.Snapshot(side, trace.MomentFinal)
	if !ok {
		return nil, NoEvidence("the session has no final state of the connection: %s", v.End.Reason)
	}
	if set := at.Calls(side, "setLocalDescription"); len(set) == 0 || !set[0].OK() {
		return at.offerTaken(side, "a connection without sections"), nil
	}
	var found []Finding
	for _, e := range at.states(side, peer.EventICEGatheringStateChange) {
		found = merge(found, Finding{Object: "iceGatheringState", Got: e.State, Want: "new: there is no transport", Where: []int{e.N}})
	}
	for _, c := range at.Candidates(side) {
		if c.T <= at.closing(side) {
			found = merge(found, Finding{Object: "candidates", Got: "one was surfaced, or null", Want: "none: there is no transport", Where: []int{c.N}})
		}
	}
	if last.ICEGatheringState != "new" && len(found) == 0 {
		found = append(found, Finding{Object: "iceGatheringState", Got: last.ICEGatheringState, Want: "new: there is no transport"})
	}
	return found, nil
}

// readable is a surfaced candidate that follows the grammar, with the index of the section
// that it names (-1: none) and the ufrag of that.
type readable struct {
	wire.Candidate
	N       int
	Section int
	Ufrag   string
}

// readable returns the candidates of the end that follow the grammar: the rest is judged by
// CAND-010. The error says that there are none.
func (v *View) readable(side trace.Side) ([]readable, error) {
	var all []readable
	for _, c := range v.RealCandidates(side) {
		d, err := v.Local(side, c.N)
		line, bad := wire.ParseCandidate(strings.TrimPrefix(c.Init.Candidate, "a="))
		if err != nil || bad != nil {
			continue
		}
		p := readable{Candidate: line, N: c.N, Section: home(d, c)}
		if p.Section >= 0 && p.Section < len(d.Media) {
			p.Ufrag = d.ICEUfrag(d.Media[p.Section])
		} else {
			p.Section = -1
		}
		all = append(all, p)
	}
	if len(all) == 0 {
		return nil, NoEvidence("the %s surfaced no candidate that can be read: %s", side, v.End.Reason)
	}
	return all, nil
}

func (p readable) endpoint() string { return fmt.Sprintf("%s %s %d", p.Transport, p.Address, p.Port) }

func portsOfTheirOwn(v *View, side trace.Side) ([]Finding, error) {
	candidates, err := v.readable(side)
	if err != nil {
		return nil, err
	}
	at, sections := map[string]int{}, map[int]bool{}
	var found []Finding
	for _, c := range candidates {
		if c.TCPType == "active" || c.Section < 0 {
			continue // it has no port
		}
		sections[c.Section] = true
		if other, again := at[c.endpoint()]; again && other != c.Section {
			found = merge(found, Finding{Object: "candidates", Got: fmt.Sprintf("sections %d and %d with the same address and port", other, c.Section), Want: "candidates of its own for each section", Where: []int{c.N}})
		}
		at[c.endpoint()] = c.Section
	}
	if len(sections) < 2 {
		return nil, NoEvidence("the %s surfaced candidates for less than two sections (CAND-005, CAND-006)", side)
	}
	return found, nil
}

var siteLocal = netip.MustParsePrefix("fec0::/10")

// noLoopback lets loopback pass where the end has no other address.
func noLoopback(v *View, side trace.Side) ([]Finding, error) {
	candidates, err := v.readable(side)
	var found []Finding
	others := 0
	for _, c := range candidates {
		address, err := netip.ParseAddr(c.Address)
		if err != nil || !address.IsLoopback() {
			others++
		}
		if err != nil {
			continue // a name
		}
		bytes := address.As16()
		compatible := address.Is6() && !address.IsLoopback() && strings.Trim(string(bytes[:12]), "\x00") == ""
		switch {
		case address.IsLoopback():
			found = merge(found, Finding{Object: "candidates", Got: "a loopback address", Want: "none: there are other addresses", Where: []int{c.N}})
		case siteLocal.Contains(address):
			found = merge(found, Finding{Object: "candidates", Got: "a site-local IPv6 address", Want: "none: they are deprecated", Where: []int{c.N}})
		case compatible:
			found = merge(found, Finding{Object: "candidates", Got: "an IPv4-compatible IPv6 address", Want: "none: they are deprecated", Where: []int{c.N}})
		}
	}
	if err == nil && others == 0 {
		return nil, NoEvidence("the %s has no address but loopback", side)
	}
	return found, err
}

// base is the base of a candidate as far as its line tells it: its own address,
// or the related one where it is reflexive and not hidden.
func (p readable) base() (string, bool) {
	switch p.Type {
	case "host", "relay":
		return fmt.Sprintf("%s %d", p.Address, p.Port), true
	}
	address, err := netip.ParseAddr(p.RelatedAddress)
	return fmt.Sprintf("%s %d", p.RelatedAddress, p.RelatedPort), err == nil && !address.IsUnspecified()
}

func noRedundant(v *View, side trace.Side) ([]Finding, error) {
	candidates, err := v.readable(side)
	var found []Finding
	seen := map[string]bool{}
	for _, c := range candidates {
		base, told := c.base()
		if !told || c.TCPType == "active" {
			continue
		}
		key := fmt.Sprintf("%d %s %d %s %s", c.Section, c.Ufrag, c.Component, c.endpoint(), base)
		if seen[key] {
			found = merge(found, Finding{Object: "candidates", Got: "one with the address and base of another", Want: "each once", Where: []int{c.N}})
		}
		seen[key] = true
	}
	return found, err
}

// afterItsDescription judges by what the handler of each candidate read. What comes
// before setLocalDescription was called is GATHER-001's and GATHER-003's.
func afterItsDescription(v *View, side trace.Side) ([]Finding, error) {
	set := v.Calls(side, "setLocalDescription")
	var found []Finding
	judged := 0
	for _, e := range v.states(side, peer.EventICECandidate) {
		if e.Seen == nil || len(set) == 0 || e.T < set[0].T {
			continue
		}
		judged++
		if !e.Seen.LocalDescription {
			found = merge(found, Finding{Object: "candidates", Got: "surfaced while localDescription is null", Want: "surfaced once the description is applied", Where: []int{e.N}})
		}
	}
	if judged == 0 {
		return nil, NoEvidence("the %s surfaced no candidate whose handler was looked into: %s", side, v.End.Reason)
	}
	return found, nil
}

func noneForRejected(v *View, side trace.Side) ([]Finding, error) {
	judged := 0
	found, err := v.each(side, func(c Candidate) (string, string) {
		d, err := v.Local(side, c.N)
		if c.Err != nil || err != nil || c.Init.SDPMid == nil {
			return "", ""
		}
		_, m := d.ByMid(*c.Init.SDPMid)
		if m == nil {
			return "", "" // CAND-002
		}
		if judged++; m.Rejected() {
			return "sdpMid of a rejected section", "none for a section that is rejected"
		}
		return "", ""
	})
	if err == nil && judged == 0 {
		return nil, NoEvidence("no candidate of the %s has an sdpMid that names a section (CAND-002)", side)
	}
	return found, err
}
