package compare

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"golang.org/x/perf/benchmath"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// TotalStage stands for a whole session in the place of a stage.
const TotalStage trace.Stage = "total"

// Timing is a stage that became slower or faster.
type Timing struct {
	Class   string      `json:"class"` // slower, faster
	Pair    string      `json:"pair"`  // as shown
	Stage   trace.Stage `json:"stage"`
	FromMs  float64     `json:"fromMs"` // medians
	ToMs    float64     `json:"toMs"`
	Change  float64     `json:"change"` // of the median: 0.25 is a quarter slower
	P       float64     `json:"p"`      // of the Mann-Whitney U test
	Samples [2]int      `json:"samples"`
}

// timed names a distribution of times.
type timed struct {
	pair  report.Pair
	stage trace.Stage
}

// time notes how long a session that completed took, by scenario.
func (s *side) time(n *report.Session, at place) {
	note := func(stage trace.Stage, ms float64) {
		k := timed{at.pair, stage}
		if s.times[k] == nil {
			s.times[k] = map[string][]float64{}
		}
		s.times[k][at.scenario] = append(s.times[k][at.scenario], ms)
	}
	for stage, ms := range n.Stages {
		note(stage, ms)
	}
	if n.DurationMs > 0 {
		note(TotalStage, n.DurationMs)
	}
}

// compareTimes tests every distribution that both sides have.
func compareTimes(a, b *side) []Timing {
	type samples struct{ from, to []float64 }
	tests := map[timed]samples{}
	for k := range a.times {
		from, to := pool(a.times[k], b.times[k])
		if len(from) >= MinSamples {
			tests[k] = samples{from, to}
		}
	}
	list := []Timing{}
	for _, k := range slices.SortedFunc(maps.Keys(tests), compareTimed) {
		alpha := benchmath.Thresholds{CompareAlpha: Alpha / float64(len(tests))}
		from, to := benchmath.NewSample(tests[k].from, &alpha), benchmath.NewSample(tests[k].to, &alpha)
		p := benchmath.AssumeNothing.Compare(from, to).P
		was, is := benchmath.AssumeNothing.Summary(from, 0.95).Center, benchmath.AssumeNothing.Summary(to, 0.95).Center
		change := is/was - 1
		if was <= 0 || p > alpha.CompareAlpha || math.Abs(change) < minChange {
			continue
		}
		t := Timing{
			Class: "slower", Pair: k.pair.String(), Stage: k.stage, FromMs: rounded(was, 1000), ToMs: rounded(is, 1000),
			Change: rounded(change, 1000), P: p, Samples: [2]int{len(from.Values), len(to.Values)},
		}
		if change < 0 {
			t.Class = "faster"
		}
		list = append(list, t)
	}
	return list
}

// pool joins the times of all scenarios, as many of each from both sides: else a
// scenario that one side played more often would look like a change.
func pool(from, to map[string][]float64) (a, b []float64) {
	for _, scenario := range slices.Sorted(maps.Keys(from)) {
		n := min(len(from[scenario]), len(to[scenario]))
		a, b = append(a, from[scenario][:n]...), append(b, to[scenario][:n]...)
	}
	return a, b
}

func compareTimed(a, b timed) int {
	return cmp.Or(cmp.Compare(a.pair.String(), b.pair.String()), cmp.Compare(a.stage, b.stage))
}

func rounded(x, by float64) float64 { return math.Round(x*by) / by }
