package upgrade

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/webrtc-rink/rink/harness/compare"
	"github.com/webrtc-rink/rink/harness/fingerprint"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/markdown"
	"github.com/webrtc-rink/rink/harness/run"
)

// Schema names the format of an Answer as JSON: a compare.Diff and what is added
// to it.
const Schema = "rink.upgrade/v1"

// Answer is what a gate found. Its JSON is that of the comparison (regressed, fixed,
// new, gone, flaky, ...) with these members beside.
type Answer struct {
	Schema string `json:"schema"`
	// Versions are the subjects as they were asked for.
	Versions Versions `json:"versions"`
	compare.Diff
	// Fingerprint is behaviour that changed, whether a check grades it or not.
	Fingerprint []fingerprint.Change `json:"fingerprint"`
	// Rounds are the folders with the reports of all that was played, relative to
	// the answer's.
	Rounds []string `json:"rounds"`
	Folder string   `json:"-"`
}

// Versions are the two that were compared.
type Versions struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Names of the files in an answer's folder.
const (
	FileJSON     = "upgrade.json"
	FileMarkdown = "upgrade.md"
)

func (g Gate) answer(folder run.Folder, d compare.Diff, f *field) *Answer {
	a := &Answer{
		Schema: Schema, Versions: Versions{g.name(0), g.name(1)}, Diff: d,
		Fingerprint: f.prints.diff(), Folder: folder.Dir,
	}
	if a.Fingerprint == nil {
		a.Fingerprint = []fingerprint.Change{}
	}
	for _, dir := range f.rounds {
		a.Rounds = append(a.Rounds, filepath.Base(dir))
	}
	return a
}

func (a *Answer) write() error {
	data, err := a.JSON()
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(a.Folder, FileJSON), data, 0o644),             //nolint:gosec // reports are for everybody
		os.WriteFile(filepath.Join(a.Folder, FileMarkdown), a.Markdown(), 0o644), //nolint:gosec // reports are for everybody
	)
}

// JSON is the content of upgrade.json.
func (a *Answer) JSON() ([]byte, error) {
	data, err := json.MarshalIndent(a, "", "  ")
	return append(data, '\n'), err
}

// WriteText prints the answer for a terminal.
func (a *Answer) WriteText(w io.Writer) error {
	if err := a.Diff.WriteText(w); err != nil {
		return err
	}
	var b strings.Builder
	if len(a.Fingerprint) == 0 {
		fmt.Fprintf(&b, "\nNo other behaviour changed.\n")
	} else {
		fmt.Fprintf(&b, "\n%s in behaviour, graded or not:\n", report.Plural(len(a.Fingerprint), "change"))
	}
	for _, c := range a.Fingerprint {
		fmt.Fprintf(&b, "  %s\n", c.Sentence)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Markdown is the answer for a pull request, within what a comment takes.
func (a *Answer) Markdown() []byte {
	p := markdown.Part{Head: "\n## Behaviour that changed, graded or not\n\n", Noun: "changed behaviour"}
	for _, c := range a.Fingerprint {
		p.Rows = append(p.Rows, fmt.Sprintf("- %s\n", markdown.Brief(c.Sentence)))
	}
	return markdown.Fit(append(a.Diff.MarkdownParts(), p), markdown.CommentLimit, FileJSON)
}
