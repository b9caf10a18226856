package run

import (
	"errors"
	"fmt"
	"os"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/anonymise"
	"github.com/webrtc-rink/rink/harness/report/files"
)

// Machine names what is private about the machine that Rink runs on. What cannot be
// told is left out.
func Machine() anonymise.Options {
	var o anonymise.Options
	if name, err := os.Hostname(); err == nil {
		o.Hosts = append(o.Hosts, name)
	}
	for _, variable := range []string{"USER", "LOGNAME", "USERNAME"} {
		if name := os.Getenv(variable); name != "" {
			o.Users = append(o.Users, name)
		}
	}
	if home, err := os.UserHomeDir(); err == nil {
		o.Dirs = append(o.Dirs, home)
	}
	if dir, err := os.Getwd(); err == nil {
		o.Dirs = append(o.Dirs, dir)
	}
	return o
}

// leaveAnonymised writes the anonymised report beside the run's folder and puts it
// in its place, so that nothing stays of what was there. When that fails, the
// traces go all the same: who asked for it would publish them.
func leaveAnonymised(p Plan, f Folder, r *report.Report) (*report.Report, error) {
	beside := f.Dir + ".anonymised"
	out, err := files.AnonymiseReport(r, f.Dir, beside, p.Anonymise)
	if gone := os.RemoveAll(f.Dir); gone != nil {
		gone = fmt.Errorf("remove %s, which has the traces as they were recorded: %w", f.Dir, gone)
		return nil, errors.Join(err, gone, os.RemoveAll(beside)) // a report that nobody was told of
	}
	if err == nil {
		if err = os.Rename(beside, f.Dir); err != nil {
			return nil, fmt.Errorf("the anonymised report stays in %s: %w", beside, err)
		}
		return out, nil
	}
	return nil, fmt.Errorf("the run was not anonymised, and its folder is removed: %w", err)
}
