package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

func candidateChecks() []Check {
	needs := peer.Features{peer.FeatureTrickle}
	answererOf := func(traits ...trace.Trait) applies { return all(having(traits...), on(trace.Answerer)) }
	not := func(a applies) applies { return func(h trace.Header, s trace.Side) bool { return !a(h, s) } }
	return []Check{
		{Requirement: requirement("CAND-001"), Needs: needs, Applies: negotiated, Run: bothPresent},
		{
			// An answerer whose mids were renamed is judged by CAND-007.
			Requirement: requirement("CAND-002"), Needs: needs,
			Applies: all(negotiated, not(answererOf(trace.TraitRenamedMids))), Run: midNamesASection,
		},
		{
			// An answerer that rejects the first section is judged by CAND-008.
			Requirement: requirement("CAND-003"), Needs: needs,
			Applies: all(negotiated, not(answererOf(trace.TraitRejectedFirst))), Run: indexOfItsMid,
		},
		{
			Requirement: requirement("CAND-004"), Needs: needs,
			Applies: all(
				negotiated, having(trace.TraitMedia), without(trace.TraitUnbundled, trace.TraitRejectedFirst, trace.TraitPartialBundle),
				either(on(trace.Answerer), having(trace.TraitMaxBundle)),
			),
			Run: onTheTaggedSection,
		},
		{
			Requirement: requirement("CAND-005"), Needs: append(needs, peer.FeatureBundlePolicy),
			Applies: all(having(trace.TraitMaxCompat), on(trace.Offerer)), Run: everySectionHasItsOwn,
		},
		{
			Requirement: requirement("CAND-006"), Needs: append(needs, peer.FeatureUnbundled),
			Applies: answererOf(trace.TraitUnbundled), Run: everySectionHasItsOwn,
		},
		{
			Requirement: requirement("CAND-007"), Needs: needs,
			Applies: answererOf(trace.TraitRenamedMids), Run: usesTheOfferedMids,
		},
		{
			Requirement: requirement("CAND-008"), Needs: needs,
			Applies: answererOf(trace.TraitRejectedFirst), Run: countsTheRejected,
		},
		{Requirement: requirement("CAND-009"), Needs: needs, Applies: negotiated, Run: ufragOfItsSection},
		{Requirement: requirement("CAND-010"), Needs: needs, Applies: negotiated, Run: bareAttribute},
		{Requirement: requirement("CAND-017"), Needs: needs, Applies: negotiated, Run: recommendedPriority},
	}
}

// name is how findings call a candidate: without anything of it that changes
// from run to run.
func (c Candidate) name() string { return fmt.Sprintf("candidate #%d", c.Index) }

// each judges every surfaced candidate. Equal deviations of one session are one
// finding that counts them, so that a person reads the fact once.
func (v *View) each(side trace.Side, judge func(Candidate) (got, want string)) ([]Finding, error) {
	var found []Finding
	total := 0
	for _, c := range v.Candidates(side) {
		if c.Null() || (c.Err == nil && !c.Real()) {
			continue
		}
		total++
		got, want := judge(c)
		if got == "" {
			continue
		}
		i := slices.IndexFunc(found, func(f Finding) bool { return f.Got == got && f.Want == want })
		if i < 0 {
			found = append(found, Finding{Object: "candidates", Got: got, Want: want})
			i = len(found) - 1
		}
		found[i].Where = append(found[i].Where, c.N)
	}
	if total == 0 {
		return nil, NoEvidence("the %s surfaced no candidate", side)
	}
	return found, nil
}

func bothPresent(v *View, side trace.Side) ([]Finding, error) {
	return v.each(side, func(c Candidate) (string, string) {
		switch {
		case c.Err != nil:
			return c.Err.Error(), "an RTCIceCandidateInit with sdpMid and sdpMLineIndex"
		case c.Init.SDPMid == nil || c.Init.SDPMLineIndex == nil:
			return fmt.Sprintf("sdpMid %s, sdpMLineIndex %s", text(c.Init.SDPMid), number(c.Init.SDPMLineIndex)), "both not null"
		}
		return "", ""
	})
}

func midNamesASection(v *View, side trace.Side) ([]Finding, error) {
	if _, err := v.Local(side, 0); err != nil {
		return nil, err
	}
	return v.each(side, func(c Candidate) (string, string) {
		if c.Err != nil || c.Init.SDPMid == nil {
			return "", "" // CAND-001
		}
		d, err := v.Local(side, c.N)
		if err != nil {
			return "", ""
		}
		if _, m := d.ByMid(*c.Init.SDPMid); m == nil || *c.Init.SDPMid == "" {
			return "sdpMid " + text(c.Init.SDPMid), "one of the local description's mids: " + list(d.Mids())
		}
		return "", ""
	})
}

