package scenario

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/repair"
	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Options are what a session needs beside scenario and peers.
type Options struct {
	ID       string          // unique in the run; the trace's name
	Recorder *trace.Recorder // nil: a new one that writes nowhere
	Seed     int64
	Timeouts Timeouts // zero: DefaultTimeouts
	Network  string   // for the record: private, host
}

// Result is how a session went. Its trace is in the recorder.
type Result struct {
	End     trace.End
	Records []trace.Record
}

// maxReason bounds the reason of an end, which may hold what a peer said.
const maxReason = 4 << 10

func bounded(reason string) string {
	if len(reason) <= maxReason {
		return reason
	}
	return fmt.Sprintf("%s… (%d bytes in all)", strings.ToValidUTF8(reason[:maxReason], ""), len(reason))
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// session is one scenario at work.
type session struct {
	scenario Scenario
	opt      Options
	rec      *trace.Recorder
	sides    map[trace.Side]*side
	board    *board
	link     *signaling.Link
	waiting  clock
	stage    trace.Stage
	peers    map[trace.Side]peer.Peer
	calls    atomic.Int64 // the last id given to a call
	extras   extras
}

// Run runs the scenario between two peers, which may be the same. It always
// returns; every error is in the result.
func Run(ctx context.Context, sc Scenario, offerer, answerer peer.Peer, opt Options) Result {
	if opt.Timeouts == (Timeouts{}) {
		opt.Timeouts = DefaultTimeouts()
	}
	if opt.Recorder == nil {
		opt.Recorder = trace.NewRecorder(nil)
	}
	s := &session{scenario: sc, opt: opt, rec: opt.Recorder, board: newBoard(), stage: trace.StageLaunch}
	start := time.Now()
	end := s.run(ctx, offerer, answerer)
	end.Reason = bounded(end.Reason)
	end.DurationMs, end.PeersMs = milliseconds(time.Since(start)), milliseconds(s.waiting.total())
	s.rec.Add(trace.Record{Kind: trace.KindEnd, End: &end})
	return Result{End: end, Records: s.rec.Records()}
}

func (s *session) run(ctx context.Context, offerer, answerer peer.Peer) trace.End {
	config, release, err := s.configurations()
	od, ad := offerer.Describe(), answerer.Describe()
	s.header(od, ad, config) // also of what cannot begin: a trace has one
	if err != nil {
		return trace.End{Result: trace.EndError, Stage: trace.StageLaunch, Reason: err.Error()}
	}
	defer release()
	if side, reason := s.scenario.Unsupported(od, ad); reason != "" {
		return trace.End{Result: trace.EndUnsupported, Stage: trace.StageLaunch, Side: side, Reason: reason}
	}
	s.enter(trace.StageLaunch)
	carrying, stopCarrying := context.WithCancel(ctx)
	defer stopCarrying()
	s.link = signaling.NewLink(s.scenario.policyFor(od, ad), s.opt.Seed, s.rec, s.deliver)
	err = s.open(ctx, map[trace.Side]peer.Peer{trace.Offerer: offerer, trace.Answerer: answerer}, config)
	if err == nil {
		s.link.Start(carrying)
		err = s.course(ctx)
	}
	stage := s.stage
	s.stopped(ctx, err)
	stopCarrying()
	s.link.Wait()
	s.enter(trace.StageClose)
	closing := s.close()
	return s.end(stage, err, closing)
}

func (s *session) header(od, ad peer.Description, config map[trace.Side]trace.SideSetup) {
	sc := s.scenario
	s.rec.Add(trace.Record{Kind: trace.KindSession, Session: &trace.Header{
		Schema: trace.Schema, ID: s.opt.ID, Scenario: sc.Name, Family: sc.Family, Title: sc.Title, Traits: sc.Traits,
		Offerer: od, Answerer: ad, Config: config, Seed: s.opt.Seed, Network: s.opt.Network, Scale: s.opt.Timeouts.Scale,
	}})
}

func (s *session) enter(stage trace.Stage) {
	s.stage = stage
	s.rec.Add(trace.Record{Kind: trace.KindStage, Stage: stage})
}

// configurations returns what each end is given, and a function that releases
// what that needs.
func (s *session) configurations() (map[trace.Side]trace.SideSetup, func(), error) {
	offerer, answerer := s.scenario.Config[trace.Offerer], s.scenario.Config[trace.Answerer]
	offerer.BundlePolicy = s.scenario.BundlePolicy
	release := func() {}
	if s.scenario.SilentServers {
		silent, err := openSilentServers()
		if err != nil {
			return nil, nil, err
		}
		release = silent.close
		offerer.ICEServers, answerer.ICEServers = silent.servers(), silent.servers()
	}
	return map[trace.Side]trace.SideSetup{
		trace.Offerer: {Configuration: offerer}, trace.Answerer: {Configuration: answerer},
	}, release, nil
}

// open makes both connections at the same time and starts to read their events.
func (s *session) open(ctx context.Context, peers map[trace.Side]peer.Peer, config map[trace.Side]trace.SideSetup) error {
	start := time.Now()
	defer func() { s.waiting.add(time.Since(start)) }()
	ctx, cancel := context.WithTimeout(ctx, s.opt.Timeouts.Open)
	defer cancel()
	s.sides = map[trace.Side]*side{}
	s.peers = peers
	var opened sync.WaitGroup
	errs := map[trace.Side]*error{trace.Offerer: new(error), trace.Answerer: new(error)}
	conns := map[trace.Side]*peer.Connection{trace.Offerer: new(peer.Connection), trace.Answerer: new(peer.Connection)}
	for _, name := range trace.Sides() {
		opened.Add(1)
		go func() {
			defer opened.Done()
			*conns[name], *errs[name] = patiently(ctx, func(ctx context.Context) (peer.Connection, error) {
				return peers[name].Open(ctx, config[name].Configuration)
			})
		}()
	}
	opened.Wait()
	for _, name := range trace.Sides() {
		if *errs[name] != nil {
			continue
		}
		conn := s.wrap(*conns[name], name, &s.waiting)
		d := peers[name].Describe()
		side := &side{
			name: name, desc: d, conn: conn, gatherer: repair.NewGatherer(conn), board: s.board, pumped: make(chan struct{}),
			mode: s.scenario.modeFor(name, d.Features),
		}
		side.state.silent = !d.Features.Has(peer.FeatureStates)
		side.state.unordered = !d.Features.Has(peer.FeatureOrderedStates)
		s.sides[name] = side
		go side.pump(s.rec, s.link)
	}
	for _, name := range trace.Sides() {
		if err := *errs[name]; err != nil {
			return s.openError(ctx, name, err)
		}
	}
	return nil
}

func (s *session) wrap(conn peer.Connection, at trace.Side, waiting *clock) *connection {
	return &connection{
		Connection: conn, side: at, rec: s.rec, limit: s.opt.Timeouts.Call, calls: &s.calls, waiting: waiting, under: new(underWay),
	}
}

func (s *session) openError(ctx context.Context, name trace.Side, err error) error {
	var refused *peer.Error
	if errors.As(err, &refused) {
		return &refusedError{side: name, method: "new RTCPeerConnection", err: refused}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &hungError{side: name, method: "open", limit: s.opt.Timeouts.Open}
	}
	return broke(ctx, name, "open", err)
}

// deliver hands a candidate to one end. A refusal is recorded, no more: the
// checks say whether it was right.
func (s *session) deliver(ctx context.Context, to trace.Side, c signaling.Candidate) {
	side := s.sides[to]
	init, err := peer.ParseCandidateInit(c.Raw)
	if err != nil {
		s.rec.Logf(to, "not delivered: %v", err)
		return
	}
	if (init == nil || init.Candidate == "") && !side.desc.Features.Has(peer.FeatureEndOfICE) {
		s.rec.Logf(to, "the end of candidates is not delivered: %s does not declare %s", side.desc.ID, peer.FeatureEndOfICE)
		return
	}
	_ = side.conn.addCandidate(ctx, c.Raw, init, c.Probe) // recorded
	s.board.update(func() { side.state.settled++ })
}

// close ends both connections and their event streams. A peer that dies of it is
// an error like any other death. The error names the end where it is one alone.
func (s *session) close() error {
	start := time.Now()
	defer func() { s.waiting.add(time.Since(start)) }()
	// Not the session's context: closing must work when that has ended.
	ctx, cancel := context.WithTimeout(context.Background(), s.opt.Timeouts.Close)
	defer cancel()
	var closed sync.WaitGroup
	var mu sync.Mutex
	errs := map[trace.Side]error{}
	for _, side := range s.sides {
		closed.Go(func() {
			if err := s.closeSide(ctx, side); err != nil {
				mu.Lock()
				defer mu.Unlock()
				errs[side.name] = err
			}
		})
	}
	closed.Wait()
	s.extras.close(ctx)
	joined := errors.Join(errs[trace.Offerer], errs[trace.Answerer])
	if len(errs) == 1 {
		for name := range errs {
			return &brokenError{side: name, err: joined}
		}
	}
	return joined
}

func (s *session) closeSide(ctx context.Context, side *side) error {
	_, err := side.conn.do(ctx, trace.Call{Method: "close"}, func(ctx context.Context) (trace.Return, error) {
		return trace.Return{}, side.conn.Close(ctx)
	})
	select {
	case <-side.pumped:
	case <-ctx.Done():
		return errors.Join(err, fmt.Errorf("%s: the event stream did not end within %v of close", side.name, s.opt.Timeouts.Close))
	}
	var gone error
	s.board.read(func() { gone = side.gone() })
	return errors.Join(err, gone)
}

// end says how the session went.
func (s *session) end(stage trace.Stage, err, closing error) trace.End {
	var stopped *stopError
	var refused *refusedError
	var hung *hungError
	var broken *brokenError
	switch {
	case err == nil && closing == nil:
		return trace.End{Result: trace.EndCompleted, Stage: trace.StageClose}
	case err == nil:
		end := trace.End{Result: trace.EndError, Stage: trace.StageClose, Reason: closing.Error()}
		if errors.As(closing, &broken) {
			end.Side = broken.side
		}
		return end
	case errors.As(err, &stopped):
		return trace.End{Result: trace.EndStopped, Stage: stage, Side: stopped.side, Reason: stopped.Error()}
	case errors.As(err, &refused):
		return trace.End{Result: trace.EndStopped, Stage: stage, Side: refused.side, Reason: refused.Error()}
	case errors.As(err, &hung):
		return trace.End{Result: trace.EndError, Stage: stage, Side: hung.side, Reason: err.Error()}
	case errors.As(err, &broken):
		return trace.End{Result: trace.EndError, Stage: stage, Side: broken.side, Reason: err.Error()}
	}
	return trace.End{Result: trace.EndError, Stage: stage, Reason: err.Error()}
}

// rawCandidate is the JSON of a candidate that signalling carries.
func rawCandidate(c peer.ICECandidateInit) (json.RawMessage, error) {
	shaped, err := repair.Encode(repair.ShapeAiortc, c)
	if err != nil {
		return nil, err
	}
	back, err := repair.Decode(repair.ShapeAiortc, shaped)
	if err != nil {
		return nil, err
	}
	back.UsernameFragment = c.UsernameFragment
	return repair.Encode(repair.ShapeW3C, back)
}
