package report_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/expect"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

const (
	pass, fail, known, stale    = check.Pass, check.Fail, check.Known, check.Stale
	unsupported, skipped, wrong = check.Unsupported, check.Skipped, check.Error
)

// outcomesOf is a run whose results are these, each of another session.
func outcomesOf(outcomes ...check.Outcome) report.Input {
	in := inputOf()
	for i, o := range outcomes {
		in.Sessions = append(in.Sessions, sessionOf("s"+string(rune('a'+i)), pion, chrome, verdictOf("A-1", trace.Offerer, o, noMid)))
	}
	return in
}

func TestEveryOutcomeHasItsEffectOnTheExitCode(t *testing.T) {
	broken := sessionOf("broken", pion, chrome)
	broken.End.Result = trace.EndError
	for name, tc := range map[string]struct {
		outcomes []check.Outcome
		change   func(*report.Input)
		want     int
	}{
		"pass":                         {[]check.Outcome{pass}, nil, report.ExitOK},
		"known":                        {[]check.Outcome{known}, nil, report.ExitOK},
		"fail":                         {[]check.Outcome{pass, fail}, nil, report.ExitFailed},
		"stale":                        {[]check.Outcome{pass, stale}, nil, report.ExitFailed},
		"error":                        {[]check.Outcome{pass, wrong}, nil, report.ExitError},
		"error alone":                  {[]check.Outcome{wrong}, nil, report.ExitError},
		"error before fail":            {[]check.Outcome{fail, wrong}, nil, report.ExitError},
		"an outcome nobody knows":      {[]check.Outcome{pass, "splendid"}, nil, report.ExitError},
		"unsupported":                  {[]check.Outcome{unsupported}, nil, report.ExitNothing},
		"skipped":                      {[]check.Outcome{skipped}, nil, report.ExitNothing},
		"no results":                   {nil, nil, report.ExitNothing},
		"pass besides unjudged":        {[]check.Outcome{unsupported, pass, skipped}, nil, report.ExitOK},
		"incomplete":                   {[]check.Outcome{pass}, incomplete, report.ExitError},
		"incomplete and failed":        {[]check.Outcome{fail}, incomplete, report.ExitError},
		"incomplete without a result":  {nil, incomplete, report.ExitError},
		"unused expectation":           {[]check.Outcome{pass}, unused, report.ExitFailed},
		"unused, nothing judged":       {[]check.Outcome{skipped}, unused, report.ExitNothing},
		"unused, and an error":         {[]check.Outcome{wrong}, unused, report.ExitError},
		"a session broke":              {[]check.Outcome{pass}, func(in *report.Input) { in.Sessions = append(in.Sessions, broken) }, report.ExitError},
		"a session broke, none judged": {nil, func(in *report.Input) { in.Sessions = append(in.Sessions, broken) }, report.ExitError},
	} {
		t.Run(name, func(t *testing.T) {
			in := outcomesOf(tc.outcomes...)
			if tc.change != nil {
				tc.change(&in)
			}
			r := report.Build(in)
			if got := report.ExitCode(r); got != tc.want || r.Summary.ExitCode != tc.want {
				t.Errorf("got %d, %d in the summary, want %d", got, r.Summary.ExitCode, tc.want)
			}
		})
	}
}

func incomplete(in *report.Input) { in.Run.Complete, in.Run.IncompleteReason = false, "interrupted" }

func unused(in *report.Input) {
	in.Unused = append(in.Unused, &expect.Entry{Check: "A-1", Peer: "pion"})
}

