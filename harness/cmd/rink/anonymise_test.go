package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/trace"
)

// contents is every file below a folder, traces unpacked, by its path.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := trace.ReadUnpacked(path)
		rel, _ := filepath.Rel(dir, path)
		all[filepath.ToSlash(rel)] = string(data)
		return err
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("%s: %d files, %v", dir, len(all), err)
	}
	return all
}

var (
	credential = regexp.MustCompile(`a=(?:ice-ufrag|ice-pwd|fingerprint):(?:sha-256 )?([^\\"]+)`)
	addressed  = regexp.MustCompile(`\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b`)
)

// secrets are the credentials and the private addresses in the traces of a folder.
func secrets(t *testing.T, all map[string]string) []string {
	t.Helper()
	var found []string
	for name, text := range all {
		if !strings.HasPrefix(name, "traces/") {
			continue
		}
		for _, match := range credential.FindAllStringSubmatch(text, -1) {
			found = append(found, match[1])
		}
	}
	if len(found) < 6 {
		t.Fatalf("only %d credentials in the traces", len(found))
	}
	for _, v := range addressed.FindAllString(all["traces/pion_pion_trickle-full.jsonl"], -1) {
		if a, err := netip.ParseAddr(v); err == nil && a.IsPrivate() {
			found = append(found, v)
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(found)))
}

// public fails for every address in traces that is somebody's. Elsewhere there are
// numbers of sections that read like addresses.
func public(t *testing.T, all map[string]string) {
	t.Helper()
	for name, text := range all {
		if !strings.HasPrefix(name, "traces/") {
			continue
		}
		for _, v := range addressed.FindAllString(text, -1) {
			a, err := netip.ParseAddr(v)
			if err == nil && !a.IsLoopback() && !a.IsUnspecified() && !a.IsMulticast() && !strings.HasSuffix(v, ".0.0.0") &&
				!strings.HasPrefix(v, "192.0.2.") && !strings.HasPrefix(v, "198.51.100.") && !strings.HasPrefix(v, "203.0.113.") {
				t.Errorf("%s has the address %s", name, v)
			}
		}
	}
}

func TestACopyOfAReportIsAnonymised(t *testing.T) {
	out, copied := t.TempDir(), filepath.Join(t.TempDir(), "new", "copy")
	expect(t, 0, session(out))
	latest, err := filepath.EvalSymlinks(filepath.Join(out, "latest"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(latest, "progress.jsonl"), "left by something else")
	said := expect(t, 0, []string{"report", latest, "--anonymise", "--out", copied}, "No unexpected deviation", "ICE ufrag", " address ", filepath.Join(copied, "report.html"))
	before, after := contents(t, latest), contents(t, copied)
	for _, v := range secrets(t, before) {
		for name, text := range after {
			if strings.Contains(text, v) {
				t.Errorf("%s still has %q", name, v)
			}
		}
		if strings.Contains(said, v) {
			t.Errorf("the terminal shows %q", v)
		}
	}
	public(t, after)
	if _, there := after["progress.jsonl"]; there || len(after) != len(before)-1 {
		t.Errorf("got %d files of %d", len(after), len(before))
	}
	expect(t, 0, []string{"validate", filepath.Join(copied, "report.json")}, "valid")
	expect(t, 0, []string{"check", filepath.Join(copied, "traces")}, "known CAND-002")
	same(t, latest, copied)
}

// same compares what two reports say.
func same(t *testing.T, before, after string) {
	t.Helper()
	a, errA := report.Read(filepath.Join(before, files.JSON))
	b, errB := report.Read(filepath.Join(after, files.JSON))
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if a.Run.Anonymised || !b.Run.Anonymised || !slices.Contains(b.Notes, report.AnonymisedNote) {
		t.Errorf("anonymised: got %v and %v, with the notes %q", a.Run.Anonymised, b.Run.Anonymised, b.Notes)
	}
	if a.Summary.Verdict != b.Summary.Verdict || len(a.Results) != len(b.Results) || len(a.Results) == 0 {
		t.Fatalf("got %q with %d results, want %q with %d", b.Summary.Verdict, len(b.Results), a.Summary.Verdict, len(a.Results))
	}
	for i := range a.Results {
		if a.Results[i].Check != b.Results[i].Check || a.Results[i].Outcome != b.Results[i].Outcome || len(a.Results[i].Findings) != len(b.Results[i].Findings) {
			t.Errorf("got %+v, want %+v", b.Results[i], a.Results[i])
		}
	}
	for _, s := range b.Sessions {
		data, err := os.ReadFile(filepath.Join(after, filepath.FromSlash(s.Trace)))
		if sum := sha256.Sum256(data); err != nil || hex.EncodeToString(sum[:]) != s.SHA256 {
			t.Errorf("%s: the report has another hash of its trace (%v)", s.ID, err)
		}
	}
}

func TestAnAnonymisedCopyNeedsAPlaceOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "report.json"), `{"schema": "rink.report/v1", "sessions": [{"id": "x", "trace": "../../secret"}]}`)
	empty := t.TempDir()
	taken := t.TempDir()
	write(t, filepath.Join(taken, "mine.txt"), "")
	for want, args := range map[string][]string{
		"is the folder of the report itself": {"report", dir, "--anonymise", "--out", dir},
		"is not empty, it has mine.txt":      {"report", dir, "--anonymise", "--out", taken},
		"expected --out DIR":                 {"report", dir, "--anonymise"},
		"expected --anonymise too":           {"report", dir, "--out", empty},
	} {
		expect(t, exitUsage, args, want)
	}
	expect(t, report.ExitError, []string{"report", dir, "--anonymise", "--out", empty}, `its trace "../../secret" is not in the folder`)
	if left, err := os.ReadDir(empty); err != nil || len(left) > 0 {
		t.Errorf("left in the folder: %v, %v", left, err)
	}
}

