package signaling_test

import (
	"slices"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

// plain is what the ends get of the candidates in the test below when nothing
// happens to them.
var (
	plainAtAnswerer = []string{"c1 mid=0 index=0", "c2 mid=1 index=1", "null"}
	plainAtOfferer  = []string{"c3 mid=0 index=0", "null"}
)

func TestEachFaultDeliversExactlyItsCandidates(t *testing.T) {
	tests := []struct {
		name       string
		faults     []signaling.Fault
		atAnswerer []string
		atOfferer  []string
	}{
		{"no fault", nil, plainAtAnswerer, plainAtOfferer},
		{"strip-candidates", []signaling.Fault{signaling.StripCandidates()}, plainAtAnswerer, plainAtOfferer},
		{"strip-bundle", []signaling.Fault{signaling.StripBundle()}, plainAtAnswerer, plainAtOfferer},
		{"reject-section", []signaling.Fault{signaling.RejectSection(0)}, plainAtAnswerer, plainAtOfferer},
		{"batch", []signaling.Fault{signaling.Batch()}, plainAtAnswerer, plainAtOfferer},
		{"addressed, where nothing is wrong", []signaling.Fault{signaling.Addressed()}, plainAtAnswerer, plainAtOfferer},
		{
			"mid-only",
			[]signaling.Fault{signaling.MidOnly()},
			[]string{"c1 mid=0 index=null fault=mid-only", "c2 mid=1 index=null fault=mid-only", "null"},
			[]string{"c3 mid=0 index=null fault=mid-only", "null"},
		},
		{
			"index-only",
			[]signaling.Fault{signaling.IndexOnly()},
			[]string{"c1 mid=null index=0 fault=index-only", "c2 mid=null index=1 fault=index-only", "null"},
			[]string{"c3 mid=null index=0 fault=index-only", "null"},
		},
		{
			"neither",
			[]signaling.Fault{signaling.Neither()},
			[]string{
				"c1 mid=null index=null probe=neither-mid-nor-index fault=neither", "c1 mid=0 index=0",
				"c2 mid=null index=null probe=neither-mid-nor-index fault=neither", "c2 mid=1 index=1", "null",
			},
			[]string{"c3 mid=null index=null probe=neither-mid-nor-index fault=neither", "c3 mid=0 index=0", "null"},
		},
		{
			"unaddressed",
			[]signaling.Fault{signaling.Unaddressed()},
			[]string{"c1 mid=null index=null fault=unaddressed", "c2 mid=null index=null fault=unaddressed", "null"},
			[]string{"c3 mid=null index=null fault=unaddressed", "null"},
		},
		{
			"unknown-mid",
			[]signaling.Fault{signaling.UnknownMid()},
			[]string{
				"c1 mid=nope index=0 probe=unknown-mid fault=unknown-mid", "c1 mid=0 index=0",
				"c2 mid=nope index=1 probe=unknown-mid fault=unknown-mid", "c2 mid=1 index=1", "null",
			},
			[]string{"c3 mid=nope index=0 probe=unknown-mid fault=unknown-mid", "c3 mid=0 index=0", "null"},
		},
		{
			"extensions",
			[]signaling.Fault{signaling.Extensions("foo bar")},
			[]string{"c1 foo bar mid=0 index=0 fault=extensions", "c2 foo bar mid=1 index=1 fault=extensions", "null"},
			[]string{"c3 foo bar mid=0 index=0 fault=extensions", "null"},
		},
		{
			"empty-candidate",
			[]signaling.Fault{signaling.EmptyCandidate()},
			[]string{"c1 mid=0 index=0", "c2 mid=1 index=1", "empty mid=0 index=0 fault=empty-candidate", "null"},
			[]string{"c3 mid=0 index=0", "empty mid=0 index=0 fault=empty-candidate", "null"},
		},
		{
			"duplicate",
			[]signaling.Fault{signaling.Duplicate(3)},
			[]string{
				"c1 mid=0 index=0", "c1 mid=0 index=0 fault=duplicate", "c1 mid=0 index=0 fault=duplicate",
				"c2 mid=1 index=1", "c2 mid=1 index=1 fault=duplicate", "c2 mid=1 index=1 fault=duplicate", "null",
			},
			[]string{"c3 mid=0 index=0", "c3 mid=0 index=0 fault=duplicate", "c3 mid=0 index=0 fault=duplicate", "null"},
		},
		{"duplicate once", []signaling.Fault{signaling.Duplicate(1)}, plainAtAnswerer, plainAtOfferer},
		{"drop the offerer's", []signaling.Fault{signaling.Drop(offerer)}, nil, plainAtOfferer},
		{"drop the answerer's", []signaling.Fault{signaling.Drop(answerer)}, plainAtAnswerer, nil},
		{
			"one way",
			[]signaling.Fault{signaling.MidOnly().Only(answerer)},
			plainAtAnswerer,
			[]string{"c3 mid=0 index=null fault=mid-only", "null"},
		},
		{
			"rename-mids",
			[]signaling.Fault{signaling.RenameMids("foo")},
			[]string{"c1 mid=foo index=0 fault=rename-mids", "c2 mid=1 index=1", "null"},
			plainAtOfferer,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, signaling.Policy{Faults: test.faults}, 1)
				r.describe(offerer, session)
				r.describe(answerer, session)
				r.surface(offerer, from(1, `"0"`, "0"), from(2, `"1"`, "1"), end)
				r.surface(answerer, from(3, `"0"`, "0"), end)
				r.Gathered(offerer)
				r.Gathered(answerer)
				r.want(answerer, "before it is ready")
				r.want(offerer, "before it is ready")
				r.open()
				r.want(answerer, "once it is ready", test.atAnswerer...)
				r.want(offerer, "once it is ready", test.atOfferer...)
				r.wantTrace(offerer)
				r.wantTrace(answerer)
			})
		})
	}
}

