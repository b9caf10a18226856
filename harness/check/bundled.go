package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// bundling are the descriptions that the side made and in which a bundle is agreed on:
// its answers, and offers after an answer. Next to each are the sections that its
// group bundles into another; in an offer only those that an answer bundled.
type bundling struct {
	created
	bundled []int
}

func (v *View) bundling(side trace.Side) ([]bundling, error) {
	descriptions, _, err := v.created(side)
	if err != nil {
		return nil, err
	}
	var all []bundling
	for _, d := range descriptions {
		before := v.agreed(side, d.N)
		group, _ := d.Group("BUNDLE")
		if len(group) == 0 || (d.Type == "offer" && before == nil) {
			continue
		}
		s := bundling{created: d}
		for i, m := range d.Media {
			standing := d.Type == "answer" || (i < len(before.Media) && before.Media[i].Mid() == m.Mid() && bundledIn(before, m.Mid()))
			if bundledIn(d.Description, m.Mid()) && m.Mid() != group[0] && standing {
				s.bundled = append(s.bundled, i)
			}
		}
		all = append(all, s)
	}
	if len(all) == 0 {
		return nil, NoEvidence("no description of the %s bundles what an answer bundles: %s", side, v.End.Reason)
	}
	return all, nil
}

func bundledIn(d *wire.Description, mid string) bool {
	group, _ := d.Group("BUNDLE")
	return mid != "" && slices.Contains(group, mid)
}

// agreed is the last answer that the side set before record n, or nil.
func (v *View) agreed(side trace.Side, n int) *wire.Description {
	var last *wire.Description
	for _, c := range v.sides[side].calls {
		if c.N > n || c.Description == nil || c.Description.Type != "answer" || !c.OK() {
			continue
		}
		if d, err := wire.ParseDescription(c.Description.SDP); err == nil {
			last = d
		}
	}
	return last
}

func attributesOfTheTag(v *View, side trace.Side) ([]Finding, error) {
	descriptions, err := v.bundling(side)
	if err != nil {
		return nil, err
	}
	var found []Finding
	for _, d := range descriptions {
		var has []string
		for _, i := range d.bundled {
			for _, key := range transportAttributesOf(d.Media[i]) {
				if !slices.Contains(has, key) {
					has = append(has, key)
				}
			}
		}
		f := Finding{
			Object: d.Type + ", bundled sections", Got: strings.Join(has, ", "),
			Want: "transport attributes in the tagged section alone", Where: []int{d.N},
		}
		if len(has) > 0 && !slices.ContainsFunc(found, func(other Finding) bool { return other.String() == f.String() }) {
			found = append(found, f)
		}
	}
	return found, nil
}

// portOfTheBundle also judges what the offerer makes of an answer that was written as
// RFC 8843 had it: it refuses the answer, or it connects by it.
func portOfTheBundle(v *View, side trace.Side) ([]Finding, error) {
	if v.Header.Traits.Has(trace.TraitOldBundle) && side == trace.Offerer {
		return v.oldAnswer(side)
	}
	descriptions, err := v.bundling(side)
	if err != nil {
		return nil, err
	}
	var found []Finding
	for _, d := range descriptions {
		group, _ := d.Group("BUNDLE")
		_, tagged := d.ByMid(group[0])
		for _, i := range d.bundled {
			m := d.Media[i]
			if tagged == nil || (m.Port == tagged.Port && !m.BundleOnly()) || m.Rejected() {
				continue
			}
			found = append(found, Finding{
				Object: d.Type + ", " + sectionName(i, m.Kind), Got: fmt.Sprintf("port %d, %s", m.Port, orNo(m.BundleOnly(), "bundle-only")),
				Want: "the port of the bundle, and no bundle-only", Where: []int{d.N},
			})
		}
	}
	return found, nil
}

func (v *View) oldAnswer(side trace.Side) ([]Finding, error) {
	for _, c := range v.Calls(side, "setRemoteDescription") {
		if c.Return.Error != nil {
			return nil, nil // a clean refusal
		}
	}
	if v.Reports(side) {
		return nil, nil
	}
	if _, err := v.agreedOn(side); err != nil {
		return nil, err
	}
	return []Finding{{
		Object: "connection", Got: v.progress(side), Want: "connected by an answer that it took, or the answer refused",
	}}, nil
}

// agreedOn is the answer that the side set.
func (v *View) agreedOn(side trace.Side) (*wire.Description, error) {
	d := v.agreed(side, len(v.Records))
	if d == nil {
		return nil, NoEvidence("the %s set no answer: %s", side, v.End.Reason)
	}
	return d, nil
}

