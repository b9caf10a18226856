package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// section is a media section of a description that an end made.
type section struct {
	created
	*wire.Media
	Index int
	Later bool // the end had made a description before
}

func (s section) name() string { return s.Type + ", " + sectionName(s.Index, s.Kind) }

// shares reports whether the section uses the transport of another, or may: in a first
// offer one that is bundle-only, else one that is in a BUNDLE group and not its first
// (RFC 9429 sections 5.2.1, 5.2.2 and 5.3.1).
func (s section) shares() bool {
	if s.Type == "offer" && !s.Later {
		return s.BundleOnly()
	}
	return bundledInto(s.Description, s.Media)
}

func bundledInto(d *wire.Description, m *wire.Media) bool {
	return slices.ContainsFunc(d.Groups("BUNDLE"), func(group []string) bool {
		return slices.Contains(group, m.Mid()) && group[0] != m.Mid()
	})
}

// deviates is the finding that a section is not as wanted.
func (s section) deviates(got, want string) Finding {
	return Finding{Object: s.name(), Got: got, Want: want, Where: []int{s.N}}
}

// attr is an attribute of the section or of its session.
func (s section) attr(key string) (string, bool) {
	if value, ok := s.Media.Attr(key); ok {
		return value, true
	}
	return s.Description.Attr(key)
}

// live returns the sections of the descriptions that the end made which it did not
// reject, of one type or of both ("").
func (v *View) live(side trace.Side, typ string) ([]section, error) {
	descriptions, _, err := v.created(side)
	if err != nil {
		return nil, err
	}
	var sections []section
	for n, d := range descriptions {
		for i, m := range d.Media {
			if (typ == "" || d.Type == typ) && !m.Rejected() {
				sections = append(sections, section{d, m, i, n > 0})
			}
		}
	}
	if len(sections) == 0 {
		return nil, NoEvidence("the %s made no description with a section that it accepts: %s", side, v.End.Reason)
	}
	return sections, nil
}

// everySection judges each section that the end made and did not reject.
func everySection(typ string, judge func(s section) (got, want string)) run {
	return func(v *View, side trace.Side) ([]Finding, error) {
		sections, err := v.live(side, typ)
		var found []Finding
		for _, s := range sections {
			if got, want := judge(s); got != "" {
				found = merge(found, s.deviates(got, want))
			}
		}
		return found, err
	}
}

func bundlesEverySection(v *View, side trace.Side) ([]Finding, error) {
	descriptions, _, err := v.created(side)
	var found []Finding
	for _, d := range descriptions {
		if d.Type != "offer" {
			continue
		}
		var want []string
		for _, m := range d.Media {
			if !m.Rejected() {
				want = append(want, m.Mid())
			}
		}
		groups := d.Groups("BUNDLE")
		if len(groups) != 1 && len(want) > 0 {
			found = merge(found, Finding{Object: "offer", Got: fmt.Sprintf("%d BUNDLE groups", len(groups)), Want: "one", Where: []int{d.N}})
			continue
		}
		for _, mid := range want {
			if !slices.Contains(groups[0], mid) {
				i, m := d.ByMid(mid)
				if m != nil {
					found = merge(found, section{created: d, Media: m, Index: i}.deviates("not in the BUNDLE group", "the mid of every section in it"))
				}
			}
		}
	}
	return found, err
}

var offersActpass = everySection("offer", func(s section) (string, string) {
	if setup := s.Setup(s.Media); setup != "actpass" && !(s.shares() && setup == "") {
		return "a=setup:" + setup, "a=setup:actpass"
	}
	return "", ""
})

var answersWithARole = everySection("answer", func(s section) (string, string) {
	setup := s.Setup(s.Media)
	if s.shares() && setup == "" || setup == "active" || setup == "passive" {
		return "", ""
	}
	return "a=setup:" + setup, "a=setup:active or a=setup:passive"
})

