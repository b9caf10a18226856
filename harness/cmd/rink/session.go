package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/netlab"
	"github.com/webrtc-rink/rink/harness/peer/chrome"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
)

// sessionFlags are those of every command that plays sessions.
type sessionFlags struct {
	Scenarios    string  `group:"What is played:" placeholder:"NAMES" help:"Scenario names, globs or families (default: all)."`
	Checks       string  `group:"What is played:" placeholder:"IDS" help:"Requirement IDs, globs or groups (default: all)."`
	Network      string  `group:"How it is played:" enum:"auto,private,host" default:"auto" placeholder:"KIND" help:"private: a network namespace of the run's own; host: this machine's interfaces; auto: private where that can be had (${default})."`
	Seed         int64   `group:"How it is played:" placeholder:"N" help:"Makes the run's random choices the same again (default: drawn)."`
	Parallel     int     `group:"How it is played:" placeholder:"N" help:"Sessions at a time (default: four per processor, or two per peer if that is more)."`
	TimeoutScale float64 `group:"How it is played:" env:"RINK_TIMEOUT_SCALE" default:"1" placeholder:"X" help:"Multiplies every timeout, 0.1 to 100."`
	Expectations string  `group:"What is told:" default:"built-in" placeholder:"DIR" help:"Directory of reviewed deviations; built-in, or none (${default})."`
	Out          string  `group:"What is told:" default:"reports/out" placeholder:"DIR" help:"Where the run's folder is made (${default})."`
	Verbose      bool    `group:"What is told:" short:"v" help:"Say more about each session."`
}

// plan turns the flags into a plan without pairs. Errors are about what was given.
func (c *sessionFlags) plan(roster run.Roster, args []string) (run.Plan, error) {
	p := run.Plan{
		Roster: roster, Seed: c.Seed, Out: c.Out, Parallel: c.Parallel,
		Command: append([]string{"rink"}, args...), ExpectationsFrom: c.Expectations,
	}
	var errs [5]error
	p.Scenarios, errs[0] = run.SelectScenarios(c.Scenarios)
	p.Checks, errs[1] = check.Select(c.Checks)
	p.Expectations, errs[2] = run.LoadExpectations(c.Expectations, roster)
	if !(c.TimeoutScale >= 0.1 && c.TimeoutScale <= 100) {
		errs[3] = fmt.Errorf("--timeout-scale: got %v, want a number from 0.1 to 100", c.TimeoutScale)
	}
	if c.Parallel < 0 {
		errs[4] = fmt.Errorf("--parallel: got %d, want a positive number", c.Parallel)
	}
	p.Timeouts = scenario.DefaultTimeouts().Scaled(c.TimeoutScale)
	if p.Seed == 0 {
		p.Seed = time.Now().UnixNano() % 1_000_000
	}
	return p, errors.Join(errs[:]...)
}

// network moves the run into a private network: then moved is true and the
// error has the exit code. Where that cannot be had and was not asked for, the
// run stays here and the note says why.
func (c *sessionFlags) network(s streams, args []string) (notes []string, moved bool, err error) {
	attached := os.Getenv(chrome.EnvURL) != ""
	switch {
	case c.Network == "host" || netlab.Inside():
		return nil, false, nil
	case attached && c.Network == "private":
		return nil, false, usage(fmt.Errorf("--network private: the browser that %s names is outside of it; unset one of them", chrome.EnvURL))
	case attached:
		return []string{"The host's network was used, since " + chrome.EnvURL + " names a browser that is in it."}, false, nil
	case c.Network == "auto" && runtime.GOOS != "linux":
		return nil, false, nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, false, fmt.Errorf("private network: %w", err)
	}
	code, err := netlab.Run(context.Background(), append([]string{self}, args...), netlab.RunOptions{})
	switch {
	case errors.Is(err, netlab.ErrUnsupported) && c.Network == "auto":
		note := fmt.Sprintf("The host's network was used: %v.", err)
		_, _ = fmt.Fprintln(s.err, "rink: "+note) // the report says it too
		return []string{note}, false, nil
	case err != nil:
		return nil, true, exit{report.ExitError, err}
	case code != report.ExitOK:
		return nil, true, exit{code: code}
	}
	return nil, true, nil
}

// interruptible is a context that ends with the signals that ask a program to
// stop: the run then closes its peers and writes its report.
func interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		if s, ok := <-signals; ok {
			cancel(fmt.Errorf("got the signal %q", s))
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel(nil)
	}
}
