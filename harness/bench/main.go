// Command bench measures what Rink costs, and writes reports/out/bench.json:
//
//   - sessionRatio: a Rink session (connect, record, grade) over a session that is
//     written by hand with pion and chromedp in the same browser and makes the same
//     calls, signalling and echo; a session of each direction together, medians of
//     alternating pairs. sessions[] has the ratio of each direction: that of
//     chrome->pion is higher, since there the session itself takes a tenth of the time
//   - coreRunSeconds: the whole core run, start of the browser included
//   - soak: what many sessions in one process leave behind
//
// It compares nothing with a limit: that is for who reads it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/netlab"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
)

// result is bench.json.
type result struct {
	Network        string      `json:"network"` // private, host
	SessionRatio   float64     `json:"sessionRatio"`
	Sessions       []direction `json:"sessions"`
	CoreRunSeconds float64     `json:"coreRunSeconds"`
	CoreRunExit    int         `json:"coreRunExitCode"`
	Soak           soak        `json:"soak"`
}

func main() {
	pairs := flag.Int("n", 20, "pairs of sessions to compare in each direction")
	soaked := flag.Int("soak", 500, "sessions of the soak")
	out := flag.String("out", filepath.Join("reports", "out", "bench.json"), "file to write")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := bench(ctx, *pairs, *soaked, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(report.ExitError)
	}
}

func bench(ctx context.Context, pairs, soaked int, out string) error {
	traces, err := os.MkdirTemp("", "rink-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(traces) //nolint:errcheck // nothing of it is wanted
	r := result{Network: string(netlab.Describe().Network)}
	if r.Sessions, err = compare(ctx, traces, pairs); err != nil {
		return err
	}
	var bareMs, rinkMs float64
	for _, d := range r.Sessions {
		bareMs, rinkMs = bareMs+d.BareMs, rinkMs+d.RinkMs
		fmt.Printf("%-14s bare %.1f ms, Rink %.1f ms, ratio %.3f\n", d.Pair, d.BareMs, d.RinkMs, d.Ratio)
	}
	r.SessionRatio = rinkMs / bareMs
	fmt.Printf("%-14s bare %.1f ms, Rink %.1f ms, ratio %.3f\n", "both", bareMs, rinkMs, r.SessionRatio)
	if r.CoreRunSeconds, r.CoreRunExit, err = coreRun(ctx, traces); err != nil {
		return err
	}
	fmt.Printf("core run       %.1f s, exit code %d\n", r.CoreRunSeconds, r.CoreRunExit)
	if r.Soak, err = soakFor(ctx, traces, soaked); err != nil {
		return err
	}
	for _, s := range []struct {
		name string
		sample
	}{{"before", r.Soak.Before}, {"half way", r.Soak.Halfway}, {"after", r.Soak.After}} {
		fmt.Printf("soak %-9s %s\n", s.name, s.sample)
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil { //nolint:gosec // for everybody
		return err
	}
	return os.WriteFile(out, append(data, '\n'), 0o644) //nolint:gosec // for everybody
}

// coreRun is what rink run does, from the start of the browser to the report.
func coreRun(ctx context.Context, out string) (seconds float64, exitCode int, err error) {
	p := run.Plan{
		Roster: run.Builtin(), Pairs: run.DefaultPairs(), Scenarios: scenario.All(), Checks: check.All(),
		ExpectationsFrom: run.ExpectBuiltin, Seed: 1, Network: netlab.Describe(), Timeouts: scenario.DefaultTimeouts(), Out: out,
	}
	if p.Expectations, err = run.LoadExpectations(p.ExpectationsFrom, p.Roster); err != nil {
		return 0, 0, err
	}
	start := time.Now()
	r, _, err := run.Execute(ctx, p, run.Progress{})
	if err == nil && ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	if err != nil {
		return 0, 0, err
	}
	return time.Since(start).Seconds(), report.ExitCode(r), nil
}
