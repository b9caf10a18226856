package netlab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// selfExe is this program even when its file was moved, deleted or rebuilt
// since it started, or lies in a folder that the user may not enter.
const selfExe = "/proc/self/exe"

// Available returns nil when a private network can be made here. It finds out
// by making one, which takes a few hundredths of a second and leaves nothing
// behind. The error matches ErrUnsupported and says what is missing and what
// the user can do.
func Available() error {
	_, err := start(context.Background(), phaseProbe, nil, RunOptions{})
	return err
}

// Run runs the command argv in a fresh private network and returns its exit
// code: 128 plus the number when a signal ended it, 127 when there is no such
// command, 126 when it cannot be executed. The error is nil whenever the
// command ran until it ended by itself; one that matches ErrUnsupported says
// that there can be no private network, and that the command was not started.
//
// SIGINT, SIGTERM, SIGHUP and SIGQUIT are passed on. The command dies with this
// process, even when that is killed. When ctx ends the command gets SIGTERM,
// after opt.Grace SIGKILL, and Run returns its exit code with the context's
// error.
//
// Run starts this executable once more: main must have called Init.
func Run(ctx context.Context, argv []string, opt RunOptions) (exitCode int, err error) {
	if len(argv) == 0 || argv[0] == "" {
		return exitNotFound, errors.New("private network: no command given")
	}
	path, err := lookPath(argv[0])
	if err != nil {
		return exitCodeOf(err), err
	}
	return start(ctx, phaseSetup, append([]string{path}, argv...), opt)
}

// lookPath finds the command as a shell does and makes the path independent of
// RunOptions.Dir.
func lookPath(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return "", fmt.Errorf("private network: command %q: %w", name, cause(err))
	}
	return path, nil
}

// cause strips the name of the operation and of the file from an error of the
// packages os and os/exec.
func cause(err error) error {
	var lookup *exec.Error
	if errors.As(err, &lookup) {
		err = lookup.Err
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return err
}

func exitCodeOf(err error) int {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, exec.ErrNotFound) {
		return exitNotFound
	}
	return exitNotExecutable
}

// start runs this program again in new namespaces, where Init does what phase
// says with args.
func start(ctx context.Context, phase string, args []string, opt RunOptions) (int, error) {
	if !initCalled.Load() {
		// Without Init the child would be a second copy of this program, which
		// would start a third.
		return exitFailed, errors.New("private network: main (or TestMain) does not call netlab.Init")
	}
	if err := checkFolder(opt.Dir); err != nil {
		return exitFailed, err
	}
	status, statusWriter, err := os.Pipe()
	if err != nil {
		return exitFailed, fmt.Errorf("private network: %w", err)
	}
	defer status.Close()

	cmd := command(ctx, phase, args, opt)
	cmd.ExtraFiles = []*os.File{statusWriter} // becomes statusFD
	signals := make(chan os.Signal, 8)
	if phase == phaseSetup {
		catch(signals)
		defer signal.Stop(signals)
	}

	// Pdeathsig goes off when the thread that started the child ends, so that
	// thread must stay ours until the child is gone.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err = cmd.Start()
	statusWriter.Close()
	if err != nil {
		return exitFailed, thisSystem().explain("new namespace", cause(err))
	}
	done := make(chan struct{})
	defer close(done)
	go passOn(signals, cmd.Process, done)

	ready, notStarted := readStatus(status)
	err = cmd.Wait()
	code := exitStatus(cmd.ProcessState)
	switch {
	case notStarted != nil:
		return notStarted.code, notStarted.err
	case ctx.Err() != nil:
		return code, fmt.Errorf("private network: command stopped: %w", context.Cause(ctx))
	case !ready:
		return code, fmt.Errorf("private network: %s before the command started", cmd.ProcessState)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return code, fmt.Errorf("private network: command %q: %w", args[1], err)
	}
	return code, nil
}

