package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/agent"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
	"github.com/webrtc-rink/rink/harness/report"
)

type peerCmd struct {
	Lint lintCmd `cmd:"" help:"Try every rule of the contract on a program that speaks the agent protocol."`
}

type lintCmd struct {
	Command []string `arg:"" passthrough:"" name:"command" help:"The program and its arguments, after --."`
}

// Help is what `rink peer lint --help` says beyond the flags.
func (lintCmd) Help() string {
	return `One line for each rule: ok, missed and why, or not declared. The protocol is in harness/peer/agent/PROTOCOL.md. Connections
use the network of this machine; "rink netns -- rink peer lint -- COMMAND" keeps them in a network of their own.

Exit codes: 0 every rule is kept; 1 one is missed; 2 the program could not be run; 64 there is no command.`
}

// Run implements the command.
func (c *lintCmd) Run(s streams) error {
	argv := c.Command
	if len(argv) > 0 && argv[0] == "--" {
		argv = argv[1:]
	}
	if len(argv) == 0 {
		return usage(errors.New("peer lint: expected a command after --"))
	}
	ctx, stop := interruptible()
	defer stop()
	l := linter{out: s.out, options: agent.Options{Command: argv, CallTimeout: peertest.Patience}}
	missed, err := l.lint(ctx)
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	switch {
	case err != nil:
		return exit{report.ExitError, err}
	case missed > 0:
		return exit{code: report.ExitFailed}
	}
	return nil
}

// linter tries the cases on one program, which it starts again when it died of
// one.
type linter struct {
	out     io.Writer
	options agent.Options
	peer    *agent.Peer // nil when it has to be started
}

func (l *linter) lint(ctx context.Context) (missed int, err error) {
	defer func() {
		if l.peer != nil {
			_ = l.peer.Close() // what Close does is the last case
		}
	}()
	counts := map[string]int{}
	for i, c := range peertest.Cases() {
		if err := l.start(ctx, i == 0); err != nil {
			return 0, err
		}
		r := c.Try(ctx, l.peer)
		if ctx.Err() != nil {
			return 0, nil
		}
		word, why := "ok", ""
		switch {
		case len(r.Missing) > 0:
			word, why = "not declared", ": "+r.Missing.String()
		case r.Err != nil:
			word, why = "missed", ": "+oneLine(r.Err.Error())
			l.bury(ctx)
		}
		counts[word]++
		if _, err := fmt.Fprintf(l.out, "%-12s  %s%s\n", word, c.Name, why); err != nil {
			return 0, err
		}
	}
	_, err = fmt.Fprintf(l.out, "%d ok, %d missed, %d not declared\n", counts["ok"], counts["missed"], counts["not declared"])
	return counts["missed"], err
}

// start runs the program if it does not run, and introduces it the first time.
func (l *linter) start(ctx context.Context, first bool) error {
	if l.peer != nil {
		return nil
	}
	p, err := agent.Launch(ctx, l.options)
	if err != nil {
		return err
	}
	l.peer = p
	if !first {
		return nil
	}
	d := p.Describe()
	_, err = fmt.Fprintf(l.out, "%s: %s %s (%s)\n", d.ID, d.Implementation, d.Version, d.VersionSource)
	return err
}

// bury takes a program out of use that no longer opens connections, so that the
// cases after the one that killed it are judged by themselves.
func (l *linter) bury(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, peertest.Patience)
	defer cancel()
	c, err := l.peer.Open(ctx, peer.Configuration{})
	if err == nil {
		err = c.Close(ctx)
	}
	if peer.IsGone(err) || ctx.Err() != nil {
		_ = l.peer.Close() // it is dead
		l.peer = nil
	}
}

// oneLine puts a text of several lines, such as joined errors, into one.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}
