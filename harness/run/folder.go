package run

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Folder is where one run leaves what it finds.
type Folder struct {
	ID     string // the run's, and the folder's name: 20261126T190239Z-1f3a
	Dir    string // OUT/ID
	Traces string // OUT/ID/traces
}

// NewFolder makes the folder of a new run below out.
func NewFolder(out string) (Folder, error) {
	var tail [2]byte
	_, _ = rand.Read(tail[:]) // never fails
	id := time.Now().UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(tail[:])
	f := FolderOf(out, id)
	if err := os.MkdirAll(f.Traces, 0o755); err != nil { //nolint:gosec // reports are for everybody
		return Folder{}, fmt.Errorf("folder of the run: %w", err)
	}
	return f, nil
}

// FolderOf names the folder of a run without making it.
func FolderOf(out, id string) Folder {
	dir := filepath.Join(out, id)
	return Folder{ID: id, Dir: dir, Traces: filepath.Join(dir, "traces")}
}
