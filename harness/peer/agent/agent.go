package agent

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Options say what program to run and what it may do. What is zero has the
// default of DefaultOptions.
type Options struct {
	// Command is the program and its arguments.
	Command []string
	// ID is Description.ID; empty is what the agent calls itself.
	ID string
	// Env is added to the environment of this process.
	Env []string
	// StartTimeout bounds Launch, CallTimeout every call; an agent that lets it
	// pass is ended. CloseTimeout is what it has to end when asked to.
	StartTimeout, CallTimeout, CloseTimeout time.Duration
	// MaxLine bounds one line in bytes, in both directions.
	MaxLine int
	// MaxEvents and MaxEventBytes bound what one connection says in all, and
	// MaxEventRate what the agent says in a second.
	MaxEvents, MaxEventBytes, MaxEventRate int
}

// DefaultOptions returns the defaults.
func DefaultOptions() Options {
	return Options{
		StartTimeout: 30 * time.Second, CallTimeout: time.Minute, CloseTimeout: 5 * time.Second,
		MaxLine: 16 << 20, MaxEvents: 200_000, MaxEventBytes: 256 << 20, MaxEventRate: 20_000,
	}
}

func (o Options) withDefaults() Options {
	d := DefaultOptions()
	for _, f := range []struct{ mine, def *time.Duration }{
		{&o.StartTimeout, &d.StartTimeout}, {&o.CallTimeout, &d.CallTimeout}, {&o.CloseTimeout, &d.CloseTimeout},
	} {
		if *f.mine <= 0 {
			*f.mine = *f.def
		}
	}
	for _, f := range []struct{ mine, def *int }{
		{&o.MaxLine, &d.MaxLine}, {&o.MaxEvents, &d.MaxEvents}, {&o.MaxEventBytes, &d.MaxEventBytes}, {&o.MaxEventRate, &d.MaxEventRate},
	} {
		if *f.mine <= 0 {
			*f.mine = *f.def
		}
	}
	return o
}

// Peer is a running agent. It implements peer.Peer.
type Peer struct {
	link        *link
	description peer.Description
	closing     sync.Once
	closed      error // of the first Close
}

var _ peer.Peer = (*Peer)(nil)

// Launch runs a program and learns who it is. The context bounds Launch alone,
// not the life of the program. When Launch fails, nothing is left of it.
func Launch(ctx context.Context, o Options) (*Peer, error) {
	if len(o.Command) == 0 {
		return nil, errors.New("launch agent: got no command")
	}
	o = o.withDefaults()
	p, err := startProcess(o)
	if err != nil {
		return nil, fmt.Errorf("launch agent: %w", err)
	}
	return connect(ctx, p, o)
}

// connect makes a peer of what answers on the carrier.
func connect(ctx context.Context, c carrier, o Options) (*Peer, error) {
	name := o.ID
	if o.ID == "" {
		o.ID = "agent" // until it says who it is
	}
	p := &Peer{link: newLink(c, o)}
	if source, ok := c.(interface{ onLine(func(string)) }); ok {
		source.onLine(p.link.tell)
	}
	ctx, cancel := context.WithTimeout(ctx, o.StartTimeout)
	defer cancel()
	if err := p.setUp(ctx, name); err != nil {
		if ctx.Err() != nil && !peer.IsGone(err) {
			p.link.end("did not answer in time: " + err.Error())
			<-p.link.done
			err = &lateError{p.link.gone, ctx.Err()}
		}
		_ = p.link.shut(false) // it is killed, which leaves nothing to say
		return nil, fmt.Errorf("launch agent %s: %w", strings.Join(o.Command, " "), err)
	}
	return p, nil
}

// lateError is both: the agent was ended, since the time was over.
type lateError struct {
	gone *peer.GoneError
	ctx  error
}

func (e *lateError) Error() string   { return e.gone.Error() }
func (e *lateError) Unwrap() []error { return []error{e.gone, e.ctx} }

// setUp asks the agent what nobody can know, and then who it is.
func (p *Peer) setUp(ctx context.Context, name string) error {
	if err := p.probe(ctx); err != nil {
		return err
	}
	var d description
	if err := p.link.call(ctx, methodDescribe, object{"protocol": Version}, &d); err != nil {
		return err
	}
	if d.Protocol != Version {
		return fmt.Errorf("describe: got protocol %d, want %d", d.Protocol, Version)
	}
	p.description = d.Description
	if name != "" {
		p.description.ID = name
	} else if d.ID != "" {
		p.link.setID(d.ID)
	}
	details := map[string]string{}
	for k, v := range d.Details {
		details[k] = v
	}
	if c := p.link.options.Command; len(c) > 0 {
		details["command"] = strings.Join(c, " ")
	}
	p.description.Details = details
	return nil
}

// probe tells a program that answers from one that says yes to everything: of
// the latter no answer means anything.
func (p *Peer) probe(ctx context.Context) error {
	random := make([]byte, 8)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	method := "probe-" + hex.EncodeToString(random)
	a, err := p.link.ask(ctx, method, object{})
	switch {
	case err != nil:
		return err
	case a.err == nil:
		return fmt.Errorf("answered the method %q, which nobody has, with success: want error %d (method not found)", method, codeMethodNotFound)
	case a.err.Code != codeMethodNotFound:
		return fmt.Errorf("answered the method %q, which nobody has, with error %d (%s): want error %d (method not found)",
			method, a.err.Code, a.err.Message, codeMethodNotFound)
	}
	return nil
}

// Describe implements peer.Peer.
func (p *Peer) Describe() peer.Description { return p.description }

// Open implements peer.Peer.
func (p *Peer) Open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	conn, err := p.link.open(ctx, c)
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// Kill ends the program at once, with all that it started: every call, pending or
// later, fails with a *peer.GoneError that has the reason. Close is to follow.
func (p *Peer) Kill(reason string) {
	p.link.end("was killed: " + reason)
	<-p.link.done
}

// Close implements peer.Peer. The program is asked to exit, and killed with all
// that it started when it does not. That it had ended by itself is an error, a
// *peer.GoneError: nobody else may have noticed.
func (p *Peer) Close() error {
	p.closing.Do(func() { p.closed = p.link.shut(true) })
	return p.closed
}
