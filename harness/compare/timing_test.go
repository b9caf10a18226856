package compare

import (
	"fmt"
	"math/rand"
	"testing"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// timedRun is a run of 20 scenarios, each of which takes its own time in the stage,
// about as many times what is usual as it says.
func timedRun(pion string, seed int64, factor float64, sessions int) report.Report {
	random := rand.New(rand.NewSource(seed))
	r := run{pion: pion}
	for i := range sessions {
		r.results = append(r.results, [5]string{"CAND-002", fmt.Sprintf("s%d", i), "offerer", "pass", ""})
	}
	rep := r.report()
	for i := range rep.Sessions {
		usual := 20 + float64(i%5)
		rep.Sessions[i].Stages = map[trace.Stage]float64{trace.StageGather: usual * factor * (0.95 + 0.1*random.Float64())}
	}
	return rep
}

func timedRuns(pion string, seed int64, sessions int, factors ...float64) (list []report.Report) {
	for i, f := range factors {
		list = append(list, timedRun(pion, seed+int64(i), f, sessions))
	}
	return list
}

func TestTimesAreSlowerOrFasterOnlyForSure(t *testing.T) {
	for name, tc := range map[string]struct {
		from, to []report.Report
		want     string
	}{
		"the same":              {timedRuns(oldPion, 1, 20, 1, 1, 1), timedRuns(newPion, 4, 20, 1, 1, 1), ""},
		"slower":                {timedRuns(oldPion, 1, 20, 1, 1, 1), timedRuns(newPion, 4, 20, 1.5, 1.5, 1.5), "slower true"},
		"faster":                {timedRuns(oldPion, 1, 20, 1.5, 1.5, 1.5), timedRuns(newPion, 4, 20, 1, 1, 1), "faster true"},
		"one run of each":       {timedRuns(oldPion, 1, 20, 1), timedRuns(newPion, 4, 20, 1.5), "slower false"},
		"a loaded machine":      {timedRuns(oldPion, 1, 20, 1, 1, 2.2), timedRuns(newPion, 4, 20, 2, 2, 2), "slower false"},
		"a change of 5 percent": {timedRuns(oldPion, 1, 20, 1, 1, 1), timedRuns(newPion, 4, 20, 1.05, 1.05, 1.05), ""},
		"too few sessions":      {timedRuns(oldPion, 1, 3, 1, 1, 1), timedRuns(newPion, 4, 3, 3, 3, 3), ""},
		"no times":              {several(oldPion, "ppp"), several(newPion, "ppp"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			for _, x := range compared(t, tc.from, tc.to).Timing {
				got += fmt.Sprintf("%s %v", x.Class, x.Sure)
				if x.Pair != "pion->chrome" || x.Stage != trace.StageGather {
					t.Errorf("got %s %s", x.Pair, x.Stage)
				}
			}
			same(t, "times", got, tc.want)
		})
	}
}

func TestRunsOfOtherScenariosAreComparedByWhatIsUsual(t *testing.T) {
	far := func(pion string, seed int64, factor float64) report.Report { // ten times as slow, whoever plays it
		r := timedRun(pion, seed, 10*factor, 20)
		for i := range r.Sessions {
			r.Sessions[i].Scenario = "far-" + r.Sessions[i].Scenario
		}
		return r
	}
	from := append(timedRuns(oldPion, 1, 20, 1, 1, 1), far(oldPion, 5, 1))
	to := append(timedRuns(newPion, 11, 20, 1.5, 1.5, 1.5), far(newPion, 15, 1.5))
	if got := compared(t, from, to).Timing; len(got) != 1 || !got[0].Sure || got[0].Runs != [2]int{4, 4} {
		t.Errorf("got %+v, want sure of four runs each", got)
	}
}

func TestTimesOfScenariosThatOneSidePlayedMoreOftenChangeNothing(t *testing.T) {
	slow := func(pion string, n int) report.Report {
		r := timedRun(pion, 9, 1, n)
		for i := range r.Sessions {
			r.Sessions[i].Scenario, r.Sessions[i].Stages = "slow", map[trace.Stage]float64{trace.StageGather: 5000 + float64(i)}
		}
		return r
	}
	from := append(timedRuns(oldPion, 1, 20, 1), slow(oldPion, 1))
	to := append(timedRuns(newPion, 2, 20, 1), slow(newPion, 60))
	same(t, "times", compared(t, from, to).Timing, []Timing{})
}
