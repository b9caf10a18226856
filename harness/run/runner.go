package run

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Runner runs jobs: it brings the peers of a job up, runs the session, grades
// its trace and judges the grades. Its methods are safe for concurrent use.
type Runner struct {
	Pool     *Pool
	Judge    Judge
	Timeouts scenario.Timeouts
	Network  string // private, host: for the record
	Seed     int64
	// TraceDir takes one file per session; empty keeps traces in memory only.
	TraceDir string
	// Pack compresses the traces of sessions that are not red.
	Pack bool
	// Parallel is how many sessions go on at a time; zero is DefaultParallel.
	Parallel int
	// FailFast ends the run at the first session with a fail, stale or error.
	FailFast bool
}

// DefaultParallel is how many sessions go on at a time: they mostly wait for
// each other's timers (pion v3 as offerer waits a second before it nominates),
// so there are more than processors.
func DefaultParallel() int { return max(4, 4*runtime.NumCPU()) }

// parallelFor is how many sessions of a plan go on at a time unless it says so. In a
// large matrix most wait longest, for STUN servers that do not answer and for pairs
// that do not connect: there each peer has two.
func parallelFor(pairs []Pair) int {
	peers := map[string]bool{}
	for _, p := range pairs {
		peers[p.Offerer], peers[p.Answerer] = true, true
	}
	return max(DefaultParallel(), 2*len(peers))
}

// ErrFailedFast is matched by the error of a run that stopped at its first
// failure, as it was asked to.
var ErrFailedFast = errors.New("the run stops at the first failure")

