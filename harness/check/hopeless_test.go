package check_test

import (
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/mutant"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// TestFailingAfterTheLookIsTooLate: a connection that fails when it was looked at
// already is late, however long the session goes on for the other end's sake.
func TestFailingAfterTheLookIsTooLate(t *testing.T) {
	t.Parallel()
	const name = "robustness-unreachable"
	sc, ok := scenario.ByName(name)
	if !ok {
		t.Fatalf("scenario %q: there is none", name)
	}
	network := fake.NewNetwork()
	offerer, answerer := network.Peer("offerer"), network.Peer("answerer")
	result := scenario.Run(t.Context(), sc, offerer, answerer, scenario.Options{ID: name, Seed: 1, Timeouts: mutant.Timeouts(sc)})
	for _, p := range []peer.Peer{offerer, answerer} {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
	for id, conn := range map[string]string{"SDP-019": trace.ConnDescribedEnd, "TRICKLE-032": trace.ConnCannotTrickle} {
		if got := gradeOf(t, result.Records, id); got.Outcome != check.Pass {
			t.Errorf("%s: got %s (%s), want pass", id, got.Outcome, got.Reason)
		}
		got := gradeOf(t, failingLast(result.Records, conn), id)
		if got.Outcome != check.Fail || len(got.Findings) != 1 || got.Findings[0].Got != "iceConnectionState checking, connectionState connecting" {
			t.Errorf("%s, failed after the look: got %s %v, want one finding of a connection in checking", id, got.Outcome, got.Findings)
		}
	}
}

// failingLast is the trace with the answerer's word of failed on that connection
// heard just after it was looked at.
func failingLast(records []trace.Record, conn string) []trace.Record {
	of := func(r trace.Record) bool { return r.Side == trace.Answerer && r.Conn == conn }
	late := func(r trace.Record) bool { return of(r) && r.Event != nil && r.Event.State == "failed" }
	var moved []trace.Record
	for _, r := range records {
		if late(r) {
			continue
		}
		moved = append(moved, r)
		if !of(r) || r.Snapshot == nil || r.Snapshot.Moment != trace.MomentLate {
			continue
		}
		for _, word := range records {
			if late(word) {
				word.T = r.T
				moved = append(moved, word)
			}
		}
	}
	for i := range moved {
		moved[i].N = i
	}
	return moved
}

// gradeOf is the answerer's grade.
func gradeOf(t *testing.T, records []trace.Record, id string) check.Grade {
	t.Helper()
	c, err := check.ByID(id)
	if err != nil {
		t.Fatal(err)
	}
	grades, err := check.GradeTrace(records, []check.Check{c})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range grades {
		if g.Side == trace.Answerer {
			return g
		}
	}
	t.Fatalf("%s was not graded at the answerer", id)
	return check.Grade{}
}
