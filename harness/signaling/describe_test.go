package signaling_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

// changes lists the lines that only one of two descriptions has.
func changes(before, after string) []string {
	var all []string
	old, now := strings.Split(before, "\r\n"), strings.Split(after, "\r\n")
	for _, l := range old {
		if i := slices.Index(now, l); i >= 0 {
			now = slices.Delete(now, i, i+1)
		} else {
			all = append(all, "-"+l)
		}
	}
	for _, l := range now {
		all = append(all, "+"+l)
	}
	return all
}

var (
	withoutCandidates = []string{
		"-m=audio 9001 UDP/TLS/RTP/SAVPF 111", "-c=IN IP4 192.0.2.1",
		"-a=candidate:1 1 udp 1 192.0.2.1 9001 typ host", "-a=end-of-candidates",
		"+m=audio 9 UDP/TLS/RTP/SAVPF 111", "+c=IN IP4 0.0.0.0",
	}
	unknownCodec = []string{
		"-m=audio 9001 UDP/TLS/RTP/SAVPF 111", "-a=rtpmap:111 opus/48000/2",
		"+m=audio 9001 UDP/TLS/RTP/SAVPF 96", "+a=rtpmap:96 x-unknown/90000",
	}
	fooBar = []string{"-a=group:BUNDLE 0 1", "-a=mid:0", "-a=mid:1", "+a=group:BUNDLE foo bar", "+a=mid:foo", "+a=mid:bar"}
)

func TestEachFaultChangesExactlyItsLinesOfADescription(t *testing.T) {
	for name, test := range map[string]struct {
		fault         signaling.Fault
		offer, answer []string
	}{
		"strip-candidates":                  {signaling.StripCandidates(), withoutCandidates, withoutCandidates},
		"strip-candidates of one end":       {signaling.StripCandidates().Only(answerer), nil, withoutCandidates},
		"strip-bundle":                      {signaling.StripBundle(), []string{"-a=group:BUNDLE 0 1"}, []string{"-a=group:BUNDLE 0 1"}},
		"reject-section, in offers":         {signaling.RejectSection(0), unknownCodec, nil},
		"reject-section beyond the last":    {signaling.RejectSection(2), nil, nil},
		"drop":                              {signaling.Drop(offerer), withoutCandidates, nil},
		"rename-mids, of offerer's choice":  {signaling.RenameMids("foo", "bar"), fooBar, nil},
		"rename-mids of more than there is": {signaling.RenameMids("foo", "bar", "z"), fooBar, nil},
		"rename-mids of none":               {signaling.RenameMids(), nil, nil},
		"hold":                              {signaling.Hold(1), nil, nil},
		"batch":                             {signaling.Batch(), nil, nil},
		"reorder":                           {signaling.Reorder(), nil, nil},
		"overtake":                          {signaling.Overtake(), nil, nil},
		"duplicate":                         {signaling.Duplicate(2), nil, nil},
		"mid-only":                          {signaling.MidOnly(), nil, nil},
		"index-only":                        {signaling.IndexOnly(), nil, nil},
		"addressed":                         {signaling.Addressed(), nil, nil},
		"neither":                           {signaling.Neither(), nil, nil},
		"unknown-mid":                       {signaling.UnknownMid(), nil, nil},
		"extensions":                        {signaling.Extensions("a b"), nil, nil},
		"empty-candidate":                   {signaling.EmptyCandidate(), nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, signaling.Policy{Faults: []signaling.Fault{test.fault}}, 1)
				for _, side := range trace.Sides() {
					want, typ, fault := test.offer, "offer", ""
					if side == answerer {
						want, typ = test.answer, "answer"
					}
					if diff := cmp.Diff(want, changes(session, r.describe(side, session))); diff != "" {
						t.Errorf("lines of the %s (-want +got):\n%s", typ, diff)
					}
					if want != nil {
						fault = test.fault.Name
					}
					if got := r.recorded(side, "description", trace.ActCarry); !slices.Equal(got, []string{typ + " fault=" + fault}) {
						t.Errorf("the %s in the trace: got %q, want fault %q", typ, got, fault)
					}
				}
			})
		})
	}
}

func TestTheTraceHasTheDescriptionAsItLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.StripCandidates()}}, 1)
		got := r.describe(offerer, session)
		records := r.rec.Records()
		if len(records) != 1 || records[0].Signal.Description.SDP != got || got == session {
			t.Errorf("in the trace: got %+v, want one description, the one that was handed on: %q", records, got)
		}
	})
}

// A description that no fault alters keeps even what a rewrite would normalise.
func TestAnUnalteredDescriptionPassesByteForByte(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		odd := "v=0\nz=\nm=audio 007 RTP/AVP 0"
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.StripBundle(), signaling.MidOnly()}}, 1)
		if got := r.describe(offerer, odd); got != odd {
			t.Errorf("got %q, want %q", got, odd)
		}
	})
}

