package run

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/webrtc-rink/rink/fixtures"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Durations is how long sessions took, in milliseconds. What was not recorded for
// a pair is taken from its scenario, else it is the median of all scenarios.
type Durations struct {
	jobs      map[string]int64 // by key
	scenarios map[string]int64
	median    int64
}

// defaultDuration is of a session that nothing is known of at all.
const defaultDuration = 250

// BuiltinDurations are those that come with Rink.
func BuiltinDurations() (Durations, error) {
	d := Durations{scenarios: map[string]int64{}}
	lines := bufio.NewScanner(bytes.NewReader(fixtures.Durations()))
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, text, _ := strings.Cut(line, "\t")
		ms, err := strconv.ParseInt(text, 10, 64)
		if err != nil || ms < 0 {
			return Durations{}, fmt.Errorf("durations.tsv:%d: got %q, want a scenario, a tab and milliseconds", n, line)
		}
		d.scenarios[name] = ms
	}
	d.median = median(slices.Collect(maps.Values(d.scenarios)))
	return d, lines.Err()
}

// ReadDurations takes them from reports: report.json files or folders of runs. Of a
// session that is in several it is the median. The error joins all that is wrong.
func ReadDurations(paths ...string) (Durations, error) {
	jobs, scenarios := map[string][]int64{}, map[string][]int64{}
	var errs []error
	for _, path := range paths {
		_, file := files.Locate(path)
		r, err := report.Read(file)
		if err != nil {
			errs = append(errs, fmt.Errorf("durations of %s: want a report.json of a run, or its folder: %w", path, err))
			continue
		}
		for i := range r.Sessions {
			s := &r.Sessions[i]
			if s.Result == trace.EndError || !(s.DurationMs >= 0 && s.DurationMs < math.MaxInt32) { // says nothing of the next time
				continue
			}
			ms := int64(math.Round(s.DurationMs))
			k := key(Pair(s.Pair), s.Scenario)
			jobs[k], scenarios[s.Scenario] = append(jobs[k], ms), append(scenarios[s.Scenario], ms)
		}
	}
	if len(errs) == 0 && len(scenarios) == 0 {
		errs = append(errs, fmt.Errorf("durations of %s: no session that got to an end", strings.Join(paths, ", ")))
	}
	d := Durations{jobs: medians(jobs), scenarios: medians(scenarios)}
	d.median = median(slices.Collect(maps.Values(d.scenarios)))
	return d, errors.Join(errs...)
}

// Of is how long a job will take.
func (d Durations) Of(j Job) int64 {
	if ms, ok := d.jobs[key(j.Pair, j.Scenario.Name)]; ok {
		return ms
	}
	if ms, ok := d.scenarios[j.Scenario.Name]; ok {
		return ms
	}
	return cmp.Or(d.median, defaultDuration)
}

// durationsHead says where the file comes from.
const durationsHead = `# How long a session of each scenario takes, in milliseconds: the median over the pairs of a run.
# rink run --shard splits by it. Written by: rink durations --out fixtures/durations.tsv REPORT...
`

// WriteScenarios writes them by scenario, as durations.tsv has them.
func (d Durations) WriteScenarios(w io.Writer) error {
	var b strings.Builder
	b.WriteString(durationsHead)
	for _, name := range slices.Sorted(maps.Keys(d.scenarios)) {
		fmt.Fprintf(&b, "%s\t%d\n", name, d.scenarios[name])
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func medians(all map[string][]int64) map[string]int64 {
	m := make(map[string]int64, len(all))
	for k, list := range all {
		m[k] = median(list)
	}
	return m
}

// median is the upper one of two.
func median(list []int64) int64 {
	if len(list) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(list))[len(list)/2]
}
