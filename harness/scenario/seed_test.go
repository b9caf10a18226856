package scenario_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// story returns one situation of the seed.
func story(t *testing.T, sender trace.Side, name string) scenario.Scenario {
	t.Helper()
	name += "-" + string(sender)
	all := scenario.Seed(sender)
	i := slices.IndexFunc(all, func(s scenario.Scenario) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("situation %q: there is none", name)
	}
	return all[i]
}

func TestTheSituationsOfTheSeedAreInNoOtherList(t *testing.T) {
	for _, side := range trace.Sides() {
		for _, s := range scenario.Seed(side) {
			if _, ok := scenario.ByName(s.Name); ok || s.Family != "seed" || s.Title == "" || !strings.HasSuffix(s.Name, string(side)) {
				t.Errorf("got %+v, want a titled situation of the seed that peers are not graded by", s)
			}
		}
	}
}

// The sender's candidates alone may decide: in every situation none of the other
// end's reaches it.
func TestTheSituationsOfTheSeedEndAsTheirCourseSays(t *testing.T) {
	t.Parallel()
	for _, side := range trace.Sides() {
		for _, sc := range scenario.Seed(side) {
			t.Run(sc.Name, func(t *testing.T) {
				t.Parallel()
				result := newPair(t).run(t.Context(), t, sc, brief(), nil)
				if end := result.End; end.Result != trace.EndCompleted || end.Reason != "" {
					t.Errorf("got %+v, want it completed", end)
				}
				v, err := check.NewView(result.Records)
				if err != nil {
					t.Fatal(err)
				}
				if got := v.Calls(side, "addIceCandidate"); len(got) > 0 {
					t.Errorf("candidates of the other end that were handed to the %s: got %d, want none", side, len(got))
				}
				for _, c := range v.Calls(side, "setRemoteDescription") {
					if strings.Contains(c.Description.SDP, "a=candidate:") {
						t.Errorf("the %s is given a description with candidates", side)
					}
				}
				found, err := check.Connected(v, side)
				if connects := err == nil && len(found) == 0; connects != (sc.Course == scenario.Connect) {
					t.Errorf("connected: got %v (%v, %v), and the course is %s", connects, found, err, sc.Course)
				}
			})
		}
	}
}

func TestEndsThatConnectAreNotApart(t *testing.T) {
	t.Parallel()
	limits := brief()
	limits.Apart = time.Hour // the connection ends it
	p := newPair(t, defect(t, "guesses-the-section"))
	side := defect(t, "guesses-the-section").Side
	end := p.run(t.Context(), t, story(t, side.Other(), "seed-unaddressed"), limits, nil).End
	if end.Result != trace.EndStopped || end.Stage != trace.StageCheck || !strings.Contains(end.Reason, "stay apart") {
		t.Errorf("got %+v, want it stopped because an end connects", end)
	}
}

func TestTwoEndsThatFailedAreApartAtOnce(t *testing.T) {
	t.Parallel()
	limits := brief()
	limits.Apart = time.Hour
	p := newPair(t)
	for _, side := range trace.Sides() {
		p.at(side).hear = func(e peer.Event) []peer.Event {
			if e.State == "connecting" {
				e.State = "failed"
			}
			return []peer.Event{e}
		}
	}
	if end := p.run(t.Context(), t, story(t, trace.Offerer, "seed-hasty"), limits, nil).End; end.Result != trace.EndCompleted {
		t.Errorf("got %+v, want it completed", end)
	}
}

func TestAPeerThatDiesIsNotApart(t *testing.T) {
	t.Parallel()
	limits := brief()
	limits.Apart = time.Hour
	p := newPair(t)
	p.answerer.hear = func(e peer.Event) []peer.Event {
		if e.State == "connecting" {
			e = peer.Event{Type: peer.EventGone, Text: "killed"}
		}
		return []peer.Event{e}
	}
	if end := p.run(t.Context(), t, story(t, trace.Offerer, "seed-hasty"), limits, nil).End; end.Result != trace.EndError || end.Side != trace.Answerer {
		t.Errorf("got %+v, want an error at the answerer", end)
	}
}
