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

func candidateFieldChecks() []Check {
	trickles := peer.Features{peer.FeatureTrickle}
	return []Check{
		{Requirement: requirement("CAND-012"), Needs: append(trickles, peer.FeatureCandidateFields), Applies: negotiated, Run: fieldsEqualTheString},
		{Requirement: requirement("CAND-016"), Needs: trickles, Applies: negotiated, Run: uniquePriorities},
		{Requirement: requirement("CAND-018"), Needs: trickles, Applies: negotiated, Run: foundations},
		{Requirement: requirement("CAND-019"), Needs: trickles, Applies: negotiated, Run: firstComponent},
		{Requirement: requirement("CAND-020"), Needs: trickles, Applies: negotiated, Run: related},
		{Requirement: requirement("GRAM-001"), Applies: negotiated, Run: grammatical},
	}
}

// fieldsEqualTheString compares by W3C: component is rtp or rtcp, and what the line does
// not have is null.
func fieldsEqualTheString(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	judged := 0
	for _, e := range v.Events(side, peer.EventICECandidate) {
		init, err := peer.ParseCandidateInit(e.Candidate)
		if err != nil || init == nil || e.Fields == nil {
			continue
		}
		line, err := wire.ParseCandidate(init.Candidate)
		if err != nil {
			continue // CAND-010, or the empty one
		}
		judged++
		want := attributesOf(line)
		for i, got := range attributesShown(*e.Fields) {
			if !strings.EqualFold(got[1], want[i]) {
				found = merge(found, Finding{Object: "candidates", Got: "another " + got[0] + " than in the string", Want: "the field of the string", Where: []int{e.N}})
			}
		}
	}
	if judged == 0 {
		return nil, NoEvidence("the %s surfaced no candidate whose attributes were read: %s", side, v.End.Reason)
	}
	return found, nil
}

// attributesShown names the attributes with their values, null included.
func attributesShown(f peer.CandidateFields) [][2]string {
	return [][2]string{
		{"foundation", said(f.Foundation)},
		{"component", said(f.Component)},
		{"priority", said(f.Priority)},
		{"address", said(f.Address)},
		{"protocol", said(f.Protocol)},
		{"port", said(f.Port)},
		{"type", said(f.Type)},
		{"tcpType", said(f.TCPType)},
		{"relatedAddress", said(f.RelatedAddress)},
		{"relatedPort", said(f.RelatedPort)},
	}
}

func said[T any](p *T) string {
	if p == nil {
		return "null"
	}
	return fmt.Sprint(*p)
}

// attributesOf is what the line says of them, in the same order.
func attributesOf(c wire.Candidate) []string {
	orNull := func(s string) string {
		if s == "" {
			return "null"
		}
		return s
	}
	component, port := "rtp", "null"
	if c.Component == 2 {
		component = "rtcp"
	}
	if c.HasRelated && c.RelatedPort >= 0 {
		port = fmt.Sprint(c.RelatedPort)
	}
	return []string{
		c.Foundation, component, fmt.Sprint(c.Priority), c.Address, c.Transport, fmt.Sprint(c.Port), c.Type,
		orNull(c.TCPType), orNull(c.RelatedAddress), port,
	}
}

func uniquePriorities(v *View, side trace.Side) ([]Finding, error) {
	candidates, err := v.readable(side)
	var found []Finding
	seen := map[string]string{}
	for _, c := range candidates {
		key := fmt.Sprintf("%d %s %d", c.Section, c.Ufrag, c.Priority)
		me := fmt.Sprintf("%d %s", c.Component, c.endpoint())
		if other, again := seen[key]; again && other != me {
			found = merge(found, Finding{Object: "candidates", Got: "two of a section with the same priority", Want: "a priority of its own for each", Where: []int{c.N}})
		}
		seen[key] = me
	}
	return found, err
}

// foundations compares the candidates two by two. What decides must be told by both
// lines: which server a reflexive or relayed one comes from is not, nor is the base
// behind a name.
func foundations(v *View, side trace.Side) ([]Finding, error) {
	candidates, err := v.readable(side)
	var found []Finding
	for i, a := range candidates {
		for _, b := range candidates[:i] {
			same, told := sameOrigin(a, b)
			switch {
			case !told:
			case same && a.Foundation != b.Foundation:
				found = merge(found, Finding{Object: "candidates", Got: "two foundations for the same type, base and protocol", Want: "the same one", Where: []int{b.N, a.N}})
			case !same && a.Foundation == b.Foundation:
				found = merge(found, Finding{Object: "candidates", Got: "one foundation for two types, bases or protocols", Want: "one for each", Where: []int{b.N, a.N}})
			}
		}
	}
	return found, err
}

