// Package evidencetest makes reports of recorded sessions, for tests of what shows
// them.
package evidencetest

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/expect"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Traces are the paths of the recorded sessions; root leads to the checkout.
func Traces(t testing.TB, root string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, "fixtures", "traces", "*.jsonl.gz"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no recorded session below %s: %v", root, err)
	}
	return paths
}

// Graded is the report of one recorded session: nothing is expected, so that each
// deviation is a fail.
func Graded(t testing.TB, path string) (*report.Report, *report.Session, []trace.Record) {
	t.Helper()
	records, err := trace.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := Of(t, records)
	r.Sessions[0].Trace = "traces/" + strings.TrimSuffix(filepath.Base(path), trace.Packed)
	return r, &r.Sessions[0], records
}

// Of is the report of one session.
func Of(t testing.TB, records []trace.Record) *report.Report {
	t.Helper()
	grades, err := check.GradeTrace(records, check.All())
	if err != nil {
		t.Fatal(err)
	}
	in := report.SessionInput{
		Header: *records[0].Session, StartedAt: records[0].Wall, Duration: time.Second, Stages: trace.StageTimes(records),
	}
	for i := range records {
		if e := records[i].End; e != nil {
			in.End = *e
		}
	}
	for _, g := range grades {
		in.Verdicts = append(in.Verdicts, expect.None().Judge(g, expect.ContextOf(in.Header)))
	}
	return report.Build(report.Input{
		Run: report.Run{
			ID: "run", Command: []string{"rink", "run"}, StartedAt: records[0].Wall, DurationMs: 1000, Complete: true,
			Network: "private", TimeoutScale: 1, Expectations: "none",
		},
		Generator: report.Generator{Name: "rink", Version: "v0.0.0"}, Requirements: check.Requirements(), Sessions: []report.SessionInput{in},
	})
}
