//go:build unix && !linux

package agent

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the program into a process group of its own, so that all of it
// can be killed.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// killGroup kills what is left of the process group.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }
