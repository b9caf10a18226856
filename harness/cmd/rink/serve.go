package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/serve"
)

type serveCmd struct {
	Dir  string `arg:"" optional:"" default:"reports/out" help:"Folder of the runs (${default})."`
	Addr string `default:"127.0.0.1:8700" placeholder:"HOST:PORT" help:"Where to listen: 127.0.0.1, [::1] or localhost; port 0 takes a free one (${default})."`
	Open bool   `help:"Open a browser there."`
}

// Help is what `rink serve --help` says beyond the flags.
func (serveCmd) Help() string {
	return `Shows the runs of a folder, the newest first, with their files; a run that goes on, session by session as they end; and how
every requirement came out over the runs. It only shows: nothing can be started or changed there. It ends with Ctrl-C.

It listens on the loopback interface alone, since reports tell of this machine and there is no password. It answers to no
name but 127.0.0.1, [::1] and localhost, to no page of another origin, and with no file that is hidden, a link or outside the
folder. From elsewhere: ssh -L 8700:127.0.0.1:8700 HOST

    rink serve &
    rink run`
}

// Run implements the command.
func (c *serveCmd) Run(s streams) error {
	server, err := serve.Listen(c.Dir, c.Addr)
	switch {
	case errors.Is(err, serve.ErrAddress):
		return usage(fmt.Errorf("--addr: %w", err))
	case errors.Is(err, os.ErrNotExist):
		return usage(fmt.Errorf("%w; rink run makes one: give it as DIR, or begin where reports/out is", err))
	case err != nil:
		return exit{report.ExitError, err}
	}
	ctx, stop := interruptible()
	defer stop()
	if _, err := fmt.Fprintf(s.out, "%s shows the runs in %s; Ctrl-C ends it\n", server.URL(), c.Dir); err != nil {
		return errors.Join(err, server.Close())
	}
	if c.Open {
		if err := browse(server.URL()); err != nil {
			_, _ = fmt.Fprintf(s.err, "rink: no browser was opened: %v\n", err) // the URL is there all the same
		}
	}
	if err := server.Serve(ctx, s.err); err != nil {
		return exit{report.ExitError, err}
	}
	return nil
}

// browse opens a URL in the browser of the person at this machine.
func browse(url string) error {
	command := []string{"xdg-open"}
	switch runtime.GOOS {
	case "darwin":
		command = []string{"open"}
	case "windows":
		command = []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	cmd := exec.Command(command[0], append(command[1:], url)...) //nolint:gosec // our own URL
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }() // what becomes of the browser is nobody's concern
	return nil
}
