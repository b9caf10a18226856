package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/report"
)

// noShard takes out of the environment what the CI system of these tests may say.
func noShard(t *testing.T) {
	t.Helper()
	for _, name := range []string{
		"RINK_SHARD", "RINK_SHARDS", "JOB_COMPLETION_INDEX", "CI_NODE_INDEX", "CI_NODE_TOTAL", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL",
		"BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT",
	} {
		t.Setenv(name, "")
	}
}

// newest reads the last report in a folder.
func newest(t *testing.T, out string) (*report.Report, string) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(filepath.Join(out, "latest"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.Read(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	return r, dir
}

func TestShardsAreRunsAndMergeIsTheWholeOfThem(t *testing.T) {
	noShard(t)
	out := t.TempDir()
	two := func(shard string) []string {
		return session(out, "--scenarios", "trickle-full,trickle-none", "--shard", shard)
	}
	expect(t, 0, two("1/2"), "Shard 1 of 2: 1 of their 2 sessions", "Shard 1 of 2: no unexpected deviation of pion")
	a, first := newest(t, out)
	t.Setenv("CI_NODE_INDEX", "2")
	t.Setenv("CI_NODE_TOTAL", "2")
	expect(t, 0, two("auto"), "Shard 2 of 2: ")
	b, second := newest(t, out)
	if a.Run.Seed != b.Run.Seed || a.Run.Seed == 0 || a.Run.Shard.Of != b.Run.Shard.Of || len(a.Sessions) != 1 || len(b.Sessions) != 1 {
		t.Errorf("got %+v and %+v, want two halves of one plan with one seed", a.Run, b.Run)
	}
	for _, dir := range []string{first, second} {
		expect(t, 0, []string{"validate", filepath.Join(dir, "report.json")}, "valid")
	}
	said := expect(t, 0, []string{"merge", "--out", out, first, second}, "known CAND-002 pion", "No unexpected deviation of pion", "report.html")
	if strings.Contains(said, "Other peers can take part") {
		t.Errorf("a merge has nothing to say of other peers; it said:\n%s", said)
	}
	whole, dir := newest(t, out)
	expect(t, 0, []string{"validate", filepath.Join(dir, "report.json")}, "valid")
	traces, err := os.ReadDir(filepath.Join(dir, "traces"))
	if len(whole.Sessions) != 2 || len(traces) != 2 || err != nil || !whole.Run.Complete || whole.Run.Shard != nil {
		t.Errorf("got %+v with %d sessions, %d traces, %v", whole.Run, len(whole.Sessions), len(traces), err)
	}
	expect(t, 0, []string{"check", filepath.Join(dir, "traces")}, "known CAND-002")
	expect(t, 2, []string{"merge", "--out", t.TempDir(), first}, "incomplete: shard 2 of 2 is missing")
}

func TestAShardWithNothingToPlayIsNoFailure(t *testing.T) {
	out := t.TempDir()
	expect(t, 0, session(out, "--shard", "2/3"), "Shard 2 of 3: 0 of their 1 session", "Shard 2 of 3: its share of the plan is empty")
	r, dir := newest(t, out)
	if !r.Run.Complete || len(r.Sessions) != 0 {
		t.Errorf("got %+v with %d sessions", r.Run, len(r.Sessions))
	}
	expect(t, 0, []string{"validate", filepath.Join(dir, "report.json")}, "valid")
}

func TestAMissingShardMakesTheWholeIncomplete(t *testing.T) {
	out := t.TempDir()
	expect(t, 0, session(out, "--shard", "1/3"))
	_, one := newest(t, out)
	expect(t, 0, session(out, "--shard", "3/3"))
	_, three := newest(t, out)
	expect(t, 2, []string{"merge", "--out", out, one, three}, "incomplete: shard 2 of 3 is missing", "Incomplete run: ")
}

func TestRunsThatDoNotFitAreNotPutTogether(t *testing.T) {
	out := t.TempDir()
	expect(t, 0, session(out, "--shard", "1/2", "--seed", "1"))
	_, one := newest(t, out)
	expect(t, 0, session(out, "--shard", "2/2", "--seed", "2", "--checks", "CAND-*"))
	_, two := newest(t, out)
	whole := filepath.Join(t.TempDir(), "whole")
	expect(t, 2, []string{"merge", "--out", whole, one, two}, "seed: 1 in "+filepath.Base(one), "requirements: ", "plan: ")
	expect(t, 2, []string{"merge", "--out", whole, one, filepath.Join(whole, "gone")}, "gone")
	if _, err := os.Stat(whole); err == nil {
		t.Error("something was written")
	}
}

func TestAShardThatNobodyTellsIsAMistakeOfTheCommandLine(t *testing.T) {
	noShard(t)
	expect(t, exitUsage, []string{"run", "--shard", "auto"}, "--shard auto", "RINK_SHARD", "JOB_COMPLETION_INDEX and RINK_SHARDS (Kubernetes Indexed Job)")
	t.Setenv("JOB_COMPLETION_INDEX", "0")
	expect(t, exitUsage, []string{"run", "--shard", "auto"}, "--shard auto", "JOB_COMPLETION_INDEX is set and RINK_SHARDS is not")
}

func TestDurationsAreWrittenAsTheyAreRead(t *testing.T) {
	out := t.TempDir()
	expect(t, 0, session(out, "--scenarios", "trickle-full,trickle-none"))
	_, dir := newest(t, out)
	file := filepath.Join(t.TempDir(), "durations.tsv")
	expect(t, 0, []string{"durations", "--out", file, dir})
	data, err := os.ReadFile(file)
	if err != nil || !strings.HasPrefix(string(data), "# ") || !strings.Contains(string(data), "\ntrickle-full\t") || !strings.Contains(string(data), "\ntrickle-none\t") {
		t.Errorf("got %q and %v", data, err)
	}
	if said := expect(t, 0, []string{"durations", dir}); said != string(data) {
		t.Errorf("got %q on standard output, want what the file has", said)
	}
	expect(t, 0, session(out, "--shard", "1/1", "--durations", dir), "Shard 1 of 1: 1 of their 1 session")
	expect(t, 2, []string{"durations", filepath.Join(out, "gone")}, "gone")
}
