package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/chrome"
	"github.com/webrtc-rink/rink/harness/peer/pion"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// compared is the scenario that both play: full trickle, one data channel, a
// message each way.
const compared = "trickle-full"

// warmUp is how many pairs of sessions are not counted.
const warmUp = 3

// direction compares the sessions of one directed pair, in milliseconds.
type direction struct {
	Pair   string    `json:"pair"`
	Ratio  float64   `json:"ratio"`  // of the medians
	BareMs float64   `json:"bareMs"` // median
	RinkMs float64   `json:"rinkMs"` // median
	Bare   []float64 `json:"bare"`
	Rink   []float64 `json:"rink"`
}

// compare runs sessions by hand and by Rink in turns, in one browser.
func compare(ctx context.Context, traces string, pairs int) (all []direction, err error) {
	b, err := launch(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	bare, err := newBare(b.url)
	if err != nil {
		return nil, err
	}
	defer bare.close()
	runner, closeRunner, err := newRunner(traces, chrome.Options{URL: b.url})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeRunner()) }()
	sc, ok := scenario.ByName(compared)
	if !ok {
		return nil, fmt.Errorf("there is no scenario %s", compared)
	}
	for _, pair := range run.DefaultPairs() {
		d := direction{Pair: pair.String()}
		for i := range warmUp + pairs {
			start := time.Now()
			if err := bare.session(ctx, pair.Offerer == chrome.DefaultID); err != nil {
				return nil, fmt.Errorf("session by hand, %s: %w", pair, err)
			}
			byHand := time.Since(start)
			start = time.Now()
			s := runner.Session(ctx, run.Job{Pair: pair, Scenario: sc})
			byRink := time.Since(start)
			if s.End.Result != trace.EndCompleted {
				return nil, fmt.Errorf("session by Rink, %s: %s in %s: %s", pair, s.End.Result, s.End.Stage, s.End.Reason)
			}
			if i >= warmUp {
				d.Bare, d.Rink = append(d.Bare, ms(byHand)), append(d.Rink, ms(byRink))
			}
		}
		d.BareMs, d.RinkMs = median(d.Bare), median(d.Rink)
		d.Ratio = d.RinkMs / d.BareMs
		all = append(all, d)
	}
	return all, nil
}

// newRunner runs sessions as rink run does, with pion and one Chrome.
func newRunner(traces string, o chrome.Options) (*run.Runner, func() error, error) {
	roster := run.Builtin()
	for i := range roster {
		if roster[i].ID == chrome.DefaultID {
			roster[i].Start = func(ctx context.Context, _ func(string)) (peer.Peer, error) { return chrome.Start(ctx, o) }
		}
	}
	expectations, err := run.LoadExpectations(run.ExpectBuiltin, roster)
	if err != nil {
		return nil, nil, err
	}
	pool := run.NewPool(roster, time.Minute, nil)
	for _, id := range []string{pion.DefaultID, chrome.DefaultID} {
		if _, err := pool.Peer(context.Background(), id); err != nil {
			return nil, nil, errors.Join(err, pool.Close())
		}
	}
	return &run.Runner{
		Pool: pool, Judge: run.Judge{Checks: check.All(), Expectations: expectations},
		Timeouts: scenario.DefaultTimeouts(), Seed: 1, TraceDir: traces,
	}, pool.Close, nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) == 0 {
		return 0
	}
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}
