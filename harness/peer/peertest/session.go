package peertest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/webrtc-rink/rink/harness/peer"
)

// burst is how many messages the slow-reader case sends to a reader that sleeps.
const burst = 500

func sessionCases() []Case {
	data := peer.Features{peer.FeatureDataChannel}
	return []Case{
		{
			Name:     "session",
			Explains: "two connections of one peer connect, and text and binary messages come back unchanged",
			Needs:    data,
			Run:      withPair(dataSession),
		},
		{
			Name:     "state-events",
			Explains: "connectionstatechange and signalingstatechange events tell of a session on both sides",
			Needs:    peer.Features{peer.FeatureDataChannel, peer.FeatureStates},
			Run:      withPair(stateEvents),
		},
		{
			Name:     "connected-snapshot",
			Explains: "the snapshots of a connected session have both descriptions with their types",
			Needs:    data,
			Run:      withPair(connectedSnapshot),
		},
		{
			Name:     "close-channel",
			Explains: "CloseDataChannel is seen on both sides as an event",
			Needs:    data,
			Run:      withPair(closeChannel),
		},
		{
			Name:     "slow-reader",
			Explains: "events that nobody reads block neither side, and none is lost",
			Needs:    data,
			Run:      withPair(slowReader),
		},
		{
			Name:     "isolation",
			Explains: "sessions at the same time do not see each other's events",
			Needs:    data,
			Run:      isolation,
		},
	}
}

// pair is two connections of one peer.
type pair struct{ a, b *Watched }

func openPair(ctx context.Context, p peer.Peer, suffix string) (pair, error) {
	a, err := Open(ctx, p, "offerer"+suffix, peer.Configuration{})
	if err != nil {
		return pair{}, err
	}
	b, err := Open(ctx, p, "answerer"+suffix, peer.Configuration{})
	if err != nil {
		return pair{}, errors.Join(err, shut(ctx, a))
	}
	return pair{a, b}, nil
}

func withPair(run func(context.Context, pair) error) func(context.Context, peer.Peer) error {
	return func(ctx context.Context, p peer.Peer) error {
		ab, err := openPair(ctx, p, "")
		if err != nil {
			return err
		}
		return errors.Join(run(ctx, ab), shut(ctx, ab.a, ab.b))
	}
}

// Link is a data channel that is open on both sides.
type Link struct {
	Label              string
	Offerer, Answerer  *Watched
	AtOfferer, AtOther peer.ChannelHandle
}

// ConnectData opens a channel at the offerer, connects, and waits until the
// channel is open on both sides.
func ConnectData(ctx context.Context, offerer, answerer *Watched, label string) (Link, error) {
	l := Link{Label: label, Offerer: offerer, Answerer: answerer}
	var err error
	if l.AtOfferer, err = offerer.CreateDataChannel(ctx, label, peer.DataChannelInit{}); err != nil {
		return l, fmt.Errorf("%s createDataChannel: %w", offerer.name, err)
	}
	if err := Connect(ctx, offerer, answerer); err != nil {
		return l, err
	}
	opened, err := offerer.Await(ctx, "open of channel "+label, OnChannel(peer.EventChannelOpen, label))
	if err != nil {
		return l, err
	}
	if opened.Channel != l.AtOfferer {
		return l, fmt.Errorf("%s open event: got channel %q, want the handle %q of createDataChannel", offerer.name, opened.Channel, l.AtOfferer)
	}
	incoming, err := answerer.Await(ctx, "datachannel "+label, OnChannel(peer.EventDataChannel, label))
	if err != nil {
		return l, err
	}
	if l.AtOther = incoming.Channel; l.AtOther == "" {
		return l, fmt.Errorf("%s datachannel event: got no channel handle, want one", answerer.name)
	}
	_, err = answerer.Await(ctx, "open of channel "+label, OnChannel(peer.EventChannelOpen, label))
	return l, err
}

