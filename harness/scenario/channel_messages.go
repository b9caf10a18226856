package scenario

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// How much sendMessages sends each way: on a reliable channel, and on each other.
const (
	manyMessages = 1000
	someMessages = 100
)

// largeSizes are the sizes that are tried where the receiver takes them, in bytes.
var largeSizes = []int{16 << 10, 64 << 10, 256 << 10}

// sendMessages sends empty messages, many small ones and large ones, and reads the
// counters once all has arrived.
func (s *session) sendMessages(ctx context.Context) error {
	if err := s.established(ctx); err != nil {
		return err
	}
	kinds := []kind{{"empty", peer.DataChannelInit{}}, {"counted", peer.DataChannelInit{}}, {large(trace.Offerer), peer.DataChannelInit{}}, {large(trace.Answerer), peer.DataChannelInit{}}, {"buffered", peer.DataChannelInit{}}}
	kinds = append(kinds, channelKinds(trace.Offerer, s.sides[trace.Offerer].desc.Features)[1:]...)
	var labels []string
	for _, k := range kinds {
		h, err := s.openOne(ctx, trace.Offerer, k.label, k.init)
		if err != nil {
			return err
		}
		if h != "" {
			labels = append(labels, k.label)
		}
	}
	if err := s.opened(ctx, labels...); err != nil {
		return err
	}
	if err := s.readChannels(ctx); err != nil {
		return err
	}
	if err := s.sendSeries(ctx, same("empty"), []peer.Message{{}, {Binary: true}}); err != nil {
		return err
	}
	for _, label := range labels[5:] {
		if err := s.sendSeries(ctx, same(label), numbered(someMessages)); err != nil {
			return err
		}
	}
	if err := s.sendSeries(ctx, same("counted"), numbered(manyMessages)); err != nil {
		return err
	}
	if err := s.sendLarge(ctx); err != nil {
		return err
	}
	if err := s.buffer(ctx); err != nil {
		return err
	}
	if err := s.countedStats(ctx); err != nil {
		return err
	}
	return s.finish(ctx)
}

func numbered(n int) []peer.Message {
	all := make([]peer.Message, n)
	for i := range all {
		all[i].Text = strconv.Itoa(i)
	}
	return all
}

// large is the channel that an end sends large messages on: one for each, since an
// implementation may close the channel on which one is too large for it.
func large(at trace.Side) string { return "large-" + string(at) }

// same is a channel that both ends send on.
func same(label string) func(trace.Side) string { return func(trace.Side) string { return label } }

