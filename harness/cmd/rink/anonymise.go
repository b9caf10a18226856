package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"text/tabwriter"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/anonymise"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/run"
)

// anonymiseHelp is what --help says of it.
const anonymiseHelp = `--anonymise replaces addresses (by those of documents, RFC 5737 and 3849), names of hosts and users, absolute paths, ICE
credentials, foundations, fingerprints, ids of sessions and media, UUIDs, and tokens that look like one: the same value by the same one in every file, so that the
traces are graded as before. Names of peers (--peer NAME=...), of files and of network interfaces, relative paths, versions,
ports and times stay. Look at the log lines of peers before you publish them, and at the reasons of sessions that broke, which quote
what a program wrote last: they are free text.`

// anonymiseFlags write a copy of a report that can be shown to everybody.
type anonymiseFlags struct {
	Anonymise bool   `help:"Write a copy without addresses, names of hosts and users, and credentials, to the folder --out."`
	Out       string `placeholder:"DIR" type:"path" help:"Where the copy is written: a new or an empty folder."`
}

// anonymise writes the copy if it is asked for.
func (f anonymiseFlags) anonymise(s streams, dir string) (done bool, err error) {
	switch {
	case !f.Anonymise && f.Out != "":
		return false, usage(errors.New("--out is the folder of the anonymised copy: expected --anonymise too"))
	case !f.Anonymise:
		return false, nil
	case f.Out == "":
		return false, usage(errors.New("--anonymise leaves the report as it is and writes a copy: expected --out DIR"))
	}
	m := anonymise.New(run.Machine())
	r, err := files.Anonymise(dir, f.Out, m)
	if errors.Is(err, files.ErrNoPlace) {
		return false, usage(err)
	}
	if err != nil {
		return false, exit{report.ExitError, err}
	}
	if _, err = fmt.Fprintf(s.out, "%s\n%s\n", r.Summary.Verdict, filepath.Join(f.Out, files.HTML)); err == nil {
		err = writeAnonymised(s.out, f.Out, m)
	}
	return true, err
}

// writeAnonymised says what was replaced, and never by what.
func writeAnonymised(w io.Writer, dir string, m *anonymise.Mapper) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, err := fmt.Fprintf(w, "Replaced in %s:\n", dir)
	errs := []error{err}
	for _, c := range m.Counts() {
		_, err := fmt.Fprintf(table, "  %s\t%d\n", c.Kind, c.Values)
		errs = append(errs, err)
	}
	errs = append(errs, table.Flush())
	if n := m.Logs(); n > 0 {
		_, err := fmt.Fprintf(w, "Look at before you publish it: %s of peers. They are free text.\n", report.Plural(n, "log line"))
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
