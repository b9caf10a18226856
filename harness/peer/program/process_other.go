//go:build !unix

package program

import (
	"os"
	"os/exec"
)

// There are no process groups here: the program alone is ended.

// OwnGroup does nothing.
func OwnGroup(*exec.Cmd) {}

func terminateGroup(p *os.Process) { _ = p.Kill() }

// KillGroup kills the program.
func KillGroup(p *os.Process) { _ = p.Kill() }
