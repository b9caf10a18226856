package merge_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/merge"
	"github.com/webrtc-rink/rink/harness/trace"
)

var began = time.Date(2026, time.March, 4, 5, 6, 7, 0, time.UTC)

func expectation(line int) report.Expectation {
	return report.Expectation{Check: "CAND-002", Peer: "pion", Reason: "it is so", Since: "2026-01-01", File: fmt.Sprintf("pion.yaml:%d", line)}
}

// shard is one of n runs of twelve sessions.
func shard(index, n int) *report.Report {
	r := &report.Report{
		Schema: report.Schema,
		Run: report.Run{
			ID: fmt.Sprintf("20260304T05060%dZ-%04d", index, index), Seed: 7, Command: []string{"rink", "run"},
			StartedAt: began.Add(time.Duration(index) * time.Second), DurationMs: 40_000, Complete: true, Network: "private", TimeoutScale: 1,
			Expectations: "built-in", ExpectationsSHA256: strings.Repeat("ab", 32),
			Shard: &report.Shard{Index: index, Count: n, Of: "0123456789abcdef"},
			Proof: &report.Proof{Met: []string{expectation(index).ID()}, Open: []report.Expectation{expectation(index + 1), expectation(99)}},
		},
		Generator:   report.Generator{Name: "rink", Version: "v0.1.0"},
		Environment: report.Environment{Go: "go1.26.0", OS: "linux", Kernel: fmt.Sprintf("6.%d", index%2), CPUs: 2},
		Notes:       []string{"a note of all", fmt.Sprintf("a note of shard %d", index)},
		Checks:      []report.Check{{ID: "CAND-001", Level: check.Must}, {ID: "CAND-002", Level: check.Must}},
		Scenarios:   []report.Scenario{{Name: "s0"}, {Name: "s1"}, {Name: "s2"}, {Name: "s3"}, {Name: "s4"}, {Name: "s5"}},
	}
	for i := index - 1; i < 12; i += n {
		pair := []report.Pair{{Offerer: "pion", Answerer: "chrome"}, {Offerer: "chrome", Answerer: "pion"}}[i%2]
		s := report.Session{
			ID: fmt.Sprintf("%s_%s_s%d", pair.Offerer, pair.Answerer, i/2), Scenario: fmt.Sprint("s", i/2), Pair: pair, Result: trace.EndCompleted,
			StartedAt: began, DurationMs: float64(100 * i), SHA256: strings.Repeat("0", 64),
		}
		s.Trace = "traces/" + s.ID + ".jsonl"
		r.Sessions = append(r.Sessions, s)
		for _, o := range []check.Outcome{check.Pass, check.Known} {
			id := map[check.Outcome]string{check.Pass: "CAND-001", check.Known: "CAND-002"}[o]
			r.Results = append(r.Results, report.Result{Check: id, Scenario: s.Scenario, Pair: pair, Subject: "pion", Role: trace.Offerer, Outcome: o, Session: s.ID})
		}
	}
	if len(r.Sessions) > 0 {
		for _, id := range []string{"chrome", "pion"} {
			r.Peers = append(r.Peers, peer.Description{ID: id, Implementation: id, Version: "1.2.3", Details: map[string]string{"path": fmt.Sprint("/home/", index)}})
		}
	}
	return report.Finished(r)
}

func shards(n int) []*report.Report {
	var all []*report.Report
	for i := range n {
		all = append(all, shard(i+1, n))
	}
	return all
}

