package fake

import (
	"context"
	"fmt"
	"slices"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/wire"
)

// transceiver is one RTCRtpTransceiver. It has a track when it was made by AddTrack
// or with a direction that sends.
type transceiver struct {
	kind               peer.Kind
	mid                string // empty until it is associated with a section
	direction, current string
	byTrack            bool // AddTrack made it, and a later remote offer may use it
	received           bool // a remote offer made it, and it has no track
	stopped            bool
}

func (c *connection) addTransceiver(t *transceiver) {
	c.transceivers = append(c.transceivers, t)
	c.wanted = append(c.wanted, string(t.kind))
}

// of is the transceiver of that mid, or nil.
func (c *connection) of(mid string) *transceiver {
	i := slices.IndexFunc(c.transceivers, func(t *transceiver) bool { return mid != "" && t.mid == mid })
	if i < 0 {
		return nil
	}
	return c.transceivers[i]
}

func (c *connection) transceiverStates() []peer.TransceiverState {
	var all []peer.TransceiverState
	for _, t := range c.transceivers {
		s := peer.TransceiverState{Kind: t.kind, Direction: t.direction, CurrentDirection: t.current}
		if t.mid != "" {
			mid := t.mid
			s.Mid = &mid
		}
		if t.stopped {
			s.Direction, s.CurrentDirection = "stopped", "stopped"
		}
		all = append(all, s)
	}
	return all
}

func (c *connection) SetDirection(_ context.Context, mid, direction string) error {
	return c.change(mid, func(t *transceiver) { t.direction = direction })
}

func (c *connection) StopTransceiver(_ context.Context, mid string) error {
	return c.change(mid, func(t *transceiver) { t.stopped = true })
}

func (c *connection) change(mid string, to func(*transceiver)) error {
	defer c.lock()()
	if err := c.usable(); err != nil {
		return err
	}
	t := c.of(mid)
	if t == nil {
		return fmt.Errorf("transceiver %q: there is none", mid)
	}
	to(t)
	return nil
}

func sends(direction string) bool {
	send, _ := wire.Ways(direction)
	return send
}

func receives(direction string) bool {
	_, receive := wire.Ways(direction)
	return receive
}

// reversed is the direction as the other end sees it.
func reversed(direction string) string { return wire.Direction(receives(direction), sends(direction)) }

// written is the direction that a section says.
func written(m *wire.Media) string {
	for _, d := range []string{"sendonly", "recvonly", "inactive"} {
		if _, ok := m.Attr(d); ok {
			return d
		}
	}
	return "sendrecv"
}

// associate follows the steps of RFC 9429 section 5.10 for a remote offer: a section
// that receives uses a transceiver that AddTrack made, another one a new transceiver.
func (c *connection) associate(offer *wire.Description) {
	for _, m := range offer.Media {
		t := c.of(m.Mid())
		switch {
		case m.Kind == "application":
		case m.Port == 0 && !m.BundleOnly():
			if t != nil {
				t.stopped = true
			}
		case t == nil:
			c.adopt(m).mid = m.Mid()
			c.emit(peer.Event{Type: peer.EventTrack, Kind: peer.Kind(m.Kind), Mid: m.Mid()})
		}
	}
}

func (c *connection) adopt(m *wire.Media) *transceiver {
	if receives(written(m)) {
		for _, t := range c.transceivers {
			if t.mid == "" && t.byTrack && !t.stopped && string(t.kind) == m.Kind {
				return t
			}
		}
	}
	t := &transceiver{kind: peer.Kind(m.Kind), direction: "recvonly", received: true}
	c.transceivers = append(c.transceivers, t)
	return t
}

// answerDirection intersects what is offered with what is wanted (RFC 9429 section
// 5.3.1).
func (c *connection) answerDirection(m *wire.Media) string {
	offered, wanted := reversed(written(m)), ""
	if t := c.of(m.Mid()); t != nil {
		wanted = t.direction
	}
	return wire.Direction(sends(offered) && sends(wanted), receives(offered) && receives(wanted))
}

func (c *connection) stoppedAt(m *wire.Media) bool {
	t := c.of(m.Mid())
	return m.Kind != "application" && ((t != nil && t.stopped) || (m.Port == 0 && !m.BundleOnly()))
}

// assign gives the transceivers of an offer that was set their mids.
func (c *connection) assign(offer *wire.Description) {
	for _, m := range offer.Media {
		if m.Kind == "application" || m.Rejected() || c.of(m.Mid()) != nil {
			continue
		}
		if t := c.unassigned(peer.Kind(m.Kind), nil); t != nil {
			t.mid = m.Mid()
		}
	}
}

// unassigned is the first transceiver of the kind that has no section and is not
// among those taken.
func (c *connection) unassigned(kind peer.Kind, taken map[*transceiver]bool) *transceiver {
	for _, t := range c.transceivers {
		if t.mid == "" && t.kind == kind && !t.stopped && !taken[t] {
			return t
		}
	}
	return nil
}

// settle takes the directions of an answer, and what it rejects; seen turns them to
// this end's.
func (c *connection) settle(answer *wire.Description, seen func(string) string) {
	c.settled = answer
	c.rehome()
	for i, m := range answer.Media {
		t := c.of(c.midAt(i))
		if t == nil {
			continue
		}
		if m.Rejected() {
			t.stopped = true
			continue
		}
		before := t.current
		t.current = seen(written(m))
		if c.offerer && receives(t.current) && !receives(before) {
			c.emit(peer.Event{Type: peer.EventTrack, Kind: t.kind, Mid: t.mid})
		}
	}
}

// midAt is the mid of that section in this end's own description: the other end may
// have been shown another.
func (c *connection) midAt(index int) string {
	if c.local == nil || index >= len(c.local.parsed.Media) {
		return ""
	}
	return c.local.parsed.Media[index].Mid()
}

// media counts what arrives of the other end's tracks, and what is sent of its own:
// the more, the later it is asked.
func (c *connection) media(o *connection) ([]peer.InboundStats, []peer.OutboundStats) {
	c.counted++
	var in []peer.InboundStats
	var out []peer.OutboundStats
	for i := range c.settled.Media {
		mine, its := c.of(c.midAt(i)), o.of(o.midAt(i))
		if mine == nil || its == nil || mine.stopped || its.stopped {
			continue
		}
		if sends(its.current) && receives(mine.current) && !its.received {
			s := peer.InboundStats{Mid: mine.mid, Kind: mine.kind, PacketsReceived: 50 * c.counted}
			if mine.kind == peer.Video {
				s.FramesDecoded = 5 * c.counted
			} else {
				s.SamplesReceived = uint64(960 * c.counted) //nolint:gosec // a small count
			}
			in = append(in, s)
		}
		if sends(mine.current) && !mine.received {
			out = append(out, peer.OutboundStats{Mid: mine.mid, Kind: mine.kind, PacketsSent: 50 * c.counted})
		}
	}
	return in, out
}

// directed is the line that says the section's direction.
func (s section) directed() string {
	if s.direction == "" {
		return "a=sendrecv\r\n"
	}
	return "a=" + s.direction + "\r\n"
}