func TestRenamedMidsComeBackUnderTheirOldNames(t *testing.T) {
	for name, test := range map[string]struct {
		names, at []string // the names given, and what the answerer sees
	}{
		"words":              {[]string{"foo", "b-1"}, []string{"foo", "b-1"}},
		"descending numbers": {[]string{"1", "0"}, []string{"1", "0"}},
		"one of two":         {[]string{"z"}, []string{"z", "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.RenameMids(test.names...)}}, 1)
				renamed := r.describe(offerer, session)
				for _, l := range []string{"a=group:BUNDLE " + strings.Join(test.at, " "), "a=mid:" + test.at[0], "a=mid:" + test.at[1]} {
					if !strings.Contains(renamed, l+"\r\n") {
						t.Errorf("offer at the answerer: got %q, want %q in it", renamed, l)
					}
				}
				if back := r.describe(answerer, renamed); back != session {
					t.Errorf("answer at the offerer: got %q, want the old names %q", back, session)
				}
				r.surface(offerer, from(1, `"0"`, "0"), from(2, `"1"`, "1"), from(3, `"x"`, "1"))
				r.surface(answerer, from(4, `"`+test.at[0]+`"`, "0"), from(5, "null", "1"))
				r.open()
				second := "c2 mid=" + test.at[1] + " index=1"
				if test.at[1] != "1" {
					second += " fault=rename-mids"
				}
				r.want(answerer, name, "c1 mid="+test.at[0]+" index=0 fault=rename-mids", second, "c3 mid=x index=1")
				r.want(offerer, name, "c4 mid=0 index=0 fault=rename-mids", "c5 mid=null index=1")
			})
		})
	}
}

func TestASecondOfferKeepsTheNamesOfTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.RenameMids("foo", "bar", "late")}}, 1)
		r.describe(offerer, session)
		more := session + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:2\r\n"
		if diff := cmp.Diff(fooBar, changes(more, r.describe(offerer, more))); diff != "" {
			t.Errorf("lines of the second offer (-want +got):\n%s", diff)
		}
	})
}

func TestARejectedSectionLosesAllThatBelongsToItsCodecs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rich := "v=0\r\nm=audio 9 RTP/SAVPF 0\r\na=mid:0\r\na=ssrc:1 cname:a\r\nm=video 9 RTP/SAVPF 96 97\r\na=mid:1\r\n" +
			"a=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=rtcp-fb:96 nack\r\na=ssrc:2 cname:a\r\n" +
			"a=ssrc-group:FID 2 3\r\na=msid:a b\r\na=rid:h send\r\na=simulcast:send h\r\na=sendrecv\r\n"
		want := "v=0\r\nm=audio 9 RTP/SAVPF 0\r\na=mid:0\r\na=ssrc:1 cname:a\r\nm=video 9 RTP/SAVPF 96\r\na=mid:1\r\n" +
			"a=sendrecv\r\na=rtpmap:96 x-unknown/90000\r\n"
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.RejectSection(1)}}, 1)
		if diff := cmp.Diff(want, r.describe(offerer, rich)); diff != "" {
			t.Errorf("offer (-want +got):\n%s", diff)
		}
	})
}

func TestAnUnreadableDescriptionPassesOnlyWhereNoFaultReadsIt(t *testing.T) {
	for name, test := range map[string]struct {
		faults []signaling.Fault
		want   string // of the error
	}{
		"no fault":                 {nil, ""},
		"a fault":                  {[]signaling.Fault{signaling.StripCandidates()}, "signalling cannot read the offer of the offerer: "},
		"a fault on candidates":    {[]signaling.Fault{signaling.MidOnly()}, "signalling cannot read the offer of the offerer: "},
		"a fault of the other end": {[]signaling.Fault{signaling.StripCandidates().Only(answerer)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, signaling.Policy{Faults: test.faults}, 1)
				sent := peer.SessionDescription{Type: "offer", SDP: "<html>\n"}
				got, err := r.Describe(offerer, sent)
				if got != sent {
					t.Errorf("got %+v, want it unchanged: %+v", got, sent)
				}
				carried := r.recorded(offerer, "description", trace.ActCarry)
				if test.want == "" {
					if err != nil || !slices.Equal(carried, []string{"offer fault="}) {
						t.Errorf("got %v and %q in the trace, want it carried", err, carried)
					}
					return
				}
				if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "<html>") {
					t.Errorf("got %v, want an error with %q and the line", err, test.want)
				}
				if len(carried) > 0 {
					t.Errorf("in the trace: got %q, want none", carried)
				}
			})
		})
	}
}