func TestTheVerdictAnswersTheFirstQuestion(t *testing.T) {
	broken := sessionOf("broken", pion, chrome, verdictOf("A-1", trace.Offerer, wrong), verdictOf("A-1", trace.Answerer, wrong))
	broken.End.Result = trace.EndError
	for name, tc := range map[string]struct {
		outcomes []check.Outcome
		change   func(*report.Input)
		want     string
	}{
		"green": {
			[]check.Outcome{pass},
			nil,
			"No unexpected deviation between chrome 156.0.8078.79 and pion v3.3.6: 1 of 1 requirement met, 0 known deviations.",
		},
		"known, in many sessions": {
			[]check.Outcome{known, known, pass},
			nil,
			"No unexpected deviation between chrome 156.0.8078.79 and pion v3.3.6: 0 of 1 requirement met, 1 known deviation.",
		},
		"red": {
			[]check.Outcome{fail, fail, known},
			nil,
			"1 unexpected deviation between chrome 156.0.8078.79 and pion v3.3.6: 0 of 1 requirement met, 1 known deviation.",
		},
		"stale": {
			[]check.Outcome{stale},
			nil,
			"1 stale expectation and no unexpected deviation between chrome 156.0.8078.79 and pion v3.3.6: 0 of 1 requirement met, 0 known deviations.",
		},
		"all of it": {
			[]check.Outcome{stale, fail, wrong},
			func(in *report.Input) { unused(in); unused(in) },
			"1 harness error, 1 unexpected deviation, 1 stale expectation and 2 unused expectations between chrome 156.0.8078.79 and pion v3.3.6: 0 of 1 requirement met, 0 known deviations.",
		},
		"a broken session is one error": {
			nil, func(in *report.Input) { in.Sessions = append(in.Sessions, broken) },
			"1 harness error and no unexpected deviation between chrome 156.0.8078.79 and pion v3.3.6: 0 of 1 requirement met, 0 known deviations.",
		},
		"incomplete": {
			[]check.Outcome{pass},
			incomplete,
			"Incomplete run: no unexpected deviation between chrome 156.0.8078.79 and pion v3.3.6: 1 of 1 requirement met, 0 known deviations.",
		},
		"nothing judged":            {[]check.Outcome{skipped}, nil, "Nothing was judged: no session of this run says anything about any requirement."},
		"nothing judged, told why":  {nil, incomplete, "Nothing was judged: interrupted."},
		"nothing judged, no result": {nil, nil, "Nothing was judged: no session of this run says anything about any requirement."},
		"one peer": {
			nil, func(in *report.Input) {
				in.Sessions = append(in.Sessions, sessionOf("s", pion, pion, verdictOf("A-1", trace.Offerer, pass)))
				in.Requirements = append(in.Requirements, requirement("A-2", check.Must))
			},
			"No unexpected deviation of pion v3.3.6: 1 of 2 requirements met, 0 known deviations.",
		},
		"many peers": {
			[]check.Outcome{pass},
			func(in *report.Input) { in.Peers = append(in.Peers, peer.Description{ID: "firefox"}) },
			"No unexpected deviation among 3 peers in 1 directed pair: 1 of 1 requirement met, 0 known deviations.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := outcomesOf(tc.outcomes...)
			if tc.change != nil {
				tc.change(&in)
			}
			if diff := cmp.Diff(tc.want, report.Build(in).Summary.Verdict); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheWorstOfJudgedStandsForAllCounts(t *testing.T) {
	for _, tc := range []struct {
		outcomes []check.Outcome
		want     check.Outcome
	}{
		{nil, ""},
		{[]check.Outcome{pass}, pass},
		{[]check.Outcome{unsupported}, unsupported},
		{[]check.Outcome{unsupported, skipped}, skipped},
		{[]check.Outcome{unsupported, skipped, pass}, pass},
		{[]check.Outcome{pass, skipped, known}, known},
		{[]check.Outcome{known, pass, stale}, stale},
		{[]check.Outcome{stale, known, fail}, fail},
		{[]check.Outcome{fail, pass, wrong}, wrong},
		{[]check.Outcome{pass, "splendid"}, wrong},
	} {
		var c report.Counts
		for _, o := range tc.outcomes {
			c.Add(o)
		}
		if got := c.Worst(); got != tc.want || c.Total() != len(tc.outcomes) {
			t.Errorf("%v: got %q of %d, want %q", tc.outcomes, got, c.Total(), tc.want)
		}
	}
}

func TestEveryOutcomeIsCountedOnceAndAsItself(t *testing.T) {
	for _, o := range check.Outcomes() {
		var c report.Counts
		c.Add(o)
		if c.Of(o) != 1 || c.Total() != 1 || c.Worst() != o {
			t.Errorf("%s: got %+v", o, c)
		}
	}
}

func TestTheSummaryCountsRequirementsDeviationsAndSessions(t *testing.T) {
	got := report.Build(richInput()).Summary
	got.Verdict = ""
	want := report.Summary{
		ExitCode: report.ExitError,
		Outcomes: report.Counts{Pass: 2, Fail: 1, Known: 2, Stale: 1, Unsupported: 1, Skipped: 1, Error: 2},
		Levels: map[check.Level]report.Counts{
			check.Must:    {Fail: 1, Known: 2, Skipped: 1, Error: 2},
			check.Should:  {Stale: 1},
			check.May:     {Pass: 2},
			check.Observe: {Unsupported: 1},
		},
		Requirements:  report.Requirements{Total: 7, Met: 1, Stale: 1, Known: 1, Error: 2, Unsupported: 1, NotGraded: 1},
		Deviations:    report.Deviations{Unexpected: 1, Known: 1, Stale: 1},
		Sessions:      report.SessionCounts{Total: 5, Completed: 2, Stopped: 1, Unsupported: 1, Error: 1},
		HarnessErrors: 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestARequirementThatFailsOrIsSkippedIsInThatClass(t *testing.T) {
	for outcome, want := range map[check.Outcome]report.Requirements{
		fail: {Total: 1, Failed: 1}, skipped: {Total: 1, Skipped: 1}, pass: {Total: 1, Met: 1},
	} {
		got := report.Build(outcomesOf(unsupported, outcome)).Summary.Requirements
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", outcome, diff)
		}
	}
}
