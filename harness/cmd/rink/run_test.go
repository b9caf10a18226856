package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/netlab"
	"github.com/webrtc-rink/rink/harness/report"
)

// session is a run that needs no browser.
func session(out string, more ...string) []string {
	return append([]string{"run", "--network", "host", "--pairs", "pion->pion", "--scenarios", "trickle-full", "--out", out}, more...)
}

func TestARunLeavesItsReport(t *testing.T) {
	out := t.TempDir()
	expect(t, 0, session(out), "pion->pion", "known CAND-002 pion", "issues/1833", "No unexpected deviation", "report.html")
	latest := filepath.Join(out, "latest")
	for _, name := range []string{"report.json", "report.html", "summary.md", "comment.md", "junit.xml", "badge.json", "traces/pion_pion_trickle-full.jsonl"} {
		if info, err := os.Stat(filepath.Join(latest, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: got %v", name, err)
		}
	}
	file := filepath.Join(latest, "report.json")
	expect(t, 0, []string{"validate", file}, "valid")
	before, err := os.ReadFile(filepath.Join(latest, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, 0, []string{"report", latest}, "report.html")
	if after, err := os.ReadFile(filepath.Join(latest, "report.html")); err != nil || !bytes.Equal(before, after) {
		t.Errorf("report.html written again differs (%v)", err)
	}
	expect(t, 0, []string{"check", filepath.Join(latest, "traces")}, "known CAND-002")
	expect(t, 1, []string{"check", "--expectations", "none", filepath.Join(latest, "traces", "pion_pion_trickle-full.jsonl")}, "fail CAND-002 pion")
	r, err := report.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	// The tests themselves may run in a private network.
	if want := string(netlab.Describe().Network); r.Run.Network != want || !r.Run.Complete {
		t.Errorf("run: got network %s and complete %t, want %s and true", r.Run.Network, r.Run.Complete, want)
	}
}

func TestARunSincePlaysWhatIsNew(t *testing.T) {
	out := t.TempDir()
	expect(t, 0, session(out))
	first, err := filepath.EvalSymlinks(filepath.Join(out, "latest"))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, 0, session(out, "--since", first), "note: 1 of 1 session left out: green in ", "Nothing was played: 1 session left out")
	expect(t, 0, session(out, "--since", first, "--scenarios", "trickle-full,trickle-none"), "1 of 2 sessions left out", "trickle-none", "Partial run, 1 session left out as green before: no unexpected deviation")
	r, err := report.Read(filepath.Join(out, "latest", "report.json"))
	if err != nil || len(r.Sessions) != 1 || r.Run.Since == nil || !strings.Contains(r.Run.Filter, "--since '"+first+"'") {
		t.Errorf("got %v and %+v, want one session and a report that says it is partial", err, r.Run)
	}
	expect(t, 0, []string{"validate", filepath.Join(out, "latest", "report.json")}, "valid")
}

func TestWithoutExpectationsTheDeviationsFail(t *testing.T) {
	expect(t, 1, session(t.TempDir(), "--checks", "CAND-002", "--expectations", "none"), `fail CAND-002 pion`, `got sdpMid ""`, "1 unexpected deviation")
}

func TestNothingJudgedIsNoSuccess(t *testing.T) {
	expect(t, 3, session(t.TempDir(), "--checks", "GATHER-016"), "Nothing was judged")
}

func TestAStaleExpectationIsRed(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "pion.yaml"), `peer: pion
expectations:
  - checks: [CAND-001, CAND-002]
    since: 2026-11-28
    reason: an entry for what works, to see it turn stale
    issue: https://example.org/1
`)
	expect(t, 1, session(t.TempDir(), "--expectations", dir), "stale CAND-001 pion", "pion.yaml:3", "delete")
}

