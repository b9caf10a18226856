// Package files writes a report and its views into the folder of a run: report.json,
// report.html with the pages of pairs and sessions that go with it, summary.md,
// comment.md, junit.xml, ctrf.json, badge.json and badge.svg.
package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/badge"
	"github.com/webrtc-rink/rink/harness/report/ctrf"
	"github.com/webrtc-rink/rink/harness/report/html"
	"github.com/webrtc-rink/rink/harness/report/junit"
	"github.com/webrtc-rink/rink/harness/report/markdown"
)

// JSON is the name of the file that is the report; the others are views of it.
const JSON = "report.json"

// HTML is the name of the file that people read.
const HTML = "report.html"

// LatestName is the name of the link to the newest run.
const LatestName = "latest"

// Locate returns the folder of a run and its report, of which the path is one or the
// other, whether they are there or not.
func Locate(path string) (dir, file string) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return path, filepath.Join(path, JSON)
	}
	return filepath.Dir(path), path
}

type view struct {
	name   string
	render func(*report.Report) ([]byte, error)
}

func views() []view {
	return []view{
		{"summary.md", func(r *report.Report) ([]byte, error) { return markdown.Render(r), nil }},
		{"comment.md", func(r *report.Report) ([]byte, error) { return markdown.Comment(r), nil }},
		{"junit.xml", junit.Render},
		{"badge.json", badge.Render},
		{"badge.svg", badge.SVG},
		{"ctrf.json", ctrf.Render},
	}
}

// maxPages is how much the pages beside report.html take by default.
const maxPages = 200 << 20

// Options say what is written besides the report itself. The zero value is for a run.
type Options struct {
	// PagesBytes is how many bytes the pages of the sessions take at most, the red
	// ones first; 0: 200 MiB. What is left out is said on the page of the pair.
	PagesBytes int
	// Baseline are the runs that the report was compared with, for what the same
	// sessions said then: the first that has one counts.
	Baseline []Baseline
}

// Baseline is an earlier run with the folder that its traces are below.
type Baseline struct {
	Dir    string
	Report *report.Report
}

// Baselines are reports with where they were read from, each a folder or a file.
func Baselines(paths []string, reports []report.Report) []Baseline {
	all := make([]Baseline, len(reports))
	for i := range reports {
		dir, _ := Locate(paths[i])
		all[i] = Baseline{dir, &reports[i]}
	}
	return all
}

// WriteAll writes every file of the report into dir. Each is complete or not
// there; one that cannot be made does not keep the others from being written. The
// pages of sessions are made of the traces below dir, as far as they are there.
func WriteAll(dir string, r *report.Report) error { return Options{}.WriteAll(dir, r) }

// WriteAll writes every file of the report into dir, as the function of this name.
func (o Options) WriteAll(dir string, r *report.Report) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // reports are for everybody
		return fmt.Errorf("folder of the report: %w", err)
	}
	var errs error
	save := func(name string, data []byte, err error) {
		if err == nil {
			err = write(filepath.Join(dir, name), data)
		}
		errs = errors.Join(errs, err)
	}
	r = report.Safe(r)
	data, err := report.Encode(r)
	save(JSON, data, err) // first: it is the truth, whatever becomes of its views
	beside, err := o.pages(dir, r)
	errs = errors.Join(errs, err)
	data, err = page(beside, r)
	save(HTML, data, err)
	for _, v := range views() {
		data, err := v.render(r)
		save(v.name, data, err)
	}
	return errs
}

// maxPage is how large report.html may be. Evidence that does not fit is beside it.
const maxPage = 10_000_000

// page is report.html with as much evidence in it as it may have.
func page(beside html.Beside, r *report.Report) ([]byte, error) {
	data, err := beside.Render(r)
	if err == nil && len(data) > maxPage && len(beside.Evidence) > 0 {
		beside.Evidence = nil
		return beside.Render(r)
	}
	return data, err
}

// Render reads dir/report.json and writes all again.
func Render(dir string) (*report.Report, error) {
	r, err := report.Read(filepath.Join(dir, JSON))
	if err != nil {
		return nil, err
	}
	r.Summary = report.Summarize(r)
	return r, WriteAll(dir, r)
}

// write replaces a file in one step, so that no reader sees half of it.
func write(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone once it was renamed
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("report: %s: %w", path, err)
	}
	return nil
}

// Latest points out/latest at a run: a relative link, replaced in one step. Where
// links cannot be made, it is a copy of the report without its traces.
func Latest(out, runID string) error {
	link := filepath.Join(out, LatestName)
	tmp := link + "." + runID
	_ = os.Remove(tmp) // a run that was killed here may have left it
	if err := os.Symlink(runID, tmp); err != nil {
		return copyReport(filepath.Join(out, runID), link)
	}
	if info, err := os.Lstat(link); err == nil && info.IsDir() {
		if err := os.RemoveAll(link); err != nil {
			return errors.Join(fmt.Errorf("latest: %w", err), os.Remove(tmp))
		}
	}
	if err := os.Rename(tmp, link); err != nil {
		return errors.Join(fmt.Errorf("latest: %w", err), os.Remove(tmp))
	}
	return nil
}

func copyReport(from, to string) error {
	// A link would lead into another run's folder.
	_ = os.Remove(to)
	if err := os.MkdirAll(to, 0o755); err != nil { //nolint:gosec // reports are for everybody
		return fmt.Errorf("latest: %w", err)
	}
	names := []string{JSON, HTML}
	for _, v := range views() {
		names = append(names, v.name)
	}
	for _, folder := range pageDirs() {
		pages, _ := filepath.Glob(filepath.Join(from, folder, "*.html"))
		for _, p := range pages {
			names = append(names, filepath.Join(folder, filepath.Base(p)))
		}
		// Those of the run before would be taken for pages of this one.
		if err := os.RemoveAll(filepath.Join(to, folder)); err != nil {
			return fmt.Errorf("latest: %w", err)
		}
		if len(pages) > 0 {
			if err := os.MkdirAll(filepath.Join(to, folder), 0o755); err != nil { //nolint:gosec // reports are for everybody
				return fmt.Errorf("latest: %w", err)
			}
		}
	}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(from, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = write(filepath.Join(to, name), data)
		}
		if err != nil {
			return fmt.Errorf("latest: %w", err)
		}
	}
	return nil
}
