package report_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/report"
)

func TestReadGivesWhatWasWritten(t *testing.T) {
	path := filepath.Join("testdata", "rich.report.json")
	r, err := report.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := encode(t, r); !bytes.Equal(got, want) {
		t.Errorf("got another report:\n%s", got)
	}
}

func TestReadIgnoresMembersThatItDoesNotKnow(t *testing.T) {
	data := encode(t, report.Build(richInput()))
	later := bytes.ReplaceAll(data, []byte(`"id": `), []byte(`"later": {"x": [1, null]}, "id": `))
	later = bytes.Replace(later, []byte(`"schema"`), []byte(`"before": true, "schema"`), 1)
	if bytes.Equal(later, data) {
		t.Fatal("nothing was added")
	}
	r, err := report.Decode(later)
	if err != nil {
		t.Fatal(err)
	}
	if got := encode(t, r); !bytes.Equal(got, data) {
		t.Errorf("got another report:\n%s", got)
	}
}

func TestReadRefusesWhatIsNoReport(t *testing.T) {
	good := string(encode(t, report.Build(richInput())))
	for name, tc := range map[string]struct{ content, want string }{
		"another version": {strings.Replace(good, "rink.report/v1", "rink.report/v2", 1), `schema: got "rink.report/v2", want "rink.report/v1"`},
		"another format":  {`{"schema": "rink.trace/v1"}`, `schema: got "rink.trace/v1", want "rink.report/v1"`},
		"no schema":       {`{}`, `schema: got "", want "rink.report/v1"`},
		"null":            {`null`, `schema: got ""`},
		"a list":          {`[]`, "cannot unmarshal array"},
		"nothing":         {``, "unexpected end of JSON input"},
		"half of it":      {good[:len(good)/2], "unexpected end of JSON input"},
		"a wrong type":    {strings.Replace(good, `"seed": 7`, `"seed": "seven"`, 1), "run.seed"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "report.json")
			if err := os.WriteFile(path, []byte(tc.content), 0o644); err != nil {
				t.Fatal(err)
			}
			r, err := report.Read(path)
			if err == nil {
				t.Fatalf("got %+v", r)
			}
			for _, part := range []string{path, "no report", tc.want} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("got %q, want it to say %q", err, part)
				}
			}
		})
	}
}

func TestReadNamesAFileThatIsNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.json")
	_, err := report.Read(path)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want that %s does not exist", err, path)
	}
}
