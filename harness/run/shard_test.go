package run_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/webrtc-rink/rink/fixtures"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/merge"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// recordedAs are durations as a report has them.
func recordedAs(t testing.TB, sessions ...report.Session) run.Durations {
	t.Helper()
	data, err := report.Encode(&report.Report{Schema: report.Schema, Sessions: sessions})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := run.ReadDurations(path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func jobID(j run.Job) string { return j.Pair.String() + " " + j.Scenario.Name }

// parts splits jobs into n.
func parts(jobs []run.Job, n int, d run.Durations) [][]run.Job {
	var all [][]run.Job
	for i := range n {
		all = append(all, run.Shard{Index: i + 1, Count: n}.Of(jobs, d))
	}
	return all
}

// FuzzEveryJobIsInExactlyOneShard also holds that the order in which a process
// comes to its jobs changes nothing, and that no shard has more to do than the
// least busy one and one job.
func FuzzEveryJobIsInExactlyOneShard(f *testing.F) {
	f.Add(uint64(1), uint(184), uint(4))
	f.Add(uint64(2), uint(3), uint(8))
	f.Add(uint64(3), uint(0), uint(1))
	f.Add(uint64(4), uint(299), uint(39))
	f.Fuzz(func(t *testing.T, seed uint64, jobCount, shardCount uint) {
		n := int(shardCount%40) + 1
		rng := rand.New(rand.NewPCG(seed, 0))
		var jobs []run.Job
		recorded := []report.Session{{Scenario: "none", Result: trace.EndCompleted}}
		for i := range int(jobCount % 300) {
			j := run.Job{Pair: run.Pair{Offerer: fmt.Sprint("p", i%7), Answerer: "q"}, Scenario: scenario.Scenario{Name: fmt.Sprint("s", i/7)}}
			jobs = append(jobs, j)
			if rng.IntN(4) > 0 {
				recorded = append(recorded, report.Session{
					Scenario: j.Scenario.Name, Pair: report.Pair(j.Pair), Result: trace.EndCompleted, DurationMs: float64(rng.IntN(60_000)),
				})
			}
		}
		d := recordedAs(t, recorded...)
		all := parts(jobs, n, d)
		seen := map[string]int{}
		for _, part := range all {
			for _, j := range part {
				seen[jobID(j)]++
			}
		}
		for _, j := range jobs {
			if seen[jobID(j)] != 1 {
				t.Fatalf("%s is in %d shards of %d", jobID(j), seen[jobID(j)], n)
			}
		}
		if len(seen) != len(jobs) {
			t.Fatalf("got %d jobs in all shards, want %d", len(seen), len(jobs))
		}
		even(t, all, d)
		shuffled := slices.Clone(jobs)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for i, part := range parts(shuffled, n, d) {
			if got, want := jobNames(part), jobNames(all[i]); got != want {
				t.Fatalf("shard %d of %d: got %s in another process, want %s", i+1, n, got, want)
			}
		}
	})
}

// even holds the bound of longest-first packing, with the cost that --help tells.
func even(t *testing.T, all [][]run.Job, d run.Durations) {
	t.Helper()
	cost := func(j run.Job) float64 {
		ms := float64(d.Of(j))
		return 1.0/8 + min(ms, 1000) + max(0, ms-1000)/8
	}
	least, longest := -1.0, 0.0
	var loads []float64
	for _, part := range all {
		load := 0.0
		for _, j := range part {
			load += cost(j)
			longest = max(longest, cost(j))
		}
		if loads = append(loads, load); least < 0 || load < least {
			least = load
		}
	}
	for i, load := range loads {
		if load > least+longest+0.001 {
			t.Fatalf("shard %d of %d costs %v, the least %v, and no job costs more than %v", i+1, len(all), load, least, longest)
		}
	}
}

func jobNames(jobs []run.Job) string {
	var ids []string
	for _, j := range jobs {
		ids = append(ids, jobID(j))
	}
	slices.Sort(ids)
	return strings.Join(ids, ", ")
}

func TestLongWaitsAreSpreadAndDoNotKeepAShardFromOtherWork(t *testing.T) {
	t.Parallel()
	d, err := run.BuiltinDurations()
	if err != nil {
		t.Fatal(err)
	}
	all := parts(run.Jobs(run.DefaultPairs(), scenario.All()), 2, d)
	for i, part := range all {
		waits := 0
		for _, j := range part {
			if j.Scenario.Waits > 0 {
				waits++
			}
		}
		if waits != 1 || len(part) < 80 {
			t.Errorf("shard %d of 2 has %d of the two long waits and %d sessions, want one and about half", i+1, waits, len(part))
		}
	}
}

func TestDurationsFallBackToTheScenarioAndToTheMedian(t *testing.T) {
	t.Parallel()
	of := func(o, a, s string, ms float64, result trace.EndResult) report.Session {
		return report.Session{Pair: report.Pair{Offerer: o, Answerer: a}, Scenario: s, DurationMs: ms, Result: result}
	}
	d := recordedAs(t,
		of("a", "b", "x", 100, trace.EndCompleted), of("b", "a", "x", 300, trace.EndStopped), of("b", "b", "x", 200, trace.EndCompleted),
		of("a", "b", "y", 7.4, trace.EndCompleted), of("b", "a", "y", 60_000, trace.EndError), of("a", "b", "z", 50, trace.EndCompleted))
	for _, tc := range []struct {
		o, a, s string
		want    int64
	}{
		{"a", "b", "x", 100}, {"b", "a", "x", 300}, {"c", "d", "x", 200}, {"b", "a", "y", 7}, {"a", "b", "new", 50},
	} {
		j := run.Job{Pair: run.Pair{Offerer: tc.o, Answerer: tc.a}, Scenario: scenario.Scenario{Name: tc.s}}
		if got := d.Of(j); got != tc.want {
			t.Errorf("%s: got %d ms, want %d", jobID(j), got, tc.want)
		}
	}
	if _, err := run.ReadDurations(filepath.Join(t.TempDir(), "gone.json"), t.TempDir()); err == nil || strings.Count(err.Error(), "durations of") != 2 {
		t.Errorf("got %v, want that neither is a report", err)
	}
}

func TestTheDurationsThatComeWithRinkAreOfItsScenarios(t *testing.T) {
	t.Parallel()
	all := scenario.All()
	recorded := []report.Session{}
	for line := range strings.Lines(string(fixtures.Durations())) {
		name, ms, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if !ok || !slices.ContainsFunc(all, func(s scenario.Scenario) bool { return s.Name == name }) {
			t.Errorf("durations.tsv: %q is no scenario; write the file again as it says at its top", name)
		}
		var n float64
		if _, err := fmt.Sscan(ms, &n); err != nil {
			t.Errorf("durations.tsv: %s: %v", name, err)
		}
		recorded = append(recorded, report.Session{Scenario: name, Result: trace.EndCompleted, DurationMs: n})
	}
	if len(recorded) < len(all)*9/10 {
		t.Errorf("durations.tsv: got %d of %d scenarios: write the file again as it says at its top", len(recorded), len(all))
	}
	var again bytes.Buffer
	if err := recordedAs(t, recorded...).WriteScenarios(&again); err != nil || !bytes.Equal(again.Bytes(), fixtures.Durations()) {
		t.Errorf("written again it differs (%v):\n%s", err, cmp.Diff(string(fixtures.Durations()), again.String()))
	}
}

// split is a plan's shards: their numbers of sessions and the reports that they make
// of what was played.
func split(p run.Plan, n int, played []run.Session) (reports []*report.Report) {
	p.Seed = 0
	for i := range n {
		q := p.Split(run.Shard{Index: i + 1, Count: n}, run.Durations{})
		jobs := q.Shard.Of(run.Jobs(q.Pairs, q.Scenarios), q.Durations)
		o := run.Outcome{Sessions: slices.DeleteFunc(slices.Clone(played), func(s run.Session) bool {
			return !slices.ContainsFunc(jobs, func(j run.Job) bool { return j.ID() == s.Header.ID })
		})}
		reports = append(reports, run.BuildReport(q, run.FolderOf(p.Out, fmt.Sprintf("20261128T120000Z-%04d", i+1)), o))
	}
	return reports
}

func TestShardsPutTogetherGiveWhatTheWholeGives(t *testing.T) {
	t.Parallel()
	a, b := &member{id: "a", defects: []fake.Defect{defect(t, "null-index")}}, &member{id: "b"}
	roster := crew(a, b)
	p := plan(t, roster, "candidates-*,connect-*")
	p.Filter = ""
	p.Expectations = expectations(t, roster, entry("a", "CAND-001", "candidates-data"), entry("a", "CAND-002", "connect-*"),
		entry("b", "CAND-001", "never-*"), entry("pion", "CAND-001", "*"), against(entry("b", "CAND-002", "*"), "pion"))
	var played []run.Session
	whole, _, err := run.Execute(t.Context(), p, run.Progress{Session: func(s run.Session, _, _ int) { played = append(played, s) }})
	if err != nil {
		t.Fatal(err)
	}
	if len(whole.Unused) == 0 || whole.Summary.Outcomes.Fail == 0 || whole.Summary.Outcomes.Known == 0 || whole.Summary.Outcomes.Stale == 0 {
		t.Fatalf("got %+v with %d unused expectations: the comparison would prove little", whole.Summary.Outcomes, len(whole.Unused))
	}
	for _, n := range []int{1, 2, 5, 2 * len(played)} {
		shards := split(p, n, played)
		for _, s := range shards {
			if len(s.Unused) > 0 || s.Run.Shard == nil || !strings.HasPrefix(s.Summary.Verdict, fmt.Sprintf("Shard %d of %d: ", s.Run.Shard.Index, n)) {
				t.Errorf("shard of %d: got %q with %d unused expectations", n, s.Summary.Verdict, len(s.Unused))
			}
			if len(s.Sessions) == 0 {
				exits(t, s, report.ExitOK)
			}
		}
		got, err := merge.Reports(shards)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(whole, got, cmpopts.IgnoreFields(report.Report{}, "Run", "Notes"), cmpopts.IgnoreUnexported(report.Report{}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%d shards (-whole +merged):\n%s", n, diff)
		}
		if !got.Run.Complete || got.Run.Merged == nil || len(got.Run.Merged.Parts) != n {
			t.Errorf("%d shards: got the run %+v", n, got.Run)
		}
	}
}

func TestShardsHaveOnePlanAndDrawTheSame(t *testing.T) {
	t.Parallel()
	base := func() run.Plan {
		p := plan(t, crew(&member{id: "a"}, &member{id: "b"}), "connect-*")
		p.Seed = 0
		return p
	}
	of := func(p run.Plan, s run.Shard) (string, int64) {
		p = p.Split(s, run.Durations{})
		r := run.BuildReport(p, run.FolderOf(p.Out, "x"), run.Outcome{})
		return r.Run.Shard.Of, r.Run.Seed
	}
	id, seed := of(base(), run.Shard{Index: 1, Count: 3})
	if other, otherSeed := of(base(), run.Shard{Index: 3, Count: 3}); other != id || otherSeed != seed || seed == 0 || id == "" {
		t.Errorf("got the plans %q and %q, the seeds %d and %d, want them to be the same", id, other, seed, otherSeed)
	}
	for name, change := range map[string]func(*run.Plan){
		"a pair":       func(p *run.Plan) { p.Pairs = p.Pairs[1:] },
		"a scenario":   func(p *run.Plan) { p.Scenarios = p.Scenarios[1:] },
		"a check":      func(p *run.Plan) { p.Checks = p.Checks[1:] },
		"a seed":       func(p *run.Plan) { p.Seed = 5 },
		"a scale":      func(p *run.Plan) { p.Timeouts = p.Timeouts.Scaled(2) },
		"expectations": func(p *run.Plan) { p.Expectations = expectations(t, p.Roster, entry("a", "CAND-001", "*")) },
	} {
		p := base()
		change(&p)
		if other, _ := of(p, run.Shard{Index: 1, Count: 3}); other == id {
			t.Errorf("%s: the plan is the same without it", name)
		}
	}
	if other, _ := of(base(), run.Shard{Index: 1, Count: 4}); other == id {
		t.Error("a plan of four shards is one of three")
	}
	withSeed := base()
	withSeed.Seed = 5
	if got := withSeed.Split(run.Shard{Index: 1, Count: 2}, run.Durations{}); got.Seed != 5 || len(got.Notes) != 0 {
		t.Errorf("got the seed %d and %q, want the one that was asked for", got.Seed, got.Notes)
	}
}
