package files

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/merge"
)

// Merge puts runs together, each a folder or its report.json, in a folder of their
// own below out, with their traces, and points latest at it. The error names every
// conflict; then nothing is written. The notes are about what was not there.
func Merge(out string, runs []string) (r *report.Report, notes []string, err error) {
	var reports []*report.Report
	var errs []error
	sources := map[string]source{} // by path in the merged folder
	for _, path := range runs {
		one, note, err := part(path, sources)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if note != "" {
			notes = append(notes, note)
		}
		reports = append(reports, one)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, nil, err
	}
	if r, err = merge.Reports(reports); err != nil {
		return nil, nil, err
	}
	if !folderName(r.Run.ID) {
		return nil, nil, fmt.Errorf("run %q: its id is no name of a folder", r.Run.ID)
	}
	dir := filepath.Join(out, r.Run.ID)
	for i := range r.Sessions {
		if to := r.Sessions[i].Trace; to != "" {
			errs = append(errs, sources[to].copyTo(filepath.Join(dir, filepath.FromSlash(to))))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, nil, err
	}
	for _, one := range reports {
		if one.Comparison != nil && r.Comparison == nil {
			notes = append(notes, fmt.Sprintf("run %s: its comparison with a baseline is of that run alone and was left out", one.Run.ID))
		}
	}
	if err := WriteAll(dir, r); err != nil {
		return r, notes, err
	}
	return r, notes, Latest(out, r.Run.ID)
}

func folderName(id string) bool {
	return id != LatestName && id != "." && filepath.IsLocal(id) && filepath.Base(id) == id
}

// part reads one run and looks for its traces. A trace that is not there is left
// out; one that is not what the report vouches for is an error.
func part(path string, sources map[string]source) (r *report.Report, note string, err error) {
	dir, path := Locate(path)
	if r, err = report.Read(path); err != nil {
		return nil, "", err
	}
	root, err := os.OpenRoot(dir) // no report names a file that is elsewhere
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", dir, err)
	}
	defer root.Close() //nolint:errcheck // was read only
	var errs []error
	missing := 0
	for i := range r.Sessions {
		s := &r.Sessions[i]
		if s.Trace == "" {
			continue
		}
		sum, err := sumOf(root, filepath.FromSlash(s.Trace))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			s.Trace = ""
			missing++
		case err != nil:
			errs = append(errs, fmt.Errorf("%s: trace of %s: %w", path, s.ID, err))
		case s.SHA256 != "" && s.SHA256 != sum:
			errs = append(errs, fmt.Errorf("%s: trace of %s: %s is not the file that the report vouches for, its SHA-256 differs", path, s.ID, s.Trace))
		default:
			sources[merge.TraceOf(s)] = source{dir, s.Trace}
		}
	}
	if missing > 0 {
		note = fmt.Sprintf("%s: %s not there; the report is of the sessions all the same", path, report.Plural(missing, "trace"))
	}
	return r, note, errors.Join(errs...)
}

func sumOf(root *os.Root, name string) (string, error) {
	info, err := root.Stat(name)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() { // a pipe would be waited for
		return "", fmt.Errorf("%s is no file", name)
	}
	f, err := root.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // was read only
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// source is a trace in the folder of a part.
type source struct{ dir, name string }

// copyTo copies the file, unless it is the same one: a merged run may be put
// together again where it is.
func (s source) copyTo(to string) error {
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		return fmt.Errorf("%s: %w", s.dir, err)
	}
	defer root.Close() //nolint:errcheck // was read only
	name := filepath.FromSlash(s.name)
	from, err := root.Stat(name)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(s.dir, name), err)
	}
	if there, err := os.Stat(to); err == nil && os.SameFile(from, there) {
		return nil
	}
	data, err := root.ReadFile(name)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(s.dir, name), err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil { //nolint:gosec // reports are for everybody
		return fmt.Errorf("folder of the traces: %w", err)
	}
	return write(to, data)
}
