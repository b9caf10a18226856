package check_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

var update = flag.Bool("update", false, "write the golden catalogue")

// TestCatalogue: IDs, slugs, levels and titles are API. A change of the golden
// file is a change of the API and belongs in the changelog.
func TestCatalogue(t *testing.T) {
	var b strings.Builder
	for _, c := range check.All() {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", c.ID, c.Slug, c.Level, c.Title)
	}
	const golden = "testdata/catalogue.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil { //nolint:gosec // a source file
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("the catalogue of checks changed (-want +got); if that is meant, run the test with -update:\n%s", diff)
	}
}

func TestRequirementsAreComplete(t *testing.T) {
	ids, slugs := map[string]bool{}, map[string]bool{}
	for _, q := range check.Requirements() {
		if ids[q.ID] || slugs[q.Slug] {
			t.Errorf("%s (%s): listed twice", q.ID, q.Slug)
		}
		ids[q.ID], slugs[q.Slug] = true, true
		if q.Title == "" || q.Statement == "" || len(q.Refs) == 0 || q.Since == "" || q.Group == "" {
			t.Errorf("%s: a column is empty: %+v", q.ID, q)
		}
		if !slices.Contains([]check.Level{check.Must, check.Should, check.May, check.Observe}, q.Level) {
			t.Errorf("%s: level %q", q.ID, q.Level)
		}
		for _, r := range q.Refs {
			if !strings.HasPrefix(r.URL, "https://") {
				t.Errorf("%s: reference %q has no URL", q.ID, r.Title)
			}
		}
	}
}