func merged(t *testing.T, in ...*report.Report) *report.Report {
	t.Helper()
	r, err := merge.Reports(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// encoded is a report as it is written.
func encoded(t *testing.T, r *report.Report) string {
	t.Helper()
	data, err := report.Encode(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// reread is what a later process has of a report.
func reread(t *testing.T, r *report.Report) *report.Report {
	t.Helper()
	again, err := report.Decode([]byte(encoded(t, r)))
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func TestHowRunsArePutTogetherChangesNothing(t *testing.T) {
	for _, n := range []int{2, 3, 5, 20} {
		all := shards(n)
		all[1].Run.Complete, all[1].Run.IncompleteReason = false, "interrupted"
		want := encoded(t, merged(t, all...))
		for round := range 30 {
			rng := rand.New(rand.NewPCG(uint64(n), uint64(round)))
			heap := slices.Clone(all)
			for len(heap) > 1 { // some of them become one, some of them twice
				rng.Shuffle(len(heap), func(i, j int) { heap[i], heap[j] = heap[j], heap[i] })
				k := min(len(heap), 2+rng.IntN(3))
				some := append(slices.Clone(heap[:k]), all[rng.IntN(n)], heap[rng.IntN(k)])
				heap = append(heap[k:], reread(t, merged(t, some...)))
			}
			if diff := cmp.Diff(want, encoded(t, heap[0])); diff != "" {
				t.Fatalf("%d shards, round %d (-at once +in steps):\n%s", n, round, diff)
			}
		}
	}
}

func TestAMergedRunMergedAgainWithOneOfItsPartsStaysAsItIs(t *testing.T) {
	all := shards(3)
	whole := merged(t, all...)
	for _, again := range [][]*report.Report{{whole}, {whole, all[1]}, {all[2], whole, whole}, {reread(t, whole), all[0], all[1], all[2]}} {
		if diff := cmp.Diff(encoded(t, whole), encoded(t, merged(t, again...))); diff != "" {
			t.Errorf("(-before +after):\n%s", diff)
		}
	}
}

func TestOneRunIsGivenBackAsItIs(t *testing.T) {
	a := lone("a-run", "a").Compared(&report.Comparison{Verdict: "2 regressions"})
	if diff := cmp.Diff(encoded(t, a), encoded(t, merged(t, a, reread(t, a)))); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	if got := merged(t, a, lone("b-run", "b")); got.Comparison != nil {
		t.Errorf("got %+v, which is of one part alone", got.Comparison)
	}
}

func TestInputsAreLeftAlone(t *testing.T) {
	all := shards(3)
	before := []string{encoded(t, all[0]), encoded(t, all[1]), encoded(t, all[2])}
	merged(t, all...)
	for i, r := range all {
		if diff := cmp.Diff(before[i], encoded(t, r)); diff != "" {
			t.Errorf("shard %d (-before +after):\n%s", i+1, diff)
		}
	}
}

func TestAWholePlanIsComplete(t *testing.T) {
	r := merged(t, shards(4)...)
	if !r.Run.Complete || len(r.Sessions) != 12 || len(r.Results) != 24 || r.Summary.ExitCode != report.ExitFailed || r.Run.Merged.Plan != "0123456789abcdef" {
		t.Errorf("got the run %+v with %d sessions and exit code %d", r.Run, len(r.Sessions), r.Summary.ExitCode)
	}
	if r.Run.ID[:17] != "20260304T050608Z-" || r.Run.DurationMs != 43_000 || !r.Run.StartedAt.Equal(began.Add(time.Second)) {
		t.Errorf("got %s from %s for %v ms, want it from the first start to the last end", r.Run.ID, r.Run.StartedAt, r.Run.DurationMs)
	}
	var open []string // 2 to 4 were met in another shard
	for _, e := range r.Unused {
		open = append(open, e.File)
	}
	if diff := cmp.Diff([]string{"pion.yaml:5", "pion.yaml:99"}, open); diff != "" {
		t.Errorf("unused (-want +got):\n%s", diff)
	}
	if r.Environment.Kernel != "" || r.Environment.Go != "go1.26.0" {
		t.Errorf("got %+v, want what all have in common", r.Environment)
	}
	want := []string{
		"The parts were not on machines of one kind, and what differs is not in the environment: kernel (6.0, 6.1).",
		"This report was put together from shard 1 of 4 (20260304T050601Z-0001), shard 2 of 4 (20260304T050602Z-0002), shard 3 of 4 (20260304T050603Z-0003), shard 4 of 4 (20260304T050604Z-0004).",
		"a note of all", "a note of shard 1", "a note of shard 2", "a note of shard 3", "a note of shard 4",
	}
	if diff := cmp.Diff(want, r.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

func TestWhatIsMissingIsNamedAndTheRunIsIncomplete(t *testing.T) {
	cut := shard(2, 4)
	cut.Run.Complete, cut.Run.IncompleteReason = false, "3 of 46 sessions were not run"
	fast := shard(1, 4)
	fast.Run.Complete, fast.Run.IncompleteReason, fast.Run.FailedFast = false, "the run stops", true
	for name, tc := range map[string]struct {
		in   []*report.Report
		want string
		code int
		fast bool
	}{
		"one shard is missing":    {[]*report.Report{shard(1, 4), shard(2, 4), shard(4, 4)}, "shard 3 of 4 is missing", report.ExitError, false},
		"all but one are missing": {[]*report.Report{shard(1, 2), shard(1, 2)}, "shard 2 of 2 is missing", report.ExitError, false},
		"one was interrupted": {
			[]*report.Report{shard(1, 4), cut, shard(3, 4), shard(4, 4)}, "shard 2 of 4: 3 of 46 sessions were not run", report.ExitError, false,
		},
		"both": {
			[]*report.Report{cut, shard(3, 4), shard(4, 4)}, "shard 1 of 4 is missing; shard 2 of 4: 3 of 46 sessions were not run", report.ExitError, false,
		},
		"many": {
			[]*report.Report{shard(1, 200), shard(2, 200)},
			"shard 3 of 200 is missing; shard 4 of 200 is missing; shard 5 of 200 is missing; shard 6 of 200 is missing; " +
				"shard 7 of 200 is missing; shard 8 of 200 is missing; shard 9 of 200 is missing; shard 10 of 200 is missing; " +
				"shard 11 of 200 is missing; shard 12 of 200 is missing; and 188 more", report.ExitError, false,
		},
		"it stopped as it was asked to": {[]*report.Report{fast, shard(2, 4), shard(3, 4), shard(4, 4)}, "shard 1 of 4: the run stops", report.ExitOK, true},
		"it did, and one is missing":    {[]*report.Report{fast, shard(2, 4), shard(3, 4)}, "shard 4 of 4 is missing; shard 1 of 4: the run stops", report.ExitError, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := merged(t, tc.in...)
			if r.Run.Complete || r.Run.IncompleteReason != tc.want || r.Run.FailedFast != tc.fast || report.ExitCode(r) != tc.code || len(r.Unused) > 0 {
				t.Errorf("got complete %t, %q, failed fast %t, exit code %d, unused %v; want incomplete, %q, %t, %d and none",
					r.Run.Complete, r.Run.IncompleteReason, r.Run.FailedFast, report.ExitCode(r), r.Unused, tc.want, tc.fast, tc.code)
			}
		})
	}
}

func TestOnlyAWholeRunTellsWhichExpectationsAreUnused(t *testing.T) {
	for name, change := range map[string]func(r *report.Report){
		"a filter":        func(r *report.Report) { r.Run.Filter = "--checks CAND-002" },
		"a session broke": func(r *report.Report) { r.Sessions[0].Result = trace.EndError },
		"left out":        func(r *report.Report) { r.Run.Since = &report.Partial{Reports: []string{"x"}, LeftOut: 1} },
	} {
		all := shards(2)
		change(all[0])
		if r := merged(t, all...); len(r.Unused) != 0 {
			t.Errorf("%s: got %+v", name, r.Unused)
		}
	}
}

func TestWhatThePartsLeftOutIsAddedUp(t *testing.T) {
	all := shards(2)
	all[0].Run.Since = &report.Partial{Reports: []string{"20260303T000000Z-0001"}, LeftOut: 2}
	all[1].Run.Since = &report.Partial{Reports: []string{"20260304T000000Z-0002", "20260303T000000Z-0001"}, LeftOut: 3}
	want := &report.Partial{Reports: []string{"20260304T000000Z-0002", "20260303T000000Z-0001"}, LeftOut: 5}
	if diff := cmp.Diff(want, merged(t, all...).Run.Since); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// lone is a run of its own, of one pair with itself.
func lone(id, pair string) *report.Report {
	r := shard(1, 1)
	r.Run.ID, r.Run.Shard, r.Run.Proof, r.Run.Filter = id, nil, nil, "--peers "+pair
	r.Peers = []peer.Description{{ID: pair, Implementation: pair, Version: "1"}}
	r.Sessions, r.Results = r.Sessions[:1], r.Results[:1]
	r.Sessions[0].Pair, r.Sessions[0].ID, r.Sessions[0].Trace = report.Pair{Offerer: pair, Answerer: pair}, pair, "traces/"+pair+".jsonl"
	r.Results[0].Pair, r.Results[0].Subject, r.Results[0].Session = r.Sessions[0].Pair, pair, pair
	return report.Finished(r)
}

func TestRunsOfDifferentPairsArePutTogether(t *testing.T) {
	a, b := lone("a-run", "a"), lone("b-run", "b")
	a.Unused = []report.Expectation{expectation(3)}
	r := merged(t, a, b)
	if len(r.Sessions) != 2 || len(r.Peers) != 2 || !r.Run.Complete || r.Run.Filter != "--peers a; --peers b" || r.Run.Merged.Plan != "" {
		t.Errorf("got %+v with %d sessions", r.Run, len(r.Sessions))
	}
	if len(r.Unused) != 1 || report.ExitCode(r) != report.ExitFailed {
		t.Errorf("got unused %+v and exit code %d: what is red in a part is red in the whole", r.Unused, report.ExitCode(r))
	}
}

func TestAnonymisedRunsArePutTogetherAmongThemselvesAlone(t *testing.T) {
	all := shards(3)
	for _, r := range all {
		r.Run.Anonymised, r.Notes = true, append(r.Notes, report.AnonymisedNote)
		*r = *report.Finished(r)
	}
	whole := merged(t, all...)
	apart := slices.ContainsFunc(whole.Notes, func(n string) bool { return strings.Contains(n, "anonymised by itself") })
	said := slices.DeleteFunc(slices.Clone(whole.Notes), func(n string) bool { return n != report.AnonymisedNote })
	if !whole.Run.Anonymised || !apart || len(said) != 1 {
		t.Errorf("got %v and the notes %q, want that it is anonymised, once, and that each run may be so by itself", whole.Run.Anonymised, whole.Notes)
	}
	if got, want := encoded(t, merged(t, reread(t, merged(t, all[0], all[1])), all[2], all[1])), encoded(t, whole); got != want {
		t.Errorf("in two steps (-want +got):\n%s", cmp.Diff(want, got))
	}

	all[2].Run.Anonymised = false
	_, err := merge.Reports(all)
	want := fmt.Sprintf("private values: as they were in %s; replaced in %s, %s", all[2].Run.ID, all[0].Run.ID, all[1].Run.ID)
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}
