package compare

import (
	"fmt"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/report"
)

func TestEveryCellGetsItsClass(t *testing.T) {
	for name, tc := range map[string]struct {
		from, to string // see several
		want     []string
		exit     int
	}{
		"the same":                       {"ppp", "ppp", []string{}, 0},
		"the same with an expectation":   {"fff", "kkk", []string{}, 0},
		"stale is a pass":                {"ttt", "ppp", []string{}, 0},
		"regressed":                      {"ppp", "fff", []string{"regressed CAND-002 pion"}, 1},
		"an expectation excuses no more": {"ppp", "kkk", []string{"regressed CAND-002 pion"}, 1},
		"once is not sure":               {"p", "f", []string{"regressed CAND-002 pion?"}, 1},
		"twice is not sure":              {"pp", "ff", []string{"regressed CAND-002 pion?"}, 1},
		"fixed":                          {"kkk", "ppp", []string{"fixed CAND-002 pion"}, 0},
		"fixed and stale":                {"kkk", "ttt", []string{"fixed CAND-002 pion"}, 0},
		"flaky now":                      {"pppppppppp", "ppppppppfp", []string{"flaky CAND-002 pion in to"}, 0},
		"flaky before":                   {"pppfpppppp", "pppppppppp", []string{"flaky CAND-002 pion in from"}, 0},
		"flaky on both sides":            {"fpfpfpfpfp", "pfpfpfpfpf", []string{"flaky CAND-002 pion in both"}, 0},
		"flaky, seen too seldom":         {"pp", "fp", []string{"flaky CAND-002 pion in to?"}, 0},
		"flaky, then always":             {"fppppppppp", "ffffffffff", []string{"regressed CAND-002 pion"}, 1},
		"seldom, then mostly":            {"pppppppppp", "ffffffffpp", []string{"regressed CAND-002 pion"}, 1},
		"mostly, then seldom":            {"ffffffffff", "pppppppffp", []string{"fixed CAND-002 pion"}, 0},
		"seldom is no regression":        {"pppppppppp", "ffffffpppp", []string{"flaky CAND-002 pion in to"}, 0},
		"new":                            {"---", "ppp", []string{"new CAND-002 pion", "new session "}, 0},
		"new and red is no regression":   {"uuu", "fff", []string{"new CAND-002 pion"}, 0},
		"gone":                           {"ppp", "---", []string{"gone CAND-002 pion", "gone session "}, 0},
		"gone, declared":                 {"p", "u", []string{"gone CAND-002 pion"}, 0},
		"gone, skipped":                  {"p", "s", []string{"gone CAND-002 pion?"}, 0},
		"graded now and then":            {"psssssssss", "ssssssssss", []string{}, 0},
		"graded now and then, now":       {"ssssssssss", "ssspssssps", []string{}, 0},
		"graded mostly, then never":      {"pppppppspp", "ssssssssss", []string{"gone CAND-002 pion"}, 0},
		"never graded":                   {"sss", "uuu", []string{}, 0},
		"the peer crashes":               {"ppp", "xxx", []string{"regressed session pion"}, 1},
		"the peer crashes once":          {"p", "x", []string{"regressed session pion?"}, 1},
		"the peer crashes no more":       {"xxx", "ppp", []string{"fixed session pion"}, 0},
		"it crashed before and crashes":  {"xxx", "xxx", []string{}, 0},
		"the browser crashes once":       {"p", "c", []string{}, 2},
		"the browser crashes in one run": {"ppp", "pcp", []string{}, 0},
		"the browser crashes each time":  {"ppp", "ccc", []string{"regressed session "}, 1},
		"a check breaks":                 {"ppp", "eee", []string{}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			d := compared(t, several(oldPion, tc.from), several(newPion, tc.to))
			same(t, "changes", short(d), tc.want)
			if d.ExitCode != tc.exit {
				t.Errorf("exit code: got %d, want %d: %s", d.ExitCode, tc.exit, d.Verdict)
			}
		})
	}
}

func TestWhatIsFoundMayChange(t *testing.T) {
	runs := func(pion string, found ...string) (list []report.Report) {
		for _, f := range found {
			list = append(list, one(pion, "fail", f))
		}
		return list
	}
	for name, tc := range map[string]struct {
		from, to []report.Report
		want     []string
	}{
		"other findings":      {runs(oldPion, "a", "a", "a"), runs(newPion, "b", "b", "b"), []string{"changed CAND-002 pion"}},
		"once":                {runs(oldPion, "a"), runs(newPion, "b"), []string{"changed CAND-002 pion?"}},
		"the same findings":   {runs(oldPion, "a"), runs(newPion, "a"), []string{}},
		"one in common":       {runs(oldPion, "a", "b", "a"), runs(newPion, "b", "c", "c"), []string{}},
		"never the same":      {runs(oldPion, "a", "b", "c"), runs(newPion, "d", "e", "f"), []string{}},
		"the version in text": {runs(oldPion, "of "+oldPion), runs(newPion, "of "+newPion), []string{}},
	} {
		t.Run(name, func(t *testing.T) { same(t, "changes", short(compared(t, tc.from, tc.to)), tc.want) })
	}
}