// list names mids; a section without one is left out.
func list(mids []string) string {
	var quoted []string
	for _, m := range mids {
		if m != "" {
			quoted = append(quoted, fmt.Sprintf("%q", m))
		}
	}
	return strings.Join(quoted, ", ")
}

// indexOfItsMid judges the candidates whose mid names a section. Where it names
// none, the index can still be judged if there is only one section.
func indexOfItsMid(v *View, side trace.Side) ([]Finding, error) {
	judged := 0
	found, err := v.each(side, func(c Candidate) (string, string) {
		if c.Err != nil || c.Init.SDPMLineIndex == nil {
			return "", "" // CAND-001
		}
		d, err := v.Local(side, c.N)
		if err != nil {
			return "", ""
		}
		want := 0
		switch {
		case c.Init.SDPMid != nil && *c.Init.SDPMid != "" && slices.Contains(d.Mids(), *c.Init.SDPMid):
			want, _ = d.ByMid(*c.Init.SDPMid)
		case len(d.Media) != 1:
			return "", ""
		}
		judged++
		if int(*c.Init.SDPMLineIndex) != want {
			return fmt.Sprintf("sdpMLineIndex %d", *c.Init.SDPMLineIndex), fmt.Sprintf("%d, the index of sdpMid %s", want, text(c.Init.SDPMid))
		}
		return "", ""
	})
	if err == nil && judged == 0 {
		return nil, NoEvidence("no candidate of the %s has an sdpMid that names a section (CAND-002)", side)
	}
	return found, err
}

// tag returns the index and mid of the section whose transport the bundle uses
// (RFC 9143 section 10).
func tag(d *wire.Description) (int, string, bool) {
	mids, ok := d.Group("BUNDLE")
	if !ok || len(mids) == 0 {
		return 0, "", false
	}
	i, m := d.ByMid(mids[0])
	return i, mids[0], m != nil
}

func onTheTaggedSection(v *View, side trace.Side) ([]Finding, error) {
	d, err := v.Local(side, 0)
	if err != nil {
		return nil, err
	}
	index, mid, ok := tag(d)
	if !ok {
		return nil, NoEvidence("the local description of the %s bundles nothing", side)
	}
	return v.each(side, func(c Candidate) (string, string) {
		if c.Err != nil || home(d, c) == index {
			return "", ""
		}
		return fmt.Sprintf("sdpMid %s, sdpMLineIndex %s", text(c.Init.SDPMid), number(c.Init.SDPMLineIndex)),
			fmt.Sprintf("the tagged section: %q, %d", mid, index)
	})
}

func everySectionHasItsOwn(v *View, side trace.Side) ([]Finding, error) {
	d, err := v.Local(side, 0)
	if err != nil {
		return nil, err
	}
	own := map[int]int{}
	for _, c := range v.RealCandidates(side) {
		if c.Init.SDPMid == nil || c.Init.SDPMLineIndex == nil {
			continue
		}
		if i, m := d.ByMid(*c.Init.SDPMid); m != nil && i == int(*c.Init.SDPMLineIndex) {
			own[i]++
		}
	}
	var found []Finding
	for i, m := range d.Media {
		if m.Rejected() || own[i] > 0 {
			continue
		}
		found = append(found, Finding{
			Object: sectionName(i, m.Kind), Got: "no candidate with its sdpMid and sdpMLineIndex",
			Want: fmt.Sprintf("at least one with %q, %d", m.Mid(), i),
		})
	}
	return found, nil
}

func usesTheOfferedMids(v *View, side trace.Side) ([]Finding, error) {
	set := v.Calls(side, "setRemoteDescription")
	if len(set) == 0 || set[0].Description == nil {
		return nil, NoEvidence("the %s got no offer", side)
	}
	offer, err := wire.ParseDescription(set[0].Description.SDP)
	if err != nil {
		return nil, NoEvidence("the offer cannot be read: %v", err)
	}
	return v.each(side, func(c Candidate) (string, string) {
		if c.Err != nil || c.Init.SDPMid == nil || (*c.Init.SDPMid != "" && slices.Contains(offer.Mids(), *c.Init.SDPMid)) {
			return "", ""
		}
		return "sdpMid " + text(c.Init.SDPMid), "one of the offer's mids: " + list(offer.Mids())
	})
}

