package evidence_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/trace"
)

var refusal = &peer.Error{Name: "OperationError", Message: "no such section"}

// session is a trace of records, with its report; a finding points at where.
func session(records []trace.Record, where ...int) evidence.Session {
	pair := report.Pair{Offerer: "a", Answerer: "b"}
	head := trace.Record{Kind: trace.KindSession, Session: &trace.Header{
		Schema: trace.Schema, ID: "s", Scenario: "one", Offerer: peer.Description{ID: "a"}, Answerer: peer.Description{ID: "b"},
	}}
	r := &report.Report{
		Sessions: []report.Session{{ID: "s", Scenario: "one", Pair: pair}},
		Results: []report.Result{{
			Check: "DATA-003", Scenario: "one", Pair: pair, Subject: "b", Role: trace.Answerer, Outcome: check.Fail, Session: "s",
			Findings: []report.Finding{{Object: "messages", Got: "less", Want: "all", Where: where}},
		}},
	}
	return evidence.Of(r, &r.Sessions[0], append([]trace.Record{head}, records...), nil)
}

// chatter is messages that cross, n each way.
func chatter(n int) []trace.Record {
	var all []trace.Record
	for i := range n {
		for _, side := range trace.Sides() {
			all = append(all, trace.Record{T: float64(i), Kind: trace.KindEvent, Side: side, Event: &peer.Event{
				Type: peer.EventMessage, Channel: "1", Label: "rink", Message: &peer.Message{Text: fmt.Sprint(i)},
			}})
		}
	}
	return all
}

func labels(e evidence.Session) string {
	var all []string
	for _, item := range e.Sequence.Items {
		all = append(all, fmt.Sprintf("%s %s", item.Side, item.Label()))
	}
	return strings.Join(all, "; ")
}

func TestMessagesThatCrossAreOneRowForEachEnd(t *testing.T) {
	e := session(chatter(500))
	if got, want := labels(e), `offerer message "0" on rink ×500; answerer message "0" on rink ×500`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if until := e.Sequence.Items[0].Until; until != 499 {
		t.Errorf("the last one was at %v, want 499", until)
	}
	if e.At(999) != e.At(1) || e.At(1) == "" {
		t.Errorf("record 999 is shown at %q, the first one at %q", e.At(999), e.At(1))
	}
}

func TestWhatAFindingPointsAtIsNeitherFoldedNorLeftOut(t *testing.T) {
	records := chatter(2000)
	for i := range records { // each another one, so that nothing can be folded
		records[i].Event.Type = peer.EventDataChannel
		records[i].Event.Label = fmt.Sprint(i)
	}
	e := session(records, 3999, 1500)
	shown, marked := 0, map[int]bool{}
	for _, item := range e.Sequence.Items {
		shown++
		if len(item.Marks) > 0 {
			marked[item.N] = true
		}
	}
	if shown > 250 || shown+e.Sequence.Left != 4000 {
		t.Errorf("%d rows and %d left out, want 4000 in all and a page that can be read", shown, e.Sequence.Left)
	}
	if len(marked) != 2 || !marked[1500] || !marked[3999] {
		t.Errorf("marked are %v", marked)
	}
	before := 0
	for _, item := range e.Sequence.Items {
		before += item.Left
	}
	if before+e.Sequence.Tail != e.Sequence.Left {
		t.Errorf("the rows tell of %d left out, in all it is %d", before+e.Sequence.Tail, e.Sequence.Left)
	}
}

func TestAMarkedMessageStandsAlone(t *testing.T) {
	got := labels(session(chatter(3), 3))
	want := `offerer message "0" on rink; answerer message "0" on rink; offerer message "1" on rink; answerer message "1" on rink ×2; offerer message "2" on rink`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestALogKeepsItsTailAndWhatIsMarked(t *testing.T) {
	var records []trace.Record
	for i := range 200 {
		records = append(records, trace.Record{T: float64(i), Kind: trace.KindEvent, Side: trace.Offerer, Event: &peer.Event{
			Type: peer.EventLog, Level: "warn", Text: fmt.Sprint("line ", i),
		}})
	}
	e := session(records, 5)
	if len(e.Logs) != 1 || len(e.Logs[0].Lines) != 41 || e.Logs[0].Left != 159 {
		t.Fatalf("got %+v", e.Logs)
	}
	if first, last := e.Logs[0].Lines[0], e.Logs[0].Lines[40]; first.Text != "line 4" || len(first.Marks) != 1 || last.Text != "line 199" {
		t.Errorf("got %+v to %+v", first, last)
	}
}

func TestAStageThatIsEnteredAgainRightAwayIsOneRow(t *testing.T) {
	stage := func(at float64, s trace.Stage) trace.Record {
		return trace.Record{T: at, Kind: trace.KindStage, Stage: s}
	}
	e := session([]trace.Record{stage(1, trace.StageSignal), stage(2, trace.StageSignal), stage(3, trace.StageCheck), stage(4, trace.StageSignal)})
	if got, want := labels(e), " signal;  check;  signal"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
