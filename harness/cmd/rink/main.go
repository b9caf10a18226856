// Command rink runs WebRTC peers against each other, grades what they do against
// the standards and writes a report. `rink --help` teaches it.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"

	"github.com/webrtc-rink/rink/harness/netlab"
	"github.com/webrtc-rink/rink/harness/report"
)

// exitUsage is the exit code when what was given on the command line cannot be
// used; the others are the report's.
const exitUsage = 64

func main() {
	netlab.Init()
	os.Exit(execute(os.Args[1:], os.Stdout, os.Stderr))
}

// exit is an error that decides the exit code. Its text may be empty: then
// everything has been said.
type exit struct {
	code int
	err  error
}

func (e exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e exit) Unwrap() error { return e.err }

// usage marks an error as one of what was given.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return exit{exitUsage, err}
}

// streams are where a command writes.
type streams struct {
	out, err io.Writer
}

// execute runs one command line and returns the exit code.
func execute(args []string, stdout, stderr io.Writer) int {
	var c cli
	var helped bool
	parser, err := kong.New(&c,
		kong.Name("rink"), kong.Description(description),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { helped = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Bind(streams{stdout, stderr}), kong.Bind(args),
	)
	if err != nil {
		return fail(stderr, exit{report.ExitError, err})
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ctx, err := parser.Parse(args)
	if helped {
		return report.ExitOK
	}
	if err != nil {
		return fail(stderr, usage(fmt.Errorf("%w\nrink --help shows what there is", err)))
	}
	return fail(stderr, ctx.Run())
}

// fail says what went wrong and returns the exit code.
func fail(w io.Writer, err error) int {
	if err == nil {
		return report.ExitOK
	}
	code := report.ExitError
	var e exit
	if errors.As(err, &e) {
		code = e.code
	}
	if text := err.Error(); text != "" {
		_, _ = fmt.Fprintln(w, "rink: "+text) // there is nowhere left to say that it failed
	}
	return code
}
