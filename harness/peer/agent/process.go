package agent

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"time"

	"github.com/webrtc-rink/rink/harness/peer/program"
)

// drainTime is how long what a dead program left in its pipes may take to read.
// Its children may hold the pipes open for ever.
const drainTime = time.Second

// process is a running agent. It implements carrier.
type process struct {
	cmd            *exec.Cmd
	in             *os.File // its standard input
	out, err       *os.File
	stderr         tail
	exited         chan struct{} // closed when it was waited for
	drained        chan struct{} // closed when its standard error was read to the end
	stdin, read, e *os.File      // its ends of the pipes
}

// startProcess runs the command.
func startProcess(o Options) (*process, error) {
	p := &process{exited: make(chan struct{}), drained: make(chan struct{})}
	p.cmd = exec.Command(o.Command[0], o.Command[1:]...)
	p.cmd.Env = append(os.Environ(), o.Env...)
	program.OwnGroup(p.cmd)
	if err := p.pipes(); err != nil {
		return nil, err
	}
	started := make(chan error)
	go p.live(started)
	if err := <-started; err != nil {
		return nil, errors.Join(err, p.in.Close(), p.out.Close(), p.err.Close())
	}
	go func() {
		defer close(p.drained)
		_, _ = io.Copy(&p.stderr, p.err) // until its end or the deadline
		p.stderr.flush()
	}()
	return p, nil
}

// pipes makes the pipes. They are not those of exec.Cmd, whose Wait would close
// them before everything was read.
func (p *process) pipes() error {
	var errs [3]error
	p.stdin, p.in, errs[0] = os.Pipe()
	p.out, p.read, errs[1] = os.Pipe()
	p.err, p.e, errs[2] = os.Pipe()
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = p.stdin, p.read, p.e
	return errors.Join(errs[:]...)
}

// live starts the program and waits for its end. The thread that starts it must
// live on: the kernel takes the end of that for the death of the parent.
func (p *process) live(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := p.cmd.Start()
	for _, f := range []*os.File{p.stdin, p.read, p.e} {
		_ = f.Close() // the program has its own
	}
	started <- err
	if err != nil {
		return
	}
	_ = p.cmd.Wait() // the state tells
	program.KillGroup(p.cmd.Process)
	over := time.Now().Add(drainTime)
	_, _ = p.out.SetReadDeadline(over), p.err.SetReadDeadline(over)
	close(p.exited)
}

// Read implements io.Reader.
func (p *process) Read(b []byte) (int, error) { return p.out.Read(b) }

// Write implements io.Writer.
func (p *process) Write(b []byte) (int, error) { return p.in.Write(b) }

func (p *process) closeInput() { _ = p.in.Close() }

func (p *process) kill() {
	select {
	case <-p.exited: // its number may be somebody else's by now
	default:
		program.KillGroup(p.cmd.Process)
		_ = p.cmd.Process.Kill() // where there are no groups
	}
}

func (p *process) wait(d time.Duration) (string, bool) {
	limit := time.NewTimer(d)
	defer limit.Stop()
	select {
	case <-p.exited:
	case <-limit.C:
		return "", false
	}
	<-p.drained // ends with the deadline at the latest
	return p.cmd.ProcessState.String(), true
}

func (p *process) wrote() string { return p.stderr.String() }

func (p *process) onLine(f func(string)) { p.stderr.onLine(f) }

func (p *process) release() { _, _, _ = p.in.Close(), p.out.Close(), p.err.Close() }
