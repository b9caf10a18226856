package trace_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/trace"
)

// written is the path of a trace of some size.
func written(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.jsonl")
	r, err := trace.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	r.Add(header())
	for range 200 {
		r.Logf("", "%s", strings.Repeat("words and ", 20))
	}
	r.Add(trace.Record{Kind: trace.KindEnd, End: &trace.End{Result: trace.EndCompleted, Stage: trace.StageClose}})
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAPackedTraceReadsAsItWas(t *testing.T) {
	path := written(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := trace.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := trace.Pack(path)
	if err != nil || packed != path+".gz" {
		t.Fatalf("got %q, %v", packed, err)
	}
	got, err := trace.ReadFile(packed)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	after, err := os.ReadFile(packed)
	if err != nil || len(after) > len(before)/3 {
		t.Errorf("got %d bytes of %d, %v, want far fewer", len(after), len(before), err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(left) != 1 {
		t.Errorf("got the files %v, want the packed one alone", left)
	}
	renamed := filepath.Join(t.TempDir(), "t.jsonl") // the content tells, and not the name
	if err := os.Rename(packed, renamed); err != nil {
		t.Fatal(err)
	}
	if _, err := trace.ReadFile(renamed); err != nil {
		t.Error(err)
	}
}

func TestAPackedTraceThatWasDamagedIsAnErrorThatNamesIt(t *testing.T) {
	packed, err := trace.Pack(written(t))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(packed)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"cut": whole[:len(whole)/2], "cut in its head": whole[:5], "changed": append(bytes.Clone(whole[:len(whole)-8]), "12345678"...),
	} {
		if err := os.WriteFile(packed, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := trace.ReadFile(packed); err == nil || !strings.Contains(err.Error(), packed+":") {
			t.Errorf("%s: got %v, want an error that names the file", name, err)
		}
	}
}

func TestWhatCannotBePackedStaysAsItIs(t *testing.T) {
	path := written(t)
	if err := os.MkdirAll(filepath.Join(path+".gz", "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := trace.Pack(path); err == nil {
		t.Error("got no error where a folder has the name")
	}
	if _, err := trace.ReadFile(path); err != nil {
		t.Errorf("the trace: %v, want it as it was", err)
	}
	if _, err := trace.Pack(filepath.Join(t.TempDir(), "absent.jsonl")); err == nil {
		t.Error("got no error for a file that is not there")
	}
}
