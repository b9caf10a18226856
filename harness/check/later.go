package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

func laterChecks() []Check {
	gathers := peer.Features{peer.FeatureGathering}
	renegotiated := having(trace.TraitAddedSection)
	return []Check{
		{Requirement: requirement("SDP-010"), Needs: gathers, Applies: either(renegotiated, probedOffers), Run: defaultDestination},
		{Requirement: requirement("SDP-017"), Needs: append(gathers, peer.FeatureTrickle), Applies: either(renegotiated, probedOffers), Run: repeatsCandidates},
		{Requirement: requirement("SDP-018"), Applies: renegotiated, Run: keepsWhatStays},
		{Requirement: requirement("SDP-022"), Applies: describing, Run: noNamesInConnections},
	}
}

// later returns the descriptions that the end made after its first one.
func (v *View) later(side trace.Side) (first created, later []created, err error) {
	descriptions, _, err := v.created(side)
	if err != nil {
		return created{}, nil, err
	}
	if len(descriptions) < 2 {
		return created{}, nil, NoEvidence("the %s made no second description: %s", side, v.End.Reason)
	}
	return descriptions[0], descriptions[1:], nil
}

// completeBefore reports whether the end had gathered all when it made record n.
func (v *View) completeBefore(side trace.Side, n int) bool {
	state := ""
	for _, e := range v.states(side, peer.EventICEGatheringStateChange) {
		if e.N < n {
			state = e.State
		}
	}
	return state == "complete"
}

// defaultDestination asks that the m= and c= lines name one of the candidates that the
// section lists: which of them is the default is a recommendation.
func defaultDestination(v *View, side trace.Side) ([]Finding, error) {
	if v.Header.Traits.Has(trace.TraitProbedOffers) {
		v = v.At(trace.ConnOfferGathered)
	}
	_, later, err := v.later(side)
	if err != nil {
		return nil, err
	}
	var found []Finding
	judged := 0
	for _, d := range later {
		for i, m := range d.Media {
			listed := destinations(m)
			if m.Rejected() || len(listed) == 0 {
				continue
			}
			judged++
			connection := m.Connection()
			if connection == "" {
				connection = d.connection()
			}
			got := fmt.Sprintf("%s %d", connection, m.Port)
			if !slices.Contains(listed, got) {
				s := section{created: d, Media: m, Index: i}
				found = merge(found, s.deviates(destinationShown(m, connection), "address and port of one of its candidates"))
			}
		}
	}
	if judged == 0 {
		return nil, NoEvidence("no later description of the %s lists a candidate (SDP-017, GATHER-004)", side)
	}
	return found, nil
}

// destinations are the c= lines and ports that the candidates of a section lead to. A
// name leads to the address and port that stand for none.
func destinations(m *wire.Media) []string {
	var all []string
	for _, line := range m.Candidates() {
		c, err := wire.ParseCandidate(line)
		switch {
		case err != nil: // GRAM-001
		case wire.IsMDNS(c.Address):
			all = append(all, "IN IP4 0.0.0.0 9", "IN IP6 :: 9")
		case strings.Contains(c.Address, ":"):
			all = append(all, fmt.Sprintf("IN IP6 %s %d", c.Address, c.Port))
		default:
			all = append(all, fmt.Sprintf("IN IP4 %s %d", c.Address, c.Port))
		}
	}
	return all
}

// destinationShown hides what differs from run to run.
func destinationShown(m *wire.Media, connection string) string {
	if m.Port == 9 && (connection == "IN IP4 0.0.0.0" || connection == "IN IP6 ::") {
		return "port 9, c=" + connection
	}
	return "another address and port"
}

// repeatsCandidates judges what the end makes once it has gathered. The last answer says
// what is bundled; before there is one, nothing is.
func repeatsCandidates(v *View, side trace.Side) ([]Finding, error) {
	if v.Header.Traits.Has(trace.TraitProbedOffers) {
		v = v.At(trace.ConnOfferGathered)
	}
	_, later, err := v.later(side)
	if err != nil {
		return nil, err
	}
	var found []Finding
	judged := 0
	for _, d := range later {
		if !v.completeBefore(side, d.N) {
			continue
		}
		answer := v.lastAnswer(d.N)
		judged++
		for i, m := range d.Media {
			s := section{created: d, Media: m, Index: i}
			switch {
			case m.Rejected() || m.BundleOnly():
			case answer == nil:
				found = append(found, v.repeated(side, s)...)
			case i >= len(answer.Media) || answer.Media[i].Rejected():
			case bundledInto(answer, answer.Media[i]):
				if len(m.Candidates()) > 0 {
					found = merge(found, s.deviates("candidates", "none: the section is bundled"))
				}
			default:
				found = append(found, v.repeated(side, s)...)
			}
		}
	}
	if judged == 0 {
		return nil, NoEvidence("the %s made no later description after it had gathered", side)
	}
	return found, nil
}

