//go:build unix && !linux

package program

import (
	"os/exec"
	"syscall"
)

// OwnGroup puts a program that is about to be started into a process group of its
// own, so that all of it can be killed.
func OwnGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