// Echo sends m to the answerer, back from there, and compares both arrivals.
func (l Link) Echo(ctx context.Context, m peer.Message) error {
	there := len(l.Answerer.Log())
	if err := l.Offerer.Send(ctx, l.AtOfferer, m); err != nil {
		return fmt.Errorf("%s send: %w", l.Offerer.name, err)
	}
	got, err := l.arrival(ctx, l.Answerer, there)
	if err != nil {
		return err
	}
	if !got.Equal(m) {
		return fmt.Errorf("%s message: got %+v, want %+v", l.Answerer.name, got, m)
	}
	back := len(l.Offerer.Log())
	if err := l.Answerer.Send(ctx, l.AtOther, got); err != nil {
		return fmt.Errorf("%s send: %w", l.Answerer.name, err)
	}
	if got, err = l.arrival(ctx, l.Offerer, back); err != nil {
		return err
	}
	if !got.Equal(m) {
		return fmt.Errorf("%s message: got %+v, want %+v", l.Offerer.name, got, m)
	}
	return nil
}

// arrival returns the first message on the channel from event index on.
func (l Link) arrival(ctx context.Context, w *Watched, index int) (peer.Message, error) {
	next := 0
	e, err := w.Await(ctx, "message on channel "+l.Label, func(e peer.Event) bool {
		next++
		return next > index && e.Type == peer.EventMessage && e.Label == l.Label
	})
	if err != nil {
		return peer.Message{}, err
	}
	if e.Message == nil {
		return peer.Message{}, fmt.Errorf("%s message event: got no message", w.name)
	}
	return *e.Message, nil
}

func dataSession(ctx context.Context, ab pair) error {
	link, err := ConnectData(ctx, ab.a, ab.b, "rink")
	if err != nil {
		return err
	}
	bytes := make([]byte, 256)
	for i := range bytes {
		bytes[i] = byte(i)
	}
	for _, m := range []peer.Message{
		{Text: "plain"}, {Text: "häß, 鏡, 🏒 \" \\ \n"}, {Binary: true, Bytes: bytes}, {Binary: true, Bytes: []byte("text in bytes")},
	} {
		if err := link.Echo(ctx, m); err != nil {
			return err
		}
	}
	return inOrder(ab.b, "rink", peer.EventDataChannel, peer.EventChannelOpen, peer.EventMessage)
}

// inOrder compares the first events of the types on a channel with their order.
func inOrder(w *Watched, label string, types ...peer.EventType) error {
	at, log := -1, w.Log()
	for i, t := range types {
		first := -1
		for j, e := range log {
			if e.Type == t && e.Label == label {
				first = j
				break
			}
		}
		if first <= at {
			return fmt.Errorf("%s events of channel %s: got first %q at index %d, want after first %q at index %d",
				w.name, label, t, first, types[max(i-1, 0)], at)
		}
		at = first
	}
	return nil
}

func stateEvents(ctx context.Context, ab pair) error {
	if _, err := ConnectData(ctx, ab.a, ab.b, "rink"); err != nil {
		return err
	}
	for _, w := range []*Watched{ab.a, ab.b} {
		for _, want := range []struct {
			t     peer.EventType
			state string
		}{{peer.EventConnectionStateChange, "connected"}, {peer.EventSignalingStateChange, "stable"}} {
			if _, err := w.Await(ctx, string(want.t)+" to "+want.state, State(want.t, want.state)); err != nil {
				return err
			}
		}
	}
	return nil
}

func connectedSnapshot(ctx context.Context, ab pair) error {
	if _, err := ConnectData(ctx, ab.a, ab.b, "rink"); err != nil {
		return err
	}
	for _, side := range []struct {
		w             *Watched
		local, remote string
	}{{ab.a, "offer", "answer"}, {ab.b, "answer", "offer"}} {
		s, err := side.w.Snapshot(ctx)
		switch {
		case err != nil:
			return fmt.Errorf("%s snapshot: %w", side.w.name, err)
		case s.SignalingState != "stable" || s.ConnectionState != "connected":
			return fmt.Errorf("%s snapshot: got signalingState %q, connectionState %q, want \"stable\", \"connected\"",
				side.w.name, s.SignalingState, s.ConnectionState)
		case s.LocalDescription == nil || s.LocalDescription.Type != side.local || s.LocalDescription.SDP == "":
			return fmt.Errorf("%s localDescription: got %+v, want type %q with SDP", side.w.name, s.LocalDescription, side.local)
		case s.RemoteDescription == nil || s.RemoteDescription.Type != side.remote || s.RemoteDescription.SDP == "":
			return fmt.Errorf("%s remoteDescription: got %+v, want type %q with SDP", side.w.name, s.RemoteDescription, side.remote)
		}
	}
	return nil
}

