package run_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/webrtc-rink/rink/harness/run"
)

// place writes a manifest below dir.
func place(t *testing.T, dir, folder, text string) {
	t.Helper()
	path, name := filepath.Join(dir, folder), "peer.json"
	if filepath.Base(folder) == "bin" {
		name = "some.peer.json"
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(path, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAgentsAreThoseOfTheManifests(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	place(t, dir, "b", `{"id":"b","implementation":"B","command":["{dir}/b"],"install":["make","peer-b"],"missing":"b"}`)
	place(t, dir, filepath.Join("a", "bin"), `{"id":"a@v1","command":["true"],"missing":"."}`)
	roster, err := run.Agents(dir)
	if err != nil {
		t.Fatal(err)
	}
	if ids := roster.IDs(); !slices.Equal(ids, []string{"a@v1", "b"}) {
		t.Fatalf("got %v", ids)
	}
	if err := roster[0].Available(); err != nil {
		t.Error(err)
	}
	has(t, roster[1].Available(), "not installed", "make peer-b")
	if _, err := roster[1].Start(t.Context(), func(string) {}); err == nil {
		t.Error("a program that is not there was started")
	}
	if none, err := run.Agents(filepath.Join(dir, "absent")); err != nil || len(none) != 0 {
		t.Errorf("a folder that is not there: got %v, %v", none, err)
	}
}

func TestManifestsThatCannotBeReadAreNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	place(t, dir, "broken", `{`)
	place(t, dir, "odd", `{"id":"odd","command":["x"],"colour":"red"}`)
	place(t, dir, "empty", `{"id":"empty"}`)
	place(t, dir, "one", `{"id":"same","command":["x"]}`)
	place(t, dir, "two", `{"id":"same","command":["x"]}`)
	_, err := run.Agents(dir)
	has(t, err, filepath.Join("broken", "peer.json"), filepath.Join("odd", "peer.json"), "colour", filepath.Join("empty", "peer.json"), `"empty"`, `"same"`)
}
