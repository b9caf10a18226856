// Package program holds what every peer needs that runs a program of its own: a
// process group that dies with the harness, a folder that is removed even if the
// harness was killed, and the last lines that the program wrote.
package program

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// waitDelay is how long children that outlive the program may hold its standard
// error open before it is given up.
const waitDelay = time.Second

// Process is a program that runs.
type Process struct {
	cmd   *exec.Cmd
	ended chan struct{}
}

// Start starts a program in a process group of its own; on Linux the kernel kills
// it when the harness dies.
func Start(cmd *exec.Cmd) (*Process, error) {
	OwnGroup(cmd)
	cmd.WaitDelay = waitDelay
	p := &Process{cmd: cmd, ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The kernel takes the end of the thread that started the program for
		// the death of its parent.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // State tells
			close(p.ended)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// Pid is the program's process ID, and that of its group.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Ended is closed once the program has ended and was waited for.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// State says how the program ended. It may be called once Ended is closed.
func (p *Process) State() *os.ProcessState { return p.cmd.ProcessState }

// Stop asks the whole group to end, kills it after a grace, and returns once the
// program has ended.
func (p *Process) Stop(grace time.Duration) {
	terminateGroup(p.cmd.Process)
	late := time.NewTimer(grace)
	defer late.Stop()
	select {
	case <-p.ended:
	case <-late.C:
	}
	p.Kill()
	<-p.ended
}

// Kill kills what is left of the group, and does not wait.
func (p *Process) Kill() { KillGroup(p.cmd.Process) }

// Folder is a temporary folder that is in use.
type Folder struct {
	Path string
	held *os.File // see hold; may be nil
}

// NewFolder makes a temporary folder whose name begins with prefix, and in it
// the subfolders named, at least one. Before that it removes those of the prefix
// whose harness was killed.
func NewFolder(prefix, first string, more ...string) (*Folder, error) {
	sweep(prefix, first)
	dir, err := os.MkdirTemp("", prefix)
	if err != nil {
		return nil, err
	}
	f := &Folder{Path: dir}
	if f.held, err = hold(dir); err != nil {
		return nil, errors.Join(err, f.Remove())
	}
	for _, name := range append([]string{first}, more...) {
		if err := os.Mkdir(f.Sub(name), 0o700); err != nil {
			return nil, errors.Join(err, f.Remove())
		}
	}
	return f, nil
}

// Sub is the path of something in the folder.
func (f *Folder) Sub(name string) string { return filepath.Join(f.Path, name) }

// removeTime is how long dying processes may go on to write into a folder.
const removeTime = 5 * time.Second

// Remove removes the folder, into which dying processes may still write.
func (f *Folder) Remove() error {
	var err error
	for deadline := time.Now().Add(removeTime); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if err = os.RemoveAll(f.Path); err == nil {
			break
		}
	}
	_ = f.held.Close() // nil has an error and no more
	return err
}
