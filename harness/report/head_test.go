package report_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/report"
)

// errFar is what a reader meets that goes further than it needs.
var errFar = errors.New("read too far")

func TestTheHeadIsReadWithoutTheRest(t *testing.T) {
	full := report.Build(richInput())
	data := encode(t, full)
	at := bytes.Index(data, []byte(`"checks": [`))
	if at < 0 {
		t.Fatal("no checks")
	}
	head, err := report.ReadHead(io.MultiReader(bytes.NewReader(data[:at]), failing{}))
	if err != nil {
		t.Fatal(err)
	}
	want := report.Safe(full)
	if diff := cmp.Diff(report.Head{Run: want.Run, Summary: want.Summary, Peers: want.Peers}, head); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errFar }

func TestAHeadMayComeLast(t *testing.T) {
	head, err := report.ReadHead(strings.NewReader(`{"results":[{"a":[1,{"b":null}]}],"x":2,"peers":[{"id":"p"}],"summary":{"verdict":"v"},"run":{"id":"r"},"schema":"rink.report/v1"}`))
	if err != nil || head.Run.ID != "r" || head.Summary.Verdict != "v" || len(head.Peers) != 1 {
		t.Errorf("got %+v, %v", head, err)
	}
}

func TestWhatIsNoReportHasNoHead(t *testing.T) {
	for text, want := range map[string]string{
		``:                            "no report",
		`[]`:                          "no report: got [, want {",
		`{"schema":"other/v1"}`:       `schema: got "other/v1", want "rink.report/v1"`,
		`{"schema":7}`:                "schema",
		`{}`:                          "schema: got none",
		`{"schema":"rink.report/v1",`: "no report",
		`{"schema":"rink.report/v1","run":{"id":`: "run: unexpected EOF",
		`{"schema":"rink.report/v1","x":[1,2`:     "x: unexpected EOF",
	} {
		if _, err := report.ReadHead(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

func TestASessionIsReadWithItsResultsAlone(t *testing.T) {
	full := report.Safe(report.Build(richInput()))
	data := encode(t, full)
	want := full.Sessions[1]
	got, err := report.ReadSession(bytes.NewReader(data), func(s *report.Session) bool { return s.ID == want.ID })
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]report.Session{want}, got.Sessions); diff != "" {
		t.Errorf("session (-want +got):\n%s", diff)
	}
	var results []report.Result
	for _, x := range full.Results {
		if x.Session == want.ID {
			results = append(results, x)
		}
	}
	if len(results) == 0 || len(results) == len(full.Results) {
		t.Fatalf("%d of %d results are of the session: this shows nothing", len(results), len(full.Results))
	}
	if diff := cmp.Diff(results, got.Results); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(full.Checks, got.Checks); diff != "" {
		t.Errorf("checks (-want +got):\n%s", diff)
	}
	none, err := report.ReadSession(bytes.NewReader(data), func(*report.Session) bool { return false })
	if err != nil || len(none.Sessions)+len(none.Results) > 0 {
		t.Errorf("nobody's: got %d sessions and %d results, %v", len(none.Sessions), len(none.Results), err)
	}
	const turned = `{"results":[{"check":"X-1","session":"s"},{"check":"X-1","session":"other"}],"sessions":[{"id":"other"},{"id":"s"}],"schema":"rink.report/v1"}`
	got, err = report.ReadSession(strings.NewReader(turned), func(s *report.Session) bool { return s.ID == "s" })
	if err != nil || len(got.Sessions) != 1 || len(got.Results) != 1 || got.Results[0].Session != "s" {
		t.Errorf("results before sessions: got %+v, %v", got, err)
	}
}

func TestCountsAreSummedWhole(t *testing.T) {
	a := report.Counts{Pass: 1, Fail: 2, Known: 3, Stale: 4, Observed: 5, Unsupported: 6, Skipped: 7, Error: 8}
	b := a
	b.Sum(a)
	if b.Total() != 2*a.Total() || b.Judged() != 2*a.Judged() || b.Error != 16 {
		t.Errorf("got %+v, want the double of %+v", b, a)
	}
}
