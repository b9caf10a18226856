package program

import (
	"os/exec"
	"syscall"
)

// OwnGroup puts a program that is about to be started into a process group of its
// own, so that all of it can be killed, and has the kernel kill it when the harness
// dies. For that the thread that starts it must live on.
func OwnGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
