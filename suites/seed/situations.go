package seed

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2" //nolint:revive // as Ginkgo's specs are written
	. "github.com/onsi/gomega"    //nolint:revive // as Gomega's assertions are written

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/icematch"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// situations are in the order of scenario.Seed: what the table calls each, and what
// it must show.
var situations = [...]struct {
	label string
	judge func(account)
}{
	{"1 what createOffer gave, nothing awaited, nothing trickled", hasty},
	{"2 candidates with sdpMid and sdpMLineIndex null", unaddressed},
	{"3 gathering awaited, the local description sent whole", awaited},
	{"4 the candidates of 2, stamped by harness/repair", stamped},
	{"5 as 3, with audio, video and data", media(awaited)},
	{"6 as 4, with audio, video and data", media(stamped)},
}

// mustHaveRun ends the spec of a session that shows nothing, and lets a failing one
// name its trace. A session that a peer stopped shows why.
func (a account) mustHaveRun() {
	GinkgoHelper()
	AddReportEntry("trace", a.session.Trace, ReportEntryVisibilityFailureOrVerbose)
	for _, v := range a.session.Verdicts {
		if v.Outcome == check.Known {
			AddReportEntry("known deviation", fmt.Sprintf("%s, %s: %s", a.ends[v.Grade.Side], v.Entry.Where(), v.Entry.Reason), ReportEntryVisibilityFailureOrVerbose)
		}
	}
	end := a.session.End
	switch end.Result {
	case trace.EndUnsupported:
		Skip("unsupported: " + end.Reason)
	case trace.EndError:
		Fail(fmt.Sprintf("the harness or the environment broke in stage %s: %s\n%s", end.Stage, end.Reason, a.session.Trace))
	}
}

// alone holds in every situation: the sender is given none of the receiver's
// candidates, so that it can send no check from which the receiver would learn its
// address. Both had some to give.
func alone(a account) {
	GinkgoHelper()
	for _, side := range trace.Sides() {
		Expect(a.gathered(side)).To(BeNumerically(">", 0), "%s has gathered candidates", a.ends[side])
	}
	Expect(a.described(a.sender)).To(BeZero(), "candidates in the description that %s is given", a.ends[a.sender])
	Expect(a.handed(a.sender)).To(BeEmpty(), "candidates that %s is handed", a.ends[a.sender])
}

// apart asks both ends.
func apart(a account) {
	GinkgoHelper()
	Expect(a.session.End.Result).To(Equal(trace.EndCompleted), a.session.End.Reason)
	Expect(a.joined()).To(BeEmpty(), "ends that report a connection")
}

// together asks both ends, each of which has a verdict: that they report it, name the
// same selected pair and have the other's message.
func together(a account) {
	GinkgoHelper()
	Expect(a.session.Verdicts).To(HaveLen(2), "verdicts of %s", connected)
	Expect(a.wanting()).To(BeEmpty())
}

// hasty does not connect because no candidate goes either way.
func hasty(a account) {
	GinkgoHelper()
	alone(a)
	Expect(a.described(a.receiver)).To(BeZero(), "candidates in the description that %s is given", a.ends[a.receiver])
	Expect(a.handed(a.receiver)).To(BeEmpty(), "candidates that %s is handed", a.ends[a.receiver])
	apart(a)
}

// unaddressed does not connect because the receiver refuses each candidate: "If
// both sdpMid and sdpMLineIndex are null, return a promise rejected with a newly
// created TypeError" (https://www.w3.org/TR/webrtc/#dom-peerconnection-addicecandidate).
func unaddressed(a account) {
	GinkgoHelper()
	alone(a)
	Expect(a.described(a.receiver)).To(BeZero(), "candidates in the description that %s is given", a.ends[a.receiver])
	Expect(a.handed(a.receiver)).To(And(Not(BeEmpty()), HaveEach(And(icematch.HaveSDPMid(BeNil()), icematch.HaveMLineIndex(BeNil())))))
	Expect(a.answers(a.receiver)).To(And(Not(BeEmpty()), HaveEach(peer.TypeError)), "addIceCandidate of %s", a.ends[a.receiver])
	apart(a)
}

// awaited connects by the description alone.
func awaited(a account) {
	GinkgoHelper()
	alone(a)
	all, err := a.gathered(a.sender)
	Expect(err).NotTo(HaveOccurred())
	Expect(a.described(a.receiver)).To(Equal(all), "candidates in the description that %s is given", a.ends[a.receiver])
	Expect(a.handed(a.receiver)).To(BeEmpty(), "candidates that %s is handed", a.ends[a.receiver])
	together(a)
}

// stamped connects by the candidates alone, each addressed to the section that
// lists it.
func stamped(a account) {
	GinkgoHelper()
	alone(a)
	Expect(a.described(a.receiver)).To(BeZero(), "candidates in the description that %s is given", a.ends[a.receiver])
	all, err := a.gathered(a.sender)
	Expect(err).NotTo(HaveOccurred())
	local, err := a.local(a.sender)
	Expect(err).NotTo(HaveOccurred())
	handed, err := a.handed(a.receiver)
	Expect(err).NotTo(HaveOccurred())
	Expect(handed).To(HaveLen(all))
	for _, c := range handed {
		Expect(c).To(And(icematch.HaveSDPMid(Not(BeNil())), icematch.HaveMLineIndex(BeNumerically("<", len(local.Media)))))
		section := local.Media[*c.SDPMLineIndex]
		Expect(section.Mid()).To(Equal(*c.SDPMid), "mid of the section of %s", c)
		Expect(section.Candidates()).To(ContainElement(c.Candidate), "the section of %s", c)
	}
	Expect(a.answers(a.receiver)).To(And(Not(BeEmpty()), HaveEach(taken)), "addIceCandidate of %s", a.ends[a.receiver])
	together(a)
}

// media asks for the same of three sections.
func media(judge func(account)) func(account) {
	return func(a account) {
		GinkgoHelper()
		local, err := a.local(a.sender)
		Expect(err).NotTo(HaveOccurred())
		Expect(local.Media).To(HaveLen(3), "sections of %s", a.ends[a.sender])
		judge(a)
	}
}
