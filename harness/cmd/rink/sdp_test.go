package main

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const sdpFixtures = "../../../fixtures/sdp/"

func TestSDPSaysHowTwoDescriptionsDiffer(t *testing.T) {
	chrome, pion := sdpFixtures+"valid-chromium-156-max-compat-offer.sdp", sdpFixtures+"valid-pion-v3.3.6-data-offer.sdp"
	expect(t, 0, []string{"sdp", chrome, chrome}, "nothing to look at", "A is "+chrome)
	expect(t, 1, []string{"sdp", chrome, pion}, "≠ changed", "− only in A", "section 0")
	said := expect(t, 1, []string{"sdp", "--versions", chrome, pion, "--all"}, "= same")
	if quiet := expect(t, 1, []string{"sdp", chrome, pion}); len(quiet) >= len(said) {
		t.Error("--all shows no more than without it")
	}
	dir := t.TempDir()
	offer, answer := filepath.Join(dir, "o.sdp"), filepath.Join(dir, "a.sdp")
	text := "v=0\no=- 1 2 IN IP4 127.0.0.1\ns=-\nt=0 0\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=setup:actpass\na=mid:0\n"
	write(t, offer, text)
	write(t, answer, strings.Replace(text, "actpass", "active", 1))
	expect(t, 0, []string{"sdp", "--answer", offer, answer}, "nothing to look at: 1 as it must")
	expect(t, 1, []string{"sdp", "--answer", offer, offer}, "✗ conflict", "RFC 8842 section 5.3")
	expect(t, 1, []string{"sdp", offer, answer}, "actpass → active")
}

func TestSDPTakesDescriptionsOutOfTraces(t *testing.T) {
	media, flow := "../../../fixtures/traces/pion_chrome_connect-media.jsonl.gz", "../../../fixtures/traces/pion_chrome_trickle-full.jsonl.gz"
	expect(t, 0, []string{"sdp", media, media}, "nothing to look at")
	expect(t, 0, []string{"sdp", media, media, "--of", "answer"}, "nothing to look at")
	expect(t, 1, []string{"sdp", media, flow}, "section 1: video, mid 1", "only in A: B has no such section")
	expect(t, 0, []string{"sdp", "--answer", media, media}, "nothing to look at", "as it must")
	expect(t, exitUsage, []string{"sdp", media, flow, "--nth", "9"}, "--nth 9: the trace has 1 offer", media)
}

func TestSDPNamesWhatItCannotRead(t *testing.T) {
	dir := t.TempDir()
	good, broken, other, empty := filepath.Join(dir, "good.sdp"), filepath.Join(dir, "broken.sdp"), filepath.Join(dir, "other"), filepath.Join(dir, "empty")
	write(t, good, "v=0\ns=-\n")
	write(t, broken, "v=0\ns=-\nmid:0\n")
	write(t, other, "hello\nv=0\n")
	write(t, empty, "")
	write(t, filepath.Join(dir, "cut.jsonl"), "{\"n\":0}\n{oops\n")
	expect(t, 1, []string{"sdp", good, broken}, broken+": line 3", "compared by line", "mid:0")
	expect(t, exitUsage, []string{"sdp", good, other}, other+":1", `"hello"`, "v=0")
	expect(t, exitUsage, []string{"sdp", empty, good}, empty)
	expect(t, exitUsage, []string{"sdp", good, filepath.Join(dir, "cut.jsonl")}, "cut.jsonl:2", "no session description")
	expect(t, exitUsage, []string{"sdp", good, filepath.Join(dir, "gone")}, "gone", "no such file")
	expect(t, exitUsage, []string{"sdp", good, dir}, dir, "folder")
	expect(t, exitUsage, []string{"sdp", good}, "<b>")
	expect(t, exitUsage, []string{"sdp", "--answer", "--versions", good, good}, "--versions")
	expect(t, exitUsage, []string{"sdp", "--answer", "--of", "offer", good, good}, "--of")
	expect(t, exitUsage, []string{"sdp", good, good, "--nth", "0"}, "--nth 0")
	expect(t, 0, []string{"sdp", "--help"}, "as it must", "conflict", "Exit codes")
}

