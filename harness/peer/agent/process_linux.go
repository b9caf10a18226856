package agent

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the program into a process group of its own, so that all of it
// can be killed, and has the kernel kill it when the harness dies. For that the
// thread that starts it must live on: see process.live.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// killGroup kills what is left of the process group.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }
