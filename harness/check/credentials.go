package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

func credentialChecks() []Check {
	bundle := peer.Features{peer.FeatureBundlePolicy}
	return []Check{
		{Requirement: requirement("SDP-002"), Applies: either(describing, probedOffers), Run: credentialSizes},
		{Requirement: requirement("SDP-003"), Applies: either(all(having(trace.TraitMedia), without(trace.TraitMaxBundle), on(trace.Offerer)), all(having(trace.TraitUnbundled), on(trace.Answerer))), Run: credentialsOfItsOwn},
		{Requirement: requirement("SDP-004"), Needs: append(bundle, peer.FeatureTrickle), Applies: all(having(trace.TraitMaxBundle), on(trace.Offerer)), Run: bareBundleOnly},
	}
}

// credentialSizes judges the sizes everywhere, and where an end is tried by itself that
// no two of its connections have the same. A trace holds no passwords, but pseudonyms of
// the same length, which are equal where the passwords are.
func credentialSizes(v *View, side trace.Side) ([]Finding, error) {
	if !v.Header.Traits.Has(trace.TraitProbedOffers) {
		return sizes(v, side)
	}
	var found []Finding
	ufrags, pwds := map[string]string{}, map[string]string{}
	judged := 0
	for _, conn := range v.Conns(side) {
		sections, err := v.At(conn).live(side, "")
		if !strings.HasPrefix(conn, trace.ConnOfferCredentials) || err != nil {
			continue
		}
		judged++
		more, _ := sizes(v.At(conn), side) // it has sections
		found = append(found, more...)
		for _, s := range sections {
			found = append(found, s.repeats("ice-ufrag", s.ICEUfrag(s.Media), conn, ufrags)...)
			found = append(found, s.repeats("ice-pwd", s.ICEPwd(s.Media), conn, pwds)...)
		}
	}
	if judged < 2 {
		return nil, NoEvidence("the %s made less than two offers", side)
	}
	return found, nil
}

// repeats finds a credential that another connection has.
func (s section) repeats(key, value, conn string, seen map[string]string) []Finding {
	first, again := seen[value]
	if value == "" {
		return nil // SDP-001
	}
	seen[value] = conn
	if again && first != conn {
		return []Finding{s.deviates("the a="+key+" of another connection", "a new one for each connection")}
	}
	return nil
}

var sizes = everySection("", func(s section) (string, string) {
	ufrag, pwd := s.ICEUfrag(s.Media), s.ICEPwd(s.Media)
	switch {
	case ufrag != "" && (len(ufrag) < 4 || len(ufrag) > 32):
		return fmt.Sprintf("a=ice-ufrag of %d characters", len(ufrag)), "4 to 32"
	case !iceChars(ufrag):
		return "a=ice-ufrag with other than ice-chars", "letters, digits, + and /"
	case pwd != "" && (len(pwd) < 22 || len(pwd) > 256):
		return fmt.Sprintf("a=ice-pwd of %d characters", len(pwd)), "22 to 256"
	}
	return "", ""
})

func iceChars(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '+' || r == '/')
	})
}

// credentialsOfItsOwn judges first descriptions: in an offer each section that is not
// bundle-only may come to have a transport of its own, in an answer each that is not
// bundled has.
func credentialsOfItsOwn(v *View, side trace.Side) ([]Finding, error) {
	sections, err := v.live(side, "")
	if err != nil {
		return nil, err
	}
	var found []Finding
	first := map[string]int{}
	judged := 0
	for _, s := range sections {
		ufrag := s.ICEUfrag(s.Media)
		if s.Later || s.shares() || ufrag == "" {
			continue
		}
		judged++
		if other, again := first[ufrag]; again {
			found = append(found, s.deviates(fmt.Sprintf("the a=ice-ufrag of section %d", other), "credentials of its own"))
			continue
		}
		first[ufrag] = s.Index
	}
	if judged < 2 {
		return nil, NoEvidence("less than two sections of the %s have credentials (SDP-001)", side)
	}
	return found, nil
}

func bareBundleOnly(v *View, side trace.Side) ([]Finding, error) {
	offers, err := v.live(side, "offer")
	if err != nil {
		return nil, err
	}
	var found []Finding
	var mids []string
	for _, s := range offers {
		if !s.BundleOnly() {
			continue
		}
		mids = append(mids, s.Mid())
		for _, key := range []string{"ice-ufrag", "ice-pwd"} {
			if _, has := s.Media.Attr(key); has {
				found = merge(found, s.deviates("a="+key, "none: it is bundle-only"))
			}
		}
	}
	if len(mids) == 0 {
		return nil, NoEvidence("no section of the offer says a=bundle-only")
	}
	for _, c := range v.RealCandidates(side) {
		if c.Init.SDPMid != nil && slices.Contains(mids, *c.Init.SDPMid) {
			found = merge(found, Finding{Object: "candidates", Got: "one for a bundle-only section", Want: "none", Where: []int{c.N}})
		}
	}
	return found, nil
}