func TestAChangeShowsWhatBothSidesFound(t *testing.T) {
	d := compared(t, several(oldPion, "ppp"), several(newPion, "fff"))
	same(t, "regressed", d.Regressed, []Change{{
		Class: Regressed, Check: "CAND-002", Title: "The title of CAND-002", Pair: "pion->chrome", Scenario: "connect-data",
		Subject: "pion", Role: "offerer", Sure: true,
		Evidence: Evidence{
			From: Observed{Runs: 3, Traces: []string{"traces/connect-data.jsonl"}},
			To: Observed{
				Runs: 3, Red: 3, Findings: []string{"candidates: got none, want a mid"}, Traces: []string{"traces/connect-data.jsonl"},
			},
		},
	}})
	same(t, "verdict", d.Verdict, "CAND-002 regressed from pion v3.2.40 to v3.3.6: 3 cells unchanged.")

	d = compared(t, several(oldPion, "p"), several(newPion, "x"))
	same(t, "what the peer said", d.Regressed[0].Evidence.To.Findings, []string{"gather: panic in pion"})

	d = compared(t, several(oldPion, "p"), several(newPion, "u"))
	same(t, "why it is gone", d.Gone[0].Evidence.To.Reasons, []string{"unsupported: none"})
}

func TestWhatNobodyCanTellIsNoVerdict(t *testing.T) {
	nothing := run{pion: newPion}.report()
	d := compared(t, several(oldPion, "p"), []report.Report{nothing})
	if d.ExitCode != ExitError || !strings.HasPrefix(d.Verdict, "Nothing could be compared") {
		t.Errorf("got %d, %s", d.ExitCode, d.Verdict)
	}

	interrupted := run{pion: newPion, stopped: "interrupted", results: [][5]string{{"CONN-001", "connect-media", "offerer", "pass", ""}}}.report()
	d = compared(t, several(oldPion, "p"), []report.Report{interrupted})
	same(t, "what an interrupted run lacks is not gone", short(d), []string{})
	same(t, "broken", d.Broken, []Broken{{Side: "to", Check: "run", Reason: "the run is incomplete: interrupted", Undecided: true}})
	if d.ExitCode != ExitError {
		t.Errorf("exit code: got %d, want %d", d.ExitCode, ExitError)
	}

	d = compared(t, several(oldPion, "p"), append(several(newPion, "p"), interrupted))
	if d.ExitCode != ExitSame {
		t.Errorf("another run has all: got %d, %s", d.ExitCode, d.Verdict)
	}
}

func TestWhatOtherShardsPlayedIsNotGone(t *testing.T) {
	whole := func() report.Report {
		return run{pion: newPion, results: [][5]string{
			{"CAND-002", "connect-data", "offerer", "pass", ""}, {"CAND-002", "connect-media", "offerer", "pass", ""},
		}}.report()
	}
	half := func(index int, scenario string) report.Report {
		r := run{pion: newPion, results: [][5]string{{"CAND-002", scenario, "offerer", "pass", ""}}}.report()
		r.Run.Shard = &report.Shard{Index: index, Count: 2, Of: "plan"}
		return r
	}
	one, two := half(1, "connect-data"), half(2, "connect-media")
	note := "of the plan of the %s runs only shard 1 of 2 is there: what the other shards would show is not compared"
	d := compared(t, []report.Report{whole()}, []report.Report{one})
	same(t, "changes", short(d), []string{})
	same(t, "notes", d.Notes, []string{fmt.Sprintf(note, "new")})
	d = compared(t, []report.Report{one}, []report.Report{whole()})
	same(t, "changes of the reverse", short(d), []string{})
	same(t, "notes of the reverse", d.Notes, []string{fmt.Sprintf(note, "old")})

	both := compared(t, []report.Report{whole()}, []report.Report{one, two})
	same(t, "notes of both shards", len(both.Notes), 0)
	other := half(2, "connect-more")
	both = compared(t, []report.Report{whole()}, []report.Report{one, other})
	if len(both.Gone) == 0 {
		t.Error("a plan that is there as a whole: got nothing gone, want what no shard played")
	}

	if err := Fits([]report.Report{one}, whole().Peers); err == nil || !strings.Contains(err.Error(), "is shard 1 of 2") {
		t.Errorf("a shard as a baseline: got %v", err)
	}
}

func TestAScaleOfTimeoutsThatNobodyKnowsDiffersFromNone(t *testing.T) {
	known, unknown := one(newPion, "pass", ""), one(newPion, "pass", "")
	known.Run.TimeoutScale, unknown.Run.TimeoutScale = 3, 0
	same(t, "notes", len(compared(t, []report.Report{known}, []report.Report{unknown}).Notes), 0)
	unknown.Run.TimeoutScale = 1
	same(t, "notes of two that are known", compared(t, []report.Report{known}, []report.Report{unknown}).Notes,
		[]string{"the scale of timeouts: 3 before, 1 now; what changed may be due to that"})
}

func TestWhatAPartialRunLeftOutIsNotGone(t *testing.T) {
	partial := several(newPion, "-")
	partial[0].Run.Since = &report.Partial{Reports: []string{"r"}, LeftOut: 1}
	d := compared(t, several(oldPion, "p"), partial)
	same(t, "changes", short(d), []string{})
	same(t, "notes", d.Notes, []string{"the new runs left out 1 session that earlier runs had green: what they would show is not compared"})
}
