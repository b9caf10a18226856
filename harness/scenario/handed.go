package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// intake tries what one end makes of candidates.
type intake struct {
	*session
	at       trace.Side
	features peer.Features
	// offer is what an end like this one offers, with an audio section where it can.
	offer *wire.Description
	// silent are sockets of this machine that answer nothing.
	silent []net.PacketConn
	began  map[*extra]time.Time // before the connection had both descriptions
}

func (s *session) intake(at trace.Side) *intake {
	return &intake{session: s, at: at, features: s.sides[at].desc.Features, began: map[*extra]time.Time{}}
}

// handed is one candidate and what it is.
type handed struct {
	what   string // trace.Handed*
	detail string
	init   *peer.ICECandidateInit
}

func (h handed) label() string {
	if h.detail == "" {
		return h.what
	}
	return h.what + ": " + h.detail
}

// handedCandidates hands candidates to connections that have the offer of another
// connection of the same end.
func (s *session) handedCandidates(ctx context.Context, at trace.Side) error {
	in := s.intake(at)
	defer in.silence()
	sender, err := in.open(ctx)
	if err != nil || sender == nil {
		return err
	}
	for _, try := range []func(context.Context) error{
		func(ctx context.Context) error { return in.unready(ctx, sender) },
		in.refusing, in.taking, in.stopped, in.cannotTrickle, in.chained, in.pairing,
	} {
		if err := try(ctx); err != nil {
			return err
		}
	}
	return nil
}

// open makes the connection that offers, and its offer; none where the end can offer
// nothing.
func (in *intake) open(ctx context.Context) (*extra, error) {
	sender, err := in.extra(ctx, in.at, trace.ConnSender, peer.Configuration{})
	if err != nil {
		return nil, err
	}
	if in.features.Has(peer.FeatureMedia) {
		if err := sender.conn.addTransceiver(ctx, peer.Audio, peer.TransceiverInit{Direction: "recvonly"}); err != nil {
			return nil, err
		}
	}
	if in.features.Has(peer.FeatureDataChannel) {
		if _, err := sender.conn.createDataChannel(ctx, channelLabel); err != nil {
			return nil, err
		}
	}
	d, err := sender.conn.create(ctx, "offer")
	if err != nil {
		return nil, err
	}
	in.offer, err = wire.ParseDescription(d.SDP)
	if err != nil {
		return nil, &stopError{side: in.at, reason: err.Error()}
	}
	if len(in.offer.Media) == 0 {
		return nil, nil
	}
	in.offer.RemoveCandidates()
	for range 2 {
		conn, err := net.ListenPacket("udp", net.JoinHostPort(localAddress(), "0"))
		if err != nil {
			return nil, fmt.Errorf("a socket that answers nothing: %w", err)
		}
		in.silent = append(in.silent, conn)
	}
	return sender, nil
}

func (in *intake) silence() {
	for _, conn := range in.silent {
		_ = conn.Close()
	}
}

// receiver is a connection whose remote description is the offer, edited.
func (in *intake) receiver(ctx context.Context, name string, edit func(*wire.Description)) (*extra, error) {
	x, err := in.extra(ctx, in.at, name, peer.Configuration{})
	if err != nil {
		return nil, err
	}
	d := in.offer.Clone()
	if edit != nil {
		edit(d)
	}
	return x, x.setRemote(ctx, peer.SessionDescription{Type: "offer", SDP: d.String()})
}

// hand hands over what is to be taken.
func (in *intake) hand(ctx context.Context, x *extra, all ...handed) error {
	return in.call(ctx, x.conn, all)
}

// probe hands over what is to be refused.
func (in *intake) probe(ctx context.Context, x *extra, all ...handed) error {
	for _, h := range all {
		if err := in.call(ctx, x.conn.probing(h.label()), []handed{h}); err != nil {
			return err
		}
	}
	return nil
}

func (in *intake) call(ctx context.Context, conn *connection, all []handed) error {
	for _, h := range all {
		if (h.init == nil || h.init.Candidate == "") && !in.features.Has(peer.FeatureEndOfICE) {
			continue
		}
		_, err := conn.timed(ctx, trace.Call{Method: "addIceCandidate", Candidate: asJSON(h.init), Text: h.label()}, func(ctx context.Context) (trace.Return, error) {
			return trace.Return{}, conn.AddICECandidate(ctx, h.init)
		})
		if _, err := accepted(err); err != nil {
			return err
		}
	}
	return nil
}

// section names a section of the offer in a candidate, in every way there is.
func (in *intake) section(index int, line string) *peer.ICECandidateInit {
	m := in.offer.Media[index]
	mid, at, ufrag := m.Mid(), uint16(index), in.offer.ICEUfrag(m) //nolint:gosec // few sections
	init := &peer.ICECandidateInit{Candidate: line, SDPMid: &mid, SDPMLineIndex: &at}
	if ufrag != "" { // a bundled section need not have one of its own
		init.UsernameFragment = &ufrag
	}
	return init
}

// changed is a candidate of the first section with some members changed.
func (in *intake) changed(line string, change func(*peer.ICECandidateInit)) *peer.ICECandidateInit {
	init := in.section(0, line)
	change(init)
	return init
}

// unready tries a connection without a remote description.
func (in *intake) unready(ctx context.Context, x *extra) error {
	if _, err := x.conn.snapshot(ctx, trace.MomentBefore); err != nil {
		return err
	}
	if err := in.objects(ctx, x); err != nil {
		return err
	}
	return in.probe(
		ctx, x,
		handed{trace.HandedEndTooEarly, "null", nil},
		handed{trace.HandedEndTooEarly, "of a section", in.section(0, "")},
	)
}

// host is a candidate line of the first component.
func host(id int, address string, port int) string {
	return fmt.Sprintf("candidate:%d 1 udp %d %s %d typ host", id, 2130706431-256*id, address, port)
}

// objects constructs candidates.
func (in *intake) objects(ctx context.Context, x *extra) error {
	if !in.features.Has(peer.FeatureCandidateObject) {
		return nil
	}
	for _, init := range trace.Constructed() {
		if _, err := accepted(second(x.conn.newCandidate(ctx, json.RawMessage(init)))); err != nil {
			return err
		}
	}
	return nil
}

func second[T any](_ T, err error) error { return err }

// paired reads stats until there is a pair with each of these ports at the other
// end, or the time is over, and records the last ones.
func (in *intake) paired(ctx context.Context, x *extra, ports ...int) error {
	deadline := time.Now().Add(in.opt.Timeouts.Settle)
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		stats, err := x.conn.stats(ctx)
		if err != nil {
			return in.tolerate(err)
		}
		missing := len(ports)
		for _, port := range ports {
			if hasPair(stats, port) {
				missing--
			}
		}
		if missing == 0 || time.Now().After(deadline) {
			x.conn.keepStats(trace.MomentPaired, stats)
			return nil
		}
		if err := sleep(ctx, pause); err != nil {
			return fmt.Errorf("pairs of %s: %w", x.conn.name, err)
		}
	}
}

func hasPair(stats peer.Stats, port int) bool {
	for _, p := range stats.Pairs {
		if p.Remote.Port == port {
			return true
		}
	}
	return false
}
