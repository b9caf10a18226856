package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/webrtc-rink/rink/harness/compare"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/files"
)

// startTimeout bounds the start of one peer.
const startTimeout = 60 * time.Second

// Progress is told what happens while a plan is executed. Calls do not overlap.
type Progress struct {
	Log     func(peer, text string) // what a peer says when it starts; may be nil
	Note    func(text string)       // what a reader must know besides; may be nil
	Session func(s Session, done, total int)
}

func (p Progress) note(text string) {
	if p.Note != nil {
		p.Note(text)
	}
}

// Execute runs a plan and leaves its report. The report is made and written
// however the run goes: when ctx ends it is marked incomplete. The error is about
// what could not be written or closed.
func Execute(ctx context.Context, p Plan, progress Progress) (*report.Report, Folder, error) {
	folder, err := NewFolder(p.Out)
	if err != nil {
		return nil, folder, err
	}
	outcome := Outcome{Started: time.Now()}
	runner := NewRunner(p, folder, progress.Log)
	jobs := p.jobs()
	if p.Since != nil {
		left := p.Since.leaveOut(ctx, p, runner.Pool, jobs)
		outcome.LeftOut = len(jobs) - len(left)
		text := p.Since.note(outcome.LeftOut, len(jobs))
		p.Notes = append(slices.Clip(p.Notes), text)
		progress.note(text)
		jobs = left
	}
	record := startRecord(p, folder, outcome.Started, jobs, &progress)
	err = runner.Run(ctx, jobs, func(s Session) {
		outcome.Sessions = append(outcome.Sessions, s)
		record.session(s, len(outcome.Sessions), len(jobs))
		if progress.Session != nil {
			progress.Session(s, len(outcome.Sessions), len(jobs))
		}
	})
	outcome.FailedFast = errors.Is(err, ErrFailedFast)
	switch {
	case err != nil:
		outcome.Incomplete = err.Error()
	case ctx.Err() != nil:
		outcome.Incomplete = fmt.Sprintf("interrupted: %v", context.Cause(ctx))
	}
	for _, d := range runner.Pool.Descriptions() {
		outcome.Peers = append(outcome.Peers, d)
	}
	closing := runner.Pool.Close()
	for _, text := range runner.Pool.Leftovers() {
		p.Notes = append(slices.Clip(p.Notes), text)
		progress.note(text)
	}
	p.Notes = append(slices.Clip(p.Notes), record.missing()...)
	if p.Anonymise != nil {
		record.drop()
	}
	r, err := Leave(p, folder, outcome)
	if p.Anonymise == nil {
		record.end(r)
	}
	return r, folder, errors.Join(err, closing)
}

// NewRunner makes the runner of a plan, whose traces go to the folder. Its pool is
// to be closed.
func NewRunner(p Plan, f Folder, log func(peer, text string)) *Runner {
	pairs, _ := p.Share()
	return &Runner{
		Pool:     NewPool(p.Roster, time.Duration(float64(startTimeout)*max(1, p.Timeouts.Scale)), log),
		Judge:    Judge{Checks: p.Checks, Expectations: p.Expectations},
		Timeouts: p.Timeouts, Network: string(p.Network.Network), Seed: p.Seed,
		TraceDir: f.Traces, Pack: p.Pack, Parallel: cmp.Or(p.Parallel, parallelFor(pairs)), FailFast: p.FailFast,
	}
}

// Leave builds the report of a run, writes it into the run's folder and points
// latest at that. The report is there whatever could not be written; it is nil if
// it was to be anonymised and could not be.
func Leave(p Plan, f Folder, o Outcome) (*report.Report, error) {
	r := BuildReport(p, f, o)
	if len(p.Baseline) > 0 {
		var before []report.Report
		for _, b := range p.Baseline {
			before = append(before, *b.Report)
		}
		r = r.Compared(compare.Against(r, before))
	}
	var err error
	if p.Anonymise != nil {
		r, err = leaveAnonymised(p, f, r) // without the baseline's traces: those are not anonymised
	} else {
		err = files.Options{Baseline: p.Baseline}.WriteAll(f.Dir, r)
	}
	if err == nil {
		err = files.Latest(p.Out, f.ID)
	}
	return r, err
}
