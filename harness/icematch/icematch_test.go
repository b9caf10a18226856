package icematch_test

import (
	"context"
	"strings"
	"testing"

	. "github.com/onsi/gomega" //nolint:revive // as Gomega's assertions are written

	"github.com/webrtc-rink/rink/harness/icematch"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// play runs a scenario between two fakes, of which one may have a defect.
func play(t *testing.T, name string, defects ...fake.Defect) []trace.Record {
	t.Helper()
	sc, ok := scenario.ByName(name)
	if !ok {
		t.Fatalf("scenario %s: there is none", name)
	}
	network := fake.NewNetwork()
	at := map[trace.Side][]fake.Defect{}
	for _, d := range defects {
		at[d.Side] = append(at[d.Side], d)
	}
	offerer, answerer := network.Peer("one", at[trace.Offerer]...), network.Peer("two", at[trace.Answerer]...)
	return scenario.Run(context.Background(), sc, offerer, answerer, scenario.Options{Seed: 1}).Records
}

func defect(t *testing.T, check string) fake.Defect {
	t.Helper()
	for _, d := range fake.Defects() {
		if d.Check == check {
			return d
		}
	}
	t.Fatalf("no defect for %s", check)
	return fake.Defect{}
}

func TestAHealthySessionMatches(t *testing.T) {
	g := NewWithT(t)
	offerer, answerer, err := icematch.Ends(play(t, "trickle-full"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(offerer).To(icematch.HaveGathered())
	g.Expect(answerer).To(icematch.HaveGathered())
	g.Expect(offerer).To(icematch.BeConnectedWith(answerer))
	g.Expect(answerer).To(icematch.Meet("CAND-002"))
	g.Expect(offerer.Candidates()).To(HaveEach(And(
		icematch.HaveSDPMid("0"), icematch.HaveMLineIndex(0), icematch.HaveCandidateType("host"),
		icematch.HaveUsernameFragment(Not(BeEmpty())),
	)))
}

func TestADefectIsTold(t *testing.T) {
	g := NewWithT(t)
	d := defect(t, "CAND-002")
	bad, good, err := icematch.Ends(play(t, d.Scenario, d))
	g.Expect(err).NotTo(HaveOccurred())
	if d.Side == trace.Answerer {
		bad, good = good, bad
	}
	g.Expect(bad).NotTo(icematch.Meet("CAND-002"))
	g.Expect(good).To(icematch.Meet("CAND-002"))
	matcher := icematch.Meet("CAND-002")
	if ok, err := matcher.Match(bad); ok || err != nil {
		t.Fatalf("got %t, %v", ok, err)
	}
	for _, part := range []string{bad.String(), "to meet CAND-002", "sdpMid", "want"} {
		if text := matcher.FailureMessage(bad); !strings.Contains(text, part) {
			t.Errorf("got %q, want %q in it", text, part)
		}
	}
}

func TestASessionThatDoesNotConnectIsTold(t *testing.T) {
	g := NewWithT(t)
	offerer, answerer, err := icematch.Ends(play(t, "gathering-not-started"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(offerer).NotTo(icematch.HaveGathered())
	g.Expect(offerer).NotTo(icematch.BeConnectedWith(answerer))
	gathered := icematch.HaveGathered()
	_, _ = gathered.Match(offerer)
	g.Expect(gathered.FailureMessage(offerer)).To(ContainSubstring("iceGatheringState: got new, want complete"))
}

func TestWhatSaysNothingIsAnError(t *testing.T) {
	g := NewWithT(t)
	offerer, _, err := icematch.Ends(play(t, "trickle-full"))
	g.Expect(err).NotTo(HaveOccurred())
	_, stranger, err := icematch.Ends(play(t, "trickle-full"))
	g.Expect(err).NotTo(HaveOccurred())
	for name, tc := range map[string]struct {
		matcher OmegaMatcher
		actual  any
		want    string
	}{
		"no such check":       {icematch.Meet("CAND-999"), offerer, "CAND-999"},
		"does not apply":      {icematch.Meet("GATHER-016"), offerer, "does not apply"},
		"another session":     {icematch.BeConnectedWith(stranger), offerer, "same session"},
		"itself":              {icematch.BeConnectedWith(offerer), offerer, "same session"},
		"no end":              {icematch.HaveGathered(), "offerer", "want an icematch.End"},
		"an empty end":        {icematch.HaveGathered(), icematch.End{}, "want an icematch.End"},
		"no candidate":        {icematch.HaveSDPMid("0"), 7, "want a peer.ICECandidateInit"},
		"a nil candidate":     {icematch.HaveSDPMid("0"), (*peer.ICECandidateInit)(nil), "want a peer.ICECandidateInit"},
		"an unreadable line":  {icematch.HaveCandidateType("host"), peer.ICECandidateInit{Candidate: "nonsense"}, "nonsense"},
		"a matcher that errs": {icematch.HaveSDPMid(BeNumerically("==", 1)), candidate("0", 0), "Expected a number"},
	} {
		ok, err := tc.matcher.Match(tc.actual)
		if ok || err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %t, %v, want an error with %q", name, ok, err, tc.want)
		}
	}
	if _, _, err := icematch.Ends(nil); err == nil {
		t.Error("no records: got no error")
	}
}

func candidate(mid string, index uint16) peer.ICECandidateInit {
	return peer.ICECandidateInit{Candidate: "candidate:1 1 udp 2130706431 192.0.2.1 9 typ host", SDPMid: &mid, SDPMLineIndex: &index}
}

// TestNullIsNotEmpty: null and the empty string are different values of sdpMid.
func TestNullIsNotEmpty(t *testing.T) {
	g := NewWithT(t)
	null := peer.ICECandidateInit{Candidate: "candidate:1 1 udp 2130706431 192.0.2.1 9 typ host"}
	empty := candidate("", 0)
	g.Expect(empty).To(icematch.HaveSDPMid(""))
	g.Expect(&empty).To(icematch.HaveSDPMid(""))
	g.Expect(null).NotTo(icematch.HaveSDPMid(""))
	g.Expect(null).To(icematch.HaveSDPMid(nil))
	g.Expect(null).To(icematch.HaveSDPMid(BeNil()))
	g.Expect(null).To(icematch.HaveMLineIndex(nil))
	g.Expect(null).NotTo(icematch.HaveMLineIndex(0))
	g.Expect(null).To(icematch.HaveUsernameFragment(BeNil()))
	g.Expect(empty).To(icematch.HaveMLineIndex(uint16(0)))
	g.Expect(empty).To(icematch.HaveMLineIndex(BeNumerically("<", 3)))
	mid := icematch.HaveSDPMid("0")
	_, _ = mid.Match(empty)
	g.Expect(mid.FailureMessage(empty)).To(And(ContainSubstring("sdpMid of"), ContainSubstring("candidate:1")))
	g.Expect(mid.NegatedFailureMessage(empty)).To(ContainSubstring("not to equal"))
}