// countsTheRejected asks of each candidate that its index is that of a section
// which was accepted, and that of the section its mid names.
func countsTheRejected(v *View, side trace.Side) ([]Finding, error) {
	d, err := v.Local(side, 0)
	if err != nil {
		return nil, err
	}
	if len(d.Media) == 0 || !d.Media[0].Rejected() {
		return nil, NoEvidence("the %s did not reject the first section", side)
	}
	return v.each(side, func(c Candidate) (string, string) {
		if c.Err != nil || c.Init.SDPMLineIndex == nil {
			return "", "" // CAND-001
		}
		index := int(*c.Init.SDPMLineIndex)
		if c.Init.SDPMid != nil && *c.Init.SDPMid != "" {
			if want, m := d.ByMid(*c.Init.SDPMid); m != nil && want != index {
				return fmt.Sprintf("sdpMLineIndex %d", index), fmt.Sprintf("%d, the index of sdpMid %s counting the rejected section", want, text(c.Init.SDPMid))
			}
		}
		if index >= len(d.Media) {
			return fmt.Sprintf("sdpMLineIndex %d", index), fmt.Sprintf("less than %d, the number of sections", len(d.Media))
		}
		if d.Media[index].Rejected() {
			return fmt.Sprintf("sdpMLineIndex %d, a rejected section", index), "the index of an accepted section"
		}
		return "", ""
	})
}

// ufragOfItsSection judges what a candidate says of its generation, in its
// usernameFragment or in the extension of its line. One that says nothing is not
// judged: whoever adds it takes it for the current generation.
func ufragOfItsSection(v *View, side trace.Side) ([]Finding, error) {
	if _, err := v.Local(side, 0); err != nil {
		return nil, err
	}
	judged := 0
	found, err := v.each(side, func(c Candidate) (string, string) {
		d, err := v.Local(side, c.N)
		if c.Err != nil || err != nil {
			return "", "" // CAND-001
		}
		i := home(d, c)
		if i < 0 || i >= len(d.Media) || d.ICEUfrag(d.Media[i]) == "" {
			return "", ""
		}
		for _, said := range ufrags(c) {
			judged++
			if said.Value != d.ICEUfrag(d.Media[i]) {
				return said.Name + " of another than its section", "the ice-ufrag of its section in the local description"
			}
		}
		return "", ""
	})
	if err == nil && judged == 0 {
		return nil, NoEvidence("no candidate of the %s says its usernameFragment", side)
	}
	return found, err
}

// ufrags are the names under which a candidate says its ufrag, with what it says.
func ufrags(c Candidate) []wire.Extension {
	var said []wire.Extension
	if c.Init.UsernameFragment != nil {
		said = append(said, wire.Extension{Name: "usernameFragment", Value: *c.Init.UsernameFragment})
	}
	if parsed, err := wire.ParseCandidate(c.Init.Candidate); err == nil {
		for _, e := range parsed.Extensions {
			if e.Name == "ufrag" {
				said = append(said, e)
			}
		}
	}
	return said
}

func bareAttribute(v *View, side trace.Side) ([]Finding, error) {
	return v.each(side, func(c Candidate) (string, string) {
		if c.Err != nil {
			return "", "" // CAND-001
		}
		s := c.Init.Candidate
		const want = `"candidate:...", without "a=" and line end`
		switch {
		case strings.ContainsAny(s, "\r\n"):
			return "a line end in the candidate member", want
		case !strings.HasPrefix(s, "candidate:"):
			head, _, _ := strings.Cut(s, ":")
			return fmt.Sprintf("a candidate member that begins with %.20q", head), want
		}
		if _, err := wire.ParseCandidate(s); err != nil {
			return fmt.Sprintf("a candidate member outside of the grammar of RFC 8839 section 5.1 (%s)", kindOf(err)), want
		}
		return "", ""
	})
}

// typePreferences are those that RFC 8445 section 5.1.2.2 recommends. Others are
// left to who relays.
var typePreferences = map[string]uint32{"host": 126, "prflx": 110, "srflx": 100}

// recommendedPriority takes the priority of a UDP candidate apart (RFC 8445 section
// 5.1.2.1). TCP has preferences of its own (RFC 6544 section 4.2).
func recommendedPriority(v *View, side trace.Side) ([]Finding, error) {
	return v.each(side, func(c Candidate) (string, string) {
		if c.Err != nil {
			return "", "" // CAND-001
		}
		parsed, err := wire.ParseCandidate(strings.TrimPrefix(c.Init.Candidate, "a="))
		if err != nil || parsed.Transport != "udp" {
			return "", "" // CAND-010
		}
		preference, component := parsed.Priority>>24, 256-int(parsed.Priority&0xff)
		want, ok := typePreferences[parsed.Type]
		switch {
		case ok && preference != want:
			return fmt.Sprintf("a %s candidate with the type preference %d", parsed.Type, preference), fmt.Sprint(want)
		case component != parsed.Component:
			return fmt.Sprintf("a priority that says component %d", component), fmt.Sprintf("component %d, as the candidate says", parsed.Component)
		}
		return "", ""
	})
}

// kindOf names the field that does not parse and nothing of its value.
func kindOf(err error) string {
	if syntax, ok := err.(*wire.SyntaxError); ok {
		return syntax.Field
	}
	return "too long"
}
