package run

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
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

// NewFolder makes the folder of a new run below out. No other run has it: shards may
// begin in the same second.
func NewFolder(out string) (Folder, error) {
	err := os.MkdirAll(out, 0o755) //nolint:gosec // reports are for everybody
	for err == nil {
		f := FolderOf(out, newID(time.Now()))
		err = os.Mkdir(f.Dir, 0o755) //nolint:gosec // as above
		if errors.Is(err, fs.ErrExist) {
			err = nil // the next second has others, if all of this one are taken
			continue
		}
		if err == nil {
			err = os.Mkdir(f.Traces, 0o755) //nolint:gosec // as above
		}
		if err == nil {
			return f, nil
		}
	}
	return Folder{}, fmt.Errorf("folder of the run: %w", err)
}

func newID(at time.Time) string {
	var tail [2]byte
	_, _ = rand.Read(tail[:]) // never fails
	return at.UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(tail[:])
}

// FolderOf names the folder of a run without making it.
func FolderOf(out, id string) Folder {
	dir := filepath.Join(out, id)
	return Folder{ID: id, Dir: dir, Traces: filepath.Join(dir, "traces")}
}
