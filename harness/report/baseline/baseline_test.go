package baseline

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

var pair = report.Pair{Offerer: "pion", Answerer: "chrome"}

// run is a report of pion and Chrome, in which CAND-002 has an outcome in each of
// two scenarios.
func run(id string, outcomes ...check.Outcome) report.Report {
	r := report.Report{
		Schema: report.Schema, Run: report.Run{ID: id, Complete: true, Network: "private", DurationMs: 12},
		Peers: []peer.Description{
			{ID: "chrome", Implementation: "Chromium", Version: "156"},
			{ID: "pion", Implementation: "pion/webrtc", Version: "v3.3.6"},
		},
		Checks: []report.Check{{ID: "CAND-002", Level: check.Must, Title: "The title"}},
	}
	for i, o := range outcomes {
		scenario := []string{"connect-data", "connect-media"}[i]
		s := report.Session{ID: id + scenario, Scenario: scenario, Pair: pair, Result: trace.EndCompleted, Stage: trace.StageClose, DurationMs: 3, Trace: "traces/x"}
		res := report.Result{Check: "CAND-002", Scenario: scenario, Pair: pair, Role: trace.Offerer, Subject: "pion", Outcome: o, Session: s.ID}
		switch o {
		case check.Known:
			res.Findings = []report.Finding{{Object: "candidates", Got: "no mid", Want: "a mid", Where: []int{i}, Known: true}}
		case check.Error:
			s.Result, s.Stage, s.Side, s.Reason = trace.EndError, trace.StageGather, trace.Offerer, "died"
			res.Reason = "the session broke"
		}
		r.Sessions, r.Results = append(r.Sessions, s), append(r.Results, res)
	}
	return r
}

func baselineOf(t *testing.T, reports ...report.Report) (*Baseline, []byte) {
	t.Helper()
	b, err := Of(reports)
	if err != nil {
		t.Fatal(err)
	}
	data, err := b.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b, data
}

func TestRunsThatDidTheSameAreOneLine(t *testing.T) {
	b, data := baselineOf(t, run("one", check.Known, check.Known), run("two", check.Known, check.Pass))
	want := []Result{
		{
			Check: "CAND-002", Pair: "pion->chrome", Role: trace.Offerer, Outcome: check.Known,
			Findings:  []Finding{{"candidates", "no mid", "a mid"}},
			Scenarios: map[string]int{"connect-data": 2, "connect-media": 1},
		},
		{Check: "CAND-002", Pair: "pion->chrome", Role: trace.Offerer, Outcome: check.Pass, Scenarios: map[string]int{"connect-media": 1}},
	}
	if diff := cmp.Diff(want, b.Results); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	for _, volatile := range []string{"traces/", "durationMs", "startedAt", `"one`, `"two`} {
		if strings.Contains(string(data), volatile) {
			t.Errorf("the file has %s", volatile)
		}
	}
	_, again := baselineOf(t, run("three", check.Known, check.Pass), run("four", check.Known, check.Known))
	if diff := cmp.Diff(string(data), string(again)); diff != "" {
		t.Errorf("runs that did the same give another file (-first +second):\n%s", diff)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	b, data := baselineOf(t, run("one", check.Known, check.Error), run("two", check.Known, check.Pass))
	read, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b, read); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	r := read.Report()
	c := r.Summary.Outcomes
	if c.Known != 2 || c.Error != 1 || c.Pass != 1 || r.Summary.Sessions.Error != 1 || r.Summary.Sessions.Completed != 3 || r.Summary.HarnessErrors != 1 {
		t.Errorf("summary of the report: got %+v", r.Summary)
	}
	if back, err := Of([]report.Report{*r}); err != nil || cmp.Diff(b, back) != "" {
		t.Errorf("a baseline of its report: got %+v, %v", back, err)
	}
}

