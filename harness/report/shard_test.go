package report_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/report"
)

func TestTheVerdictOfAShardSaysThatItIsOfAPart(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(in *report.Input)
		want   string
		code   int
	}{
		"whole":       {func(*report.Input) {}, "Shard 2 of 4: no unexpected deviation between ", report.ExitOK},
		"interrupted": {incomplete, "Shard 2 of 4: incomplete run: no unexpected deviation between ", report.ExitError},
		"empty":       {func(in *report.Input) { in.Sessions = nil }, "Shard 2 of 4: its share of the plan is empty, ", report.ExitOK},
		"interrupted before it began": {
			func(in *report.Input) { in.Sessions = nil; incomplete(in) }, "Shard 2 of 4: nothing was judged: ", report.ExitError,
		},
		"all green before": {
			func(in *report.Input) {
				in.Sessions, in.Run.Since = nil, &report.Partial{Reports: []string{"x"}, LeftOut: 2}
			}, "Shard 2 of 4: nothing was played: 2 sessions left out", report.ExitOK,
		},
		"nothing judged": {func(in *report.Input) { in.Sessions[0] = sessionOf("s", pion, chrome) }, "Shard 2 of 4: nothing was judged: ", report.ExitNothing},
	} {
		in := outcomesOf(pass)
		in.Run.Shard = &report.Shard{Index: 2, Count: 4, Of: "plan"}
		tc.change(&in)
		r := report.Build(in)
		if !strings.HasPrefix(r.Summary.Verdict, tc.want) || report.ExitCode(r) != tc.code {
			t.Errorf("%s: got %q and exit code %d, want %q and %d", name, r.Summary.Verdict, report.ExitCode(r), tc.want, tc.code)
		}
	}
}

func TestExpectationsComeInTheOrderOfTheirLines(t *testing.T) {
	var in []report.Expectation
	for _, at := range []string{"a.yaml:10 B", "b.yaml:1 A", "a.yaml:9 C", "a.yaml:10 A", "no line A"} {
		file, check, _ := strings.Cut(at, " ")
		in = append(in, report.Expectation{File: file, Check: check})
	}
	slices.SortFunc(in, report.CompareExpectations)
	var got []string
	for _, e := range in {
		got = append(got, e.ID())
	}
	if s := strings.Join(got, ", "); s != "a.yaml:9 C, a.yaml:10 A, a.yaml:10 B, b.yaml:1 A, no line A" {
		t.Errorf("got %s", s)
	}
}
