package peertest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Cycles is how often the open-close-cycles case opens and closes a connection.
const Cycles = 20

// prompt bounds a call that has nothing to wait for.
const prompt = 5 * time.Second

func lifeCases() []Case {
	return []Case{
		{
			Name:     "describe",
			Explains: "a description has an ID, an implementation, a version or \"unknown\", and says where the version was read",
			Run:      describe,
		},
		{
			Name:     "close-twice",
			Explains: "Close of a connection may be called more than once and closes the events channel",
			Run:      closeTwice,
		},
		{
			Name:     "after-close",
			Explains: "calls on a closed connection return a named error and never hang",
			Run:      afterClose,
		},
		{
			Name:     "cancelled-context",
			Explains: "a call with a cancelled context returns at once with the context's error and leaves the connection usable",
			Run:      cancelledContext,
		},
		{
			Name:     "open-close-cycles",
			Explains: "connections can be opened, used and closed over and over",
			Run:      openCloseCycles,
		},
	}
}

func describe(_ context.Context, p peer.Peer) error {
	d := p.Describe()
	var errs []error
	for _, f := range []struct{ name, got string }{
		{"id", d.ID}, {"implementation", d.Implementation}, {"version", d.Version}, {"versionSource", d.VersionSource},
	} {
		if f.got == "" {
			errs = append(errs, fmt.Errorf("description %s: got \"\", want a value", f.name))
		}
	}
	known := peer.AllFeatures()
	for _, f := range d.Features {
		if !known.Has(f) {
			errs = append(errs, fmt.Errorf("description features: got %q, want only features that package peer names", f))
		}
	}
	return errors.Join(errs...)
}

func closeTwice(ctx context.Context, p peer.Peer) error {
	w, err := Open(ctx, p, "connection", peer.Configuration{})
	if err != nil {
		return err
	}
	if err := shut(ctx, w); err != nil {
		return err
	}
	if err := w.Close(ctx); err != nil {
		return fmt.Errorf("second close: got %w, want no error", err)
	}
	return nil
}

// call is one method of a connection with arguments that suit a new connection.
type call struct {
	name string
	do   func(context.Context, peer.Connection) error
}

func changingCalls() []call {
	return []call{
		{"createDataChannel", func(ctx context.Context, c peer.Connection) error {
			_, err := c.CreateDataChannel(ctx, "late", peer.DataChannelInit{})
			return err
		}},
		{"createOffer", func(ctx context.Context, c peer.Connection) error {
			_, err := c.CreateOffer(ctx, peer.OfferOptions{})
			return err
		}},
		{"createAnswer", func(ctx context.Context, c peer.Connection) error {
			_, err := c.CreateAnswer(ctx)
			return err
		}},
		{"setLocalDescription", func(ctx context.Context, c peer.Connection) error {
			return c.SetLocalDescription(ctx, &peer.SessionDescription{Type: "offer", SDP: "v=0\r\n"})
		}},
		{"setRemoteDescription", func(ctx context.Context, c peer.Connection) error {
			return c.SetRemoteDescription(ctx, peer.SessionDescription{Type: "offer", SDP: "v=0\r\n"})
		}},
		{"send", func(ctx context.Context, c peer.Connection) error {
			return c.Send(ctx, "no such channel", peer.Message{Text: "late"})
		}},
	}
}

func readingCalls() []call {
	return []call{
		{"snapshot", func(ctx context.Context, c peer.Connection) error {
			_, err := c.Snapshot(ctx)
			return err
		}},
		{"stats", func(ctx context.Context, c peer.Connection) error {
			_, err := c.Stats(ctx)
			return err
		}},
	}
}

func afterClose(ctx context.Context, p peer.Peer) error {
	w, err := Open(ctx, p, "connection", peer.Configuration{})
	if err != nil {
		return err
	}
	if err := shut(ctx, w); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	var errs []error
	for _, c := range changingCalls() {
		errs = append(errs, named(c.name+" after close", c.do(ctx, w)))
	}
	for _, c := range readingCalls() { // W3C lets attributes and getStats be read
		errs = append(errs, refusedOrFine(c.name+" after close", c.do(ctx, w)))
	}
	return errors.Join(errs...)
}

func cancelledContext(ctx context.Context, p peer.Peer) error {
	dead, cancel := context.WithCancel(ctx)
	cancel()
	if c, err := p.Open(dead, peer.Configuration{}); err == nil {
		return errors.Join(errors.New("open with a cancelled context: got a connection, want context canceled"), c.Close(ctx))
	}
	w, err := Open(ctx, p, "connection", peer.Configuration{})
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range append(changingCalls(), readingCalls()...) {
		start := time.Now()
		if err := c.do(dead, w); !errors.Is(err, context.Canceled) {
			errs = append(errs, fmt.Errorf("%s with a cancelled context: got %w, want context canceled", c.name, orNil(err)))
		}
		if took := time.Since(start); took > prompt {
			errs = append(errs, fmt.Errorf("%s with a cancelled context: took %v, want a prompt return", c.name, took))
		}
	}
	if _, err := offerWithChannel(ctx, w); err != nil {
		errs = append(errs, fmt.Errorf("after calls with a cancelled context: %w", err))
	}
	return errors.Join(append(errs, shut(ctx, w))...)
}

var errNone = errors.New("no error")

func orNil(err error) error {
	if err == nil {
		return errNone
	}
	return err
}

func openCloseCycles(ctx context.Context, p peer.Peer) error {
	for i := range Cycles {
		w, err := Open(ctx, p, "connection", peer.Configuration{})
		if err == nil {
			_, err = offerWithChannel(ctx, w)
			err = errors.Join(err, shut(ctx, w))
		}
		if err != nil {
			return fmt.Errorf("cycle %d of %d: %w", i+1, Cycles, err)
		}
	}
	return nil
}

func closePeer(ctx context.Context, p peer.Peer) error {
	for _, time := range []string{"first", "second"} {
		if err := p.Close(); err != nil {
			return fmt.Errorf("%s close of the peer: got %w, want no error", time, err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	c, err := p.Open(ctx, peer.Configuration{})
	switch {
	case err == nil:
		return errors.Join(errors.New("open of a closed peer: got a connection, want an error"), c.Close(ctx))
	case ctx.Err() != nil:
		return fmt.Errorf("open of a closed peer: hung until %w", err)
	}
	return nil
}
