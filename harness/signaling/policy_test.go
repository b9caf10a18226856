package signaling_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/repair"
	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

// send does what a session does with a gathered description in each mode; no
// mode is that of a peer that can trickle.
func (r *rig) send(from trace.Side, mode signaling.Mode, local string) (carried string) {
	r.t.Helper()
	carried = r.describe(from, local)
	candidates, err := repair.Candidates(peer.SessionDescription{SDP: local})
	if err != nil {
		r.t.Fatal(err)
	}
	if mode == signaling.Wait || mode == signaling.Hasty {
		return carried
	}
	for _, c := range candidates {
		if mode != signaling.Repair {
			// What pion v3 surfaces.
			empty := ""
			c.SDPMid = &empty
		}
		raw, err := json.Marshal(c)
		if err != nil {
			r.t.Fatal(err)
		}
		r.surface(from, string(raw))
	}
	if mode != signaling.Repair {
		r.surface(from, end)
	}
	return carried
}

func TestPoliciesSayWhatTravelsInTheDescriptionAndWhatApart(t *testing.T) {
	const trickle, wait, repaired = signaling.Trickle, signaling.Wait, signaling.Repair
	strip := []signaling.Fault{signaling.StripCandidates()}
	surfaced, stamped := []string{"c1 mid= index=0", "null"}, []string{"c1 mid=0 index=0"}
	for name, test := range map[string]struct {
		policy         signaling.Policy
		inOffer        bool
		inAnswer       bool
		toAnswerer     []string
		toOfferer      []string
		offersFault    string
		offererDropped bool
	}{
		"full":     {signaling.Policy{Offerer: trickle, Answerer: trickle, Faults: strip}, false, false, surfaced, surfaced, "strip-candidates", false},
		"zero":     {signaling.Policy{}, true, true, surfaced, surfaced, "", false},
		"half":     {signaling.Policy{Offerer: wait, Answerer: trickle}, true, true, nil, surfaced, "", false},
		"mirror":   {signaling.Policy{Offerer: trickle, Answerer: wait}, true, true, surfaced, nil, "", false},
		"none":     {signaling.Policy{Offerer: wait, Answerer: wait}, true, true, nil, nil, "", false},
		"repaired": {signaling.Policy{Offerer: repaired, Answerer: repaired, Faults: strip}, false, false, stamped, stamped, "strip-candidates", false},
		"one way": {
			signaling.Policy{Offerer: trickle, Answerer: trickle}.With(signaling.Drop(offerer)),
			false, true, nil, surfaced, "drop", true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, test.policy, 1)
				offer := r.send(offerer, test.policy.Offerer, session)
				answer := r.send(answerer, test.policy.Answerer, session)
				r.open()
				if got := strings.Contains(offer, "a=candidate:"); got != test.inOffer {
					t.Errorf("candidates in the offer: got %v, want %v", got, test.inOffer)
				}
				if got := strings.Contains(answer, "a=candidate:"); got != test.inAnswer {
					t.Errorf("candidates in the answer: got %v, want %v", got, test.inAnswer)
				}
				r.want(answerer, name, test.toAnswerer...)
				r.want(offerer, name, test.toOfferer...)
				r.wantTrace(offerer)
				r.wantTrace(answerer)
				if got := r.recorded(offerer, "description", trace.ActCarry); !slices.Equal(got, []string{"offer fault=" + test.offersFault}) {
					t.Errorf("the offer in the trace: got %q, want fault %q", got, test.offersFault)
				}
				if got := len(r.recorded(offerer, "candidate", trace.ActDrop)) > 0; got != test.offererDropped {
					t.Errorf("candidates dropped on the way to the answerer: got %v, want %v", got, test.offererDropped)
				}
			})
		})
	}
}

func TestFaultsComposeInTheirOrder(t *testing.T) {
	const neither, unknown = " probe=neither-mid-nor-index", " probe=unknown-mid"
	tests := []struct {
		name   string
		faults []signaling.Fault
		want   []string
	}{
		{
			"altered, then repeated",
			[]signaling.Fault{signaling.IndexOnly(), signaling.Extensions("foo bar"), signaling.Duplicate(2)},
			[]string{
				// The last fault that addresses a candidate wins.
				"c1 foo bar mid=1 index=1 fault=index-only+extensions",
				"c1 foo bar mid=1 index=1 fault=index-only+extensions+duplicate", "null",
			},
		},
		{
			"addressed, then altered",
			[]signaling.Fault{signaling.Extensions("foo bar"), signaling.IndexOnly()},
			[]string{"c1 foo bar mid=null index=1 fault=extensions+index-only", "null"},
		},
		{
			"a repeated probe is a probe",
			[]signaling.Fault{signaling.Neither(), signaling.Duplicate(2)},
			[]string{
				"c1 mid=null index=null" + neither + " fault=neither", "c1 mid=null index=null" + neither + " fault=neither+duplicate",
				"c1 mid=1 index=1", "c1 mid=1 index=1 fault=duplicate", "null",
			},
		},
		{
			"a probe stays wrong",
			[]signaling.Fault{signaling.Neither(), signaling.UnknownMid(), signaling.MidOnly()},
			[]string{
				"c1 mid=null index=null" + neither + " fault=neither", "c1 mid=nope index=1" + unknown + " fault=unknown-mid",
				"c1 mid=1 index=null fault=mid-only", "null",
			},
		},
		{
			"under the mids of the receiver",
			[]signaling.Fault{signaling.UnknownMid(), signaling.MidOnly(), signaling.RenameMids("foo", "bar")},
			[]string{"c1 mid=nope index=1" + unknown + " fault=unknown-mid", "c1 mid=bar index=null fault=mid-only+rename-mids", "null"},
		},
		{
			"an end that is said in two ways",
			[]signaling.Fault{signaling.EmptyCandidate(), signaling.MidOnly()},
			[]string{"c1 mid=1 index=null fault=mid-only", "empty mid=0 index=null fault=empty-candidate+mid-only", "null"},
		},
		{
			"of both ends",
			[]signaling.Fault{signaling.MidOnly().Only(answerer), signaling.IndexOnly().Only(offerer)},
			[]string{"c1 mid=null index=1 fault=index-only", "null"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, signaling.Policy{Faults: test.faults}, 1)
				r.describe(offerer, session)
				r.surface(offerer, from(1, `"1"`, "1"), end)
				r.open()
				r.want(answerer, test.name, test.want...)
				r.wantTrace(offerer)
			})
		})
	}
}