// checkFolder finds what the kernel would report as if the executable were
// missing.
func checkFolder(dir string) error {
	if dir == "" {
		return nil
	}
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = unix.ENOTDIR
	}
	if err != nil {
		return fmt.Errorf("private network: working folder %q: %w", dir, cause(err))
	}
	return nil
}

func command(ctx context.Context, phase string, args []string, opt RunOptions) *exec.Cmd {
	cmd := exec.CommandContext(ctx, selfExe, args...)
	cmd.Args[0] = os.Args[0]
	cmd.Dir = opt.Dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if opt.Stdin != nil {
		cmd.Stdin = opt.Stdin
	}
	if opt.Stdout != nil {
		cmd.Stdout = opt.Stdout
	}
	if opt.Stderr != nil {
		cmd.Stderr = opt.Stderr
	}
	env := opt.Env
	if env == nil {
		env = os.Environ()
	}
	for _, variable := range env {
		if !strings.HasPrefix(variable, Env+"=") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	cmd.Env = append(cmd.Env, Env+"="+phase)
	cmd.SysProcAttr = namespaces()
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = DefaultGrace
	if opt.Grace > 0 {
		cmd.WaitDelay = opt.Grace
	}
	return cmd
}

// namespaces asks for a network namespace, and for a user namespace too where
// that is the only way to be allowed one. The user keeps the own user and group
// id, since programs such as Chrome behave differently as root, so the right to
// configure the network must be an ambient capability to outlive the exec.
func namespaces() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if thisSystem().privileged {
		return attr
	}
	uid, gid := os.Geteuid(), os.Getegid()
	attr.Cloneflags |= syscall.CLONE_NEWUSER
	attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
	attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
	attr.AmbientCaps = []uintptr{unix.CAP_NET_ADMIN}
	return attr
}

// catch receives the signals that are passed on to the command, save those that
// this process was told to ignore (nohup).
func catch(signals chan<- os.Signal) {
	for _, sig := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if !signal.Ignored(sig) {
			signal.Notify(signals, sig)
		}
	}
}

func passOn(signals <-chan os.Signal, to *os.Process, done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		case sig := <-signals:
			if !typed(sig) {
				_ = to.Signal(sig) // it fails only when the process is gone
			}
		}
	}
}

// typed reports whether sig is one that the terminal sends to the whole
// foreground process group when a key is pressed, and this process is in it: the
// command then has the signal already. A second SIGINT would tell Ginkgo to skip
// its clean-up.
func typed(sig os.Signal) bool {
	if sig != syscall.SIGINT && sig != syscall.SIGQUIT {
		return false
	}
	tty, err := unix.Open("/dev/tty", unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer unix.Close(tty)
	foreground, err := unix.IoctlGetUint32(tty, unix.TIOCGPGRP)
	return err == nil && int(foreground) == unix.Getpgrp()
}

func exitStatus(state *os.ProcessState) int {
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return exitSignalled + int(ws.Signal())
	}
	return state.ExitCode()
}

// notStarted says why Init did not get as far as the command.
type notStarted struct {
	code int
	err  error
}

// readStatus reads what Init wrote to the status pipe until exec or the child's
// end closed it.
func readStatus(r io.Reader) (ready bool, failure *notStarted) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return false, &notStarted{exitFailed, fmt.Errorf("private network: status of the new process: %w", err)}
	}
	for line := range strings.Lines(string(raw)) {
		kind, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch kind {
		case statusReady:
			ready = true
		case statusRefused:
			failure = &notStarted{exitFailed, fmt.Errorf("%w: %s", ErrUnsupported, text)}
		case statusNotFound:
			failure = &notStarted{exitNotFound, fmt.Errorf("private network: %s", text)}
		case statusNotExecutable:
			failure = &notStarted{exitNotExecutable, fmt.Errorf("private network: %s", text)}
		}
	}
	return ready, failure
}
