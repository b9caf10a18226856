package files

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/anonymise"
	"github.com/webrtc-rink/rink/harness/trace"
)

// ErrNoPlace is matched by the error for a folder that an anonymised report cannot
// be written to.
var ErrNoPlace = errors.New("an anonymised report is a copy: want a new or an empty folder")

// Anonymise writes the report in from, its traces and all views anew to another
// folder, without what is private. Files of from that are none of these are not
// taken over. When it fails, to is as it was.
func Anonymise(from, to string, m *anonymise.Mapper) (*report.Report, error) {
	r, err := report.Read(filepath.Join(from, JSON))
	if err != nil {
		return nil, err
	}
	return AnonymiseReport(r, from, to, m)
}

// AnonymiseReport is Anonymise for a report that is not written yet, whose traces
// are in from.
func AnonymiseReport(r *report.Report, from, to string, m *anonymise.Mapper) (*report.Report, error) {
	if err := empty(from, to); err != nil {
		return nil, err
	}
	draft, err := os.MkdirTemp(filepath.Dir(filepath.Clean(to)), ".anonymised-*")
	if err != nil {
		return nil, fmt.Errorf("anonymised report: %w", err)
	}
	defer os.RemoveAll(draft) //nolint:errcheck // gone once it was renamed
	r, err = anonymised(r, from, draft, m)
	if err == nil {
		err = WriteAll(draft, r)
	}
	if err == nil {
		err = os.Chmod(draft, 0o755) //nolint:gosec // reports are for everybody
	}
	if err != nil {
		return nil, err
	}
	if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("anonymised report: %w", err)
	}
	if err := os.Rename(draft, to); err != nil {
		return nil, fmt.Errorf("anonymised report: %w", err)
	}
	return r, nil
}

// empty makes sure that nothing is in the folder to write to.
func empty(from, to string) error {
	a, errA := filepath.Abs(from)
	b, errB := filepath.Abs(to)
	if err := errors.Join(errA, errB); err != nil {
		return fmt.Errorf("anonymised report: %w", err)
	}
	if a == b {
		return fmt.Errorf("%s is the folder of the report itself: %w", to, ErrNoPlace)
	}
	entries, err := os.ReadDir(to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return os.MkdirAll(filepath.Dir(b), 0o755) //nolint:gosec // reports are for everybody
	case err != nil:
		return fmt.Errorf("anonymised report: %w", err)
	case len(entries) > 0:
		return fmt.Errorf("%s is not empty, it has %s: %w", to, entries[0].Name(), ErrNoPlace)
	}
	return nil
}

// anonymised maps the traces into a folder and returns the report of them.
func anonymised(r *report.Report, from, to string, m *anonymise.Mapper) (*report.Report, error) {
	data, err := report.Encode(r)
	if err != nil {
		return nil, err
	}
	if _, err := m.Report(data); err != nil {
		return nil, err
	}
	if _, err := traces(r, from, "", m); err != nil {
		return nil, err
	}
	m.Settle()
	mapped, err := m.Report(data)
	if err != nil {
		return nil, err
	}
	out, err := report.Decode(mapped)
	if err != nil {
		return nil, err
	}
	lost, err := traces(out, from, to, m)
	if err != nil {
		return nil, err
	}
	out.Run.Anonymised = true
	if !slices.Contains(out.Notes, report.AnonymisedNote) {
		out.Notes = append(out.Notes, report.AnonymisedNote)
	}
	if lost > 0 {
		out.Notes = append(out.Notes, report.Plural(lost, "trace")+" could not be anonymised: not in the folder of the report.")
	}
	slices.Sort(out.Notes)
	return out, nil
}

// traces maps every trace that the report names, and writes it unless to is empty;
// the report then has its new hash. It returns how many were not there.
func traces(r *report.Report, from, to string, m *anonymise.Mapper) (lost int, err error) {
	for i := range r.Sessions {
		s := &r.Sessions[i]
		if s.Trace == "" {
			continue
		}
		name := filepath.FromSlash(s.Trace)
		if !filepath.IsLocal(name) {
			return 0, fmt.Errorf("session %s: its trace %q is not in the folder of the report", s.ID, s.Trace)
		}
		data, err := trace.ReadUnpacked(filepath.Join(from, name))
		if errors.Is(err, fs.ErrNotExist) {
			if to != "" {
				s.Trace, s.SHA256 = "", ""
			}
			lost++
			continue
		}
		if err != nil {
			return 0, err
		}
		if data, err = m.Trace(data); err != nil {
			return 0, fmt.Errorf("%s:%w", filepath.Join(from, name), err)
		}
		if to == "" {
			continue
		}
		if s.SHA256, err = writeTrace(filepath.Join(to, name), data); err != nil {
			return 0, err
		}
	}
	return lost, nil
}

// writeTrace writes a trace, compressed where its name says so, and returns the
// hash of the file.
func writeTrace(path string, data []byte) (sha string, err error) {
	if strings.HasSuffix(path, trace.Packed) {
		var packed bytes.Buffer
		if err := trace.PackTo(&packed, data); err != nil {
			return "", err
		}
		data = packed.Bytes()
	}
	if err = os.MkdirAll(filepath.Dir(path), 0o755); err == nil { //nolint:gosec // reports are for everybody
		err = os.WriteFile(path, data, 0o644) //nolint:gosec // as above
	}
	if err != nil {
		return "", fmt.Errorf("anonymised trace: %w", err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}
