package report_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/expect"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

var update = flag.Bool("update", false, "write the files in testdata again")

var (
	pion = peer.Description{
		ID: "pion", Implementation: "pion/webrtc", Version: "v3.3.6", VersionSource: "go list -m",
		Features: peer.Features{peer.FeatureDataChannel, peer.FeatureTrickle},
		Details:  map[string]string{"pion/ice": "v2.3.38"},
	}
	chrome = peer.Description{
		ID: "chrome", Implementation: "Chrome or Chromium", Version: "156.0.8078.79", VersionSource: "Browser.getVersion",
		Features: peer.Features{peer.FeatureDataChannel, peer.FeatureMedia},
	}
	began = time.Date(2026, time.March, 4, 5, 6, 7, 890_000_000, time.UTC)
	noMid = check.Finding{Object: "candidate", Got: `sdpMid ""`, Want: `one of ["0"]`, Where: []int{12, 15}}
	lost  = check.Finding{Object: "session", Got: "no connection", Want: "connected", Joint: true, Why: "no side shows why"}
	entry = expect.Entry{
		Check: "CAND-002", Peer: "pion", Versions: "< 4.0.8", Since: "2026-02-03", Reason: "pion leaves sdpMid empty",
		Issue: "https://github.com/pion/webrtc/issues/1", File: "fixtures/expectations/pion.yaml", Line: 12,
	}
)

func requirement(id string, level check.Level) check.Requirement {
	group, _, _ := strings.Cut(id, "-")
	return check.Requirement{
		ID: id, Slug: strings.ToLower(id) + "-slug", Title: "The title of " + id, Level: level, Group: group,
		Statement: "What " + id + " asks for.", Since: "v0.1.0",
		Refs: []check.Ref{{Title: "RFC 8840 §4.1.1", URL: "https://www.rfc-editor.org/rfc/rfc8840#section-4.1.1"}, {Title: "a book"}},
	}
}

// sessionOf is one session that ran to its end, with what it says.
func sessionOf(scenario string, offerer, answerer peer.Description, verdicts ...expect.Verdict) report.SessionInput {
	id := offerer.ID + "_" + answerer.ID + "_" + scenario
	return report.SessionInput{
		Header: trace.Header{
			Schema: trace.Schema, ID: id, Scenario: scenario, Family: "trickle", Title: "The title of " + scenario,
			Traits: trace.Traits{trace.TraitConnects}, Offerer: offerer, Answerer: answerer,
		},
		End:   trace.End{Result: trace.EndCompleted, Stage: trace.StageClose},
		Trace: "traces/" + id + ".jsonl", SHA256: strings.Repeat("0a", 32),
		StartedAt: began.Add(time.Second), Duration: 1234567 * time.Microsecond,
		Timing: report.Timing{PeersMs: 1200.25, RinkMs: 34.3171}, Verdicts: verdicts,
		Stages: map[trace.Stage]float64{trace.StageSignal: 34.5, trace.StageCheck: 1200.0671},
	}
}

func verdictOf(id string, side trace.Side, outcome check.Outcome, findings ...check.Finding) expect.Verdict {
	v := expect.Verdict{Outcome: outcome, Grade: check.Grade{Check: id, Side: side, Outcome: outcome, Findings: findings}}
	switch outcome {
	case check.Unsupported, check.Skipped, check.Error:
		v.Grade.Reason = "the reason for " + string(outcome)
	case check.Fail:
		v.Uncovered = findings
	case check.Known, check.Stale:
		v.Entry = &entry
	case check.Pass:
	}
	return v
}

func runOf(id string) report.Run {
	return report.Run{
		ID: id, Seed: 7, Command: []string{"rink", "run"}, StartedAt: began, DurationMs: 4321.0987654, Complete: true,
		Network: "private", TimeoutScale: 1, Expectations: "fixtures/expectations",
	}
}