func TestADroppedCandidateIsInTheTraceWithTheFaultThatDroppedIt(t *testing.T) {
	for name, faults := range map[string][]signaling.Fault{
		"alone":                   {signaling.Drop(answerer)},
		"after what repeats it":   {signaling.Duplicate(2), signaling.Drop(answerer)},
		"before what repeats it":  {signaling.Drop(answerer), signaling.Duplicate(2)},
		"after what puts another": {signaling.EmptyCandidate(), signaling.Drop(answerer)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, signaling.Policy{Name: "lossy", Faults: faults}, 1)
				r.surface(answerer, from(1, `"0"`, "0"), end)
				r.open()
				r.want(offerer, "of a dropped end")
				want := []string{"c1 mid=0 index=0 fault=drop", "null fault=drop"}
				if diff := cmp.Diff(want, r.recorded(answerer, "candidate", trace.ActDrop)); diff != "" {
					t.Errorf("dropped in the trace (-want +got):\n%s", diff)
				}
				if got := r.recorded(answerer, "candidate", trace.ActCarry); len(got) > 0 {
					t.Errorf("carried in the trace: got %q, want none", got)
				}
			})
		})
	}
}

// The sender's own mistakes must not decide what the faults of addressing test.
func TestAddressedGivesTheSectionThatTheSendersDescriptionNames(t *testing.T) {
	const noMid = "v=0\r\nm=audio 9 RTP/AVP 0\r\n"
	for name, test := range map[string]struct{ sdp, raw, want string }{
		"an empty mid, as pion writes it":   {session, from(1, `""`, "1"), "c1 mid=1 index=1 fault=addressed"},
		"a null mid":                        {session, from(1, "null", "1"), "c1 mid=1 index=1 fault=addressed"},
		"a null index":                      {session, from(1, `"1"`, "null"), "c1 mid=1 index=1 fault=addressed"},
		"an index that is not the mid's":    {session, from(1, `"1"`, "0"), "c1 mid=1 index=1 fault=addressed"},
		"an unknown mid":                    {session, from(1, `"x"`, "1"), "c1 mid=1 index=1 fault=addressed"},
		"an index beyond the last section":  {session, from(1, "null", "2"), "c1 mid=0 index=0 fault=addressed"},
		"a negative index":                  {session, from(1, "null", "-1"), "c1 mid=0 index=0 fault=addressed"},
		"a mid and an index of other types": {session, from(1, "7", `"1"`), "c1 mid=0 index=0 fault=addressed"},
		"neither mid nor index":             {session, `{"candidate":"` + line(1) + `"}`, "c1 mid=0 index=0 fault=addressed"},
		"a section without a mid":           {noMid, from(1, `""`, "0"), "c1 mid=null index=0 fault=addressed"},
		"a description without sections":    {"v=0\r\n", from(1, `"x"`, "7"), "c1 mid=x index=7"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.Addressed()}}, 1)
				r.describe(offerer, test.sdp)
				r.surface(offerer, test.raw)
				r.open()
				r.want(answerer, name, test.want)
			})
		})
	}
}