// group lists the checks of a group.
func group(name string) []string {
	var ids []string
	for _, c := range check.All() {
		if c.Group == name {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func TestSelect(t *testing.T) {
	for patterns, want := range map[string][]string{
		"CAND-002":               {"CAND-002"},
		"cand-00[12]":            {"CAND-001", "CAND-002"},
		" STATE-001 , CONN-001,": {"CONN-001", "STATE-001"},
		"mid-names-a-section":    {"CAND-002"},
		"BUNDLE variants":        group("BUNDLE variants"),
	} {
		selected, err := check.Select(patterns)
		if err != nil {
			t.Errorf("%q: %v", patterns, err)
			continue
		}
		var ids []string
		for _, c := range selected {
			ids = append(ids, c.ID)
		}
		if diff := cmp.Diff(want, ids); diff != "" {
			t.Errorf("%q (-want +got):\n%s", patterns, diff)
		}
	}
	if all, err := check.Select(" "); err != nil || len(all) != len(check.All()) {
		t.Errorf("empty selection: got %d checks and %v, want all", len(all), err)
	}
	for _, bad := range []string{"CAND-999", "[", "CAND-002,NOPE-*"} {
		if _, err := check.Select(bad); err == nil {
			t.Errorf("%q: got no error", bad)
		}
	}
}

func TestByID(t *testing.T) {
	if c, err := check.ByID("cand-002"); err != nil || c.ID != "CAND-002" {
		t.Errorf("got %s, %v", c.ID, err)
	}
	_, err := check.ByID("CAND-02")
	if err == nil || !strings.Contains(err.Error(), `"CAND-02"`) {
		t.Errorf("got %v, want an error that names CAND-02", err)
	}
	if check.Exists("cand-002") || !check.Exists("CAND-002") {
		t.Error("Exists takes exact IDs only")
	}
}

// traceOf is a trace of one record and perhaps an end.
func traceOf(features peer.Features, end *trace.End) []trace.Record {
	d := peer.Description{ID: "a", Features: features}
	records := []trace.Record{{Kind: trace.KindSession, Session: &trace.Header{
		Schema: trace.Schema, Scenario: "x", Offerer: d, Answerer: d, Traits: trace.Traits{trace.TraitConnects}, Scale: 1,
	}}}
	if end != nil {
		records = append(records, trace.Record{N: 1, Kind: trace.KindEnd, End: end})
	}
	return records
}

func single(run func(*check.View, trace.Side) ([]check.Finding, error)) []check.Check {
	return []check.Check{{
		Requirement: check.Requirement{ID: "X-001"}, Needs: peer.Features{peer.FeatureMedia},
		Applies: func(_ trace.Header, side trace.Side) bool { return side == trace.Offerer }, Run: run,
	}}
}

// TestGradeTrace: each way in which a session can end, and each way in which a
// check can, has its outcome.
func TestGradeTrace(t *testing.T) {
	completed := &trace.End{Result: trace.EndCompleted}
	finding := check.Finding{Object: "o", Got: "g", Want: "w"}
	able := peer.Features{peer.FeatureMedia}
	for name, tc := range map[string]struct {
		records []trace.Record
		run     func(*check.View, trace.Side) ([]check.Finding, error)
		want    check.Grade
	}{
		"pass": {traceOf(able, completed), func(*check.View, trace.Side) ([]check.Finding, error) { return nil, nil }, check.Grade{Outcome: check.Pass}},
		"fail": {
			traceOf(able, completed), func(*check.View, trace.Side) ([]check.Finding, error) { return []check.Finding{finding}, nil },
			check.Grade{Outcome: check.Fail, Findings: []check.Finding{finding}},
		},
		"no evidence": {
			traceOf(able, completed), func(*check.View, trace.Side) ([]check.Finding, error) { return nil, check.NoEvidence("no %s", "thing") },
			check.Grade{Outcome: check.Skipped, Reason: "no evidence: no thing"},
		},
		"mistake of ours": {
			traceOf(able, completed), func(*check.View, trace.Side) ([]check.Finding, error) { return nil, errors.New("oh") },
			check.Grade{Outcome: check.Error, Reason: "oh"},
		},
		"panic": {
			traceOf(able, completed), func(*check.View, trace.Side) ([]check.Finding, error) { panic("oh") },
			check.Grade{Outcome: check.Error, Reason: "check X-001 panicked: oh"},
		},
		"missing feature": {
			traceOf(nil, completed), func(*check.View, trace.Side) ([]check.Finding, error) { return []check.Finding{finding}, nil },
			check.Grade{Outcome: check.Unsupported, Reason: "a does not declare media"},
		},
		"broken session": {
			traceOf(able, &trace.End{Result: trace.EndError, Stage: trace.StageDTLS, Reason: "gone"}),
			func(*check.View, trace.Side) ([]check.Finding, error) { return nil, nil },
			check.Grade{Outcome: check.Error, Reason: "the session broke in stage dtls: gone"},
		},
		"declared": {
			traceOf(able, &trace.End{Result: trace.EndUnsupported, Reason: "a lacks b"}),
			func(*check.View, trace.Side) ([]check.Finding, error) { return nil, nil },
			check.Grade{Outcome: check.Unsupported, Reason: "a lacks b"},
		},
		"cut": {
			traceOf(able, nil), func(*check.View, trace.Side) ([]check.Finding, error) { return nil, nil },
			check.Grade{Outcome: check.Error, Reason: "the session broke: the trace has no end: the run was killed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			grades, err := check.GradeTrace(tc.records, single(tc.run))
			if err != nil {
				t.Fatal(err)
			}
			tc.want.Check, tc.want.Side = "X-001", trace.Offerer
			if diff := cmp.Diff([]check.Grade{tc.want}, grades); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if _, err := check.GradeTrace(nil, nil); err == nil {
		t.Error("no records: got no error")
	}
}

// TestEveryRequirementIsJudgedOrSaysWhyNot: a row without a check says what is
// missing, and one that is only recorded which texts disagree.
func TestEveryRequirementIsJudgedOrSaysWhyNot(t *testing.T) {
	for _, q := range check.Requirements() {
		if q.State() != check.Executable && q.Note == "" {
			t.Errorf("%s is %s and has no note", q.ID, q.State())
		}
	}
	if n := len(check.Requirements()); n != 233 {
		t.Errorf("the catalogue has %d requirements, want 233: an ID is API, and a new one belongs in the changelog", n)
	}
}
