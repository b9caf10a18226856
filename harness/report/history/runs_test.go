package history

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
)

func TestASourceIsReadAsOfTheWholeReport(t *testing.T) {
	path := filepath.Join("..", "testdata", "rich.report.json")
	whole, err := report.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadSource(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(SourceOf(whole), got); diff != "" || len(got.Counts) == 0 || len(got.Pairs) == 0 {
		t.Errorf("(-whole +read):\n%s", diff)
	}
	for text, want := range map[string]string{
		"": "no report", `{"schema":"x"}`: `got "x"`, `{"schema":"rink.report/v1","results":[{"check":"A"}`: "results: unexpected EOF",
		`{"schema":"rink.report/v1","results":{}}`: "results: got {, want [",
	} {
		if _, err := ReadSource(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

// ran is a run at an hour, with outcomes of CAND-001, CAND-002, ...
func ran(hour int, pair report.Pair, list ...outcomes) Source {
	r := report.Report{Run: report.Run{ID: string(rune('a' + hour)), StartedAt: time.Date(2026, 1, 1, hour, 0, 0, 0, time.UTC)}}
	for i, all := range list {
		c := report.Check{ID: "CAND-00" + string(rune('1'+i))}
		r.Checks = append(r.Checks, c)
		for _, o := range all {
			r.Results = append(r.Results, report.Result{Check: c.ID, Subject: pair.Offerer, Outcome: o, Pair: pair})
		}
	}
	return SourceOf(&r)
}

func TestRunsWithTheSamePairsAreOneTable(t *testing.T) {
	one, other := report.Pair{Offerer: "x", Answerer: "y"}, report.Pair{Offerer: "y", Answerer: "x"}
	tables := RunTables([]Source{
		ran(3, one, outcomes{check.Pass}, outcomes{check.Known, check.Pass}, outcomes{check.Pass}),
		ran(1, one, outcomes{check.Pass}, outcomes{check.Fail, check.Pass}),
		ran(5, other, outcomes{check.Skipped}),
		ran(2, one, outcomes{check.Pass}, outcomes{check.Pass}, outcomes{check.Error}),
	})
	if len(tables) != 2 || tables[0].Peer != "y->x" || tables[1].Peer != "x->y" {
		t.Fatalf("got %+v, want those of the newest run first", tables)
	}
	got := tables[1]
	if diff := cmp.Diff([]string{"b", "c", "d"}, got.Columns); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	words := map[string][]string{}
	moved := map[string]bool{}
	for _, r := range got.Rows {
		moved[r.Check.ID] = r.Moved
		for _, c := range r.Cells {
			words[r.Check.ID] = append(words[r.Check.ID], string(c.Outcome())+": "+c.Word())
		}
	}
	if diff := cmp.Diff(map[string][]string{
		"CAND-001": {"pass: met", "pass: met", "pass: met"},
		"CAND-002": {"fail: fail, 1 of 2 met", "pass: met", "known: known, 1 of 2 met"},
		"CAND-003": {": not graded", "error: error", "pass: met"},
	}, words); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]bool{"CAND-001": false, "CAND-002": true, "CAND-003": true}, moved); diff != "" {
		t.Errorf("moved (-want +got):\n%s", diff)
	}
}
