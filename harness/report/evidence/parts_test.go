package evidence_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/trace"
)

func TestTheTimelineHasTheStatesOfEachEnd(t *testing.T) {
	e := of(t, "pion_chrome_trickle-full")
	got := map[string][]string{}
	for _, c := range e.States.Changes {
		l := e.States.Lanes[c.Lane]
		key := string(l.Side) + " " + l.Name
		got[key] = append(got[key], c.State)
	}
	want := map[string][]string{
		"offerer signalingState":      {"have-local-offer", "stable"},
		"offerer iceGatheringState":   {"gathering", "complete"},
		"offerer iceConnectionState":  {"checking", "connected", "closed"},
		"offerer connectionState":     {"connecting", "connected", "closed"},
		"answerer signalingState":     {"have-remote-offer", "stable"},
		"answerer iceGatheringState":  {"gathering", "complete"},
		"answerer iceConnectionState": {"checking", "connected"},
		"answerer connectionState":    {"connecting", "connected"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(e.States.Lanes) != 8 || e.States.Lanes[0].First != "stable" || e.States.Lanes[1].First != "new" {
		t.Errorf("got the lanes %+v", e.States.Lanes)
	}
}

func TestBothEndsNameTheSamePair(t *testing.T) {
	e := of(t, "pion_chrome_trickle-full")
	if len(e.Pairs) != 1 || e.Pairs[0].Name != trace.MomentConnected || e.Pairs[0].Agreement != evidence.SamePair || len(e.Pairs[0].Ends) != 2 {
		t.Fatalf("got %+v", e.Pairs)
	}
	for _, end := range e.Pairs[0].Ends {
		selected := 0
		for _, p := range end.Pairs {
			if p.Selected {
				selected++
			}
		}
		if len(end.Transports) != 1 || end.Transports[0].PairState != "succeeded" || selected != 1 {
			t.Errorf("%s: got %+v, %d of its pairs are selected", end.Side, end.Transports, selected)
		}
	}
}

// stats are those of an end whose selected pair has these ports.
func stats(side trace.Side, local, remote int) trace.Record {
	t := peer.TransportStats{ID: "T"}
	if local > 0 {
		t.Local, t.Remote = &peer.CandidateStats{Protocol: "udp", Port: local}, &peer.CandidateStats{Protocol: "UDP", Port: remote}
	}
	return trace.Record{Kind: trace.KindStats, Side: side, Stats: &trace.Stats{Moment: "connected", Stats: peer.Stats{Transports: []peer.TransportStats{t}}}}
}

func TestWhetherBothEndsNameTheSamePairIsSaid(t *testing.T) {
	for _, tc := range []struct {
		records []trace.Record
		want    evidence.Agreement
	}{
		{[]trace.Record{stats(trace.Offerer, 1, 2), stats(trace.Answerer, 2, 1)}, evidence.SamePair},
		{[]trace.Record{stats(trace.Offerer, 1, 2), stats(trace.Answerer, 3, 1)}, evidence.DifferentPair},
		{[]trace.Record{stats(trace.Offerer, 1, 2), stats(trace.Answerer, 0, 0)}, evidence.OneEndOnly},
		{[]trace.Record{stats(trace.Answerer, 2, 1)}, evidence.OneEndOnly},
		{[]trace.Record{stats(trace.Offerer, 0, 0), stats(trace.Answerer, 0, 0)}, evidence.NoPair},
		// The last reading of a moment counts.
		{[]trace.Record{stats(trace.Answerer, 2, 1), stats(trace.Offerer, 7, 2), stats(trace.Offerer, 1, 2)}, evidence.SamePair},
	} {
		e := session(tc.records)
		if len(e.Pairs) != 1 || e.Pairs[0].Agreement != tc.want {
			t.Errorf("got %+v, want %q", e.Pairs, tc.want)
		}
	}
}

func TestDescriptionsThatFindingsPointAtAreShown(t *testing.T) {
	described := &peer.SessionDescription{Type: "offer", SDP: "v=0\r\na=one\r\n"}
	records := []trace.Record{
		{T: 1, Kind: trace.KindReturn, Side: trace.Offerer, Return: &trace.Return{Call: 1, Method: "createOffer", Description: described}},
		{T: 2, Kind: trace.KindReturn, Side: trace.Offerer, Return: &trace.Return{Call: 2, Method: "createOffer", Description: described}},
		{T: 3, Kind: trace.KindCall, Side: trace.Answerer, Conn: "probe", Call: &trace.Call{ID: 3, Method: "setRemoteDescription", Description: described}},
		{T: 4, Kind: trace.KindCall, Side: trace.Answerer, Call: &trace.Call{ID: 4, Method: "setLocalDescription"}},
	}
	var got []string
	for _, d := range session(records, 2, 3, 4).Descriptions {
		got = append(got, fmt.Sprint(d.N, d.Side, d.Conn, d.Type, d.Method, d.Handed, d.Text.Sections[0].Lines[1].Text, len(d.Marks)))
	}
	want := []string{fmt.Sprint(2, "offerer", "", "offer", "createOffer", false, "a=one", 1), fmt.Sprint(3, "answerer", "probe", "offer", "setRemoteDescription", true, "a=one", 1)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestASignalThatIsDroppedOrAlteredSaysSo(t *testing.T) {
	candidate := []byte(`{"candidate":"candidate:1 1 udp 1 192.0.2.1 9 typ host","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":null}`)
	signal := func(act trace.SignalAct, fault string) trace.Record {
		return trace.Record{Kind: trace.KindSignal, Side: trace.Answerer, Signal: &trace.Signal{Act: act, What: "candidate", Fault: fault, Candidate: candidate}}
	}
	e := session([]trace.Record{
		{Kind: trace.KindEvent, Side: trace.Answerer, Event: &peer.Event{Type: peer.EventICECandidate, Candidate: candidate}},
		signal(trace.ActDrop, "drop"), signal(trace.ActCarry, "duplicate"), signal("hold", "late"),
	})
	var fates []string
	for _, f := range e.Candidates[1].Candidates[0].Fates {
		fates = append(fates, f.Text)
	}
	if diff := cmp.Diff([]string{"dropped", "altered: duplicate, never added", "hold late, never added"}, fates); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, want := strings.Join(arrows(e), "; "), "answerer: candidate host; answerer: candidate host; answerer: candidate host"; got != want {
		t.Errorf("got %s", got)
	}
	if !e.Sequence.Items[1].Dropped || e.Sequence.Items[2].Dropped {
		t.Error("the arrow that is dropped is another one")
	}
}

func TestACandidateThatCannotBeTakenApartIsShownAsItIs(t *testing.T) {
	e := session([]trace.Record{
		{Kind: trace.KindEvent, Side: trace.Offerer, Event: &peer.Event{Type: peer.EventICECandidate, Candidate: []byte(`{"candidate":"candidate:what","sdpMid":"0"}`)}},
		{Kind: trace.KindEvent, Side: trace.Offerer, Event: &peer.Event{Type: peer.EventICECandidate, Candidate: []byte(`["no", "object"]`)}},
		{Kind: trace.KindCall, Side: trace.Answerer, Call: &trace.Call{ID: 9, Method: "addIceCandidate", Candidate: []byte(`{"candidate":"foo"}`), Probe: "malformed"}},
	})
	var got []string
	for _, c := range e.Candidates[0].Candidates {
		got = append(got, fmt.Sprint(c.From, ": ", c.Unparsed, len(c.Fates)))
	}
	want := []string{"icecandidate: candidate:what0", `icecandidate: ["no", "object"]0`, "Rink: foo1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if f := e.Candidates[0].Candidates[2].Fates[0]; f.Text != "added by Rink [probe: malformed], addIceCandidate never settled" {
		t.Errorf("got %q", f.Text)
	}
}

func TestASessionWithoutATraceHasWhatTheReportKnows(t *testing.T) {
	pair := report.Pair{Offerer: "a", Answerer: "b"}
	r := &report.Report{
		Peers:     []peer.Description{{ID: "a", Version: "1"}, {ID: "b", Version: "2"}},
		Scenarios: []report.Scenario{{Name: "one", Title: "a title"}},
		Sessions:  []report.Session{{ID: "s", Scenario: "one", Pair: pair, Reason: "died\x1b"}},
	}
	e := evidence.Of(r, &r.Sessions[0], nil, nil)
	if e.Records != 0 || e.Offerer.Version != "1" || e.Answerer.Version != "2" || e.Title != "a title" || e.Session.Reason != `died\x1b` || e.Recheck != "" {
		t.Errorf("got %+v", e)
	}
	if want := "rink run --pairs 'a->b' --scenarios one"; e.Reproduce != want {
		t.Errorf("got %q, want %q", e.Reproduce, want)
	}
}

func TestASessionThatBrokeSaysSoOnce(t *testing.T) {
	pair := report.Pair{Offerer: "a", Answerer: "b"}
	result := func(id string, role trace.Side, reason string) report.Result {
		return report.Result{Check: id, Scenario: "one", Pair: pair, Role: role, Outcome: check.Error, Reason: reason, Session: "s"}
	}
	r := &report.Report{
		Sessions: []report.Session{{ID: "s", Scenario: "one", Pair: pair, Result: trace.EndError, Stage: trace.StageSignal, Reason: "b is gone\nit wrote last: no"}},
		Results: []report.Result{
			result("CAND-001", trace.Offerer, "the session broke in stage signal: b is gone\nit wrote last: no"),
			result("CAND-001", trace.Answerer, "the session broke in stage signal: b is gone\nit wrote last: no"),
			result("CAND-002", trace.Answerer, "the check broke by itself"),
		},
	}
	e := evidence.Of(r, &r.Sessions[0], nil, nil)
	if len(e.Broken) != 1 || e.Broken[0].ID != "CAND-001" || len(e.Broken[0].Roles) != 2 {
		t.Errorf("without a verdict are %+v, want CAND-001 of both ends in one line", e.Broken)
	}
	if len(e.Verdicts) != 1 || e.Verdicts[0].Result.Check != "CAND-002" {
		t.Errorf("got the verdicts %+v, want what broke for a reason of its own", e.Verdicts)
	}
}
