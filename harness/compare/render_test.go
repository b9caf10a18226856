package compare

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/markdown"
	"github.com/webrtc-rink/rink/harness/trace"
)

var update = flag.Bool("update", false, "write the files in testdata again")

// everything is a comparison with something in every place.
func everything(t *testing.T) Diff {
	t.Helper()
	results := func(outcomes ...string) (list [][5]string) {
		ids := []string{"CAND-001", "CAND-002", "CAND-003", "CAND-004", "CAND-005", "CAND-006"}
		for i, o := range outcomes {
			outcome, found, _ := strings.Cut(o, " ")
			for _, scenario := range []string{"s1", "s2"} {
				list = append(list, [5]string{ids[i], scenario, "offerer", outcome, found})
			}
		}
		return list
	}
	crash := map[string]trace.Side{"s8": trace.Offerer, "s9": trace.Answerer}
	from := []report.Report{
		run{pion: oldPion, results: append(results("pass", "known sdpMid empty", "skipped no evidence", "pass", "pass", "known a"), [5]string{"CAND-001", "s8", "offerer", "pass", ""})}.report(),
		run{pion: oldPion, results: results("pass", "known sdpMid empty", "skipped no evidence", "pass", "fail b", "known a")}.report(),
	}
	to := []report.Report{
		run{pion: newPion, results: results("fail no <b>foundation</b> | `x`", "pass", "pass", "unsupported not declared", "pass", "known b"), broken: crash}.report(),
		run{pion: newPion, results: results("fail no <b>foundation</b> | `x`", "pass", "pass", "unsupported not declared", "pass", "known b")}.report(),
	}
	d := compared(t, from, to)
	d.Timing = append(d.Timing, Timing{
		Class: "slower", Pair: "pion->chrome", Stage: trace.StageGather, FromMs: 10, ToMs: 15, Change: 0.5, P: 0.00012,
		Samples: [2]int{30, 30}, Runs: [2]int{3, 3}, Sure: true,
	}, Timing{Class: "faster"})
	d.Notes = []string{"the network: host before, private now; what changed may be due to that"}
	return d
}

func TestRenderings(t *testing.T) {
	d := everything(t)
	var text bytes.Buffer
	if err := d.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	data, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][]byte{"diff.txt": text.Bytes(), "diff.md": d.Markdown(), "diff.json": append(data, '\n')} {
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		same(t, name+"; go test -update writes it again", string(got), string(want))
	}
	for class, n := range map[Class]int{
		Regressed: len(d.Regressed), Fixed: len(d.Fixed), New: len(d.New), Gone: len(d.Gone), Flaky: len(d.Flaky), Changed: len(d.Changed),
	} {
		if n == 0 {
			t.Errorf("the golden files show nothing that is %s", class)
		}
	}
}

func TestListsAreNeverNull(t *testing.T) {
	data, err := json.Marshal(Reports(nil, nil, Options{}))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte("null")) {
		t.Errorf("got %s", data)
	}
}

func TestTheSameReportsGiveTheSameText(t *testing.T) {
	var texts [2]bytes.Buffer
	for i := range texts {
		if err := everything(t).WriteText(&texts[i]); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "text", texts[1].String(), texts[0].String())
}

func TestMarkdownKeepsToItsLimit(t *testing.T) {
	var from, to run
	from.pion, to.pion = oldPion, newPion
	for i := range 600 {
		scenario := strings.Repeat("s", i%7+1)
		found := strings.Repeat("x", 3000) + strings.Repeat("y", i)
		from.results = append(from.results, [5]string{"CAND-" + strings.Repeat("9", i+1), scenario, "offerer", "pass", ""})
		to.results = append(to.results, [5]string{"CAND-" + strings.Repeat("9", i+1), scenario, "offerer", "fail", found})
	}
	d := compared(t, []report.Report{from.report()}, []report.Report{to.report()})
	text := d.Markdown()
	if len(text) > markdown.CommentLimit || len(text) < markdown.CommentLimit/2 || !bytes.HasSuffix(text, []byte("The JSON has all._\n")) {
		t.Errorf("got %d bytes", len(text))
	}
}