func TestAnInterruptedRunIsAnonymisedAllTheSame(t *testing.T) {
	out := t.TempDir()
	cmd, said := command(t, "run", "--network", "host", "--pairs", "pion->pion", "--scenarios", "gathering-*,trickle-*", "--parallel", "1", "--anonymise", "--out", out)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, "a session that ended", func() bool {
		records, _ := filepath.Glob(filepath.Join(out, "*", "progress.jsonl"))
		if len(records) == 0 {
			return false
		}
		data, _ := os.ReadFile(records[0])
		return strings.Contains(string(data), `"kind":"session"`)
	})
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != report.ExitError {
		t.Errorf("got %v, want exit code 2; it said:\n%s", err, said)
	}
	dir, err := filepath.EvalSymlinks(filepath.Join(out, "latest"))
	if err != nil {
		t.Fatal(err)
	}
	all := contents(t, dir)
	if _, there := all["progress.jsonl"]; there {
		t.Error("the record of the run is still there, with what peers said")
	}
	public(t, all)
	r, err := report.Read(filepath.Join(dir, files.JSON))
	if err != nil || r.Run.Complete || !r.Run.Anonymised {
		t.Errorf("got %+v, %v, want an incomplete run that is anonymised", r, err)
	}
	if entries, err := os.ReadDir(out); err != nil || len(entries) != 2 { // the run and latest
		t.Errorf("got %v, %v beside the run", entries, err)
	}
}

func TestARunLeavesNothingPrivateWhenItIsToBeAnonymised(t *testing.T) {
	out := t.TempDir()
	said := expect(t, 0, session(out, "--anonymise"), "No unexpected deviation", "Replaced in", "ICE password")
	entries, err := os.ReadDir(out)
	if err != nil || len(entries) != 2 { // the run and latest
		t.Errorf("got %v, %v", entries, err)
	}
	dir := filepath.Join(out, "latest")
	r, err := report.Read(filepath.Join(dir, files.JSON))
	if err != nil || !r.Run.Anonymised {
		t.Fatalf("got %+v, %v", r, err)
	}
	resolved, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := contents(t, resolved)
	public(t, all)
	for _, i := range r.Environment.Interfaces {
		public(t, map[string]string{"traces/" + i.Name: strings.Join(i.Addrs, " ")})
	}
	for _, v := range secrets(t, all) {
		if !strings.HasPrefix(v, "u0") && !strings.HasPrefix(v, "p0") && !strings.HasPrefix(v, "FA:FA:") {
			t.Errorf("the traces have %q", v)
		}
	}
	if !strings.Contains(said, filepath.Base(resolved)) {
		t.Errorf("it did not say where the report is:\n%s", said)
	}
	expect(t, 0, []string{"check", filepath.Join(dir, "traces")}, "known CAND-002")
}