// otherMidUsed judges the end to which candidates were delivered: the other end knows
// of none, and cannot begin.
func otherMidUsed(v *View, side trace.Side) ([]Finding, error) {
	var where []int
	for _, c := range v.Calls(side, "addIceCandidate") {
		if init, err := peer.ParseCandidateInit(c.Candidate); err == nil && init != nil && init.Candidate != "" {
			where = append(where, c.N)
		}
	}
	if len(where) == 0 {
		if f, refused := v.refusal(side); refused {
			return []Finding{f}, nil
		}
		return nil, NoEvidence("the %s surfaced no candidate that could be delivered", side.Other())
	}
	found, err := v.refused(side, v.Calls(side, "addIceCandidate"))
	if len(found) > 0 || err != nil {
		return found, err
	}
	if f, _, bad := v.useless(side.Other()); bad {
		return nil, NoEvidence("every candidate of the %s has %s; that is counted there", side.Other(), f.text)
	}
	if v.Reports(side) {
		return nil, nil
	}
	if v.hidden(side.Other()) {
		return nil, NoEvidence("every candidate of the %s is an mDNS name, and the %s may have no way to resolve it", side.Other(), side)
	}
	return []Finding{{
		Object: "candidates with the mid of the last bundled section", Got: "no connection by them: " + v.progress(side),
		Want: "used for the transport of the bundle", Where: where,
	}}, nil
}

// nextIsTheTag judges the answer that rejects the first section: the rejected one is
// not in the group, and the next is first in it and has the transport.
func nextIsTheTag(v *View, side trace.Side) ([]Finding, error) {
	descriptions, found, err := v.created(side)
	if err != nil || len(descriptions) == 0 {
		return found, err
	}
	d := descriptions[0]
	live := slices.IndexFunc(d.Media, func(m *wire.Media) bool { return !m.Rejected() })
	group, bundles := d.Group("BUNDLE")
	switch {
	case live <= 0:
		return nil, NoEvidence("the answer does not reject the first section")
	case !bundles || len(group) == 0:
		return []Finding{{Object: "answer", Got: "no BUNDLE group", Want: "one with the sections that are accepted", Where: []int{d.N}}}, nil
	}
	index, tagged := d.ByMid(group[0])
	switch {
	case index != live:
		found = append(found, Finding{Object: "answer, BUNDLE group", Got: fmt.Sprintf("section %d first", index), Want: fmt.Sprintf("section %d, the first that is accepted", live), Where: []int{d.N}})
	case d.ICEUfrag(tagged) == "" || d.ICEPwd(tagged) == "":
		found = append(found, Finding{Object: "answer, " + sectionName(index, tagged.Kind), Got: "no ICE credentials", Want: "those of the bundle", Where: []int{d.N}})
	}
	if mid := d.Media[0].Mid(); bundledIn(d.Description, mid) && mid != group[0] {
		found = append(found, Finding{Object: "answer, BUNDLE group", Got: "the rejected section in it", Want: "accepted sections alone", Where: []int{d.N}})
	}
	return found, nil
}

// partlyBundled asks for two transports: that of the group, and that of the section
// which the group leaves out.
func partlyBundled(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return Connected(v, side)
	}
	answer, err := v.agreedOn(side)
	if err != nil {
		return nil, err
	}
	const out = 1
	group, _ := answer.Group("BUNDLE")
	index, _ := answer.ByMid(append(group, "")[0])
	if side == trace.Answerer && (len(answer.Media) <= out || answer.Media[out].Rejected() || bundledIn(answer, answer.Media[out].Mid())) {
		return []Finding{{Object: "answer, section 1", Got: "bundled or rejected", Want: "accepted, and not in the group"}}, nil
	}
	var found []Finding
	if v.Header.Peer(side).Features.Has(peer.FeatureTrickle) {
		counts := map[int]int{}
		d, err := v.Local(side, 0)
		if err != nil {
			return nil, err
		}
		for _, c := range v.RealCandidates(side) {
			counts[home(d, c)]++
		}
		for _, i := range []int{index, out} {
			if counts[i] == 0 {
				found = append(found, Finding{Object: "candidates of section " + fmt.Sprint(i), Got: "none", Want: "some: it has a transport"})
			}
		}
	}
	if up := v.transportsUp(side); up != 2 {
		found = append(found, Finding{Object: "connected transports", Got: fmt.Sprint(up), Want: "2, one of the group and one of the section outside"})
	}
	return found, nil
}
