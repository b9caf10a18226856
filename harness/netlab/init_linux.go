package netlab

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// The values of Env with which Run and Available start this program again.
const (
	phaseSetup = "setup" // set up, then become the command in the arguments
	phaseProbe = "probe" // set up, then end
)

// statusFD is the pipe on which Init tells Run how far it got: one line each,
// a word and a text. It is closed by exec.
const statusFD = 3

const (
	statusReady         = "ready"          // the network is set up
	statusRefused       = "refused"        // there can be no private network, and why
	statusNotFound      = "not-found"      // the command's file, or its interpreter, is missing
	statusNotExecutable = "not-executable" // exec refused
)

var initCalled atomic.Bool

// Init must be the first call of main in every program that uses Run or
// Available, and of TestMain in such tests. In a process that Run started it
// sets the network up and becomes Run's command: it does not return. In all
// others it returns at once.
func Init() {
	initCalled.Store(true)
	phase := os.Getenv(Env)
	if phase != phaseSetup && phase != phaseProbe {
		return
	}
	var st unix.Stat_t
	if err := unix.Fstat(statusFD, &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFIFO {
		fmt.Fprintf(os.Stderr, "%s=%s was not set by Rink: unset it\n", Env, phase)
		os.Exit(exitFailed)
	}
	unix.CloseOnExec(statusFD)
	kind, err := become(phase, os.Args[1:])
	if err != nil {
		tell(kind, err.Error())
		os.Exit(exitFailed)
	}
	os.Exit(0)
}

// tell writes one line to the status pipe. That Run is gone is no reason to
// complain: this process goes with it.
func tell(kind, text string) {
	_, _ = unix.Write(statusFD, []byte(kind+" "+strings.ReplaceAll(text, "\n", "; ")+"\n"))
}

// become sets the network up and executes args: the path of the command and its
// argv. It returns the word for the status pipe with its error.
func become(phase string, args []string) (kind string, err error) {
	if _, err := Setup(); err != nil {
		return statusRefused, withoutPrefix(err)
	}
	tell(statusReady, "")
	if phase == phaseProbe {
		return "", nil
	}
	if len(args) < 2 {
		return statusNotFound, errors.New("no command given")
	}
	id, err := namespaceID()
	if err == nil {
		err = os.Setenv(Env, id)
	}
	if err != nil {
		return statusRefused, err
	}
	// Capabilities belong to the thread, and exec takes those of its caller.
	runtime.LockOSThread()
	if err := dropCapabilities(); err != nil {
		return statusRefused, fmt.Errorf("drop capabilities: %w", err)
	}
	// So does the signal at the parent's death: the thread that Run started has
	// it, and the one that gets here need not be that one.
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return statusRefused, fmt.Errorf("die with the parent: %w", err)
	}
	err = syscall.Exec(args[0], args[1:], os.Environ())
	kind = statusNotExecutable
	if errors.Is(err, unix.ENOENT) {
		kind = statusNotFound
	}
	return kind, fmt.Errorf("command %q: exec %s: %w", args[1], args[0], err)
}

// withoutPrefix takes ErrUnsupported's text away, which Run puts back.
func withoutPrefix(err error) error {
	text, found := strings.CutPrefix(err.Error(), ErrUnsupported.Error()+": ")
	if !found {
		return err
	}
	return errors.New(text)
}

// dropCapabilities takes from the command what a user without privileges was
// given for Setup. Root keeps what it had.
func dropCapabilities() error {
	if os.Geteuid() == 0 {
		return nil
	}
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil {
		return err
	}
	header, sets, err := capabilities()
	if err != nil {
		return err
	}
	sets[0].Inheritable, sets[1].Inheritable = 0, 0
	return unix.Capset(&header, &sets[0])
}

// capabilities reads the calling thread's capability sets.
func capabilities() (header unix.CapUserHeader, sets [2]unix.CapUserData, err error) {
	header.Version = unix.LINUX_CAPABILITY_VERSION_3
	err = unix.Capget(&header, &sets[0])
	return header, sets, err
}

// namespaceID names the network namespace of this process as the kernel does:
// "net:[4026532281]".
func namespaceID() (string, error) { return os.Readlink("/proc/self/ns/net") }

// Inside reports whether this process is in a private network that Run made.
func Inside() bool {
	id, err := namespaceID()
	return err == nil && id == os.Getenv(Env)
}