func TestScenariosAreWrittenByTheirPlaceAndHowOften(t *testing.T) {
	b := &Baseline{Runs: 3, Scenarios: []string{"a", "b", "c", "d", "e", "f"}}
	for want, counts := range map[string]map[string]int{
		"":          {},
		"0":         {"a": 3},
		"0-5":       {"a": 3, "b": 3, "c": 3, "d": 3, "e": 3, "f": 3},
		"0-1 2-3*2": {"a": 3, "b": 3, "c": 2, "d": 2},
		"1*1 3 5*2": {"b": 1, "d": 3, "f": 2},
	} {
		if got := b.places(counts); got != want {
			t.Errorf("%v: got %q, want %q", counts, got, want)
		}
		back, err := b.counts(want)
		if diff := cmp.Diff(counts, back); err != nil || diff != "" {
			t.Errorf("%q (-want +got): %v\n%s", want, err, diff)
		}
	}
}

func TestChecksThatCameOutAlikeAreOneLine(t *testing.T) {
	r := run("one", check.Pass, check.Pass)
	for _, id := range []string{"AAA-001", "ZZZ-001"} {
		for _, like := range r.Results[:2] {
			like.Check = id
			r.Results = append(r.Results, like)
		}
		r.Checks = append(r.Checks, report.Check{ID: id, Level: check.Must, Title: "The title"})
	}
	b, data := baselineOf(t, r)
	if want := `{"checks":["AAA-001","CAND-002","ZZZ-001"],"pair":"pion->chrome","role":"offerer","outcome":"pass","in":"0-1"}`; !strings.Contains(string(data), "\n"+want+"\n") {
		t.Errorf("got %s\nwant a line %s", data, want)
	}
	read, err := Decode(data)
	if diff := cmp.Diff(b, read); err != nil || diff != "" {
		t.Errorf("%v (-written +read):\n%s", err, diff)
	}
}

func TestReasonsThatDifferInAFingerprintAreOne(t *testing.T) {
	first, second := run("one", check.Error), run("two", check.Error)
	for i, r := range []*report.Report{&first, &second} {
		print := strings.Repeat(string(rune('A'+i))+"0:", 31) + "FF"
		r.Sessions[0].Reason = "a=fingerprint:sha-256 " + print + " cannot be parsed"
		r.Results[0].Reason = r.Sessions[0].Reason
	}
	b, _ := baselineOf(t, first, second)
	if len(b.Sessions) != 1 || len(b.Results) != 1 || b.Sessions[0].Reason != "a=fingerprint:sha-256 … cannot be parsed" {
		t.Errorf("got %+v and %+v, want one of each", b.Sessions, b.Results)
	}
}

func TestTheFormatBeforeIsReadToo(t *testing.T) {
	b, _ := baselineOf(t, run("one", check.Known, check.Error), run("two", check.Known, check.Pass))
	old := *b
	old.Schema = SchemaV1
	data, err := json.Marshal(old)
	if err != nil {
		t.Fatal(err)
	}
	read, err := Decode(data)
	if diff := cmp.Diff(b, read); err != nil || diff != "" {
		t.Errorf("%v (-now +before):\n%s", err, diff)
	}
	bad := strings.Replace(string(data), `"connect-media":1`, `"connect-media":99`, 1)
	if _, err := Decode([]byte(bad)); err == nil || !strings.Contains(err.Error(), "got 99 runs, want 1 to 2") {
		t.Errorf("got %v", err)
	}
}