func TestBadFilesAreNamed(t *testing.T) {
	dir := t.TempDir()
	trace := filepath.Join(dir, "broken.jsonl")
	write(t, trace, "{\"n\":0,\"kind\":\"session\"}\nno record\n{}\n")
	expect(t, 2, []string{"check", trace}, "broken.jsonl:2", "no record")
	expect(t, 2, []string{"check", filepath.Join(dir, "missing.jsonl")}, "missing.jsonl")
	expect(t, 2, []string{"report", dir}, "report.json")
	other := filepath.Join(dir, "other.json")
	write(t, other, `{"schema":"rink.report/v1"}`)
	expect(t, 1, []string{"validate", other}, "other.json", "missing propert")
	write(t, other, `{`)
	expect(t, 2, []string{"validate", other}, "other.json")
}

func TestCheckWritesAReport(t *testing.T) {
	out := t.TempDir()
	expect(t, 0, session(out))
	code, stdout, _ := rink(t, "check", "--json", filepath.Join(out, "latest", "traces"))
	var r report.Report
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || code != 0 || len(r.Results) == 0 {
		t.Errorf("got exit code %d, %v and %d results", code, err, len(r.Results))
	}
	ran := latest(t, out)
	if r.Run.Network != ran.Run.Network || r.Run.TimeoutScale != ran.Run.TimeoutScale {
		t.Errorf("got %+v, want the network and the scale of timeouts that the traces have: %+v", r.Run, ran.Run)
	}
	file := filepath.Join(t.TempDir(), "check.json")
	write(t, file, stdout)
	expect(t, 0, []string{"validate", file}, "valid")
	if said := expect(t, 0, []string{"diff", filepath.Join(out, "latest"), file}); strings.Contains(said, "timeouts") || strings.Contains(said, "the network") {
		t.Errorf("got a difference of what is the same:\n%s", said)
	}
	offer, answer := "../../../fixtures/sdp/valid-chromium-156-av-data-turn-offer.sdp", "../../../fixtures/sdp/valid-chromium-156-stopped-transceiver-answer.sdp"
	_, stdout, _ = rink(t, "check", "--json", offer, answer) // which tell neither
	write(t, file, stdout)
	expect(t, 0, []string{"validate", file}, "valid")
}

// command is rink as a process of its own.
func command(t *testing.T, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), asRink+"=1")
	said := &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = said, said
	return cmd, said
}

func TestAnInterruptedRunIsIncomplete(t *testing.T) {
	out := t.TempDir()
	cmd, said := command(t, "run", "--network", "host", "--pairs", "pion->pion", "--scenarios", "gathering-*,trickle-*", "--parallel", "1", "--out", out)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, "a first trace", func() bool {
		traces, _ := filepath.Glob(filepath.Join(out, "*", "traces", "*.jsonl"))
		return len(traces) > 0
	})
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var ended *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &ended) || ended.ExitCode() != report.ExitError {
		t.Errorf("got %v, want exit code 2; it said:\n%s", err, said)
	}
	r, err := report.Read(filepath.Join(out, "latest", "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	if r.Run.Complete || !strings.Contains(r.Run.IncompleteReason, "terminated") {
		t.Errorf("run: got complete %t, %q, want incomplete by the signal", r.Run.Complete, r.Run.IncompleteReason)
	}
}

func TestAPrivateRunSaysSo(t *testing.T) {
	if err := netlab.Available(); err != nil {
		t.Skip(err)
	}
	out := t.TempDir()
	args := session(out)
	args[2] = "private"
	cmd, said := command(t, args...)
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v; it said:\n%s", err, said)
	}
	r, err := report.Read(filepath.Join(out, "latest", "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	lan := slices.ContainsFunc(r.Environment.Interfaces, func(i report.Interface) bool { return i.Name == "rink0" && len(i.Addrs) > 0 })
	if r.Run.Network != "private" || !lan {
		t.Errorf("got network %s, interfaces %+v, want a private one with rink0", r.Run.Network, r.Environment.Interfaces)
	}
	inside, said := command(t, "netns", "--", "sh", "-c", "exit 7")
	var ended *exec.ExitError
	if err := inside.Run(); !errors.As(err, &ended) || ended.ExitCode() != 7 {
		t.Errorf("netns: got %v, want the command's exit code 7; it said:\n%s", err, said)
	}
}

func await(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !happened(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited 60 s for %s", what)
		}
	}
}
