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
	Change  float64     `json:"change"`  // of the median: 0.25 is a quarter slower
	P       float64     `json:"p"`       // of the Mann-Whitney U test
	Samples [2]int      `json:"samples"` // from, to
	Runs    [2]int      `json:"runs"`    // that have enough sessions to stand for themselves
	// Sure says that every run of the one side was slower than every run of the
	// other, of SureRuns or more each. Else it may be the machine.
	Sure bool `json:"sure"`
}

// timed names a distribution of times.
type timed struct {
	pair  report.Pair
	stage trace.Stage
}

// sample is how long one session took.
type sample struct {
	run int // index of the report
	ms  float64
}

// samples are the times of one distribution by scenario.
type samples map[string][]sample

// time notes how long a session that completed took.
func (s *side) time(n *report.Session, at place, run int) {
	note := func(stage trace.Stage, ms float64) {
		k := timed{at.pair, stage}
		if s.times[k] == nil {
			s.times[k] = samples{}
		}
		s.times[k][at.scenario] = append(s.times[k][at.scenario], sample{run, ms})
	}
	for stage, ms := range n.Stages {
		note(stage, ms)
	}
	if n.DurationMs > 0 {
		note(TotalStage, n.DurationMs)
	}
}

// compareTimes tests every distribution that both sides have.
func compareTimes(a, b *side, sureRuns int) []Timing {
	type pooled struct{ from, to []float64 }
	tests := map[timed]pooled{}
	for k := range a.times {
		from, to := pool(a.times[k], b.times[k])
		if len(from) >= MinSamples {
			tests[k] = pooled{from, to}
		}
	}
	list := []Timing{}
	alpha := benchmath.Thresholds{CompareAlpha: Alpha / float64(len(tests))}
	for _, k := range slices.SortedFunc(maps.Keys(tests), compareTimed) {
		from, to := benchmath.NewSample(tests[k].from, &alpha), benchmath.NewSample(tests[k].to, &alpha)
		p := benchmath.AssumeNothing.Compare(from, to).P
		was, is := median(tests[k].from), median(tests[k].to)
		change := is/was - 1
		if was <= 0 || p > alpha.CompareAlpha || math.Abs(change) < minChange {
			continue
		}
		t := Timing{
			Class: "slower", Pair: k.pair.String(), Stage: k.stage, FromMs: rounded(was), ToMs: rounded(is),
			Change: rounded(change), P: p, Samples: [2]int{len(from.Values), len(to.Values)},
		}
		slow, fast := runs(b.times[k], a.times[k]), runs(a.times[k], b.times[k])
		t.Runs = [2]int{len(fast), len(slow)}
		if change < 0 {
			t.Class = "faster"
			slow, fast = fast, slow
		}
		t.Sure = min(len(slow), len(fast)) >= sureRuns && slices.Min(slow) > slices.Max(fast)
		list = append(list, t)
	}
	return list
}

// pool joins the times of all scenarios, as many of each from both sides: else a
// scenario that one side played more often would look like a change.
func pool(from, to samples) (a, b []float64) {
	for _, scenario := range slices.Sorted(maps.Keys(from)) {
		n := min(len(from[scenario]), len(to[scenario]))
		a, b = append(a, ms(from[scenario][:n])...), append(b, ms(to[scenario][:n])...)
	}
	return a, b
}

func ms(list []sample) []float64 {
	times := make([]float64, len(list))
	for i, s := range list {
		times[i] = s.ms
	}
	return times
}

// runs returns one number for each run of a side that has MinSamples sessions or
// more: the median of its times, each as a multiple of what is usual for its
// scenario on both sides.
func runs(of, other samples) []float64 {
	byRun := map[int][]float64{}
	for scenario, list := range of {
		usual := median(append(ms(list), ms(other[scenario])...))
		for _, s := range list {
			if usual > 0 {
				byRun[s.run] = append(byRun[s.run], s.ms/usual)
			}
		}
	}
	var medians []float64
	for _, run := range slices.Sorted(maps.Keys(byRun)) {
		if len(byRun[run]) >= MinSamples {
			medians = append(medians, median(byRun[run]))
		}
	}
	return medians
}

func median(values []float64) float64 {
	return benchmath.AssumeNothing.Summary(benchmath.NewSample(values, &benchmath.DefaultThresholds), 0.95).Center
}

func compareTimed(a, b timed) int {
	return cmp.Or(cmp.Compare(a.pair.String(), b.pair.String()), cmp.Compare(a.stage, b.stage))
}

func rounded(x float64) float64 { return math.Round(x*1000) / 1000 }