// What Unaddressed takes away, Stamped finds again.
func TestStampedGivesTheSectionThatListsTheCandidate(t *testing.T) {
	const listed = "c1 mid=0 index=0 fault=unaddressed+stamped"
	for name, test := range map[string]struct{ sdp, raw, want string }{
		"a candidate that a section lists": {session, from(1, `"0"`, "0"), listed},
		"one that was said of another":     {session, from(1, `"1"`, "1"), listed},
		"one that no section lists":        {session, from(2, `"0"`, "0"), "c2 mid=null index=null fault=unaddressed"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.StripCandidates(), signaling.Unaddressed(), signaling.Stamped()}}, 1)
				r.describe(offerer, test.sdp)
				r.surface(offerer, test.raw)
				r.open()
				r.want(answerer, name, test.want)
			})
		})
	}
}

func TestWhatIsNoCandidateToAlterPassesEveryFault(t *testing.T) {
	altering := []signaling.Fault{
		signaling.Addressed(), signaling.MidOnly(), signaling.IndexOnly(), signaling.Neither(), signaling.UnknownMid(),
		signaling.Extensions("foo bar"), signaling.EmptyCandidate(), signaling.RenameMids("foo"),
		signaling.Unaddressed(), signaling.Stamped(),
	}
	hostile := []string{"", "{", `"text"`, "[1]", "7", "null"}
	for _, fault := range altering {
		t.Run(fault.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, signaling.Policy{Faults: []signaling.Fault{fault}}, 1)
				r.surface(offerer, hostile...)
				r.open()
				got := slices.DeleteFunc(r.arrived(answerer), func(s string) bool {
					return s == "empty mid=absent index=absent fault=empty-candidate"
				})
				if diff := cmp.Diff(hostile, got); diff != "" {
					t.Errorf("arrived (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// An implementation may surface the empty candidate itself: it belongs to a
// section, so it is addressed, but it can be neither extended nor refused.
func TestAnEmptyCandidateIsNeitherProbedNorExtended(t *testing.T) {
	const empty = `{"candidate":"","sdpMid":"1","sdpMLineIndex":0}`
	for _, fault := range []signaling.Fault{signaling.Neither(), signaling.UnknownMid(), signaling.Extensions("foo bar")} {
		t.Run(fault.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, signaling.Policy{Faults: []signaling.Fault{fault}}, 1)
				r.describe(offerer, session)
				r.surface(offerer, empty)
				r.open()
				r.want(answerer, fault.Name, "empty mid=1 index=1 fault="+fault.Name)
			})
		})
	}
}

func TestWhatNoFaultTouchesArrivesByteForByte(t *testing.T) {
	raws := []string{
		` { "sdpMid" : "" , "candidate":"` + line(1) + `", "unknown":{"a":[null,1.50]} } `,
		"{not JSON", `{"candidate":"","sdpMid":null}`, end,
	}
	for name, policy := range map[string]signaling.Policy{
		"no fault": {},
		"a fault that finds it right, and ones that order": {Faults: []signaling.Fault{
			signaling.StripCandidates(), signaling.Batch(), signaling.Duplicate(1), signaling.MidOnly().Only(answerer),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, policy, 1)
				r.surface(offerer, raws...)
				r.Gathered(offerer)
				r.open()
				synctest.Wait()
				var got []string
				for _, c := range r.seen {
					got = append(got, string(c.Raw))
				}
				if diff := cmp.Diff(raws, got); diff != "" {
					t.Errorf("arrived (-want +got):\n%s", diff)
				}
			})
		})
	}
}
