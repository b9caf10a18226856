package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

func descriptionChecks() []Check {
	always := having(trace.TraitData) // where the ends meet
	return []Check{
		{Requirement: requirement("SDP-001"), Applies: always, Run: credentials},
		{Requirement: requirement("SDP-009"), Applies: always, Run: portNine},
		{
			// That full trickle connects is TRICKLE-001: this check asks for what a
			// mismatch would do.
			Requirement: requirement("SDP-011"), Needs: peer.Features{peer.FeatureStates},
			Applies: having(trace.TraitFullTrickle), Run: noMismatch,
		},
		{Requirement: requirement("SDP-020"), Applies: always, Run: mids},
	}
}

// created is a description that createOffer or createAnswer returned.
type created struct {
	N     int
	Type  string
	later bool // not the first of its side
	*wire.Description
}

// created returns the descriptions that the side made, in order. One that
// cannot be read is a finding.
func (v *View) created(side trace.Side) ([]created, []Finding, error) {
	var all []created
	var found []Finding
	for _, method := range []string{"createOffer", "createAnswer"} {
		for _, c := range v.Calls(side, method) {
			if !c.OK() || c.Return.Description == nil {
				continue
			}
			d, err := wire.ParseDescription(c.Return.Description.SDP)
			if err != nil {
				found = append(found, Finding{Object: c.Return.Description.Type, Got: err.Error(), Want: "a session description", Where: []int{c.ReturnN}})
				continue
			}
			all = append(all, created{N: c.ReturnN, Type: c.Return.Description.Type, Description: d})
		}
	}
	if len(all)+len(found) == 0 {
		return nil, nil, NoEvidence("the %s made no description: %s", side, v.End.Reason)
	}
	slices.SortFunc(all, func(a, b created) int { return a.N - b.N })
	for i := range all {
		all[i].later = i > 0
	}
	return all, found, nil
}

func credentials(v *View, side trace.Side) ([]Finding, error) {
	descriptions, found, err := v.created(side)
	for _, d := range descriptions {
		for i, m := range d.Media {
			if m.Rejected() || d.bundledInto(m) {
				continue
			}
			var missing []string
			if d.ICEUfrag(m) == "" {
				missing = append(missing, "a=ice-ufrag")
			}
			if d.ICEPwd(m) == "" {
				missing = append(missing, "a=ice-pwd")
			}
			if len(missing) > 0 {
				found = append(found, Finding{
					Object: d.Type + ", " + sectionName(i, m.Kind), Got: "no " + strings.Join(missing, ", no "),
					Want: "a=ice-ufrag and a=ice-pwd", Where: []int{d.N},
				})
			}
		}
	}
	return found, err
}

// bundledInto reports whether the section uses the transport of another: in a first
// offer when it is bundle-only, in an answer and in a later offer when it is in a
// BUNDLE group and not its first.
func (d created) bundledInto(m *wire.Media) bool {
	if d.Type == "offer" && !d.later {
		return m.BundleOnly()
	}
	for _, group := range d.Groups("BUNDLE") {
		if slices.Contains(group, m.Mid()) && group[0] != m.Mid() {
			return true
		}
	}
	return false
}

// portNine judges the first description of the side: a later one may know
// candidates.
func portNine(v *View, side trace.Side) ([]Finding, error) {
	descriptions, _, err := v.created(side)
	if err != nil {
		return nil, err
	}
	if len(descriptions) == 0 {
		return nil, NoEvidence("the description of the %s cannot be read", side)
	}
	d := descriptions[0]
	var found []Finding
	for i, m := range d.Media {
		if m.Rejected() || m.BundleOnly() || len(m.Candidates()) > 0 {
			continue
		}
		connection := m.Connection()
		if connection == "" {
			connection = d.connection()
		}
		address := strings.TrimPrefix(strings.TrimPrefix(connection, "IN IP4 "), "IN IP6 ")
		if m.Port != 9 || (address != "0.0.0.0" && address != "::") {
			found = append(found, Finding{
				Object: d.Type + ", " + sectionName(i, m.Kind), Got: fmt.Sprintf("port %d, c=%s", m.Port, connection),
				Want: "port 9, c=IN IP4 0.0.0.0 or IN IP6 ::", Where: []int{d.N},
			})
		}
	}
	return found, nil
}

func (d created) connection() string {
	for _, l := range d.Session {
		if l.Type == 'c' {
			return l.Value
		}
	}
	return ""
}

func noMismatch(v *View, side trace.Side) ([]Finding, error) {
	remote := v.Calls(side, "setRemoteDescription")
	if len(remote) == 0 || remote[0].Description == nil {
		return nil, NoEvidence("the %s got no description: %s", side, v.End.Reason)
	}
	descriptions, found, err := v.created(side)
	if err != nil {
		return nil, err
	}
	for _, d := range descriptions {
		_, session := d.Attr("ice-mismatch")
		for _, m := range d.Media {
			_, section := m.Attr("ice-mismatch")
			session = session || section
		}
		if session {
			found = append(found, Finding{Object: d.Type, Got: "a=ice-mismatch", Want: "none for a default destination of 0.0.0.0:9", Where: []int{d.N}})
		}
	}
	if refusal := remote[0].Return.Error; refusal != nil {
		found = append(found, Finding{Object: "setRemoteDescription", Got: refusal.Name, Want: "taken: 0.0.0.0:9 is no mismatch", Where: []int{remote[0].ReturnN}})
	}
	if len(found) == 0 && len(v.states(side, peer.EventICEConnectionStateChange)) == 0 && v.End.Result == trace.EndCompleted {
		found = append(found, Finding{Object: "iceConnectionState", Got: "new", Want: "checking: ICE goes on"})
	}
	return found, nil
}

// mids judges an offer by itself, and an answer against the offer as it was
// handed over. A section that the answer rejects may leave its mid out: RFC 9429
// section 5.3.1 lets the answerer skip what follows the m= line.
func mids(v *View, side trace.Side) ([]Finding, error) {
	descriptions, found, err := v.created(side)
	offers := v.Calls(side, "setRemoteDescription")
	answers := 0
	for _, d := range descriptions {
		if d.Type == "offer" {
			found = append(found, uniqueMids(d)...)
			continue
		}
		if answers++; answers > len(offers) || offers[answers-1].Description == nil {
			continue
		}
		offer, err := wire.ParseDescription(offers[answers-1].Description.SDP)
		if err != nil {
			return found, NoEvidence("the offer cannot be read: %v", err)
		}
		got, want := d.Mids(), offer.Mids()
		for i := range min(len(got), len(want)) {
			if d.Media[i].Rejected() && got[i] == "" {
				got[i] = want[i]
			}
		}
		if !slices.Equal(got, want) {
			found = append(found, Finding{Object: "answer", Got: "mids " + list(got), Want: "those of the offer in its order: " + list(want), Where: []int{d.N}})
		}
	}
	return found, err
}

func uniqueMids(d created) []Finding {
	var found []Finding
	seen := map[string]int{}
	for i, m := range d.Media {
		mid := m.Mid()
		if first, twice := seen[mid]; twice && mid != "" {
			found = append(found, Finding{Object: "offer, " + sectionName(i, m.Kind), Got: fmt.Sprintf("mid %q, as section %d", mid, first), Want: "a mid of its own", Where: []int{d.N}})
		}
		if mid == "" {
			found = append(found, Finding{Object: "offer, " + sectionName(i, m.Kind), Got: "no a=mid", Want: "a unique mid", Where: []int{d.N}})
		}
		seen[mid] = i
	}
	return found
}
