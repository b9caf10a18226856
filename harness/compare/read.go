package compare

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/baseline"
)

// Read reads a report.json or a baseline. The error names the file, and says what
// it is instead.
func Read(path string) (*report.Report, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	r, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func decode(data []byte) (*report.Report, error) {
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("no report: want the report.json of a run, or a baseline: %w", err)
	}
	switch head.Schema {
	case report.Schema:
		return report.Decode(data)
	case baseline.Schema, baseline.SchemaV1:
		b, err := baseline.Decode(data)
		if err != nil {
			return nil, err
		}
		return b.Report(), nil
	case "":
		return nil, errors.New(`no report: it has no member "schema"; want the report.json of a run, or a baseline`)
	}
	for _, ours := range []string{report.Schema, baseline.Schema} {
		if name, _, _ := strings.Cut(ours, "/"); strings.HasPrefix(head.Schema, name+"/") {
			return nil, fmt.Errorf("schema: got %q, want %q: another version of Rink wrote it; take that one, or play the run again", head.Schema, ours)
		}
	}
	return nil, fmt.Errorf("no report: schema: got %q, want %q or %q", head.Schema, report.Schema, baseline.Schema)
}
