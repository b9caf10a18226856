package fingerprint

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/wire"
)

// candidates reads what the end surfaced: the members of each RTCIceCandidateInit,
// and the form of each candidate line.
func (f facts) candidates() {
	members, lines := map[string][]string{}, map[string][]string{}
	var ends []string
	var foundations, priorities []string
	for _, c := range f.view.Candidates(f.side) {
		switch {
		case c.Null():
			ends = append(ends, "null")
			continue
		case c.Err != nil:
			members["candidate"] = append(members["candidate"], "no RTCIceCandidateInit")
			continue
		case !c.Real():
			ends = append(ends, `the empty candidate`)
			continue
		}
		for name, form := range f.members(c) {
			members[name] = append(members[name], form)
		}
		parsed, err := wire.ParseCandidate(c.Init.Candidate)
		if err != nil {
			lines["grammar"] = append(lines["grammar"], "no candidate of RFC 8839")
			continue
		}
		section := "no section"
		if c.Init.SDPMLineIndex != nil {
			section = fmt.Sprintf("section %d", *c.Init.SDPMLineIndex)
		}
		lines[section] = append(lines[section], candidateForm(parsed))
		foundations = append(foundations, section+" "+parsed.Foundation)
		priorities = append(priorities, fmt.Sprint(section, " ", parsed.Priority))
		lines["foundation"] = append(lines["foundation"], foundationForm(parsed.Foundation))
		lines["priority"] = append(lines["priority"], priorityForm(parsed))
		for _, e := range parsed.Extensions {
			lines["extensions"] = append(lines["extensions"], e.Name)
		}
	}
	f.list("candidates/end", ends...)
	f.distinctness("candidates/foundations"+withinSection, foundations)
	f.distinctness("candidates/priorities"+withinSection, priorities)
	for name, forms := range members {
		f.distinct("candidates/"+word(name), forms...)
	}
	for name, forms := range lines {
		if strings.HasPrefix(name, "section ") {
			f.list("candidates/of "+name, forms...)
		} else {
			f.distinct("candidates/line "+name, forms...)
		}
	}
}

// withinSection ends the objects that compare candidates of one section.
const withinSection = " within a section"

// distinctness says whether no two of the items are equal.
func (f facts) distinctness(object string, items []string) {
	slices.Sort(items)
	switch {
	case len(items) < 2:
	case len(slices.Compact(slices.Clone(items))) == len(items):
		f.set(object, "all different")
	default:
		f.set(object, "some equal")
	}
}

// members says for each member of the JSON whether it is null, empty or set. Of a
// mid or user name fragment that is right only that is said, so that the same is
// the same in every scenario.
func (f facts) members(c check.Candidate) map[string]string {
	var raw map[string]json.RawMessage
	_ = json.Unmarshal(c.Raw, &raw) // it is an RTCIceCandidateInit
	forms := map[string]string{}
	for _, name := range []string{"sdpMid", "sdpMLineIndex", "usernameFragment"} {
		forms[name] = "left out"
	}
	local, _ := f.view.Local(f.side, c.N)
	for name, value := range raw {
		switch {
		case name == "candidate":
		case string(value) == "null" || string(value) == `""`:
			forms[name] = string(value)
		case name == "sdpMid" && c.Init.SDPMid != nil:
			forms[name] = midForm(*c.Init.SDPMid, c.Init.SDPMLineIndex, local)
		case name == "usernameFragment" && c.Init.UsernameFragment != nil:
			forms[name] = ufragForm(*c.Init.UsernameFragment, local)
		case name == "sdpMLineIndex" && c.Init.SDPMLineIndex != nil:
			forms[name] = "set"
		default:
			forms[name] = "set"
		}
	}
	return forms
}

func midForm(mid string, index *uint16, local *wire.Description) string {
	if local == nil {
		return "set"
	}
	i, m := local.ByMid(mid)
	switch {
	case m == nil:
		return "a mid that names no section"
	case index != nil && int(*index) != i:
		return "the mid of another section than its index"
	}
	return "the section's mid"
}

func ufragForm(ufrag string, local *wire.Description) string {
	if local != nil {
		for _, m := range local.Media {
			if local.ICEUfrag(m) == ufrag {
				return "the description's"
			}
		}
	}
	return "another than the description's"
}

// candidateForm is a candidate without what is drawn anew or depends on the
// machine: ports, addresses, foundations.
func candidateForm(c wire.Candidate) string {
	form := fmt.Sprintf("%s %s component %d %s", c.Type, c.Transport, c.Component, familyOf(c.Address))
	if c.TCPType != "" {
		form += " tcptype " + c.TCPType
	}
	if c.HasRelated {
		form += " raddr " + familyOf(c.RelatedAddress)
	}
	return form
}

func familyOf(address string) string {
	ip, err := netip.ParseAddr(address)
	switch {
	case err == nil && ip.IsUnspecified():
		return address
	case err == nil && ip.Is4():
		return "IPv4"
	case err == nil:
		return "IPv6"
	case wire.IsMDNS(address):
		return "mDNS name"
	}
	return "name"
}

func foundationForm(foundation string) string {
	if strings.Trim(foundation, "0123456789") == "" {
		return "a number"
	}
	return "letters and digits"
}

// priorityForm is what RFC 8445 section 5.1.2.1 puts into a priority: the type
// preference, whether the local preference is the highest, and whether the component
// is where it belongs. Other local preferences depend on the interfaces of the
// machine.
func priorityForm(c wire.Candidate) string {
	form := fmt.Sprintf("%s %s has type preference %d", c.Type, c.Transport, c.Priority>>24)
	if c.Priority>>8&0xffff == 0xffff {
		form += " and the highest local preference"
	}
	if c.Priority&0xff != uint32(256-c.Component)&0xff {
		form += " and no component in it"
	}
	return form
}
