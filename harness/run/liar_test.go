package run_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/agent"
	"github.com/webrtc-rink/rink/harness/peer/pion"
)

// honest is the liar that does not lie.
const honest = "tells the truth"

// lie is what an agent does instead of what it should. It is pion in all else;
// what is nil is honest.
type lie struct {
	// launch comes before the agent says who it is.
	launch func()
	// call comes before each method, by the protocol's name. Skip leaves the method
	// out and answers for it: success, or the error.
	call func(c *liarConnection, method string) (skip bool, err error)
	// describe alters what createOffer and createAnswer return.
	describe func(c *liarConnection, d *peer.SessionDescription)
	// hear turns each event into those that the harness gets.
	hear func(c *liarConnection, e peer.Event) []peer.Event
	// candidate alters each candidate on its way out.
	candidate func(init *peer.ICECandidateInit)
	// stats alters what stats returns.
	stats func(s *peer.Stats)
	// snapshot alters what snapshot returns.
	snapshot func(s *peer.Snapshot)
	// line turns each line of the protocol into what is written.
	line func(line []byte) []byte
}

// liar is pion with a lie.
type liar struct {
	peer.Peer
	lie lie

	mu      sync.Mutex
	earlier *peer.SessionDescription // the first that it made
}

// first is the description that it made first of all.
func (l *liar) first(d peer.SessionDescription) peer.SessionDescription {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.earlier == nil {
		l.earlier = &d
	}
	return *l.earlier
}

func (l *liar) Open(ctx context.Context, config peer.Configuration) (peer.Connection, error) {
	c := &liarConnection{liar: l, queue: peer.NewEventQueue(), calls: map[string]int{}}
	if skip, err := c.before("open"); skip {
		return nil, err
	}
	inner, err := l.Peer.Open(ctx, config)
	if err != nil {
		return nil, err
	}
	c.Connection = inner
	go c.pump()
	return c, nil
}

// liarConnection is a connection of a liar. The calls of one connection come one
// after the other; what events share with them is guarded by mu.
type liarConnection struct {
	peer.Connection
	liar    *liar
	queue   *peer.EventQueue
	own     *peer.SessionDescription // what pion made, where the harness got another
	channel peer.ChannelHandle

	mu    sync.Mutex
	calls map[string]int // how often each method was called
	sent  peer.Message
	ended bool
}

// count is how often a method was called, the call under way included.
func (c *liarConnection) count(method string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls[method]
}

// lastSent is what it was last asked to send.
func (c *liarConnection) lastSent() *peer.Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.sent
	return &m
}

// end is true the first time.
func (c *liarConnection) end() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.ended
	c.ended = true
	return !was
}

func (c *liarConnection) say(events ...peer.Event) {
	for _, e := range events {
		c.queue.Put(e)
	}
}

func (c *liarConnection) Events() <-chan peer.Event { return c.queue.Events() }

func (c *liarConnection) pump() {
	defer c.queue.Close()
	for e := range c.Connection.Events() {
		e.Candidate = c.stamped(e)
		if c.liar.lie.hear == nil {
			c.queue.Put(e)
			continue
		}
		c.say(c.liar.lie.hear(c, e)...)
	}
}

// stamped gives a candidate the sdpMid that pion v3 leaves empty, so that the lie
// is all that is wrong, and then lies. Every layout but the unbundled one has its
// transport in the section "0".
func (c *liarConnection) stamped(e peer.Event) json.RawMessage {
	init, err := peer.ParseCandidateInit(e.Candidate)
	if e.Type != peer.EventICECandidate || err != nil || init == nil {
		return e.Candidate
	}
	mid, index := "0", uint16(0)
	init.SDPMid, init.SDPMLineIndex = &mid, &index
	if c.liar.lie.candidate != nil {
		c.liar.lie.candidate(init)
	}
	raw, err := json.Marshal(init)
	if err != nil {
		panic(err) // strings and numbers
	}
	return raw
}

func (c *liarConnection) before(method string) (bool, error) {
	c.mu.Lock()
	c.calls[method]++
	c.mu.Unlock()
	if c.liar.lie.call == nil {
		return false, nil
	}
	return c.liar.lie.call(c, method)
}

func (c *liarConnection) CreateDataChannel(ctx context.Context, label string, init peer.DataChannelInit) (peer.ChannelHandle, error) {
	if skip, err := c.before("createDataChannel"); skip {
		return "", err
	}
	h, err := c.Connection.CreateDataChannel(ctx, label, init)
	c.channel = h
	return h, err
}