// Run runs all jobs and calls done after each, one call at a time. When ctx
// ends, sessions under way are cut off and the rest is not run: neither counts
// as an error of the harness, and the error of the run says how many they are.
func (r *Runner) Run(ctx context.Context, jobs []Job, done func(Session)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	parallel := r.Parallel
	if parallel <= 0 {
		parallel = DefaultParallel()
	}
	todo := newSchedule(jobs, parallel)
	defer context.AfterFunc(ctx, todo.stop)()
	started := r.startPeers(ctx, todo)
	defer func() {
		cancel(nil) // nobody needs what starts still
		started()
	}()
	var mu sync.Mutex
	ran := 0
	var workers sync.WaitGroup
	for range min(parallel, len(jobs)) {
		workers.Go(func() {
			for job, ok := todo.next(); ok && ctx.Err() == nil; job, ok = todo.next() {
				session := r.Session(ctx, job)
				todo.done(job)
				mu.Lock()
				if ctx.Err() == nil || session.End.Result != trace.EndError { // else it was cut off
					ran++
					done(session)
					if worst := session.Worst(); r.FailFast && worst.Red() {
						cancel(fmt.Errorf("%s: %s is %s and %w", job.Pair, job.Scenario.Name, worst, ErrFailedFast))
					}
				}
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	if ran < len(jobs) {
		return fmt.Errorf("%d of %d sessions were not run to their end: %w", len(jobs)-ran, len(jobs), context.Cause(ctx))
	}
	return nil
}

// startPeers starts the peers of a schedule beside each other and beside the
// sessions, and those again that die while there is something for them to do. The
// function that it returns waits for the starts that are under way.
func (r *Runner) startPeers(ctx context.Context, todo *schedule) (wait func()) {
	var starting sync.WaitGroup
	start := func(id string) {
		starting.Go(func() {
			r.Pool.bringUp(ctx, id)
			todo.set(id, true)
		})
	}
	for _, id := range todo.peers() {
		start(id)
	}
	r.Pool.watch(func(id string) {
		if todo.set(id, false) {
			start(id)
		}
	})
	return func() {
		r.Pool.watch(nil)
		starting.Wait()
	}
}

// Session runs one job and judges it.
func (r *Runner) Session(ctx context.Context, job Job) Session {
	path := "" // of the trace, once there is a file
	rec := trace.NewRecorder(nil)
	var broken error
	if r.TraceDir != "" {
		at := filepath.Join(r.TraceDir, job.ID()+".jsonl")
		var file *trace.Recorder
		if file, broken = trace.Create(at); broken == nil {
			path, rec = at, file
		}
	}
	var records []trace.Record
	if broken != nil {
		records = notRun(job, scenario.Options{ID: job.ID(), Recorder: rec}, "", broken)
	} else {
		records = r.session(ctx, job, rec)
		broken = rec.Close()
	}
	s := r.Judge.Session(records)
	if broken != nil {
		s.End = trace.End{Result: trace.EndError, Stage: s.End.Stage, Reason: broken.Error()}
	}
	if path == "" {
		return s
	}
	s.Trace, s.SHA256 = path, rec.SHA256()
	if r.Pack && !s.Worst().Red() {
		if packed, err := trace.Pack(path); err == nil { // else it stays as it is
			s.sign(packed)
		}
	}
	return s
}

// session brings up both peers and runs the scenario between them.
func (r *Runner) session(ctx context.Context, job Job, rec *trace.Recorder) []trace.Record {
	opt := scenario.Options{ID: job.ID(), Recorder: rec, Seed: r.seed(job), Timeouts: r.Timeouts, Network: r.Network}
	offerer, err := r.Pool.Peer(ctx, job.Pair.Offerer)
	if err != nil {
		return notRun(job, opt, trace.Offerer, err)
	}
	answerer, err := r.Pool.Peer(ctx, job.Pair.Answerer)
	if err != nil {
		return notRun(job, opt, trace.Answerer, err)
	}
	result := scenario.Run(ctx, job.Scenario, offerer, answerer, opt)
	if result.End.Result == trace.EndError {
		r.replaceDead(ctx, job.Pair.Offerer, offerer)
		r.replaceDead(ctx, job.Pair.Answerer, answerer)
	}
	return result.Records
}

// probeTimeout bounds the question whether a peer still lives.
const probeTimeout = 5 * time.Second

// replaceDead asks a peer of a broken session for a connection, and retires it
// when it has none to give.
func (r *Runner) replaceDead(ctx context.Context, id string, p peer.Peer) {
	if ctx.Err() != nil {
		return
	}
	limit := time.Duration(float64(probeTimeout) * max(1, r.Timeouts.Scale))
	asking, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	conn, err := p.Open(asking, peer.Configuration{})
	if err != nil && ctx.Err() == nil {
		r.Pool.Replace(id, p, fmt.Errorf("after a session broke, it gave no connection within %v: %w", limit, err))
	}
	if err != nil {
		return
	}
	_ = conn.Close(asking)
}

// notRun is the trace of a session that could not be begun. Peers that never ran
// have no description.
func notRun(job Job, opt scenario.Options, side trace.Side, err error) []trace.Record {
	sc := job.Scenario
	opt.Recorder.Add(trace.Record{Kind: trace.KindSession, Session: &trace.Header{
		Schema: trace.Schema, ID: opt.ID, Scenario: sc.Name, Family: sc.Family, Title: sc.Title, Traits: sc.Traits,
		Offerer: unseen(job.Pair.Offerer), Answerer: unseen(job.Pair.Answerer),
		Seed: opt.Seed, Network: opt.Network, Scale: opt.Timeouts.Scale,
	}})
	end := trace.End{Result: trace.EndError, Stage: trace.StageLaunch, Side: side, Reason: err.Error()}
	opt.Recorder.Add(trace.Record{Kind: trace.KindEnd, End: &end})
	return opt.Recorder.Records()
}

func unseen(id string) peer.Description {
	return peer.Description{ID: id, Implementation: peer.Unknown, Version: peer.Unknown, Features: peer.AllFeatures()}
}

// seed gives each job its own, the same in every run with the same seed.
func (r *Runner) seed(job Job) int64 {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d/%s", r.Seed, job.ID()) // never fails
	return int64(h.Sum64() >> 1)                     //nolint:gosec // fits after the shift
}
