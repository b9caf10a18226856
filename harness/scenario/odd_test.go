package scenario_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/mutant"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// patience is how long a test waits for what is to come at once: only a hang
// meets it.
const patience = time.Minute

// brief timeouts are those of fakes, with little time for two that are to stay apart.
func brief() scenario.Timeouts {
	t := mutant.Timeouts(scenario.Scenario{})
	t.Apart = 20 * time.Millisecond
	return t
}

// odd is a healthy peer that a test makes misbehave; what is nil is healthy.
type odd struct {
	peer.Peer
	features peer.Features
	// open comes before a connection is made; an error is the answer.
	open func(ctx context.Context, c peer.Configuration) error
	// call comes before each call on a connection, by its W3C name; an error is
	// the answer.
	call func(ctx context.Context, method string) error
	// hear turns each event into those that the session gets. After an event of
	// type gone the stream ends.
	hear func(e peer.Event) []peer.Event
	// flood says events until it is stopped.
	flood func(put func(peer.Event), stop <-chan struct{})
	// timeless events have no time of their own.
	timeless bool
	// stats alters what getStats returns.
	stats func(s *peer.Stats)
	// describe alters what createOffer and createAnswer return.
	describe func(d *peer.SessionDescription)
}

func (o *odd) Describe() peer.Description {
	d := o.Peer.Describe()
	if o.features != nil {
		d.Features = o.features
	}
	return d
}

func (o *odd) Open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	if o.open != nil {
		if err := o.open(ctx, c); err != nil {
			return nil, err
		}
	}
	inner, err := o.Peer.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	conn := &oddConnection{Connection: inner, odd: o, queue: peer.NewEventQueue(), stop: make(chan struct{})}
	go conn.pump()
	if o.flood != nil {
		conn.flooding.Go(func() { o.flood(conn.queue.Put, conn.stop) })
	}
	return conn, nil
}

type oddConnection struct {
	peer.Connection
	odd      *odd
	queue    *peer.EventQueue
	flooding sync.WaitGroup
	once     sync.Once
	stop     chan struct{}
}

func (c *oddConnection) pump() {
	for e := range c.Connection.Events() {
		out := []peer.Event{e}
		if c.odd.hear != nil {
			out = c.odd.hear(e)
		}
		for _, e := range out {
			c.queue.Put(e)
			if e.Type == peer.EventGone {
				c.queue.Close()
			}
		}
	}
	c.flooding.Wait()
	c.queue.Close()
}

func (c *oddConnection) Events() <-chan peer.Event {
	if !c.odd.timeless {
		return c.queue.Events()
	}
	out := make(chan peer.Event)
	go func() {
		defer close(out)
		for e := range c.queue.Events() {
			e.At = time.Time{}
			out <- e
		}
	}()
	return out
}

func (c *oddConnection) before(ctx context.Context, method string) error {
	if c.odd.call == nil {
		return nil
	}
	return c.odd.call(ctx, method)
}

func (c *oddConnection) CreateDataChannel(ctx context.Context, label string, init peer.DataChannelInit) (peer.ChannelHandle, error) {
	if err := c.before(ctx, "createDataChannel"); err != nil {
		return "", err
	}
	return c.Connection.CreateDataChannel(ctx, label, init)
}

func (c *oddConnection) Send(ctx context.Context, h peer.ChannelHandle, m peer.Message) error {
	if err := c.before(ctx, "send"); err != nil {
		return err
	}
	return c.Connection.Send(ctx, h, m)
}

func (c *oddConnection) created(ctx context.Context, method string, create func() (peer.SessionDescription, error)) (peer.SessionDescription, error) {
	if err := c.before(ctx, method); err != nil {
		return peer.SessionDescription{}, err
	}
	d, err := create()
	if err == nil && c.odd.describe != nil {
		c.odd.describe(&d)
	}
	return d, err
}

func (c *oddConnection) CreateOffer(ctx context.Context, o peer.OfferOptions) (peer.SessionDescription, error) {
	return c.created(ctx, "createOffer", func() (peer.SessionDescription, error) { return c.Connection.CreateOffer(ctx, o) })
}

func (c *oddConnection) CreateAnswer(ctx context.Context) (peer.SessionDescription, error) {
	return c.created(ctx, "createAnswer", func() (peer.SessionDescription, error) { return c.Connection.CreateAnswer(ctx) })
}

func (c *oddConnection) SetLocalDescription(ctx context.Context, d *peer.SessionDescription) error {
	if err := c.before(ctx, "setLocalDescription"); err != nil {
		return err
	}
	return c.Connection.SetLocalDescription(ctx, d)
}

func (c *oddConnection) SetRemoteDescription(ctx context.Context, d peer.SessionDescription) error {
	if err := c.before(ctx, "setRemoteDescription"); err != nil {
		return err
	}
	return c.Connection.SetRemoteDescription(ctx, d)
}

func (c *oddConnection) AddICECandidate(ctx context.Context, init *peer.ICECandidateInit) error {
	if err := c.before(ctx, "addIceCandidate"); err != nil {
		return err
	}
	return c.Connection.AddICECandidate(ctx, init)
}

func (c *oddConnection) Snapshot(ctx context.Context) (peer.Snapshot, error) {
	if err := c.before(ctx, "snapshot"); err != nil {
		return peer.Snapshot{}, err
	}
	return c.Connection.Snapshot(ctx)
}

func (c *oddConnection) Stats(ctx context.Context) (peer.Stats, error) {
	if err := c.before(ctx, "stats"); err != nil {
		return peer.Stats{}, err
	}
	s, err := c.Connection.Stats(ctx)
	if c.odd.stats != nil {
		c.odd.stats(&s)
	}
	return s, err
}

func (c *oddConnection) Close(ctx context.Context) error {
	if err := c.before(ctx, "close"); err != nil {
		return err
	}
	c.once.Do(func() { close(c.stop) })
	return c.Connection.Close(ctx)
}

// pair is two fakes of one network; a test makes one of them odd.
type pair struct{ offerer, answerer *odd }

func newPair(t *testing.T, defects ...fake.Defect) pair {
	t.Helper()
	by := map[trace.Side][]fake.Defect{}
	for _, d := range defects {
		by[d.Side] = append(by[d.Side], d)
	}
	network := fake.NewNetwork()
	p := pair{
		&odd{Peer: network.Peer("fake-offerer", by[trace.Offerer]...)},
		&odd{Peer: network.Peer("fake-answerer", by[trace.Answerer]...)},
	}
	t.Cleanup(func() {
		for _, o := range []*odd{p.offerer, p.answerer} {
			if err := o.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	return p
}

func (p pair) at(side trace.Side) *odd {
	if side == trace.Answerer {
		return p.answerer
	}
	return p.offerer
}

func defect(t *testing.T, name string) fake.Defect {
	t.Helper()
	for _, d := range fake.Defects() {
		if d.Name == name {
			return d
		}
	}
	t.Fatalf("defect %q: there is none", name)
	return fake.Defect{}
}

func named(t *testing.T, name string) scenario.Scenario {
	t.Helper()
	sc, ok := scenario.ByName(name)
	if !ok {
		t.Fatalf("scenario %q: there is none", name)
	}
	return sc
}

// play runs a scenario and fails the test when that hangs.
func (p pair) play(ctx context.Context, t *testing.T, name string, limits scenario.Timeouts) scenario.Result {
	t.Helper()
	return p.record(ctx, t, name, limits, nil)
}

// record is play with a recorder of the test's own.
func (p pair) record(ctx context.Context, t *testing.T, name string, limits scenario.Timeouts, rec *trace.Recorder) scenario.Result {
	t.Helper()
	return p.run(ctx, t, named(t, name), limits, rec)
}

// run is record for a scenario that is in no list.
func (p pair) run(ctx context.Context, t *testing.T, sc scenario.Scenario, limits scenario.Timeouts, rec *trace.Recorder) scenario.Result {
	t.Helper()
	done := make(chan scenario.Result, 1)
	go func() {
		done <- scenario.Run(ctx, sc, p.offerer, p.answerer, scenario.Options{ID: sc.Name, Seed: 1, Timeouts: limits, Recorder: rec})
	}()
	select {
	case r := <-done:
		return r
	case <-time.After(patience):
		t.Fatalf("%s: still at it after %v", sc.Name, patience)
		return scenario.Result{}
	}
}

// logs are the sentences of the harness in a trace.
func logs(records []trace.Record) string {
	text := ""
	for _, r := range records {
		if r.Kind == trace.KindLog {
			text += string(r.Side) + ": " + r.Log + "\n"
		}
	}
	return text
}