func TestRunsThatDoNotBelongTogetherAreNoBaseline(t *testing.T) {
	incomplete, elsewhere, other, partial, shard := run("two"), run("two"), run("two"), run("two"), run("two", check.Pass)
	shard.Run.Shard = &report.Shard{Index: 2, Count: 4}
	partial.Run.Since = &report.Partial{LeftOut: 3}
	incomplete.Run.Complete, incomplete.Run.IncompleteReason = false, "interrupted"
	elsewhere.Run.Network = "host"
	other.Peers[1].Version = "v3.2.40"
	for want, reports := range map[string][]report.Report{
		"got no report":                                     nil,
		"got 0 sessions of a scenario and pair":             {run("one")},
		"run two is incomplete: interrupted":                {run("one", check.Pass), incomplete},
		"run two left out 3 sessions":                       {run("one", check.Pass), partial},
		"run two is shard 2 of 4: put all of them together": {run("one", check.Pass), shard},
		"run two was on the host network":                   {run("one"), elsewhere},
		"peer pion is v3.3.6 in one run and v3.2.40 in an":  {run("one"), other},
	} {
		if _, err := Of(reports); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestBadFilesAreNamedWithThePlace(t *testing.T) {
	_, good := baselineOf(t, run("one", check.Known, check.Pass))
	for name, tc := range map[string]struct{ old, new, want string }{
		"another version": {Schema, "rink.baseline/v7", `schema: got "rink.baseline/v7"`},
		"no JSON":         {"{\n", "", "no baseline: "},
		"no runs":         {`"runs": 1`, `"runs": 0`, "runs: got 0, want 1 to 100"},
		"too many runs":   {`"runs": 1`, `"runs": 1000000000`, "runs: got 1000000000"},
		"no pair":         {`"pion->chrome"`, `"pion"`, `sessions[0]: pair: got "pion", want OFFERER->ANSWERER`},
		"no end":          {`"completed"`, `"won"`, `sessions[0]: result: got "won"`},
		"no outcome":      {`"known"`, `"splendid"`, `results[0]: outcome: got "splendid"`},
		"no role":         {`"offerer"`, `"judge"`, `results[0]: got check "CAND-002" and role "judge"`},
		"no check":        {`"checks":["CAND-002"]`, `"checks":[]`, "results[0]: checks: got none"},
		"too often":       {`"in":"1"`, `"in":"1*99"`, "scenarios: connect-media: got 99 runs, want 1 to 1"},
		"less than never": {`"in":"1"`, `"in":"1*-1"`, "got -1 runs"},
		"no scenario":     {`"in":"1"`, `"in":"0-2"`, `got "0-2", want numbers of the 2 scenarios`},
		"backwards":       {`"in":"1"`, `"in":"1-0"`, `got "1-0"`},
		"before the list": {`"in":"1"`, `"in":"-1"`, `got "-1"`},
		"no number":       {`"in":"1"`, `"in":"one"`, `got "one"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Decode([]byte(strings.Replace(string(good), tc.old, tc.new, 1)))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func TestASmallFileDoesNotBecomeMillionsOfResults(t *testing.T) {
	b := Baseline{Schema: Schema, Runs: 100, Network: "private", Peers: []Peer{}, Checks: []Check{}, Sessions: []Session{}}
	many := map[string]int{}
	for i := range 1000 {
		name := fmt.Sprintf("s%04d", i)
		b.Scenarios = append(b.Scenarios, name)
		many[name] = 100
	}
	for i := range 300 {
		b.Results = append(b.Results, Result{Check: fmt.Sprint(i), Pair: "a->b", Role: trace.Offerer, Outcome: check.Pass, Scenarios: many})
	}
	data, err := b.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Decode(data); err == nil || !strings.Contains(err.Error(), "results[0]: got more than 20000000 results") {
		t.Errorf("got %v from %d bytes", err, len(data))
	}
}

func TestTheCommittedBaselinesAreReadAndSmall(t *testing.T) {
	paths, err := filepath.Glob("../../../reports/baseline/*.json")
	if err != nil || len(paths) < 3 {
		t.Fatalf("got %v, %v, want three or more", paths, err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Decode(data)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if written, err := b.Encode(); err != nil || string(written) != string(data) {
			t.Errorf("%s: writing it again changes it (%v)", path, err)
		}
		if len(data) > 300_000 {
			t.Errorf("%s: got %d bytes, want at most 300000", path, len(data))
		}
		if judged := b.Report().Summary.Outcomes.Judged(); judged < 1000 {
			t.Errorf("%s: got %d results in which a peer was judged, want a whole run", path, judged)
		}
	}
}

func FuzzDecode(f *testing.F) {
	b, err := Of([]report.Report{run("one", check.Known, check.Error)})
	if err != nil {
		f.Fatal(err)
	}
	data, err := b.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Decode(data)
		if err != nil || len(data) > 1<<16 {
			return
		}
		if _, err := Of([]report.Report{*b.Report()}); err != nil && !strings.Contains(err.Error(), "peer ") && !strings.Contains(err.Error(), "sessions of a scenario") {
			t.Error(err)
		}
	})
}