// sameOrigin reports whether two candidates have what makes foundations equal, and
// whether the lines tell.
func sameOrigin(a, b readable) (same, told bool) {
	if a.Ufrag != b.Ufrag && a.Section == b.Section {
		return false, false // another generation
	}
	if a.Type != b.Type || a.Transport != b.Transport {
		return false, true
	}
	if a.Transport != "udp" {
		return false, false // RFC 6544 has types of TCP beside
	}
	x, okX := a.baseAddress()
	y, okY := b.baseAddress()
	switch {
	case !okX || !okY:
		return false, false
	case x != y:
		return false, true
	}
	return true, a.Type == "host"
}

// baseAddress is the IP address of the base, where the line tells it.
func (p readable) baseAddress() (netip.Addr, bool) {
	text := p.Address
	if p.Type == "srflx" || p.Type == "prflx" {
		text = p.RelatedAddress
	}
	address, err := netip.ParseAddr(text)
	return address, err == nil && !address.IsUnspecified()
}

func firstComponent(v *View, side trace.Side) ([]Finding, error) {
	candidates, err := v.readable(side)
	var found []Finding
	for _, c := range candidates {
		if c.Component != 1 {
			found = merge(found, Finding{Object: "candidates", Got: fmt.Sprintf("one of component %d", c.Component), Want: "component 1 alone: RTCP is multiplexed", Where: []int{c.N}})
		}
	}
	return found, err
}

func related(v *View, side trace.Side) ([]Finding, error) {
	candidates, err := v.readable(side)
	var found []Finding
	for _, c := range candidates {
		address, bad := netip.ParseAddr(c.RelatedAddress)
		hidden := bad == nil && address.IsUnspecified()
		derived := slices.Contains([]string{"srflx", "prflx", "relay"}, c.Type)
		got, want := "", ""
		switch {
		case c.Type == "host" && c.HasRelated:
			got, want = "a host candidate with raddr or rport", "neither"
		case derived && (c.RelatedAddress == "" || c.RelatedPort < 0):
			got, want = "a "+c.Type+" candidate without raddr or rport", "both"
		case derived && hidden && c.RelatedPort != 9:
			got, want = fmt.Sprintf("raddr %s rport %d", c.RelatedAddress, c.RelatedPort), "rport 9 with an address that is hidden"
		}
		if got != "" {
			found = merge(found, Finding{Object: "candidates", Got: got, Want: want, Where: []int{c.N}})
		}
	}
	return found, err
}

// grammatical judges what the end surfaces, whatever stands before it (CAND-010), and
// what its descriptions list.
func grammatical(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	judged := 0
	judge := func(object, line string, n int) {
		judged++
		if _, err := wire.ParseCandidate(line); err != nil {
			found = merge(found, Finding{Object: object, Got: "a candidate outside of the grammar (" + kindOf(err) + ")", Want: "one of RFC 8839 section 5.1", Where: []int{n}})
		}
	}
	for _, c := range v.RealCandidates(side) {
		line := strings.TrimSpace(strings.TrimPrefix(c.Init.Candidate, "a="))
		judge("candidates", line, c.N)
	}
	descriptions, _, _ := v.created(side) // without one there are the candidates
	for _, d := range descriptions {
		for _, m := range d.Media {
			for _, line := range m.Candidates() {
				judge(d.Type, line, d.N)
			}
		}
	}
	for _, moment := range []string{trace.MomentGathered, trace.MomentFinal} {
		snap, ok := v.Snapshot(side, moment)
		if !ok || snap.LocalDescription == nil {
			continue
		}
		d, err := wire.ParseDescription(snap.LocalDescription.SDP)
		if err != nil {
			continue
		}
		for _, m := range d.Media {
			for _, line := range m.Candidates() {
				judge("localDescription", line, 0)
			}
		}
	}
	if judged == 0 {
		return nil, NoEvidence("the %s has no candidate: %s", side, v.End.Reason)
	}
	return found, nil
}
