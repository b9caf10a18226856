package fake

import (
	"regexp"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/wire"
)

// rule is one thing that a remote description is examined for. A defect can leave
// rules out: see Defect.lax.
type rule string

// The rules, after RFC 9429 section 5.8.
const (
	ruleSetupForm       rule = "setup-form"
	ruleFingerprintForm rule = "fingerprint-form"
	ruleCredentials     rule = "credentials"
	ruleCredentialForm  rule = "credential-form"
	ruleFingerprint     rule = "fingerprint"
	ruleMux             rule = "rtcp-mux"
	ruleSCTPPort        rule = "sctp-port"
	ruleMids            rule = "mids"
	ruleGroups          rule = "groups"
	ruleAnswerSetup     rule = "answer-setup"
	ruleAnswerShape     rule = "answer-shape"
	ruleSameFingerprint rule = "same-fingerprint"
)

func (c *connection) lax(r rule) bool {
	return slices.ContainsFunc(c.peer.defects, func(d Defect) bool { return slices.Contains(d.lax, r) })
}

// examine is what a fake looks at before it takes a remote description. A refusal
// comes before anything has changed.
func (c *connection) examine(typ string, d *wire.Description) error {
	verdicts := map[rule]string{}
	order := []rule{
		ruleSetupForm, ruleFingerprintForm, ruleMids, ruleGroups, ruleCredentials, ruleCredentialForm, ruleFingerprint, ruleMux, ruleSCTPPort,
		ruleAnswerSetup, ruleAnswerShape, ruleSameFingerprint,
	}
	find := func(r rule, what string) {
		if !c.lax(r) && verdicts[r] == "" {
			verdicts[r] = what
		}
	}
	examineMids(d, find)
	for _, m := range d.Media {
		if !m.Rejected() && !m.BundleOnly() {
			examineSection(d, m, typ != "offer" || c.bundles(), typ, find)
		}
		if !m.Rejected() && m.Kind == "application" {
			_, older := m.Attr("sctpmap") // as it was before RFC 8841
			if _, ok := m.Attr("sctp-port"); !ok && !(older && m.Proto == "DTLS/SCTP") {
				find(ruleSCTPPort, "there is no a=sctp-port")
			}
		}
		if _, ok := m.Attr("rtcp-mux"); !m.Rejected() && m.Kind != "application" && !ok {
			find(ruleMux, "rtcp-mux is required")
		}
	}
	if typ != "offer" {
		c.examineShape(d, find)
	}
	c.examineChange(d, find)
	for _, r := range order {
		if what := verdicts[r]; what != "" {
			name := peer.InvalidAccessError
			if r == ruleSetupForm || r == ruleFingerprintForm {
				name = peer.OperationError // an RTCError's name: sdp-syntax-error
			}
			return peer.Errorf(name, "%s", what)
		}
	}
	return nil
}

// follows reports whether the section uses the transport of another in its group.
func follows(d *wire.Description, m *wire.Media) bool {
	for _, group := range d.Groups("BUNDLE") {
		if slices.Index(group, m.Mid()) > 0 {
			return true
		}
	}
	return false
}

var (
	ufragForm       = regexp.MustCompile(`^[A-Za-z0-9+/]{4,256}$`)
	pwdForm         = regexp.MustCompile(`^[A-Za-z0-9+/]{22,256}$`)
	fingerprintForm = regexp.MustCompile(`^[a-z0-9-]+ [0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2})*$`)
)

// examineSection looks at one that brings a transport. In a bundle that was agreed on
// only the first does.
func examineSection(d *wire.Description, m *wire.Media, agreed bool, typ string, find func(rule, string)) {
	ufrag, pwd := d.ICEUfrag(m), d.ICEPwd(m)
	setup, prints := d.Setup(m), fingerprintsOf(d, m)
	bundled := agreed && follows(d, m)
	if !bundled && (ufrag == "" || pwd == "") {
		find(ruleCredentials, "there is no a=ice-ufrag or no a=ice-pwd")
	}
	if ufrag != "" && !ufragForm.MatchString(ufrag) || pwd != "" && !pwdForm.MatchString(pwd) {
		find(ruleCredentialForm, "a=ice-ufrag or a=ice-pwd is of another form")
	}
	if !bundled && len(prints) == 0 {
		find(ruleFingerprint, "there is no a=fingerprint")
	}
	for _, f := range prints {
		if !fingerprintForm.MatchString(f) {
			find(ruleFingerprintForm, "a=fingerprint has no digest")
		}
	}
	if setup != "" && !slices.Contains([]string{"active", "passive", "actpass", "holdconn"}, setup) {
		find(ruleSetupForm, "a=setup has no meaning")
	}
	if typ != "offer" && (setup == "actpass" || setup == "holdconn") {
		find(ruleAnswerSetup, "an answer decides who is active")
	}
}

func examineMids(d *wire.Description, find func(rule, string)) {
	seen := map[string]bool{}
	for _, mid := range d.Mids() {
		if mid != "" && seen[mid] {
			find(ruleMids, "two sections have the same mid")
		}
		seen[mid] = true
	}
	for _, group := range d.Groups("BUNDLE") {
		for _, mid := range group {
			if !seen[mid] {
				find(ruleGroups, "a group names a mid that no section has")
			}
		}
	}
}

// examineShape compares an answer with the offer.
func (c *connection) examineShape(d *wire.Description, find func(rule, string)) {
	if c.local == nil {
		return
	}
	offered := c.local.parsed.Media
	if len(offered) != len(d.Media) {
		find(ruleAnswerShape, "the answer has another number of sections")
		return
	}
	for i, m := range d.Media {
		o := offered[i]
		if m.Kind != o.Kind || m.Proto != o.Proto || (m.Mid() != o.Mid() && !(m.Rejected() && m.Mid() == "")) {
			find(ruleAnswerShape, "a section of the answer is of another kind, protocol or mid")
		}
	}
}

// examineChange refuses another fingerprint with the credentials of before.
func (c *connection) examineChange(d *wire.Description, find func(rule, string)) {
	if c.remote == nil {
		return
	}
	for _, m := range d.Media {
		_, before := c.remote.parsed.ByMid(m.Mid())
		if before == nil {
			continue
		}
		same := slices.Equal(fingerprintsOf(c.remote.parsed, before), fingerprintsOf(d, m))
		if ufrag := d.ICEUfrag(m); ufrag != "" && ufrag == c.remote.parsed.ICEUfrag(before) && !same {
			find(ruleSameFingerprint, "the fingerprint changes without an ICE restart")
		}
	}
}

// fingerprintsOf are those of the section, else those of the session.
func fingerprintsOf(d *wire.Description, m *wire.Media) []string {
	if own := m.Attrs("fingerprint"); len(own) > 0 {
		return own
	}
	var all []string
	for _, l := range d.Session {
		if f, ok := strings.CutPrefix(l.Value, "fingerprint:"); ok && l.Type == 'a' {
			all = append(all, f)
		}
	}
	return all
}

// nameSections gives sections without a mid one: RFC 9429 section 5.10.
func nameSections(d *wire.Description) {
	for i, m := range d.Media {
		if m.Mid() == "" && !m.Rejected() {
			m.AddAttr("mid", "g"+string(rune('a'+i%26)))
		}
	}
}