// tlsIDs records what texts disagree on: whether offers have a tls-id, and answers only
// where the offer has.
func tlsIDs(v *View, side trace.Side) ([]Finding, error) {
	if v.Header.Traits.Has(trace.TraitProbedOffers) {
		at := v.At(trace.ConnOfferNoTLSID)
		found := at.offerTaken(side, "an offer without a=tls-id")
		more, err := everySection("answer", func(s section) (string, string) {
			if _, has := s.attr("tls-id"); has {
				return "a=tls-id, and the offer has none", "no a=tls-id"
			}
			return "", ""
		})(at, side)
		return enough(append(found, more...), err)
	}
	return everySection("offer", func(s section) (string, string) {
		if _, has := s.attr("tls-id"); !has && !s.shares() {
			return "no a=tls-id", "a=tls-id"
		}
		return "", ""
	})(v, side)
}

// enough drops an error where something was found all the same.
func enough(found []Finding, err error) ([]Finding, error) {
	if len(found) > 0 {
		return found, nil
	}
	return nil, err
}

// offerTaken finds that an altered offer, which a conforming end takes, was refused.
// The end itself had made it.
func (v *View) offerTaken(side trace.Side, what string) []Finding {
	for _, method := range []string{"setRemoteDescription", "createAnswer"} {
		for _, c := range v.Calls(side, method) {
			if c.Returned && c.Return.Error != nil {
				return []Finding{{Object: method, Got: c.Return.Error.Name + " for " + what, Want: "taken", Where: []int{c.N, c.ReturnN}}}
			}
		}
	}
	return nil
}

// dataFormat judges the format of data sections; their profile is SDP-023's.
func dataFormat(v *View, side trace.Side) ([]Finding, error) {
	return everySection("", func(s section) (string, string) {
		if s.Kind != "application" || !strings.HasSuffix(s.Proto, "DTLS/SCTP") {
			return "", ""
		}
		if format := strings.Join(s.Formats, " "); format != "webrtc-datachannel" {
			return "the format " + format, "webrtc-datachannel"
		}
		if _, has := s.Media.Attr("sctp-port"); !has {
			return "no a=sctp-port", "a=sctp-port"
		}
		return "", ""
	})(v, side)
}

func noSDES(v *View, side trace.Side) ([]Finding, error) {
	without := everySection("", func(s section) (string, string) {
		if _, has := s.attr("crypto"); has {
			return "a=crypto", "none: keys are made by DTLS"
		}
		return "", ""
	})
	if !v.Header.Traits.Has(trace.TraitProbedOffers) {
		return without(v, side)
	}
	if !v.Header.Peer(side).Features.Has(peer.FeatureMedia) {
		return nil, NoEvidence("the %s has no media", side)
	}
	alone := v.At(trace.ConnOfferCryptoAlone)
	if len(alone.Calls(side, "setRemoteDescription")) == 0 {
		return nil, NoEvidence("the %s made no offer that could be altered", side)
	}
	found, _ := without(v.At(trace.ConnOfferCryptoBeside), side) // which an end may refuse
	for _, c := range alone.Calls(side, "createAnswer") {
		if c.OK() {
			found = append(found, Finding{Object: "createAnswer", Got: "an answer to an offer without a=fingerprint", Want: "a refusal: there are no keys but those of SDES", Where: []int{c.N, c.ReturnN}})
		}
	}
	return found, nil
}

func hasOption(s section, option string) bool {
	return slices.ContainsFunc(append(s.Media.Attrs("ice-options"), sessionAttrs(s.Description, "ice-options")...), func(value string) bool {
		return slices.Contains(strings.Fields(value), option)
	})
}

func sessionAttrs(d *wire.Description, key string) []string {
	if value, ok := d.Attr(key); ok {
		return []string{value}
	}
	return nil
}

var offersTrickle = everySection("offer", func(s section) (string, string) {
	if !hasOption(s, "trickle") && !s.shares() {
		return "no trickle in a=ice-options", "a=ice-options with trickle"
	}
	return "", ""
})

// ice2 judges offers, and by itself each end: that it takes an offer without the option,
// and that its answer has the option where the offer has (RFC 9429 section 5.3.1).
func ice2(v *View, side trace.Side) ([]Finding, error) {
	judge := func(typ string) run {
		return everySection(typ, func(s section) (string, string) {
			if !hasOption(s, "ice2") && !s.shares() {
				return "no ice2 in a=ice-options", "a=ice-options with ice2"
			}
			return "", ""
		})
	}
	if !v.Header.Traits.Has(trace.TraitProbedOffers) {
		return judge("offer")(v, side)
	}
	without := v.At(trace.ConnOfferNoOptions)
	if len(without.Calls(side, "setRemoteDescription")) == 0 {
		return nil, NoEvidence("the %s made no offer that could be altered", side)
	}
	found := without.offerTaken(side, "an offer without a=ice-options")
	more, err := judge("answer")(v.At(trace.ConnOfferICE2), side)
	return enough(append(found, more...), err)
}

