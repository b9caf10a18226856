package check_test

import (
	"context"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/mutant"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// teller is a fake that tells of itself in its own way; what is nil is the truth.
type teller struct {
	peer.Peer
	stats func(*peer.Stats) error
	// mute leaves messages out.
	mute bool
	// snapshot alters what it says of its states, hear each event.
	snapshot func(*peer.Snapshot)
	hear     func(peer.Event) []peer.Event
}

func (p teller) Open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	conn, err := p.Peer.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	return tellerConnection{conn, p}, nil
}

type tellerConnection struct {
	peer.Connection
	of teller
}

func (c tellerConnection) Stats(ctx context.Context) (peer.Stats, error) {
	s, err := c.Connection.Stats(ctx)
	if err == nil && c.of.stats != nil {
		err = c.of.stats(&s)
	}
	return s, err
}

func (c tellerConnection) Send(ctx context.Context, h peer.ChannelHandle, m peer.Message) error {
	if c.of.mute {
		return nil
	}
	return c.Connection.Send(ctx, h, m)
}

func (c tellerConnection) Snapshot(ctx context.Context) (peer.Snapshot, error) {
	s, err := c.Connection.Snapshot(ctx)
	if c.of.snapshot != nil {
		c.of.snapshot(&s)
	}
	return s, err
}

func (c tellerConnection) Events() <-chan peer.Event {
	if c.of.hear == nil {
		return c.Connection.Events()
	}
	out := make(chan peer.Event)
	go func() {
		defer close(out)
		for e := range c.Connection.Events() {
			for _, told := range c.of.hear(e) {
				out <- told
			}
		}
	}()
	return out
}

// between grades a session of an offerer that tells in its own way with a healthy
// answerer, and returns the findings of one check by side.
func between(t *testing.T, offerer teller, id string) map[trace.Side][]check.Finding {
	t.Helper()
	sc, _ := scenario.ByName("connect-data")
	network := fake.NewNetwork()
	offerer.Peer = network.Peer("offerer")
	answerer := network.Peer("answerer")
	defer offerer.Close()
	defer answerer.Close()
	limits := mutant.Timeouts(sc)
	limits.App = limits.Settle
	result := scenario.Run(t.Context(), sc, offerer, answerer, scenario.Options{ID: sc.Name, Seed: 1, Timeouts: limits})
	c, err := check.ByID(id)
	if err != nil {
		t.Fatal(err)
	}
	grades, err := check.GradeTrace(result.Records, []check.Check{c})
	if err != nil {
		t.Fatal(err)
	}
	found := map[trace.Side][]check.Finding{}
	for _, g := range grades {
		found[g.Side] = g.Findings
	}
	return found
}

func onLocal(change func(c *peer.CandidateStats)) func(*peer.Stats) error {
	return func(s *peer.Stats) error {
		for _, t := range s.Transports {
			if t.Local != nil {
				change(t.Local)
			}
		}
		return nil
	}
}

func TestASelectedCandidateThatWasNotSurfacedIsFoundAtItsOwnEnd(t *testing.T) {
	t.Parallel()
	found := between(t, teller{stats: onLocal(func(c *peer.CandidateStats) { c.Address = "198.51.100.7" })}, "CONN-002")
	mine, its := found[trace.Offerer], found[trace.Answerer]
	if len(mine) != 1 || mine[0].Joint || mine[0].Object != "local candidate of the selected pair" {
		t.Errorf("at the offerer: got %v, want its local candidate", mine)
	}
	if len(its) != 0 {
		t.Errorf("at the answerer: got %v, want nothing", its)
	}
}

// An address that is hidden can be any.
func TestAHiddenAddressIsOfASurfacedCandidateByItsPort(t *testing.T) {
	t.Parallel()
	for _, hidden := range []string{"", "0b1c2d3e.local"} {
		found := between(t, teller{stats: onLocal(func(c *peer.CandidateStats) { c.Address = hidden })}, "CONN-002")
		if len(found[trace.Offerer])+len(found[trace.Answerer]) != 0 {
			t.Errorf("address %q: got %v, want nothing", hidden, found)
		}
	}
}

// The session stops before it reads any stats: that no pair is named says nothing
// of either end.
func TestAStoppedSessionIsNotAskedForItsSelectedPair(t *testing.T) {
	t.Parallel()
	found := between(t, teller{mute: true}, "CONN-001")
	if mine := found[trace.Offerer]; len(mine) != 0 {
		t.Errorf("at the offerer: got %v, want nothing", mine)
	}
	if its := found[trace.Answerer]; len(its) != 1 || !its[0].Joint || its[0].Object != "data channel" {
		t.Errorf("at the answerer: got %v, want the nonce that did not arrive", its)
	}
}

// A peer that declares that it can name its pair and then refuses to is not saved
// by the refusal, and the other end has no part in it.
func TestRefusedStatsAreAMissingPairOfTheEndThatRefuses(t *testing.T) {
	t.Parallel()
	found := between(t, teller{stats: func(*peer.Stats) error { return peer.Errorf(peer.InvalidStateError, "not now") }}, "STATS-004")
	if mine := found[trace.Offerer]; len(mine) != 1 || mine[0].Joint || mine[0].Object != "selected pair" || mine[0].Got != "none" {
		t.Errorf("at the offerer: got %v, want no selected pair", mine)
	}
	if its := found[trace.Answerer]; len(its) != 0 {
		t.Errorf("at the answerer: got %v, want nothing", its)
	}
}

// What a peer says of its states in two ways has to agree, and a connection has to
// last for as long as the session.
func TestWhatAPeerSaysOfItselfAgrees(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		offerer       teller
		check, object string
		got           string
	}{
		"an iceConnectionState that no event said": {
			teller{snapshot: func(s *peer.Snapshot) { s.ICEConnectionState = "new" }}, "STATE-001", "iceConnectionState", "the attribute new, which no event said",
		},
		"a connectionState that no event said": {
			teller{snapshot: func(s *peer.Snapshot) { s.ConnectionState = "failed" }}, "STATE-002", "connectionState", "the attribute failed, which no event said",
		},
		"a signalingState of before": {
			teller{snapshot: func(s *peer.Snapshot) { s.SignalingState = "have-local-offer" }}, "STATE-003", "signalingState", "the attribute have-local-offer at the end",
		},
		"a failure at the end": {
			teller{hear: func(e peer.Event) []peer.Event {
				if e.Type == peer.EventMessage && e.Message.Binary {
					return []peer.Event{e, {Type: peer.EventConnectionStateChange, State: "failed"}}
				}
				return []peer.Event{e}
			}}, "STATE-002", "connectionState", "failed at the end of the session",
		},
		"messages of a channel that is not": {
			teller{hear: func(e peer.Event) []peer.Event {
				if e.Type == peer.EventMessage {
					e.Channel = "none"
				}
				return []peer.Event{e}
			}}, "DATA-003", "messages", "received on a channel that this end never opened",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := between(t, tc.offerer, tc.check)
			if mine := found[trace.Offerer]; len(mine) != 1 || mine[0].Joint || mine[0].Object != tc.object || mine[0].Got != tc.got {
				t.Errorf("at the offerer: got %v, want %s: %s", mine, tc.object, tc.got)
			}
			if its := found[trace.Answerer]; len(its) != 0 {
				t.Errorf("at the answerer: got %v, want nothing", its)
			}
		})
	}
}