func (c *liarConnection) Send(ctx context.Context, h peer.ChannelHandle, m peer.Message) error {
	c.mu.Lock()
	c.sent = m
	c.mu.Unlock()
	if skip, err := c.before("send"); skip {
		return err
	}
	return c.Connection.Send(ctx, h, m)
}

func (c *liarConnection) AddTrack(ctx context.Context, kind peer.Kind) error {
	if skip, err := c.before("addTrack"); skip {
		return err
	}
	return c.Connection.AddTrack(ctx, kind)
}

func (c *liarConnection) CreateOffer(ctx context.Context, o peer.OfferOptions) (peer.SessionDescription, error) {
	if skip, err := c.before("createOffer"); skip {
		return peer.SessionDescription{}, err
	}
	return c.described(c.Connection.CreateOffer(ctx, o))
}

func (c *liarConnection) CreateAnswer(ctx context.Context) (peer.SessionDescription, error) {
	if skip, err := c.before("createAnswer"); skip {
		return peer.SessionDescription{}, err
	}
	return c.described(c.Connection.CreateAnswer(ctx))
}

func (c *liarConnection) described(d peer.SessionDescription, err error) (peer.SessionDescription, error) {
	if err == nil && c.liar.lie.describe != nil {
		own := d
		c.own = &own
		c.liar.lie.describe(c, &d)
	}
	return d, err
}

// SetLocalDescription sets what pion made, whatever the harness was told.
func (c *liarConnection) SetLocalDescription(ctx context.Context, d *peer.SessionDescription) error {
	if skip, err := c.before("setLocalDescription"); skip {
		return err
	}
	if c.own != nil {
		d = c.own
	}
	return c.Connection.SetLocalDescription(ctx, d)
}

func (c *liarConnection) SetRemoteDescription(ctx context.Context, d peer.SessionDescription) error {
	if skip, err := c.before("setRemoteDescription"); skip {
		return err
	}
	return c.Connection.SetRemoteDescription(ctx, d)
}

func (c *liarConnection) AddICECandidate(ctx context.Context, init *peer.ICECandidateInit) error {
	if skip, err := c.before("addIceCandidate"); skip {
		return err
	}
	return c.Connection.AddICECandidate(ctx, init)
}

func (c *liarConnection) Snapshot(ctx context.Context) (peer.Snapshot, error) {
	if skip, err := c.before("snapshot"); skip {
		return peer.Snapshot{}, err
	}
	s, err := c.Connection.Snapshot(ctx)
	if err == nil && c.liar.lie.snapshot != nil {
		c.liar.lie.snapshot(&s)
	}
	return s, err
}

func (c *liarConnection) Stats(ctx context.Context) (peer.Stats, error) {
	if skip, err := c.before("stats"); skip {
		return peer.Stats{}, err
	}
	s, err := c.Connection.Stats(ctx)
	if err == nil && c.liar.lie.stats != nil {
		c.liar.lie.stats(&s)
	}
	return s, err
}

func (c *liarConnection) Close(ctx context.Context) error {
	if skip, err := c.before("close"); skip {
		return err
	}
	return c.Connection.Close(ctx)
}

// lines hands each line to a lie before it is written.
type lines struct {
	to  io.Writer
	lie func([]byte) []byte
	buf []byte
}

func (l *lines) Write(b []byte) (int, error) {
	l.buf = append(l.buf, b...)
	for {
		line, rest, whole := bytes.Cut(l.buf, []byte("\n"))
		if !whole {
			return len(b), nil
		}
		if _, err := l.to.Write(l.lie(append(bytes.Clone(line), '\n'))); err != nil {
			return 0, err
		}
		l.buf = rest
	}
}

// serveLiar is the agent's main function. It returns the exit code.
func serveLiar(name, pids string) int {
	f, err := os.OpenFile(pids, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintln(f, os.Getpid())
	}
	if err != nil {
		panic(err)
	}
	known, ok := liars()[name]
	if !ok && name != honest {
		panic("no such liar: " + name)
	}
	var out io.Writer = os.Stdout
	os.Stdout = os.Stderr // pion's own log
	if known.launch != nil {
		known.launch()
	}
	if known.line != nil {
		out = &lines{to: out, lie: known.line}
	}
	p, err := pion.New(pion.Options{ID: "liar"})
	if err == nil {
		err = agent.Serve(context.Background(), os.Stdin, out, &liar{Peer: p, lie: known.lie})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
