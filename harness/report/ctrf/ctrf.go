// Package ctrf writes ctrf.json, the Common Test Report Format (https://ctrf.io), for
// tools that read test results of any origin as JSON.
package ctrf

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
)

// specVersion is the version of the format that this writes.
const specVersion = "0.0.0"

type document struct {
	ReportFormat string  `json:"reportFormat"`
	SpecVersion  string  `json:"specVersion"`
	RunID        string  `json:"runId,omitempty"`
	GeneratedBy  string  `json:"generatedBy"`
	Results      results `json:"results"`
}

type results struct {
	Tool        tool        `json:"tool"`
	Summary     summary     `json:"summary"`
	Tests       []test      `json:"tests"`
	Environment environment `json:"environment"`
	Extra       *extra      `json:"extra,omitempty"`
}

type tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type summary struct {
	Tests   int   `json:"tests"`
	Passed  int   `json:"passed"`
	Failed  int   `json:"failed"`
	Skipped int   `json:"skipped"`
	Pending int   `json:"pending"`
	Other   int   `json:"other"`
	Start   int64 `json:"start"` // milliseconds since 1970
	Stop    int64 `json:"stop"`
}

type test struct {
	Name      string   `json:"name"`
	Status    string   `json:"status"` // passed, failed, skipped, pending, other
	RawStatus string   `json:"rawStatus"`
	Duration  int64    `json:"duration"` // milliseconds; see Render
	Suite     []string `json:"suite"`
	Message   string   `json:"message,omitempty"`
	Trace     string   `json:"trace,omitempty"`
	Tags      []string `json:"tags,omitempty"`
	Extra     *extra   `json:"extra,omitempty"`
}

// extra is where the format has room for what it has no word for: its own baseline
// names a report by a UUID, which ours have none of.
type extra struct {
	Baseline string `json:"baseline"` // what became of it since then; of the whole, a sentence
}

type environment struct {
	OSPlatform string `json:"osPlatform,omitempty"`
	OSRelease  string `json:"osRelease,omitempty"`
}

// Render returns ctrf.json: one test for each requirement, pair and judged peer. Its
// duration is that of the sessions it was judged in, which other tests were judged in
// too. The outcome is the rawStatus; known deviations and what was observed are other.
func Render(r *report.Report) ([]byte, error) {
	r = report.Safe(r)
	start := r.Run.StartedAt.UnixMilli()
	d := document{
		ReportFormat: "CTRF", SpecVersion: specVersion, RunID: r.Run.ID, GeneratedBy: strings.TrimSpace(r.Generator.Name + " " + r.Generator.Version),
		Results: results{
			Tool: tool{r.Generator.Name, r.Generator.Version}, Tests: []test{},
			Summary:     summary{Start: start, Stop: start + int64(r.Run.DurationMs)},
			Environment: environment{r.Environment.OS, r.Environment.Kernel},
		},
	}
	if r.Comparison != nil {
		d.Results.Extra = &extra{r.Comparison.Verdict}
	}
	took := map[string]float64{}
	for i := range r.Sessions {
		took[r.Sessions[i].ID] = r.Sessions[i].DurationMs
	}
	levels := map[string]check.Level{}
	for _, c := range r.Checks {
		levels[c.ID] = c.Level
	}
	for _, p := range report.Pairs(r) {
		for _, c := range view.Cases(r, p) {
			t := testOf(c, took)
			if l := levels[c.Check]; l != "" {
				t.Tags = append(t.Tags, string(l))
			}
			d.add(t)
		}
	}
	d.whole(r)
	out, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		return nil, fmt.Errorf("ctrf.json: %w", err)
	}
	return append(out, '\n'), nil
}

func testOf(c view.Case, took map[string]float64) test {
	t := test{Name: c.Name, RawStatus: string(c.Worst), Suite: []string{"rink", c.Pair.String()}, Tags: []string{c.Check, c.Subject}}
	t.Message, _, _ = strings.Cut(c.Text, "\n")
	t.Trace = c.Text
	if c.Change != "" {
		t.Extra = &extra{string(c.Change)}
	}
	seen := map[string]bool{}
	ms := 0.0
	for _, res := range c.Results {
		if !seen[res.Session] {
			seen[res.Session] = true
			ms += took[res.Session]
		}
	}
	t.Duration = int64(ms)
	switch c.Worst {
	case check.Pass:
		t.Status = "passed"
	case check.Known, check.Observed:
		t.Status = "other"
	case check.Skipped:
		t.Status = "pending"
	case check.Unsupported:
		t.Status = "skipped"
	default: // fail, stale, error
		t.Status = "failed"
	}
	return t
}

// whole adds what makes a run red beside its results.
func (d *document) whole(r *report.Report) {
	for _, x := range view.AllApart(r) {
		d.add(test{Name: x.Name, Status: "failed", RawStatus: string(x.Outcome), Suite: []string{"rink", "run"}, Message: x.Message, Trace: x.Text})
	}
}

func (d *document) add(t test) {
	s := &d.Results.Summary
	s.Tests++
	switch t.Status {
	case "passed":
		s.Passed++
	case "failed":
		s.Failed++
	case "skipped":
		s.Skipped++
	case "pending":
		s.Pending++
	default:
		s.Other++
	}
	d.Results.Tests = append(d.Results.Tests, t)
}
