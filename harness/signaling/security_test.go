package signaling_test

import (
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/wire"
)

// secured is an offer with what DTLS and ICE are set up with: in its first section, and
// the same but for the role in its second.
const secured = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" +
	"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:abcd\r\na=ice-pwd:pw\r\na=setup:actpass\r\na=fingerprint:sha-256 00:AB\r\n" +
	"m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\na=ice-ufrag:abcd\r\na=setup:active\r\n"

func TestFaultsOfSecurityChangeExactlyTheirLines(t *testing.T) {
	const nobodySHA1 = "a=fingerprint:sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33"
	for name, test := range map[string]struct {
		fault         signaling.Fault
		offer, answer []string
	}{
		// What moves is in both, so that it is the lines that went twice which show.
		"session-level": {signaling.SessionLevel(), []string{"-a=ice-ufrag:abcd"}, []string{"-a=ice-ufrag:abcd"}},
		"overridden": {
			signaling.Overridden(),
			[]string{"+a=ice-ufrag:nobody", "+a=ice-pwd:nobodynobodynobodynobody", "+a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"},
			[]string{"+a=ice-ufrag:nobody", "+a=ice-pwd:nobodynobodynobodynobody", "+a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"},
		},
		"fingerprint-before": {signaling.FingerprintBefore(), []string{"+" + nobodySHA1}, []string{"+" + nobodySHA1}},
		"fingerprint-after":  {signaling.FingerprintAfter(), []string{"+" + nobodySHA1}, []string{"+" + nobodySHA1}},
		"wrong-fingerprint of the offerer": {
			signaling.WrongFingerprint().Only(offerer), []string{"-a=fingerprint:sha-256 00:AB", "+a=fingerprint:sha-256 01:AB"}, nil,
		},
		"weak-fingerprint": {
			signaling.WeakFingerprint(),
			[]string{"-a=fingerprint:sha-256 00:AB", "+a=fingerprint:md5 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"},
			[]string{"-a=fingerprint:sha-256 00:AB", "+a=fingerprint:md5 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"},
		},
		"offer-setup": {signaling.OfferSetup("passive"), []string{"-a=setup:actpass", "-a=setup:active", "+a=setup:passive", "+a=setup:passive"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, signaling.Policy{Faults: []signaling.Fault{test.fault}}, 1)
				if diff := cmp.Diff(test.offer, changes(secured, r.describe(offerer, secured))); diff != "" {
					t.Errorf("lines of the offer (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(test.answer, changes(secured, r.describe(answerer, secured))); diff != "" {
					t.Errorf("lines of the answer (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestTheNobodyFingerprintComesFirstOrLast: the order is what tells the two apart.
func TestTheNobodyFingerprintComesFirstOrLast(t *testing.T) {
	const nobody = "sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33"
	for name, test := range map[string]struct {
		fault signaling.Fault
		want  []string
	}{
		"before": {signaling.FingerprintBefore(), []string{nobody, "sha-256 00:AB"}},
		"after":  {signaling.FingerprintAfter(), []string{"sha-256 00:AB", nobody}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, signaling.Policy{Faults: []signaling.Fault{test.fault}}, 1)
				d, err := wire.ParseDescription(r.describe(offerer, secured))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, d.Media[0].Attrs("fingerprint")); diff != "" {
					t.Errorf("fingerprints (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestAttributesMoveToTheSessionLevel: what the sections share goes there, and what one
// has of its own stays.
func TestAttributesMoveToTheSessionLevel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.SessionLevel()}}, 1)
		d, err := wire.ParseDescription(r.describe(offerer, secured))
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, key := range []string{"ice-ufrag", "ice-pwd", "fingerprint", "setup"} {
			got[key], _ = d.Attr(key)
			if _, stays := d.Media[0].Attr(key); stays {
				t.Errorf("%s: stays in section 0", key)
			}
		}
		want := map[string]string{"ice-ufrag": "abcd", "ice-pwd": "pw", "fingerprint": "sha-256 00:AB", "setup": "actpass"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("at session level (-want +got):\n%s", diff)
		}
		if own := d.Setup(d.Media[1]); own != "active" {
			t.Errorf("a=setup of section 1: got %q, want its own", own)
		}
	})
}
