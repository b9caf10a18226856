package history

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/html"
)

var update = flag.Bool("update", false, "write the files in testdata again")

// version is a report of a version of pion, with outcomes of CAND-001, CAND-002, ...
func version(v string, outcomes ...[]check.Outcome) report.Report {
	id := "pion@" + v
	r := report.Report{Peers: []peer.Description{{ID: "chrome", Version: "156"}, {ID: id, Version: v}}}
	for i, list := range outcomes {
		c := report.Check{ID: "CAND-00" + string(rune('1'+i)), Title: "The title"}
		r.Checks = append(r.Checks, c)
		for _, o := range list {
			r.Results = append(r.Results,
				report.Result{Check: c.ID, Subject: id, Outcome: o},
				report.Result{Check: c.ID, Subject: "chrome", Outcome: check.Pass})
		}
	}
	return r
}

type outcomes = []check.Outcome

func reports() []report.Report {
	return []report.Report{
		version("v4.2.26", outcomes{check.Pass}, outcomes{check.Pass, check.Pass}, outcomes{check.Stale}, outcomes{check.Pass, check.Fail}),
		version("v3.10.0", outcomes{check.Pass}, outcomes{check.Known, check.Pass}, outcomes{check.Unsupported}, outcomes{check.Skipped}),
		version("v3.2.40", outcomes{check.Pass}, outcomes{check.Known, check.Fail}, outcomes{check.Skipped}, outcomes{check.Error}),
	}
}

func TestVersionsAreInTheirOrderAndDeviationsCountAsSuch(t *testing.T) {
	tables := Tables(reports())
	if len(tables) != 2 || tables[0].Peer != "pion" || tables[1].Peer != "chrome" {
		t.Fatalf("got %+v, want pion, then chrome", tables)
	}
	pion := tables[0]
	if diff := cmp.Diff([]string{"v3.2.40", "v3.10.0", "v4.2.26"}, pion.Columns); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	got := map[string][]string{}
	for _, r := range pion.Rows {
		for _, c := range r.Cells {
			got[r.Check.ID] = append(got[r.Check.ID], string(c.Outcome())+": "+c.Word())
		}
	}
	if diff := cmp.Diff(map[string][]string{
		"CAND-001": {"pass: met", "pass: met", "pass: met"},
		"CAND-002": {"fail: 0 of 2 met", "known: 1 of 2 met", "pass: met"},
		"CAND-003": {"skipped: skipped", "unsupported: unsupported", "pass: met"},
		"CAND-004": {"error: error", "skipped: skipped", "known: 1 of 2 met"},
	}, got); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	moved := pion.Part(true)
	if len(moved.Rows) != 3 || len(pion.Part(false).Rows) != 1 || len(tables[1].Part(true).Rows) != 0 {
		t.Errorf("got %d rows that moved, want all but CAND-001", len(moved.Rows))
	}
}

func TestBarsShowWhatIsRare(t *testing.T) {
	rare := func(met, red int) Cell { return Cell{Version: "v1", Counts: report.Counts{Pass: met, Fail: red}} }
	s := sparkOf([]Cell{rare(1000, 1), rare(1, 1000), rare(0, 3), rare(3, 0), rare(0, 0)})
	want := []Bar{
		{"met", 0, 2, 12, 18},
		{"red", 0, 0, 12, 2},
		{"met", 15, 18, 12, 2},
		{"red", 15, 0, 12, 18},
		{"red", 30, 0, 12, 20},
		{"met", 45, 0, 12, 20},
		{"none", 60, 18, 12, 2},
	}
	if diff := cmp.Diff(want, s.Bars); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s.Width != 72 || !strings.HasPrefix(s.Label, "v1: 1000 of 1001 met, ") {
		t.Errorf("got %+v", s)
	}
}

func TestThePageIsAsItWas(t *testing.T) {
	got, err := Render(reports())
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(got), "<body>") // the style has its own tests
	path := filepath.Join("testdata", "history.html")
	if *update {
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), body); diff != "" {
		t.Errorf("go test -update writes it again (-want +got):\n%s", diff)
	}
}

func TestThePageNeedsNothingElseAndOnlyTheThemeRuns(t *testing.T) {
	hostile := version(`"><script>alert(1)</script>`, outcomes{check.Pass})
	hostile.Peers[0].ID = "\x1b\u202e<img src=x onerror=y>"
	hostile.Checks[0].Title = "</style><script>"
	page, err := Render([]report.Report{hostile})
	if err != nil {
		t.Fatal(err)
	}
	alone := strings.Replace(string(page), "<script>"+html.ThemeScript()+"</script>", "", 1)
	for _, bad := range []string{"<script", "<img", "http://", "https://", "\x1b", "\u202e", " style="} {
		if strings.Contains(alone, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	if !strings.Contains(string(page), "default-src &#39;none&#39;") || !strings.Contains(string(page), "color-scheme: light dark") {
		t.Error("the page has no policy, or no dark theme")
	}
	if _, err := Render(nil); err == nil {
		t.Error("no reports: got a page")
	}
}