// sendSeries sends the messages from each end on its channel and waits until as many
// have arrived, or the channel is closed.
func (s *session) sendSeries(ctx context.Context, label func(trace.Side) string, messages []peer.Message) error {
	before := map[trace.Side]int{}
	s.board.read(func() {
		for _, at := range trace.Sides() {
			if _, c := s.sides[at].state.labelled(label(at.Other())); c != nil {
				before[at] = c.received
			}
		}
	})
	sent := map[trace.Side]*int{trace.Offerer: new(int), trace.Answerer: new(int)}
	err := both(func(at trace.Side) error {
		h := s.on(at, label(at))
		for _, m := range messages {
			if h == "" {
				return nil
			}
			ok, err := accepted(s.sides[at].conn.send(ctx, h, m))
			if err != nil {
				return err
			}
			if ok {
				*sent[at]++
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.lenient(s.await(ctx, "messages arrive", s.opt.Timeouts.App, func(o, a *state) (bool, []want) {
		var missing []want
		for _, at := range trace.Sides() {
			st := o
			if at == trace.Answerer {
				st = a
			}
			from := label(at.Other())
			_, c := st.labelled(from)
			due := before[at] + *sent[at.Other()]
			if c != nil && c.received < due && c.closes == 0 {
				missing = append(missing, want{at, fmt.Sprintf("receives %d messages on %s, has %d", due, from, c.received)})
			}
		}
		return len(missing) == 0, missing
	}))
}

// takes is how large a message the other end of an end takes, in bytes: what its
// description says (RFC 8841 section 6.1: 64 KiB where it says nothing).
func (s *session) takes(ctx context.Context, at trace.Side) (int, error) {
	snap, err := s.sides[at].conn.snapshot(ctx, trace.MomentConnected)
	if err != nil || snap.RemoteDescription == nil {
		return 0, s.tolerate(err)
	}
	d, err := wire.ParseDescription(snap.RemoteDescription.SDP)
	if err != nil {
		return 0, nil // for the checks
	}
	if size, ok := d.MaxMessageSize(); ok && size == 0 {
		return largeSizes[len(largeSizes)-1], nil
	} else if ok {
		return size, nil
	}
	return wire.DefaultMaxMessageSize, nil
}

// sendLarge sends one message of each size both ways, up to what the receiver takes.
func (s *session) sendLarge(ctx context.Context) error {
	limit := largeSizes[len(largeSizes)-1]
	for _, at := range trace.Sides() {
		size, err := s.takes(ctx, at)
		if err != nil {
			return err
		}
		limit = min(limit, size)
	}
	for _, size := range largeSizes {
		if size > limit {
			s.rec.Logf("", "no message of %d bytes: one end takes %d", size, limit)
			continue
		}
		if err := s.sendSeries(ctx, large, []peer.Message{{Binary: true, Bytes: noise(size)}}); err != nil {
			return err
		}
	}
	return nil
}

// noise is bytes that repeat nowhere, the same for each size.
func noise(size int) []byte {
	var all []byte
	for block := sha256.Sum256([]byte(strconv.Itoa(size))); len(all) < size; block = sha256.Sum256(block[:]) {
		all = append(all, block[:]...)
	}
	return all[:size]
}

// What buffer sends and the threshold that it sets, in bytes.
const (
	bufferedBytes     = 60000
	bufferedThreshold = 1024
)

// buffer sends one message that is larger than the low threshold of its channel, and
// reads bufferedAmount before, right after, and when it has fallen.
func (s *session) buffer(ctx context.Context) error {
	const label = "buffered"
	return both(func(at trace.Side) error {
		side, h := s.sides[at], s.on(at, label)
		if !side.desc.Features.Has(peer.FeatureBufferedAmount) || h == "" {
			return nil
		}
		if err := side.conn.setLowThreshold(ctx, h, bufferedThreshold); err != nil {
			return s.tolerate(err)
		}
		if err := s.readBuffered(ctx, side, h); err != nil {
			return err
		}
		if err := s.sendOn(ctx, at, label, peer.Message{Binary: true, Bytes: noise(bufferedBytes)}); err != nil {
			return err
		}
		if err := s.readBuffered(ctx, side, h); err != nil {
			return err
		}
		err := s.await(ctx, "bufferedamountlow", s.opt.Timeouts.Settle, func(o, a *state) (bool, []want) {
			st := o
			if at == trace.Answerer {
				st = a
			}
			return st.channels[h].lows > 0, []want{{at, "says bufferedamountlow"}}
		})
		if err := s.lenient(err); err != nil {
			return err
		}
		return s.drained(ctx, side, h)
	})
}

func (s *session) readBuffered(ctx context.Context, side *side, h peer.ChannelHandle) error {
	if !side.desc.Features.Has(peer.FeatureChannelState) {
		return nil
	}
	_, err := side.conn.channel(ctx, h)
	return s.tolerate(err)
}

// drained reads bufferedAmount until it is 0 or the time to settle is over.
func (s *session) drained(ctx context.Context, side *side, h peer.ChannelHandle) error {
	if !side.desc.Features.Has(peer.FeatureChannelState) {
		return nil
	}
	deadline := time.Now().Add(s.opt.Timeouts.Settle)
	for {
		st, err := side.conn.channel(ctx, h)
		if err != nil || st.BufferedAmount == 0 || time.Now().After(deadline) {
			return s.tolerate(err)
		}
		if err := sleep(ctx, 20*time.Millisecond); err != nil {
			return fmt.Errorf("%s: bufferedAmount: %w", side.name, err)
		}
	}
}

// countedStats reads the stats until the channels count what each end received, or
// the time to settle is over: a browser keeps stats for a while before it makes new
// ones.
func (s *session) countedStats(ctx context.Context) error {
	stats, err := s.poll(ctx, s.opt.Timeouts.Settle, func(stats map[trace.Side]peer.Stats) bool {
		for at, st := range stats {
			for _, c := range st.Channels {
				var received int
				s.board.read(func() {
					if _, ch := s.sides[at].state.labelled(c.Label); ch != nil {
						received = ch.received
					}
				})
				if c.MessagesReceived < uint64(received) { //nolint:gosec // a count
					return false
				}
			}
		}
		return true
	})
	if err := s.tolerate(err); err != nil {
		return err
	}
	s.keepStats(trace.MomentSent, stats)
	return nil
}

// limitMessages sends a message as large as the descriptions allow, then one that is
// a byte larger, which the sender has to refuse.
func (s *session) limitMessages(ctx context.Context) error {
	if err := s.established(ctx); err != nil {
		return err
	}
	if err := s.sendSeries(ctx, same(channelLabel), []peer.Message{{Binary: true, Bytes: noise(messageLimit)}}); err != nil {
		return err
	}
	err := both(func(at trace.Side) error {
		_, err := accepted(s.sides[at].conn.probing(trace.ProbeAboveLimit).send(ctx, s.on(at, channelLabel), peer.Message{Binary: true, Bytes: noise(messageLimit + 1)}))
		return err
	})
	if err != nil {
		return err
	}
	if err := s.swap(ctx, channelLabel, "rink-after-limit"); err != nil {
		return err
	}
	return s.finish(ctx)
}
