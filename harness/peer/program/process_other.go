//go:build !unix

package program

import (
	"os"
	"os/exec"
)

// There are no process groups here: the program alone is ended.

func ownGroup(*exec.Cmd) {}

func terminateGroup(p *os.Process) { _ = p.Kill() }

func killGroup(p *os.Process) { _ = p.Kill() }