// trickleUnoffered records what RFC 9429 and RFC 8840 disagree on.
func trickleUnoffered(v *View, side trace.Side) ([]Finding, error) {
	return everySection("answer", func(s section) (string, string) {
		if hasOption(s, "trickle") {
			return "trickle in a=ice-options, which the offer has not", "none, as RFC 9429 has it; RFC 8840 asks for it"
		}
		return "", ""
	})(v.At(trace.ConnOfferNoOptions), side)
}

var noLite = everySection("", func(s section) (string, string) {
	if _, lite := s.attr("ice-lite"); lite {
		return "a=ice-lite", "none: it is a full implementation"
	}
	return "", ""
})

// rtcpLines records what RFC 9429 and RFC 8840 disagree on, and whether both forms are
// taken.
func rtcpLines(v *View, side trace.Side) ([]Finding, error) {
	if v.Header.Traits.Has(trace.TraitProbedOffers) {
		var found []Finding
		for conn, what := range map[string]string{trace.ConnOfferRTCP: "an offer with a=rtcp:9", trace.ConnOfferNoRTCP: "an offer without a=rtcp"} {
			if len(v.At(conn).Calls(side, "setRemoteDescription")) == 0 {
				return nil, NoEvidence("the %s made no offer that could be altered", side)
			}
			found = append(found, v.At(conn).offerTaken(side, what)...)
		}
		return found, nil
	}
	return everySection("offer", func(s section) (string, string) {
		line, has := s.Media.Attr("rtcp")
		if has && s.Kind != "application" && len(s.Candidates()) == 0 {
			return "a=rtcp:" + line, "none, as RFC 8840 has it; RFC 9429 asks for a=rtcp:9 IN IP4 0.0.0.0"
		}
		return "", ""
	})(v, side)
}

var (
	rtpProfiles  = []string{"UDP/TLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVPF"}
	dataProfiles = []string{"UDP/DTLS/SCTP", "TCP/DTLS/SCTP"}
)

func profiles(v *View, side trace.Side) ([]Finding, error) {
	if v.Header.Traits.Has(trace.TraitProbedOffers) {
		return legacyProfiles(v, side)
	}
	found, err := everySection("offer", func(s section) (string, string) {
		want := rtpProfiles
		if s.Kind == "application" {
			want = dataProfiles
		}
		if !slices.Contains(want, s.Proto) {
			return s.Proto, strings.Join(want, " or ")
		}
		return "", ""
	})(v, side)
	more, mirrored := v.mirrorsProfiles(side)
	if mirrored == nil {
		err = nil
	}
	return enough(append(found, more...), err)
}

// mirrorsProfiles compares each answer with the offer as it was handed over.
func (v *View) mirrorsProfiles(side trace.Side) ([]Finding, error) {
	answers, err := v.live(side, "answer")
	var found []Finding
	for _, s := range answers {
		offer := v.remote(side, s.N)
		if offer == nil || s.Index >= len(offer.Media) {
			continue // SDP-020
		}
		if want := offer.Media[s.Index].Proto; s.Proto != want {
			found = merge(found, s.deviates(s.Proto, want+", as in the offer"))
		}
	}
	return found, err
}

func legacyProfiles(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	var missing error
	for _, conn := range []string{trace.ConnOfferLegacyData, trace.ConnOfferLegacyRTP} {
		at := v.At(conn)
		found = append(found, at.offerTaken(side, "the profile of "+conn)...)
		more, err := at.mirrorsProfiles(side)
		if err != nil && len(at.Calls(side, "setRemoteDescription")) > 0 {
			missing = err
		}
		found = append(found, more...)
	}
	if len(v.At(trace.ConnOfferLegacyData).Calls(side, "setRemoteDescription")) == 0 {
		missing = NoEvidence("the %s made no offer that could be altered", side)
	}
	return enough(found, missing)
}
