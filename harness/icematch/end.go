// Package icematch has Gomega matchers for candidates and recorded sessions, for
// specs of your own:
//
//	offerer, answerer, err := icematch.Ends(records)
//	Expect(err).NotTo(HaveOccurred())
//	Expect(offerer).To(icematch.HaveGathered())
//	Expect(offerer.Candidates()).To(HaveEach(icematch.HaveSDPMid("0")))
//	Expect(offerer).To(icematch.BeConnectedWith(answerer))
//	Expect(answerer).To(icematch.Meet("CAND-002"))
//
// The matchers judge with harness/check and harness/wire. Records come from
// harness/scenario, from harness/run, or from a file by trace.ReadFile.
package icematch

import (
	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// End is one end of a recorded session.
type End struct {
	view *check.View
	side trace.Side
}

// Ends returns both ends of a recorded session. The error says that the records
// are no trace.
func Ends(records []trace.Record) (offerer, answerer End, err error) {
	v, err := check.NewView(records)
	if err != nil {
		return End{}, End{}, err
	}
	return End{v, trace.Offerer}, End{v, trace.Answerer}, nil
}

// String names the end: "pion (offerer)".
func (e End) String() string {
	if e.view == nil {
		return "no end"
	}
	return e.view.Header.Peer(e.side).ID + " (" + string(e.side) + ")"
}

// Candidates returns what the end surfaced, without the null and the empty one
// that end gathering.
func (e End) Candidates() []peer.ICECandidateInit {
	var all []peer.ICECandidateInit
	for _, c := range e.view.RealCandidates(e.side) {
		if c.Init != nil {
			all = append(all, *c.Init)
		}
	}
	return all
}
