package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/fingerprint"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/upgrade"
)

type bisectCmd struct {
	Good        string   `required:"" placeholder:"VERSION" help:"A pion/webrtc that does one thing: a release of v3 or v4, or a folder with a checkout (./webrtc)."`
	Bad         string   `required:"" placeholder:"VERSION" help:"One that does another."`
	With        []string `sep:"none" placeholder:"MODULE=..." help:"Another module in the bad one: MODULE@VERSION or MODULE=FOLDER. Repeatable."`
	Check       string   `xor:"what" required:"" placeholder:"ID" help:"The requirement that is met by one end and not by the other."`
	Fingerprint string   `xor:"what" required:"" placeholder:"KEY" help:"Or the name of a behaviour, as rink upgrade --json gives it."`
	Versions    []string `placeholder:"V" help:"Releases to try that the module proxy may not list."`
	Against     string   `default:"chrome" placeholder:"PEER" help:"The peer that the versions meet (${default})."`
	JSON        string   `placeholder:"FILE" help:"Write the answer as JSON, too; - is standard output, in the place of the text."`
	Network     string   `enum:"auto,private,host" default:"auto" placeholder:"KIND" help:"As of rink run."`
}

// Help is what `rink bisect --help` says beyond the flags.
func (bisectCmd) Help() string {
	return `Finds where between two versions of pion/webrtc something changed: the release, then the module whose step makes the
difference, then, where that module is a folder with a git checkout, the commit. Each version is built and played; one that is
not to be had or does not build is left out, and said.

A release that is fixed is found as one that is broken: --good and --bad only have to differ, in either order.

    rink bisect --good v3.2.24 --bad v3.3.6 --check STATE-003
    rink bisect --good v4.0.0 --bad v4.1.2 --check CAND-002
    rink bisect --good v3.3.6 --bad v3.3.6 --with github.com/pion/ice/v2=../ice --check GATHER-002

Exit codes: 0 the change was found; 2 it was not; 64 what was given on the command line cannot be used.`
}

// Run implements the command.
func (c *bisectCmd) Run(s streams) error {
	good, err1 := upgrade.ParseSubject(c.Good, nil)
	bad, err2 := upgrade.ParseSubject(c.Bad, c.With)
	probe, err3 := c.probe()
	if err := errors.Join(named("--good", err1), named("--bad", err2), err3); err != nil {
		return usage(err)
	}
	ctx, stop := interruptible()
	defer stop()
	builder, err := upgrade.DefaultBuilder(ctx)
	if err != nil {
		return exit{report.ExitError, err}
	}
	out := s.out
	if c.JSON == "-" {
		out = s.err
	}
	good, err1 = builder.Resolve(ctx, good)
	bad, err2 = builder.Resolve(ctx, bad)
	if err := errors.Join(named("--good", err1), named("--bad", err2)); err != nil {
		return exit{report.ExitError, err}
	}
	b := upgrade.Bisect{
		Good: good, Bad: bad, Versions: c.Versions, Build: builder.Build, Discard: builder.Discard, Modules: upgrade.ModulesOf,
		Probe: probe.Probe, Log: func(text string) { _, _ = fmt.Fprintf(out, "  %s\n", text) },
	}
	if err := c.narrow(ctx, builder, probe, good, bad); err != nil {
		return exit{report.ExitError, err}
	}
	found, err := b.Run(ctx)
	if found != nil {
		found.Reproduce = probe.Command(found)
		err = errors.Join(err, c.write(s, found))
	}
	if err != nil {
		return exit{report.ExitError, err}
	}
	return nil
}

// probe is what is asked of each version.
func (c *bisectCmd) probe() (*upgrade.Probe, error) {
	self, err := os.Executable()
	p := &upgrade.Probe{Rink: self, Against: c.Against, Network: c.Network, Check: c.Check}
	if c.Check != "" && err == nil {
		_, err = check.ByID(c.Check)
		return p, named("--check", err)
	}
	key, keyErr := fingerprint.ParseKey(c.Fingerprint)
	p.Key = key
	return p, errors.Join(err, named("--fingerprint", keyErr))
}

// narrow finds out in which sessions the two ends differ, so that the others need
// not be played with every version.
func (c *bisectCmd) narrow(ctx context.Context, b upgrade.Builder, p *upgrade.Probe, ends ...upgrade.Subject) error {
	var agents []string
	for _, s := range ends {
		agent, err := b.Build(ctx, s)
		if err != nil {
			return err
		}
		agents = append(agents, agent)
	}
	return p.Narrow(ctx, agents[0], agents[1])
}

func (c *bisectCmd) write(s streams, found *upgrade.Culprit) error {
	if c.JSON != "" {
		if err := writeJSON(s, c.JSON, found); err != nil || c.JSON == "-" {
			return err
		}
	}
	_, err := fmt.Fprint(s.out, found.String())
	return err
}
