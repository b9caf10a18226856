package signaling_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/wire"
)

// bundled is a description of two bundled sections.
const bundled = "v=0\r\na=group:BUNDLE 0 1\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\na=ice-ufrag:uf00\r\nm=video 9 RTP/AVP 96\r\na=mid:1\r\na=ice-ufrag:uf01\r\n"

func TestFaultsOfBundlesDeliverExactlyTheirCandidates(t *testing.T) {
	for name, test := range map[string]struct {
		fault signaling.Fault
		want  []string
	}{
		"last-of-bundle": {signaling.LastOfBundle(), []string{"c1 mid=1 index=1 fault=last-of-bundle", "c2 mid=1 index=1", "null"}},
		"swap-sections":  {signaling.SwapSections(0, 1), []string{"c1 mid=1 index=1 fault=swap-sections", "c2 mid=0 index=0 fault=swap-sections", "null"}},
		"beyond":         {signaling.SwapSections(0, 2), []string{"c1 mid=0 index=0", "c2 mid=1 index=1", "null"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, signaling.Policy{Faults: []signaling.Fault{test.fault}}, 1)
				r.describe(offerer, bundled)
				r.surface(offerer, from(1, `"0"`, "0"), from(2, `"1"`, "1"), end)
				r.open()
				r.want(answerer, name, test.want...)
			})
		})
	}
}

func TestFaultsOfBundlesChangeTheDescriptionThatTheyAreFor(t *testing.T) {
	sections := func(ports ...string) string { return strings.Join(ports, " ") }
	for name, test := range map[string]struct {
		fault         signaling.Fault
		typ           string
		group, shapes string
	}{
		"a section left out of an offer":   {signaling.LeaveOutOfBundle(0), "offer", "1", sections("9", "9")},
		"an answer, which stays":           {signaling.LeaveOutOfBundle(0), "answer", "0 1", sections("9", "9")},
		"a section that is not":            {signaling.LeaveOutOfBundle(2), "offer", "0 1", sections("9", "9")},
		"an answer as of old":              {signaling.OldBundle(), "answer", "0 1", sections("9", "0 bundle-only")},
		"an offer, which is as it is now":  {signaling.OldBundle(), "offer", "0 1", sections("9", "9")},
		"candidates, and no descriptions":  {signaling.KillSection(1), "offer", "0 1", sections("9", "9")},
		"swapping, which leaves both ends": {signaling.SwapSections(0, 1), "answer", "0 1", sections("9", "9")},
	} {
		t.Run(name, func(t *testing.T) {
			got := altered(t, test.fault, test.typ, bundled)
			mids, _ := got.Group("BUNDLE")
			if diff := cmp.Diff(test.group, strings.Join(mids, " ")); diff != "" {
				t.Errorf("group (-want +got):\n%s", diff)
			}
			var shapes []string
			for _, m := range got.Media {
				shape := "9"
				if m.Port == 0 {
					shape = "0"
				}
				if m.BundleOnly() {
					shape += " bundle-only"
				}
				shapes = append(shapes, shape)
			}
			if diff := cmp.Diff(test.shapes, sections(shapes...)); diff != "" {
				t.Errorf("sections (-want +got):\n%s", diff)
			}
		})
	}
}

func altered(t *testing.T, fault signaling.Fault, typ, sdp string) *wire.Description {
	t.Helper()
	var got *wire.Description
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{fault}}, 1)
		d, err := r.Describe(offerer, peer.SessionDescription{Type: typ, SDP: sdp})
		if err != nil {
			t.Fatal(err)
		}
		if got, err = wire.ParseDescription(d.SDP); err != nil {
			t.Fatal(err)
		}
	})
	return got
}