func TestFaultsOnDescriptionsComposeAndAreAllNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{
			signaling.RejectSection(1), signaling.StripCandidates(), signaling.Batch(), signaling.StripBundle(), signaling.RenameMids("foo"),
		}}, 1)
		want := append(slices.Clone(withoutCandidates[:4]), "-a=group:BUNDLE 0 1", "-a=mid:0",
			"-m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
			"+m=audio 9 UDP/TLS/RTP/SAVPF 111", "+c=IN IP4 0.0.0.0", "+a=mid:foo",
			"+m=application 9 UDP/DTLS/SCTP 96", "+a=rtpmap:96 x-unknown/90000")
		got := changes(session, r.describe(offerer, session))
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("lines of the offer (-want +got):\n%s", diff)
		}
		named := []string{"offer fault=reject-section+strip-candidates+strip-bundle+rename-mids"}
		if diff := cmp.Diff(named, r.recorded(offerer, "description", trace.ActCarry)); diff != "" {
			t.Errorf("in the trace (-want +got):\n%s", diff)
		}
	})
}

func TestFaultsOfOrderComposeWithThoseOfContent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{
			signaling.Overtake().Only(offerer), signaling.MidOnly(), signaling.Reorder(), signaling.Hold(1),
		}}, 1)
		r.describe(offerer, session)
		r.surface(offerer, from(1, `"0"`, "0"), from(2, `"1"`, "1"), end)
		r.want(answerer, "too early",
			"c1 mid=0 index=0 probe=before-remote-description fault=overtake", "c2 mid=1 index=1 probe=before-remote-description fault=overtake")
		r.open()
		r.Gathered(offerer)
		if !r.Drain(t.Context(), offerer) {
			t.Error("Drain: got false, want all delivered")
		}
		if got, want := r.arrived(answerer)[2:], []string{"c2 mid=1 index=null fault=mid-only", "c1 mid=0 index=null fault=mid-only", "null"}; !slices.Equal(got, want) {
			t.Errorf("after the offer: got %q, want %q", got, want)
		}
	})
}

func TestAPolicyWithMoreFaultsLeavesTheOriginalAlone(t *testing.T) {
	base := signaling.Policy{Name: "base", Offerer: signaling.Wait, Faults: make([]signaling.Fault, 0, 8)}
	first := base.With(signaling.Batch(), signaling.MidOnly().Only(offerer))
	second := base.With(signaling.Neither())
	for _, test := range []struct {
		policy signaling.Policy
		want   []string
	}{
		{base, []string{}},
		{first, []string{"batch", "mid-only"}},
		{second, []string{"neither"}},
		{first.With(), []string{"batch", "mid-only"}},
	} {
		if diff := cmp.Diff(test.want, test.policy.FaultNames()); diff != "" {
			t.Errorf("faults (-want +got):\n%s", diff)
		}
		if test.policy.Name != "base" || test.policy.Offerer != signaling.Wait {
			t.Errorf("policy: got %+v, want the name and modes of the original", test.policy)
		}
	}
}

func TestOnlyLimitsACopyOfTheFault(t *testing.T) {
	both := signaling.Batch()
	one := both.Only(answerer)
	if both.From != "" || one.From != answerer || one.Name != both.Name {
		t.Errorf("got %q from %q and %q from %q, want batch from both and batch from the answerer", both.Name, both.From, one.Name, one.From)
	}
}

// TestAnEndThatWaitsKeepsItsCandidates: taken out of its description they would be
// nowhere.
func TestAnEndThatWaitsKeepsItsCandidates(t *testing.T) {
	strip, batch := signaling.StripCandidates(), signaling.Batch()
	for name, tc := range map[string]struct {
		faults []signaling.Fault
		want   []trace.Side // whose description is stripped
	}{
		"of both":         {[]signaling.Fault{strip, batch}, []trace.Side{answerer}},
		"of that end":     {[]signaling.Fault{strip.Only(offerer)}, nil},
		"of the other":    {[]signaling.Fault{strip.Only(answerer)}, []trace.Side{answerer}},
		"of none of them": {[]signaling.Fault{batch}, nil},
	} {
		policy := signaling.Policy{Faults: tc.faults}
		var got []trace.Side
		for _, f := range policy.Keeping(offerer).Faults {
			if f.Name == strip.Name {
				got = append(got, f.From)
			}
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if len(policy.Faults) != len(tc.faults) || policy.Faults[0].From != tc.faults[0].From {
			t.Errorf("%s: the policy itself was changed", name)
		}
	}
}
