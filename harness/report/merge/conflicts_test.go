package merge_test

import (
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/merge"
)

func TestEveryConflictIsNamed(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(r *report.Report) // of the second of three
		want   []string
	}{
		"Rink":           {func(r *report.Report) { r.Generator.Version = "v0.2.0" }, []string{"Rink: rink v0.1.0 in 20260304T050601Z-0001, 20260304T050603Z-0003; rink v0.2.0 in 20260304T050602Z-0002"}},
		"seed":           {func(r *report.Report) { r.Run.Seed = 8 }, []string{"seed: 7 in ", "; 8 in "}},
		"network":        {func(r *report.Report) { r.Run.Network = "host" }, []string{"network: host in ", "; private in "}},
		"scale":          {func(r *report.Report) { r.Run.TimeoutScale = 3 }, []string{"timeout scale: 1 in ", "; 3 in "}},
		"where they are": {func(r *report.Report) { r.Run.Expectations = "none" }, []string{"expectations: built-in (content abababababab) in ", "none (content"}},
		"expectations":   {func(r *report.Report) { r.Run.ExpectationsSHA256 = strings.Repeat("cd", 32) }, []string{"expectations: built-in (content abababababab)", "built-in (content cdcdcdcdcdcd)"}},
		"checks":         {func(r *report.Report) { r.Checks = r.Checks[1:] }, []string{"requirements: ", "were to grade CAND-001"}},
		"checks' words":  {func(r *report.Report) { r.Checks[0].Level = check.May }, []string{"were to grade the same ones in other words"}},
		"plan":           {func(r *report.Report) { r.Run.Shard.Of = "ffff" }, []string{"plan: 0123456789abcdef, 3 shards in ", "ffff, 3 shards in ", "pairs, scenarios, their recorded durations"}},
		"no shard":       {func(r *report.Report) { r.Run.Shard = nil }, []string{"no shard in 20260304T050602Z-0002"}},
		"count":          {func(r *report.Report) { r.Run.Shard.Count = 4 }, []string{"4 shards in 20260304T050602Z-0002"}},
		"no such shard":  {func(r *report.Report) { r.Run.Shard.Index = 4 }, []string{"shard 4 of 3: there is no such shard"}},
		"shard twice":    {func(r *report.Report) { r.Run.Shard.Index = 1 }, []string{"shard 1 of 3 was given twice, by the runs 20260304T050601Z-0001 and 20260304T050602Z-0002: leave one out"}},
		"scenario":       {func(r *report.Report) { r.Scenarios[2].Title = "another" }, []string{"scenario s2: "}},
		"peer":           {func(r *report.Report) { r.Peers[1].Version = "1.2.4" }, []string{"peer pion: pion 1.2.3 and pion 1.2.4"}},
		"features":       {func(r *report.Report) { r.Peers[1].Features = peer.Features{"media"} }, []string{"peer pion: it declares other features in run 20260304T050602Z-0002"}},
		"run twice":      {func(r *report.Report) { r.Run.ID = "20260304T050601Z-0001" }, []string{"run 20260304T050601Z-0001 was given twice, with different content"}},
		"session": {func(r *report.Report) {
			r.Sessions[0].Pair, r.Sessions[0].Scenario = shard(1, 3).Sessions[0].Pair, "s0"
		}, []string{"pion->chrome: s0: played with different content in the runs "}},
		"session id":         {func(r *report.Report) { r.Sessions[0].ID = "pion_chrome_s0" }, []string{"session id pion_chrome_s0: it is both "}},
		"session twice":      {func(r *report.Report) { r.Sessions = append(r.Sessions, r.Sessions[0]) }, []string{"run 20260304T050602Z-0002 has it twice"}},
		"made from nothing":  {func(r *report.Report) { r.Run.Merged, r.Run.Shard = &report.Merged{}, nil }, []string{"it was put together from nothing"}},
		"billions of shards": {func(r *report.Report) { r.Run.Shard.Count = 2_000_000_000 }, []string{"there is no such shard"}},
		"several": {
			func(r *report.Report) { r.Run.Seed, r.Run.Network, r.Peers[0].Version = 8, "host", "9" },
			[]string{"seed: ", "network: ", "peer chrome: "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			all := shards(3)
			tc.change(all[1])
			r, err := merge.Reports(all)
			if err == nil || r != nil {
				t.Fatalf("got %v and a report %t", err, r != nil)
			}
			for _, part := range tc.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("got %q, want it to say %q", err, part)
				}
			}
		})
	}
}

func TestAShardThatWasPlayedTwiceIsOneConflictAndNotOneOfEachSession(t *testing.T) {
	again := shard(2, 3)
	again.Run.ID = "20260304T050609Z-0009"
	for i := range again.Sessions {
		again.Sessions[i].DurationMs++
	}
	for name, in := range map[string][]*report.Report{
		"beside it": append(shards(3), again),
		"later":     {merged(t, shards(3)...), again},
	} {
		_, err := merge.Reports(in)
		if err == nil || strings.Count(err.Error(), "\n") != 1 || !strings.Contains(err.Error(), "shard 2 of 3 was given twice") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestWhatIsOfTheMachineIsNoConflict(t *testing.T) {
	all := shards(2)
	all[1].Peers[0].Version, all[1].Peers[0].Features = peer.Unknown, peer.AllFeatures() // it did not come up there
	all[1].Run.OwnPeers = map[string]string{"mine": "/b/mine"}
	all[0].Run.OwnPeers = map[string]string{"mine": "/c/mine"}
	r := merged(t, all...)
	if r.Peers[0].Version != "1.2.3" || r.Peers[1].Details["path"] != "/home/1" || r.Run.OwnPeers["mine"] != "/b/mine" {
		t.Errorf("got %+v and %v", r.Peers, r.Run.OwnPeers)
	}
	if _, err := merge.Reports(nil); err == nil {
		t.Error("nothing was put together")
	}
}

func TestTracesAreNamedForTheirSessionWhateverAReportSays(t *testing.T) {
	for _, tc := range [][3]string{
		{"pion_chrome_x", "traces/pion_chrome_x.jsonl", "traces/pion_chrome_x.jsonl"},
		{"pion@v3.2.40_b_x", "traces/old.jsonl.gz", "traces/pion@v3.2.40_b_x.jsonl.gz"},
		{"x", "", ""},
	} {
		if got := merge.TraceOf(&report.Session{ID: tc[0], Trace: tc[1]}); got != tc[2] {
			t.Errorf("%q at %q: got %q, want %q", tc[0], tc[1], got, tc[2])
		}
	}
	for _, id := range []string{"../../etc/passwd", "..", "", "a\\b", "/x", strings.Repeat("x", 5000), "ü"} {
		got := merge.TraceOf(&report.Session{ID: id, Trace: "../../etc/shadow"})
		if name, ok := strings.CutPrefix(got, "traces/"); !ok || strings.ContainsAny(name, `/\`) || strings.HasPrefix(name, ".") || len(name) > 250 {
			t.Errorf("%q: got %q, want a file in traces", id, got)
		}
	}
	if a, b := merge.TraceOf(&report.Session{ID: "a/b", Trace: "x"}), merge.TraceOf(&report.Session{ID: "a\\b", Trace: "x"}); a == b {
		t.Errorf("two sessions have the file %s", a)
	}
}
