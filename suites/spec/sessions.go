package spec

import (
	"context"
	"fmt"
	"sync"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/webrtc-rink/rink/harness/run"
)

// sessions runs each session once, on demand or ahead of it: pion v3 as offerer
// waits a second before it nominates, so sessions that overlap save most of the
// time. What is run ahead is what the filters of the command line seem to ask
// for; a wrong guess costs time and changes nothing.
type sessions struct {
	ctx    context.Context
	cancel context.CancelFunc
	wait   sync.WaitGroup

	mu      sync.Mutex
	planned []planned
	running map[string]*pending
}

// planned is a session that specs ask for.
type planned struct {
	job    run.Job
	texts  []string   // full texts of its specs
	labels [][]string // labels of its specs
}

// pending is a session on its way.
type pending struct {
	done    chan struct{}
	session run.Session
}

func newSessions() *sessions {
	ctx, cancel := context.WithCancel(context.Background())
	return &sessions{ctx: ctx, cancel: cancel, running: map[string]*pending{}}
}

// plan notes a session that specs will ask for.
func (s *sessions) plan(p planned) { s.planned = append(s.planned, p) }

// get returns the session of a job, running it if nobody does.
func (s *sessions) get(ctx context.Context, r *run.Runner, job run.Job) (run.Session, error) {
	p, mine := s.claim(job)
	if mine {
		stop := context.AfterFunc(ctx, s.cancel) // an interrupted spec ends the suite
		p.run(s.ctx, r, job)
		stop()
	}
	select {
	case <-p.done:
		return p.session, nil
	case <-ctx.Done():
		return run.Session{}, fmt.Errorf("%s: %w", job.ID(), context.Cause(ctx))
	}
}

func (s *sessions) claim(job run.Job) (p *pending, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.running[job.ID()]; p != nil {
		return p, false
	}
	p = &pending{done: make(chan struct{})}
	s.running[job.ID()] = p
	return p, true
}

func (p *pending) run(ctx context.Context, r *run.Runner, job run.Job) {
	defer close(p.done)
	p.session = r.Session(ctx, job)
}

// ahead starts to run what the configuration selects, several at a time.
func (s *sessions) ahead(r *run.Runner, parallel int, config types.SuiteConfig) {
	wanted := selection(config)
	queue := make(chan run.Job)
	for range parallel {
		s.wait.Go(func() {
			for job := range queue {
				if p, mine := s.claim(job); mine {
					p.run(s.ctx, r, job)
				}
			}
		})
	}
	s.wait.Go(func() {
		defer close(queue)
		for _, slow := range []bool{true, false} {
			for _, p := range s.planned {
				if p.job.Scenario.Slow != slow || !wanted(p) {
					continue
				}
				select {
				case queue <- p.job:
				case <-s.ctx.Done():
					return
				}
			}
		}
	})
}

// stop ends what still runs.
func (s *sessions) stop() {
	s.cancel()
	s.wait.Wait()
}
