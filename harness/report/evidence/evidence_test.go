package evidence_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/report/evidence/evidencetest"
	"github.com/webrtc-rink/rink/harness/trace"
)

const root = "../../.."

func of(t *testing.T, name string) evidence.Session {
	t.Helper()
	r, s, records := evidencetest.Graded(t, root+"/fixtures/traces/"+name+".jsonl.gz")
	return evidence.Of(r, s, records, nil)
}

// arrows are the signals of a session: who, what, what became of it.
func arrows(e evidence.Session) []string {
	var all []string
	for _, item := range e.Sequence.Items {
		if item.Kind == evidence.Signal {
			text, _, _ := strings.Cut(item.Label(), " udp")
			all = append(all, string(item.Side)+": "+text)
		}
	}
	return all
}

func TestTheSequenceHasTheArrowsOfASession(t *testing.T) {
	want := []string{
		"offerer: offer", "offerer: candidate host", "offerer: candidate host", "offerer: candidate null", "answerer: answer",
		"answerer: candidate host", "answerer: candidate host", "answerer: candidate null",
	}
	if diff := cmp.Diff(want, arrows(of(t, "pion_chrome_trickle-full"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheSequenceGoesByTheClockAndStandsForEveryRecord(t *testing.T) {
	r, s, records := evidencetest.Graded(t, root+"/fixtures/traces/pion_chrome_trickle-full.jsonl.gz")
	e := evidence.Of(r, s, records, nil)
	if !slices.IsSortedFunc(e.Sequence.Items, func(a, b evidence.Item) int { return int(1000 * (a.T - b.T)) }) {
		t.Error("the items are not in the order of time")
	}
	for i, rec := range records {
		if rec.Kind != trace.KindSession && e.At(i) == "" {
			t.Errorf("record %d of kind %s is not shown, and nothing was to be left out", i, rec.Kind)
		}
	}
	for _, item := range e.Sequence.Items {
		if item.Kind == evidence.Call && (item.Until < item.T || len(item.Also) != item.Times) {
			t.Errorf("call %d %q is until %v and has the returns %v", item.N, item.Text, item.Until, item.Also)
		}
	}
	if e.Sequence.Left != 0 || !e.Whole || e.Records != len(records) {
		t.Errorf("%d left out, whole: %v, %d records", e.Sequence.Left, e.Whole, e.Records)
	}
}

// table shows what is marked of the candidates of an end: the field or "row", the check.
func table(e evidence.Session, side trace.Side) []string {
	var all []string
	add := func(c evidence.Candidate, field string, marks []evidence.Mark) {
		for _, m := range marks {
			all = append(all, fmt.Sprintf("%s %s: %s %s", c.From, field, m.Check, m.Text))
		}
	}
	for _, g := range e.Candidates {
		if g.Side != side {
			continue
		}
		for _, c := range g.Candidates {
			add(c, "row", c.Marks)
			for _, cell := range c.Cells {
				add(c, string(cell.Field), cell.Marks)
			}
			for _, f := range c.Fates {
				add(c, f.Text, f.Marks)
			}
		}
	}
	return all
}

func TestTheWrongCellsOfACandidateAreMarked(t *testing.T) {
	e := of(t, "pion_chrome_trickle-full")
	mid := `icecandidate sdpMid: CAND-002 got sdpMid "", want one of the local description's mids: "0"`
	want := []string{mid, "icecandidate priority: CAND-016 got two of a section with the same priority, want a priority of its own for each", mid}
	if diff := cmp.Diff(want, table(e, trace.Offerer)); diff != "" {
		t.Errorf("offerer (-want +got):\n%s", diff)
	}
	want = []string{"icecandidate address: CAND-012 got another address than in the string, want the field of the string"}
	if diff := cmp.Diff(want, table(e, trace.Answerer)); diff != "" {
		t.Errorf("answerer (-want +got):\n%s", diff)
	}
}

func TestACandidateSaysWhatBecameOfIt(t *testing.T) {
	for _, g := range of(t, "pion_chrome_trickle-full").Candidates {
		for _, c := range g.Candidates {
			if c.From != evidence.FromEvent {
				continue
			}
			if len(c.Fates) != 1 || c.Fates[0].Text != "carried, taken" || !c.Fates[0].Taken {
				t.Errorf("%s, candidate of record %d: got %+v, want that it was carried and taken", g.Side, c.N, c.Fates)
			}
		}
	}
}

func TestARefusedCandidateIsShownAtTheCandidate(t *testing.T) {
	r, s, records := evidencetest.Graded(t, root+"/fixtures/traces/pion_chrome_trickle-full.jsonl.gz")
	refused := -1
	for i, rec := range records {
		if rec.Return != nil && rec.Return.Method == "addIceCandidate" && rec.Side == trace.Answerer && refused < 0 {
			ret := *rec.Return
			ret.Error = refusal
			records[i].Return, refused = &ret, i
		}
	}
	e := evidence.Of(r, s, records, nil)
	first := e.Candidates[0].Candidates[0]
	if len(first.Fates) != 1 || first.Fates[0].Text != "carried, refused: OperationError" || !first.Fates[0].Refused || first.Fates[0].Taken {
		t.Errorf("got %+v", first.Fates)
	}
	for _, item := range e.Sequence.Items {
		if slices.Contains(item.Also, refused) && (item.Outcome != "refused: OperationError: no such section" || item.Failed != "OperationError") {
			t.Errorf("the call says %q, %q", item.Outcome, item.Failed)
		}
	}
}

func TestFindingsLeadToWhatShowsThemInEveryRecordedSession(t *testing.T) {
	for _, path := range evidencetest.Traces(t, root) {
		r, s, records := evidencetest.Graded(t, path)
		e := evidence.Of(r, s, records, nil)
		shown := map[int]bool{}
		for _, n := range numbers(e) {
			if shown[n] {
				t.Errorf("%s: record %d has two places", path, n)
			}
			shown[n] = true
		}
		for _, v := range e.Verdicts {
			for _, f := range v.Findings {
				if len(f.Points) == 0 && len(f.Where) > 0 {
					t.Errorf("%s: %s %s: nothing is shown of the records %v", path, v.Result.Check, f, f.Where)
				}
				for _, p := range f.Points {
					if !shown[p.N] {
						t.Errorf("%s: %s leads to record %d, which is not shown", path, v.Result.Check, p.N)
					}
				}
			}
		}
		if unsafe := unsafeText(reflect.ValueOf(e)); unsafe != "" {
			t.Errorf("%s: %q is not safe", path, unsafe)
		}
	}
}

// numbers are those of the ids of a page.
func numbers(e evidence.Session) []int {
	var all []int
	for _, item := range e.Sequence.Items {
		all = append(all, item.N)
	}
	for _, c := range e.Probes {
		for _, item := range c.Sequence.Items {
			all = append(all, item.N)
		}
	}
	for _, l := range e.Logs {
		for _, line := range l.Lines {
			if line.N >= 0 {
				all = append(all, line.N)
			}
		}
	}
	return all
}

// unsafeText returns a string of v that is not fit to be shown. Exchanges have the
// texts that they compare as they are.
func unsafeText(v reflect.Value) string {
	if v.Type() == reflect.TypeFor[evidence.Exchange]() {
		return ""
	}
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); report.SafeText(s) != s {
			return s
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return unsafeText(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			if s := unsafeText(v.Index(i)); s != "" {
				return s
			}
		}
	case reflect.Map:
		for k, e := range v.Seq2() {
			if s := unsafeText(k) + unsafeText(e); s != "" {
				return s
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				if s := unsafeText(v.Field(i)); s != "" {
					return s
				}
			}
		}
	}
	return ""
}

func TestVerdictsComeWithTheWorstFirst(t *testing.T) {
	e := of(t, "pion_chrome_robustness-candidates")
	var got []check.Outcome
	for _, v := range e.Verdicts {
		if len(got) == 0 || got[len(got)-1] != v.Result.Outcome {
			got = append(got, v.Result.Outcome)
		}
		if v.Requirement.Statement == "" || len(v.Requirement.Refs) == 0 {
			t.Errorf("%s does not say what it asks for", v.Result.Check)
		}
	}
	if diff := cmp.Diff([]check.Outcome{check.Fail, check.Observed}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(e.Met) == 0 || len(e.Probes) == 0 || !e.Probes[0].Marked {
		t.Errorf("%d met, %d further connections", len(e.Met), len(e.Probes))
	}
}
