package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/compare"
	"github.com/webrtc-rink/rink/harness/netlab"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/github"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/upgrade"
)

type upgradeCmd struct {
	From    string        `required:"" placeholder:"VERSION" help:"The pion/webrtc that is used now: a release of v3 or v4, a pseudo-version, a folder with a checkout (./webrtc), or a go.mod that says it."`
	To      string        `required:"" placeholder:"VERSION" help:"The one that is to be used."`
	With    []string      `sep:"none" placeholder:"MODULE=..." help:"Another module in the new one: MODULE@VERSION or MODULE=FOLDER. Repeatable."`
	Against string        `default:"chrome" placeholder:"PEERS" help:"Peers that both versions meet, names or globs; all: every peer that can be run (${default})."`
	Repeat  int           `default:"1" placeholder:"N" help:"Play everything so many times (${default}). What differs is played again after that."`
	Budget  time.Duration `default:"5m" placeholder:"TIME" help:"After this time nothing is played again; what is not sure by then is said to be undecided (${default})."`
	JSON    string        `placeholder:"FILE" help:"Write the answer as JSON, too; - is standard output, in the place of the text."`
	sessionFlags

	// Agents and Built are what was built, and of what, before the command went on in
	// a private network.
	Agents []string `hidden:"" sep:"none"`
	Built  []string `hidden:"" sep:"none"`
}

// Help is what `rink upgrade --help` says beyond the flags.
func (upgradeCmd) Help() string {
	return `Builds both versions with exactly the modules that they ask for, lets both meet the same peers in both directions and
each other, and compares how every check was graded. What differs is played again until it is sure or the budget is used up.

The answer says what regressed, what is fixed, what is new, gone or flaky, what became slower or faster, and in words which
behaviour changed that no check grades. Its folder has upgrade.json, upgrade.md and the reports of all rounds.

--from and --to may be the same: then --with says what changes.

    rink upgrade --from v3.2.40 --to v3.3.6
    rink upgrade --from v3.3.6 --to v3.3.6 --with github.com/pion/ice/v2=../ice
    rink upgrade --from v4.0.7 --to ./webrtc --against 'chrome,firefox'
    rink upgrade --from base.mod --to go.mod

Exit codes: 0 nothing regressed; 1 something did; 2 the harness or the environment broke, or a version cannot be built;
64 what was given on the command line cannot be used.`
}

// Run implements the command.
func (c *upgradeCmd) Run(s streams, args []string) error {
	gate, err := c.gate(args)
	if err != nil {
		return usage(err)
	}
	ctx, stop := interruptible()
	defer stop()
	if len(c.Agents) != 2 {
		if err := c.build(ctx, s, &gate.From, &gate.To); err != nil {
			return exit{report.ExitError, err}
		}
		// The rest may go on where there is no module proxy.
		for i, agent := range c.Agents {
			args = append(args, "--agents="+agent, "--built="+c.Built[i])
		}
	}
	gate.Names = [2]string{c.Built[0], c.Built[1]}
	gate.FromAgent, gate.ToAgent = c.Agents[0], c.Agents[1]
	notes, moved, err := c.network(s, args)
	if moved || err != nil {
		return err
	}
	gate.Plan.Notes = append(gate.Plan.Notes, notes...)
	gate.Plan.Network = netlab.Describe()
	answer, err := gate.Run(ctx, c.progress(s))
	if answer == nil {
		return exit{report.ExitError, err}
	}
	return c.tell(s, answer, err)
}

// gate turns the flags into a gate. Errors are about what was given.
func (c *upgradeCmd) gate(args []string) (upgrade.Gate, error) {
	from, err1 := upgrade.ParseSubject(c.From, nil)
	to, err2 := upgrade.ParseSubject(c.To, c.With)
	roster, err3 := allPeers()
	against, err4 := c.against(roster)
	if err := errors.Join(named("--from", err1), named("--to", err2), err3, named("--against", err4)); err != nil {
		return upgrade.Gate{}, err
	}
	if c.Repeat < 1 {
		return upgrade.Gate{}, fmt.Errorf("--repeat: got %d, want 1 or more", c.Repeat)
	}
	plan, err := c.sessionFlags.plan(roster, args)
	plan.Filter = fmt.Sprintf("upgrade --from %s --to %s", from, to)
	return upgrade.Gate{From: from, To: to, Against: against, Repeat: c.Repeat, Budget: c.Budget, Plan: plan}, err
}

func named(flag string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", flag, err)
}

// against lists the peers that both versions meet. They must be there.
func (c *upgradeCmd) against(roster run.Roster) ([]string, error) {
	if c.Against == everyPeer {
		there, _ := roster.Available()
		return there.IDs(), nil
	}
	var ids []string
	for glob := range strings.SplitSeq(c.Against, ",") {
		found, err := roster.Match(strings.TrimSpace(glob))
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			entry, err := roster.ByID(id)
			if err == nil {
				err = entry.Available()
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", id, err)
			}
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// build builds both versions, which needs the network where a module is not in the
// cache.
func (c *upgradeCmd) build(ctx context.Context, s streams, subjects ...*upgrade.Subject) error {
	builder, err := upgrade.DefaultBuilder(ctx)
	if err != nil {
		return err
	}
	c.Agents, c.Built = nil, nil
	for _, subject := range subjects {
		start := time.Now()
		if *subject, err = builder.Resolve(ctx, *subject); err != nil {
			return err
		}
		agent, err := builder.Build(ctx, *subject)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(s.err, "built pion/webrtc %s in %.1f s\n", subject, time.Since(start).Seconds())
		c.Agents, c.Built = append(c.Agents, agent), append(c.Built, subject.String())
	}
	return nil
}

func (c *upgradeCmd) progress(s streams) upgrade.Progress {
	out := s.out
	if c.JSON == "-" {
		out = s.err
	}
	p := newProgress(out, c.Verbose)
	return upgrade.Progress{
		Round:   func(name string, sessions int) { p.printf("%s: %s\n", name, report.Plural(sessions, "session")) },
		Session: p.session, Log: p.log,
	}
}

// tell prints the answer and gives the exit code.
func (c *upgradeCmd) tell(s streams, a *upgrade.Answer, broken error) error {
	if c.JSON != "" {
		broken = errors.Join(broken, writeJSON(s, c.JSON, a))
	}
	if c.JSON != "-" {
		_, _ = fmt.Fprintln(s.out)
		broken = errors.Join(broken, a.WriteText(s.out))
		_, _ = fmt.Fprintf(s.out, "%s\n", a.Folder)
	}
	if github.Active() {
		broken = errors.Join(broken, github.Tell(annotations(a), a.Markdown(), s.out))
	}
	if broken != nil {
		return exit{report.ExitError, broken}
	}
	if a.ExitCode != compare.ExitSame {
		return exit{code: a.ExitCode}
	}
	return nil
}

// annotations are what GitHub shows beside the change: what regressed as errors, what
// is flaky as warnings.
func annotations(a *upgrade.Answer) []github.Annotation {
	var all []github.Annotation
	for _, part := range []struct {
		level   string
		changes []compare.Change
	}{{"error", a.Regressed}, {"warning", a.Flaky}} {
		for _, g := range compare.Groups(part.changes) {
			all = append(all, github.Annotation{
				Level: part.level, Title: fmt.Sprintf("%s %s (%s) %s", g.Check, g.Title, g.Subject, g.Class),
				Text: fmt.Sprintf("before: %s; now: %s; in %s", g.Before, g.Now, strings.Join(g.Scenarios, ", ")),
			})
		}
	}
	return all
}
