package run_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/run"
)

func TestRunsThatBeginInTheSameSecondHaveFoldersOfTheirOwn(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "reports", "out")
	seen := map[string]bool{}
	for range 2000 { // of 65,536 names that a second has, so that some are drawn twice
		f, err := run.NewFolder(out)
		if err != nil {
			t.Fatal(err)
		}
		if seen[f.Dir] {
			t.Fatalf("%s was given twice", f.Dir)
		}
		seen[f.Dir] = true
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := run.NewFolder(filepath.Join(file, "out")); err == nil || !strings.Contains(err.Error(), "folder of the run") || !strings.Contains(err.Error(), file) {
		t.Errorf("below a file: got %v, want an error that names it", err)
	}
}