// richInput has something in every place of a report.
func richInput() report.Input {
	run := runOf("2026-03-04T05-06-07Z")
	run.Complete, run.IncompleteReason, run.Filter, run.NetworkInfo = false, "interrupted", "--scenarios 't*'", "no IPv6"
	run.ExpectationsSHA256 = strings.Repeat("5e", 32)
	run.Proof = &report.Proof{Met: []string{"pion.yaml:12 CAND-002"}, Open: []report.Expectation{report.ExpectationOf(&entry)}}
	run.Merged = &report.Merged{Plan: "0123456789abcdef", Count: 2, Parts: []report.Part{{
		ID: "2026-03-04T05-06-08Z", Shard: &report.Shard{Index: 2, Count: 2, Of: "0123456789abcdef"}, StartedAt: began, DurationMs: 1234.5,
		IncompleteReason: "interrupted", Filter: "--scenarios 't*'", NetworkInfo: "no IPv6", Since: &report.Partial{Reports: []string{"2026-03-03T05-06-07Z"}, LeftOut: 2},
		Environment: report.Environment{Go: "go1.25.0", OS: "linux", Arch: "amd64", CPUs: 2}, Notes: []string{"a note"},
	}}}
	partly := verdictOf("CAND-001", trace.Offerer, check.Fail, noMid, lost)
	partly.Uncovered, partly.Entry = []check.Finding{lost}, &entry
	broken := sessionOf("nominate", pion, chrome,
		verdictOf("CAND-001", trace.Offerer, check.Error), verdictOf("CONN-001", trace.Answerer, check.Error))
	broken.End = trace.End{Result: trace.EndError, Stage: trace.StageGather, Side: trace.Answerer, Reason: "the browser died"}
	broken.Trace, broken.SHA256 = "", ""
	stopped := sessionOf("refused", chrome, pion, verdictOf("CONN-001", trace.Offerer, check.Skipped))
	stopped.End = trace.End{Result: trace.EndStopped, Stage: trace.StageSignal, Side: trace.Offerer, Reason: "setRemoteDescription was refused"}
	lacking := sessionOf("video", pion, chrome, verdictOf("MEDIA-001", trace.Offerer, check.Unsupported))
	lacking.End = trace.End{Result: trace.EndUnsupported, Side: trace.Offerer, Reason: "pion does not declare media"}
	return report.Input{
		Run:       run,
		Generator: report.Generator{Name: "rink", Version: "v0.1.0"},
		Environment: report.Environment{
			Go: "go1.25.0", OS: "linux", Arch: "amd64", Kernel: "6.1.0", CPUs: 2, CI: "GitHub Actions",
			Interfaces: []report.Interface{{Name: "eth0", Addrs: []string{"192.0.2.1/24", "2001:db8::1/64"}}, {Name: "lo"}},
		},
		Peers: []peer.Description{{ID: "firefox", Implementation: "Firefox", Version: peer.Unknown}},
		Requirements: []check.Requirement{
			requirement("CONN-001", check.Must), requirement("CAND-001", check.Must), requirement("CAND-002", check.Must),
			requirement("CAND-003", check.Should), requirement("CAND-004", check.May), requirement("MEDIA-001", check.Observe),
			requirement("ZZZ-001", check.Must),
		},
		Scenarios: []report.Scenario{{Name: "late", Family: "trickle", Title: "Candidates come late"}},
		Sessions: []report.SessionInput{
			stopped, broken, lacking,
			sessionOf("trickle", pion, chrome, partly,
				verdictOf("CAND-002", trace.Offerer, check.Known, noMid),
				verdictOf("CAND-003", trace.Offerer, check.Stale),
				verdictOf("CAND-004", trace.Answerer, check.Pass), verdictOf("CAND-004", trace.Offerer, check.Pass)),
			sessionOf("trickle", chrome, pion, verdictOf("CAND-002", trace.Answerer, check.Known, noMid)),
		},
		Notes:  []string{"the second note", "a note"},
		Unused: []*expect.Entry{{Check: "CAND-009", Peer: "chrome", Reason: "long ago", Issue: "https://example.com/9", Since: "2026-01-01", File: "chrome.yaml", Line: 3}},
	}
}

// The other packages' tests read this file: a report with something in every place.
func TestBuildOfARichInputIsTheReportInTestdata(t *testing.T) {
	got := encode(t, report.Build(richInput()))
	path := filepath.Join("testdata", "rich.report.json")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("differs (-want +got; go test -update writes it again):\n%s", diff)
	}
}

func encode(t *testing.T, r *report.Report) []byte {
	t.Helper()
	data, err := report.Encode(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
