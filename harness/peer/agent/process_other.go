//go:build !unix

package agent

import "os/exec"

// ownGroup does nothing: there are no process groups to kill here.
func ownGroup(*exec.Cmd) {}

// killGroup does nothing.
func killGroup(int) {}
