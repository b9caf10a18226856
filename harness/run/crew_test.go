package run_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/expect"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// brief timeouts: fakes do in microseconds what they do at all.
func brief() scenario.Timeouts {
	t := scenario.DefaultTimeouts()
	t.Gather, t.Connect, t.App, t.Settle, t.Quiet = 3*time.Second, 3*time.Second, 3*time.Second, 500*time.Millisecond, 20*time.Millisecond
	t.Patience, t.Late = 100*time.Millisecond, 5*time.Second
	return t
}

// member is a peer of a test's roster: how each start of it goes. What is nil is
// healthy.
type member struct {
	id      string
	defects []fake.Defect
	// start comes before the n-th start, from 1.
	start func(ctx context.Context, n int) error
	// open comes before the n-th connection of the peer's current life, from 1.
	open func(ctx context.Context, n int) error
	// closing is what Close returns.
	closing  error
	features peer.Features

	mu             sync.Mutex
	starts, closes int
}

func (m *member) count() (starts, closes int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.starts, m.closes
}

// crew is a roster of fakes that meet in one network.
func crew(members ...*member) run.Roster {
	network := fake.NewNetwork()
	var roster run.Roster
	for _, m := range members {
		roster = append(roster, run.Entry{
			ID: m.id, Implementation: "rink/fake", Available: func() error { return nil },
			Start: func(ctx context.Context, log func(string)) (peer.Peer, error) {
				m.mu.Lock()
				m.starts++
				n := m.starts
				m.mu.Unlock()
				log(fmt.Sprintf("start %d", n))
				if m.start != nil {
					if err := m.start(ctx, n); err != nil {
						return nil, err
					}
				}
				return &life{Peer: network.Peer(m.id, m.defects...), of: m}, nil
			},
		})
	}
	return roster
}

// life is a member from one start to its end.
type life struct {
	peer.Peer
	of     *member
	mu     sync.Mutex
	opened int
}

func (l *life) Describe() peer.Description {
	d := l.Peer.Describe()
	if l.of.features != nil {
		d.Features = l.of.features
	}
	return d
}

func (l *life) Open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	l.mu.Lock()
	l.opened++
	n := l.opened
	l.mu.Unlock()
	if l.of.open != nil {
		if err := l.of.open(ctx, n); err != nil {
			return nil, err
		}
	}
	return l.Peer.Open(ctx, c)
}

func (l *life) Close() error {
	l.of.mu.Lock()
	l.of.closes++
	l.of.mu.Unlock()
	return errors.Join(l.Peer.Close(), l.of.closing)
}

func defect(t *testing.T, name string) fake.Defect {
	t.Helper()
	i := slices.IndexFunc(fake.Defects(), func(d fake.Defect) bool { return d.Name == name })
	if i < 0 {
		t.Fatalf("defect %q: there is none", name)
	}
	return fake.Defects()[i]
}

func scenarios(t *testing.T, patterns string) []scenario.Scenario {
	t.Helper()
	all, err := run.SelectScenarios(patterns)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// runner is a runner over the roster whose pool ends with the test.
func runner(t *testing.T, roster run.Roster) *run.Runner {
	t.Helper()
	pool := run.NewPool(roster, time.Minute, nil)
	t.Cleanup(func() {
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
	})
	return &run.Runner{
		Pool: pool, Judge: run.Judge{Checks: check.All()}, Timeouts: brief(), Network: "host", Seed: 1, Parallel: 1,
		TraceDir: t.TempDir(),
	}
}

// all runs jobs and returns what came of them by job.
func all(ctx context.Context, r *run.Runner, jobs []run.Job) (map[string]run.Session, error) {
	sessions := map[string]run.Session{}
	err := r.Run(ctx, jobs, func(s run.Session) { sessions[s.Header.ID] = s })
	return sessions, err
}

// plan is that of a run over the roster: every ordered pair, in order.
func plan(t *testing.T, roster run.Roster, patterns string) run.Plan {
	t.Helper()
	return run.Plan{
		Roster: roster, Pairs: run.Ordered(roster.IDs(), false), Scenarios: scenarios(t, patterns), Checks: check.All(),
		ExpectationsFrom: run.ExpectNone, Seed: 1, Timeouts: brief(), Command: []string{"rink", "run"}, Parallel: 1,
		Out: filepath.Join(t.TempDir(), "out"), Filter: "--scenarios " + patterns,
	}
}

// outcomes counts verdicts.
func outcomes(verdicts []expect.Verdict) map[check.Outcome]int {
	counts := map[check.Outcome]int{}
	for _, v := range verdicts {
		counts[v.Outcome]++
	}
	return counts
}

// passes fails the test unless everything that a session was judged by passed.
func passes(t *testing.T, s run.Session) {
	t.Helper()
	counts := outcomes(s.Verdicts)
	if s.End.Result != trace.EndCompleted || counts[check.Pass] == 0 || counts[check.Pass] != len(s.Verdicts) {
		t.Errorf("%s: got %+v with %v, want it completed and everything passed", s.Header.ID, s.End, counts)
	}
}

// has fails the test unless the error has all of these words.
func has(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("got no error, want one with %q", words)
		return
	}
	for _, want := range words {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %q, want %q in it", err, want)
		}
	}
}

// await polls until something happened.
func await(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !happened(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited a minute for: %s", what)
		}
	}
}
