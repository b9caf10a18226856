package agent

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/webrtc-rink/rink/harness/peer/program"
)

// drainTime is how long what a dead program left in its pipes may take to read.
// Its children may hold the pipes open for ever.
const drainTime = time.Second

// process is a running agent. It implements carrier.
type process struct {
	*program.Process
	in             *os.File // its standard input
	out, err       *os.File
	stderr         program.Tail
	exited         chan struct{} // closed when it was waited for
	drained        chan struct{} // closed when its standard error was read to the end
	stdin, read, e *os.File      // its ends of the pipes
}

// startProcess runs the command.
func startProcess(o Options) (*process, error) {
	p := &process{exited: make(chan struct{}), drained: make(chan struct{})}
	cmd := exec.Command(o.Command[0], o.Command[1:]...)
	cmd.Env = append(os.Environ(), o.Env...)
	err := p.pipes(cmd)
	if err != nil {
		return nil, err
	}
	p.Process, err = program.Start(cmd)
	for _, f := range []*os.File{p.stdin, p.read, p.e} {
		_ = f.Close() // the program has its own
	}
	if err != nil {
		return nil, errors.Join(err, p.in.Close(), p.out.Close(), p.err.Close())
	}
	go p.await()
	go func() {
		defer close(p.drained)
		_, _ = io.Copy(&p.stderr, p.err) // until its end or the deadline
		p.stderr.Flush()
	}()
	return p, nil
}

// pipes makes the pipes. They are not those of exec.Cmd, whose Wait would close
// them before everything was read.
func (p *process) pipes(cmd *exec.Cmd) error {
	var errs [3]error
	p.stdin, p.in, errs[0] = os.Pipe()
	p.out, p.read, errs[1] = os.Pipe()
	p.err, p.e, errs[2] = os.Pipe()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.stdin, p.read, p.e
	return errors.Join(errs[:]...)
}

// await waits for the end of the program, and ends what it left.
func (p *process) await() {
	<-p.Ended()
	p.Kill()
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
		p.Kill()
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
	return p.State().String(), true
}

func (p *process) addLast(reason string) string { return p.stderr.Add(reason) }

// toldLines is how many lines of standard error are told as log events.
const toldLines = 1000

// onLine has every further line told, up to a limit.
func (p *process) onLine(tell func(string)) {
	told := 0
	p.stderr.OnLine(func(line string) bool {
		told++
		switch {
		case told <= toldLines:
			tell(line)
		case told == toldLines+1:
			tell("more lines than are recorded")
		}
		return true
	})
}

func (p *process) release() { _, _, _ = p.in.Close(), p.out.Close(), p.err.Close() }