func closeChannel(ctx context.Context, ab pair) error {
	link, err := ConnectData(ctx, ab.a, ab.b, "rink")
	if err != nil {
		return err
	}
	if err := ab.a.CloseDataChannel(ctx, link.AtOfferer); err != nil {
		return fmt.Errorf("closeDataChannel: %w", err)
	}
	for _, w := range []*Watched{ab.a, ab.b} {
		if _, err := w.Await(ctx, "close of channel rink", OnChannel(peer.EventChannelClose, "rink")); err != nil {
			return err
		}
	}
	return nil
}

func slowReader(ctx context.Context, ab pair) error {
	link, err := ConnectData(ctx, ab.a, ab.b, "rink")
	if err != nil {
		return err
	}
	ab.b.Pause()
	err = sendBurst(ctx, link)
	ab.b.Resume()
	if err != nil {
		return err
	}
	next := 0
	_, err = ab.b.Await(ctx, fmt.Sprintf("%d messages in order", burst), func(e peer.Event) bool {
		if e.Type == peer.EventMessage && e.Message != nil && e.Message.Text == fmt.Sprintf("burst %d", next) {
			next++
		}
		return next == burst
	})
	return err
}

// sendBurst sends to the side that does not read, and then from there, which
// shows that neither its calls nor its events wait for the reader.
func sendBurst(ctx context.Context, link Link) error {
	for i := range burst {
		if err := link.Offerer.Send(ctx, link.AtOfferer, peer.Message{Text: fmt.Sprintf("burst %d", i)}); err != nil {
			return fmt.Errorf("send %d of %d to a slow reader: %w", i, burst, err)
		}
	}
	if err := link.Answerer.Send(ctx, link.AtOther, peer.Message{Text: "awake"}); err != nil {
		return fmt.Errorf("send of a slow reader: %w", err)
	}
	_, err := link.Offerer.Await(ctx, "message from the slow reader", func(e peer.Event) bool {
		return e.Type == peer.EventMessage && e.Message != nil && e.Message.Text == "awake"
	})
	return err
}

func isolation(ctx context.Context, p peer.Peer) error {
	idle, err := Open(ctx, p, "idle connection", peer.Configuration{})
	if err != nil {
		return err
	}
	labels := []string{"one", "two"}
	errs := make([]error, len(labels))
	var running sync.WaitGroup
	for i, label := range labels {
		running.Go(func() {
			pair, err := openPair(ctx, p, " "+label)
			if err != nil {
				errs[i] = err
				return
			}
			errs[i] = errors.Join(isolated(ctx, pair, label), shut(ctx, pair.a, pair.b))
		})
	}
	running.Wait()
	err = errors.Join(errs...)
	for _, e := range idle.Log() {
		if e.Type != peer.EventLog {
			err = errors.Join(err, fmt.Errorf("idle connection: got event %s, want none", e.Type))
		}
	}
	return errors.Join(err, shut(ctx, idle))
}

func isolated(ctx context.Context, ab pair, label string) error {
	link, err := ConnectData(ctx, ab.a, ab.b, label)
	if err != nil {
		return err
	}
	for i := range 5 {
		if err := link.Echo(ctx, peer.Message{Text: fmt.Sprintf("%s %d", label, i)}); err != nil {
			return err
		}
	}
	for _, w := range []*Watched{ab.a, ab.b} {
		for _, e := range w.Log() {
			if e.Label != "" && e.Label != label {
				return fmt.Errorf("%s event %s: got channel %q, want only %q", w.name, e.Type, e.Label, label)
			}
		}
	}
	return nil
}