// repeated asks for each candidate that the end surfaced for the section.
func (v *View) repeated(side trace.Side, s section) []Finding {
	listed := map[string]bool{}
	for _, line := range s.Candidates() {
		listed[core(line)] = true
	}
	var found []Finding
	for _, c := range v.RealCandidates(side) {
		d, err := v.Local(side, c.N)
		if err != nil || c.N > s.N || home(d, c) != s.Index || d.ICEUfrag(d.Media[s.Index]) != s.ICEUfrag(s.Media) {
			continue
		}
		if !listed[core(strings.TrimPrefix(c.Init.Candidate, "a="))] {
			found = merge(found, s.deviates("a surfaced candidate is not listed", "all candidates of the generation"))
		}
	}
	if _, all := s.Description.Attr("end-of-candidates"); !all && !s.EndOfCandidates() {
		found = append(found, s.deviates("no a=end-of-candidates", "a=end-of-candidates: it has gathered"))
	}
	return found
}

// lastAnswer is the answer, of either end, that was in force at record n; nil where
// there was none.
func (v *View) lastAnswer(n int) *wire.Description {
	var last *wire.Description
	at := -1
	for _, side := range trace.Sides() {
		descriptions, _, _ := v.created(side) // none of one end is none of it
		for _, d := range descriptions {
			if d.Type == "answer" && d.N < n && d.N > at {
				last, at = d.Description, d.N
			}
		}
	}
	return last
}

// keepsWhatStays compares each description with the one that the end made before it.
func keepsWhatStays(v *View, side trace.Side) ([]Finding, error) {
	before, later, err := v.later(side)
	if err != nil {
		return nil, err
	}
	var found []Finding
	for _, d := range later {
		found = append(found, originKept(before, d)...)
		for i, m := range d.Media {
			if i >= len(before.Media) {
				break
			}
			was, s := before.Media[i], section{created: d, Media: m, Index: i}
			if m.Rejected() || was.Rejected() {
				continue
			}
			if was.Mid() != m.Mid() {
				found = merge(found, s.deviates("another mid than before", "the mid stays"))
			}
			if a, b := before.ICEUfrag(was), d.ICEUfrag(m); a != "" && b != "" && (a != b || before.ICEPwd(was) != d.ICEPwd(m)) && !v.bundledSince(i, d.N) {
				found = merge(found, s.deviates("other ICE credentials than before", "they stay without a restart"))
			}
		}
		before = d
	}
	return found, nil
}

// bundledSince reports whether the section shares the transport of another by now, whose
// credentials it may show.
func (v *View) bundledSince(index, n int) bool {
	answer := v.lastAnswer(n)
	return answer != nil && index < len(answer.Media) && bundledInto(answer, answer.Media[index])
}

func originKept(before, d created) []Finding {
	was, is := origin(before), origin(d)
	const object = "o= line"
	switch {
	case len(was) != 6 || len(is) != 6:
		return []Finding{{Object: object, Got: fmt.Sprintf("%d fields", len(is)), Want: "6", Where: []int{d.N}}}
	case was[1] != is[1]:
		return []Finding{{Object: object, Got: "another session id than before", Want: "the session id stays", Where: []int{before.N, d.N}}}
	}
	a, errA := strconv.ParseUint(was[2], 10, 64)
	b, errB := strconv.ParseUint(is[2], 10, 64)
	if errA != nil || errB != nil || (b <= a && before.String() != d.String()) {
		return []Finding{{Object: object, Got: "a version that is not higher than before", Want: "higher, as the description differs", Where: []int{before.N, d.N}}}
	}
	return nil
}

func origin(d created) []string {
	for _, l := range d.Session {
		if l.Type == 'o' {
			return strings.Fields(l.Value)
		}
	}
	return nil
}

// noNamesInConnections looks at what the end made and at its local description.
func noNamesInConnections(v *View, side trace.Side) ([]Finding, error) {
	descriptions, _, err := v.created(side)
	for _, moment := range []string{trace.MomentGathered, trace.MomentFinal} {
		if snap, ok := v.Snapshot(side, moment); ok && snap.LocalDescription != nil {
			if d, err := wire.ParseDescription(snap.LocalDescription.SDP); err == nil {
				descriptions = append(descriptions, created{Type: "localDescription", Description: d})
			}
		}
	}
	var found []Finding
	for _, d := range descriptions {
		lines := slices.Clone(d.Session)
		for _, m := range d.Media {
			lines = append(lines, m.Lines...)
		}
		for _, l := range lines {
			if fields := strings.Fields(l.Value); l.Type == 'c' && len(fields) == 3 && wire.IsMDNS(fields[2]) {
				found = merge(found, Finding{Object: d.Type, Got: "an mDNS name in a c= line", Want: "an address"})
			}
		}
	}
	return found, err
}