// page reads a page that a command wrote.
func page(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestCheckWritesThePageOfASession(t *testing.T) {
	dir := t.TempDir()
	traces := "../../../fixtures/traces/"
	file := filepath.Join(dir, "one.html")
	expect(t, 0, []string{"check", traces + "pion_chrome_trickle-full.jsonl.gz", "--html", file}, "met")
	for _, part := range []string{"trickle-full, pion-&gt;chrome", "Content-Security-Policy", "answer of chrome"} {
		if !strings.Contains(page(t, file), part) {
			t.Errorf("the page does not have %q", part)
		}
	}
	pair := filepath.Join(dir, "pair.html")
	write(t, filepath.Join(dir, "o.sdp"), strings.ReplaceAll(page(t, sdpFixtures+"valid-chromium-156-max-compat-offer.sdp"), "\r", ""))
	rink(t, "check", filepath.Join(dir, "o.sdp"), sdpFixtures+"valid-chromium-156-to-pion-data-answer.sdp", "--html", pair)
	if got := page(t, pair); !strings.Contains(got, "offer of offer") || !strings.Contains(got, "(RFC 3264 section 6)") {
		t.Error("the page of two files does not show what contradicts")
	}
	dump := filepath.Join(dir, "dump.html")
	expect(t, 0, []string{"check", "../../../fixtures/dumps/chromium-156-loopback.json.gz", "--html", dump})
	if got := page(t, dump); !strings.Contains(got, "answer of chrome") {
		t.Error("the page of a dump does not show its descriptions")
	}
}

func TestCheckWritesAFolderForManySessions(t *testing.T) {
	dir := t.TempDir()
	traces := "../../../fixtures/traces/"
	two := []string{"check", traces + "pion_chrome_trickle-full.jsonl.gz", traces + "pion_chrome_trickle-full.jsonl.gz", "--html"}
	expect(t, exitUsage, append(two, filepath.Join(dir, "two.html")), "there are 2 sessions", "name a folder")
	pages := filepath.Join(dir, "pages")
	expect(t, 0, append(two, pages))
	index := page(t, filepath.Join(pages, "index.html"))
	for _, file := range []string{"pion-chrome-trickle-full.html", "pion-chrome-trickle-full-2.html"} {
		if !strings.Contains(index, `href="`+file+`"`) || !strings.Contains(page(t, filepath.Join(pages, file)), "answer of chrome") {
			t.Errorf("%s is not there, or the index does not lead to it", file)
		}
	}
	write(t, filepath.Join(dir, "file"), "")
	expect(t, 2, append(two, filepath.Join(dir, "file", "below")), "--html")
}

// runFolder makes a folder of a run out of recorded traces.
func runFolder(t *testing.T, change func(string) string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "traces"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "traces", "a.jsonl"), change(unpacked(t, "../../../fixtures/traces/pion_chrome_trickle-full.jsonl.gz")))
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir) // paths of traces are relative to the report
	_, stdout, stderr := rink(t, "check", "traces", "--json")
	t.Chdir(here)
	if stderr != "" {
		t.Fatal(stderr)
	}
	write(t, filepath.Join(dir, "report.json"), stdout)
	return dir
}

func TestDiffWritesThePagesOfWhatChanged(t *testing.T) {
	older, newer := baselines(t)
	was := runFolder(t, func(s string) string { return s })
	is := runFolder(t, func(s string) string { return strings.ReplaceAll(s, `"sdpMid":""`, `"sdpMid":"0"`) })
	out := filepath.Join(t.TempDir(), "pages")
	rink(t, "diff", was, is, "--html", out)
	index := page(t, filepath.Join(out, "index.html"))
	for _, part := range []string{"CAND-002", "fixed", `href="pion-chrome-trickle-full.html"`, "Content-Security-Policy", "<dt>Before</dt>"} {
		if !strings.Contains(index, part) {
			t.Errorf("the index does not have %q", part)
		}
	}
	if got := page(t, filepath.Join(out, "pion-chrome-trickle-full.html")); !strings.Contains(got, "The offer of the baseline and of this run") {
		t.Error("the page has nothing of the old side")
	}
	if err := os.Remove(filepath.Join(was, "traces", "a.jsonl")); err != nil {
		t.Fatal(err)
	}
	rink(t, "diff", was, is, "--html", out)
	if index := page(t, filepath.Join(out, "index.html")); !strings.Contains(index, "the trace of one side is not there") {
		t.Error("the index does not say that a trace is missing")
	}
	rink(t, "diff", older, newer, "--html", out)
	if index := page(t, filepath.Join(out, "index.html")); !strings.Contains(index, "CAND-002") || strings.Contains(index, "<ul>") {
		t.Error("the index of baselines has pages, or no changes")
	}
}

// TestAReportNamesOnlyTracesBesideIt: a report from anywhere makes no file readable.
func TestAReportNamesOnlyTracesBesideIt(t *testing.T) {
	was := runFolder(t, func(s string) string { return s })
	is := runFolder(t, func(s string) string { return strings.ReplaceAll(s, `"sdpMid":""`, `"sdpMid":"0"`) })
	outside := filepath.Join(t.TempDir(), "x.jsonl")
	write(t, outside, page(t, filepath.Join(was, "traces", "a.jsonl")))
	rel, err := filepath.Rel(was, outside)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(was, "report.json"), strings.ReplaceAll(page(t, filepath.Join(was, "report.json")), "traces/a.jsonl", filepath.ToSlash(rel)))
	out := filepath.Join(t.TempDir(), "pages")
	rink(t, "diff", was, is, "--html", out)
	if index := page(t, filepath.Join(out, "index.html")); !strings.Contains(index, "is not there") {
		t.Error("a trace outside of the folder was read")
	}
}

func unpacked(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read from
	in, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
