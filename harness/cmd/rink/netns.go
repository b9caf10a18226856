package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/webrtc-rink/rink/harness/netlab"
	"github.com/webrtc-rink/rink/harness/report"
)

type netnsCmd struct {
	OrHost  bool     `help:"Where no private network can be made, run the command on the host's and say so."`
	Command []string `arg:"" passthrough:"" name:"command" help:"The command and its arguments, after --."`
}

// Run implements the command.
func (c *netnsCmd) Run(s streams) error {
	argv := c.Command
	if argv[0] == "--" {
		argv = argv[1:]
	}
	if len(argv) == 0 {
		return usage(errors.New("netns: expected a command after --"))
	}
	code, err := netlab.Run(context.Background(), argv, netlab.RunOptions{})
	if c.OrHost && errors.Is(err, netlab.ErrUnsupported) {
		_, _ = fmt.Fprintf(s.err, "rink: on the host's network: %v\n", err) // the command's own output matters more
		code, err = onHost(argv)
	}
	if err != nil {
		return exit{report.ExitError, err}
	}
	if code != report.ExitOK {
		return exit{code: code}
	}
	return nil
}

func onHost(argv []string) (int, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		return ended.ExitCode(), nil
	}
	return 0, err
}
