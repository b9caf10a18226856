package report

import (
	"encoding/json"
	"fmt"
	"os"
)

// Read reads report.json. The error names the file and what is wrong with it.
func Read(path string) (*Report, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	r, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// Decode reads the content of report.json. Members that it does not know are
// ignored: a later Rink may have written them.
func Decode(data []byte) (*Report, error) {
	var r Report
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("no report: %w", err)
	}
	if r.Schema != Schema {
		return nil, fmt.Errorf("no report: schema: got %q, want %q", r.Schema, Schema)
	}
	return Safe(&r), nil
}

// Encode writes the content of report.json.
func Encode(r *Report) ([]byte, error) {
	data, err := json.MarshalIndent(Safe(r), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("report.json: %w", err)
	}
	return append(data, '\n'), nil
}
