package check

import (
	"fmt"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// pairsWith reports whether stats of a further connection have a pair whose remote
// end is the candidate of these calls.
func (v *View) pairsWith(side trace.Side, conn, what string) (there bool, n int, err error) {
	at := v.At(conn)
	stats, ok := at.Stats(side, trace.MomentPaired)
	if !ok {
		return false, 0, NoEvidence("no pairs of %s were read: %s", conn, v.End.Reason)
	}
	for _, c := range at.Calls(side, "addIceCandidate") {
		if c.Text != what || !c.OK() {
			continue
		}
		line, err := lineOf(c)
		if err != nil {
			return false, 0, err
		}
		return hasPair(stats, line.Port), c.N, nil
	}
	return false, 0, NoEvidence("%s took no such candidate", conn)
}

// lineOf is the candidate of a call of ours.
func lineOf(c Call) (wire.Candidate, error) {
	init, err := peer.ParseCandidateInit(c.Candidate)
	if err != nil || init == nil {
		return wire.Candidate{}, fmt.Errorf("record %d: no candidate: %w", c.N, err)
	}
	return wire.ParseCandidate(init.Candidate)
}

func hasPair(stats peer.Stats, port int) bool {
	for _, p := range stats.Pairs {
		if p.Remote.Port == port {
			return true
		}
	}
	return false
}

// pairing reports whether the connection that is told of no end pairs what is
// trickled: without that, that others make no pair says nothing.
func (v *View) pairing(side trace.Side) error {
	there, _, err := v.pairsWith(side, trace.ConnPairing, trace.HandedTrickled)
	if err == nil && !there {
		err = NoEvidence("a trickled candidate makes no pair without the end of candidates either; that is counted there")
	}
	return err
}

func ignoresAfterTheEnd(v *View, side trace.Side) ([]Finding, error) {
	if err := v.pairing(side); err != nil {
		return nil, err
	}
	there, n, err := v.pairsWith(side, trace.ConnEnded, trace.HandedAfter)
	if err != nil || !there {
		return nil, err
	}
	return []Finding{{Object: "a candidate after the end of candidates", Got: "a pair", Want: "ignored", Where: []int{n}}}, nil
}

// describedEnd asks that the end in a description is as good as one that is told. Where
// that is not heeded either, only the state to which it leads says something.
func describedEnd(v *View, side trace.Side) ([]Finding, error) {
	if v.Header.Traits.Has(trace.TraitUnreachable) {
		return failsInTheEnd(trace.ConnDescribedEnd)(v, side)
	}
	if missing := v.Header.Peer(side).Features.Missing(peer.FeatureDetailedStats, peer.FeatureEndOfICE); len(missing) > 0 {
		return nil, NoEvidence("%s does not declare %s", v.Header.Peer(side).ID, missing)
	}
	ignored, err := ignoresAfterTheEnd(v, side)
	if err != nil {
		return nil, err
	}
	if len(ignored) > 0 {
		return nil, NoEvidence("the %s does not heed the end of candidates that is told either; that is counted there", side)
	}
	var found []Finding
	for _, conn := range []string{trace.ConnSectionEnd, trace.ConnSessionEnd} {
		there, n, err := v.pairsWith(side, conn, trace.HandedAfter)
		if err != nil {
			return nil, err
		}
		if there {
			found = append(found, Finding{Object: "a candidate after a=end-of-candidates", Got: "a pair", Want: "ignored", Where: []int{n}})
		}
	}
	return found, nil
}

func describedAndTrickled(v *View, side trace.Side) ([]Finding, error) {
	stats, ok := v.At(trace.ConnPairing).Stats(side, trace.MomentPaired)
	d := v.At(trace.ConnPairing).remote(side, len(v.Records))
	if !ok || d == nil {
		return nil, NoEvidence("no pairs were read: %s", v.End.Reason)
	}
	var found []Finding
	for _, line := range d.Media[0].Candidates() {
		c, err := wire.ParseCandidate(line)
		if err != nil {
			return nil, err
		}
		if !hasPair(stats, c.Port) {
			found = append(found, Finding{Object: "a candidate of the description", Got: "no pair", Want: "a pair"})
		}
	}
	there, n, err := v.pairsWith(side, trace.ConnPairing, trace.HandedTrickled)
	if err != nil {
		return found, err
	}
	if !there {
		found = append(found, Finding{Object: trace.HandedTrickled, Got: "no pair", Want: "a pair", Where: []int{n}})
	}
	return found, nil
}

// prohibitedMakesNoPair looks at the pairs where the end tells them.
func prohibitedMakesNoPair(v *View, side trace.Side) ([]Finding, error) {
	if !v.Header.Peer(side).Features.Has(peer.FeatureDetailedStats) {
		return nil, nil
	}
	if err := v.pairing(side); err != nil {
		return nil, err
	}
	stats, _ := v.At(trace.ConnPairing).Stats(side, trace.MomentPaired)
	var found []Finding
	for _, c := range v.handedOver(side, trace.HandedProhibitedPort) {
		line, err := lineOf(c.Call)
		if err != nil {
			return nil, err
		}
		if hasPair(stats, line.Port) {
			found = append(found, Finding{Object: c.label, Got: "a pair", Want: "never used", Where: []int{c.N}})
		}
	}
	return found, nil
}

// said is the first time that a further connection says one of these, as an event
// before the close, or as an attribute at a moment.
func (v *View) said(side trace.Side, conn string, states ...string) (where int, state string, ok bool) {
	at := v.At(conn)
	for _, e := range at.states(side, peer.EventICEConnectionStateChange, peer.EventConnectionStateChange) {
		for _, s := range states {
			if e.State == s {
				return e.N, s, true
			}
		}
	}
	return 0, "", false
}

// looked is the record at which a further connection was looked at.
func (v *View) looked(side trace.Side, conn, moment string) (int, error) {
	for _, r := range v.Records {
		if r.Side == side && r.Conn == conn && r.Snapshot != nil && r.Snapshot.Moment == moment {
			return r.N, nil
		}
	}
	return 0, NoEvidence("%s was not looked at: %s", conn, v.End.Reason)
}

// quietStays asks two connections without candidates, and one with a candidate that
// does not answer, neither to connect nor to fail: more may come.
func quietStays(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	for _, at := range []struct{ conn, object string }{
		{trace.ConnQuietOfferer, "a connection without candidates"},
		{trace.ConnQuietAnswerer, "a connection without candidates"},
		{trace.ConnWaiting, "a connection whose candidates have not ended"},
	} {
		if _, err := v.looked(side, at.conn, trace.MomentPatience); err != nil {
			return nil, err
		}
		if n, state, ok := v.said(side, at.conn, "connected", "completed", "failed"); ok {
			found = merge(found, Finding{Object: at.object, Got: state, Want: "neither connected nor failed", Where: []int{n}})
		}
	}
	return found, nil
}

// patient asks that no connection says failed before the time for peer-reflexive
// candidates is over.
func patient(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	judged := 0
	for _, conn := range []string{trace.ConnNothing, trace.ConnUnreachable, trace.ConnCannotTrickle, trace.ConnDescribedEnd} {
		end, err := v.looked(side, conn, trace.MomentPatience)
		if err != nil {
			continue
		}
		judged++
		if n, _, ok := v.said(side, conn, "failed"); ok && n < end {
			found = merge(found, Finding{Object: "connectionState or iceConnectionState", Got: "failed early", Want: "no failed within 39.5 s", Where: []int{n}})
		}
	}
	if judged == 0 {
		return nil, NoEvidence("no connection was looked at: %s", v.End.Reason)
	}
	return found, nil
}

// failsInTheEnd asks a connection that knows of no further candidate to come to an
// end until it is looked at. Of one that fails whatever it knows that says nothing.
func failsInTheEnd(conn string) run {
	return func(v *View, side trace.Side) ([]Finding, error) {
		n, err := v.looked(side, conn, trace.MomentLate)
		if err != nil {
			return nil, err
		}
		if _, _, early := v.said(side, trace.ConnWaiting, "failed"); early {
			return nil, NoEvidence("the %s fails where candidates may still come, too; that is counted there", side)
		}
		if where, _, ok := v.said(side, conn, "failed", "completed"); ok && where < n {
			return nil, nil
		}
		return []Finding{{Object: "a connection whose only candidate does not answer", Got: v.At(conn).progressBefore(side, n), Want: "failed: no candidate is to come", Where: []int{n}}}, nil
	}
}
