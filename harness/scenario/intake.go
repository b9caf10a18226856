package scenario

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// refusing hands over what is to be refused with OperationError, malformed ones
// first: they must change nothing.
func (in *intake) refusing(ctx context.Context) error {
	x, err := in.receiver(ctx, trace.ConnRefusing, nil)
	if err != nil {
		return err
	}
	if _, err := x.conn.snapshot(ctx, trace.MomentBefore); err != nil {
		return err
	}
	for _, line := range []string{"candidate:garbage", "foo", "candidate:1 1 udp 2130706431 192.0.2.1", "candidate:1 1 udp 2130706431 192.0.2.1 5000 host"} {
		if err := in.probe(ctx, x, handed{trace.HandedMalformed, line, in.section(0, line)}); err != nil {
			return err
		}
	}
	if _, err := x.conn.snapshot(ctx, trace.MomentMalformed); err != nil {
		return err
	}
	good := host(1, "192.0.2.1", 5001)
	mid, beyond := "nope", uint16(len(in.offer.Media)) //nolint:gosec // few sections
	return in.probe(
		ctx, x,
		handed{trace.HandedOutOfRange, "port 99999", in.section(0, host(1, "192.0.2.1", 99999))},
		handed{trace.HandedOutOfRange, "port -1", in.section(0, host(1, "192.0.2.1", -1))},
		handed{trace.HandedOutOfRange, "priority 2^31", in.section(0, strings.Replace(good, "2130706175", "2147483648", 1))},
		handed{trace.HandedOutOfRange, "priority 2^32", in.section(0, strings.Replace(good, "2130706175", "4294967296", 1))},
		handed{trace.HandedPrefix, "a=candidate:", in.section(0, "a="+good)},
		handed{trace.HandedPrefix, "none", in.section(0, strings.TrimPrefix(good, "candidate:"))},
		handed{trace.HandedIndexBeyond, "", in.changed(good, func(i *peer.ICECandidateInit) { i.SDPMid, i.SDPMLineIndex = nil, &beyond })},
		handed{trace.HandedEmptyMid, "", in.changed(good, func(i *peer.ICECandidateInit) { i.SDPMid = new(string) })},
		handed{trace.HandedUnknownUfrag, "", in.changed(good, func(i *peer.ICECandidateInit) { i.UsernameFragment = &mid })},
		handed{trace.HandedEndOfUnknown, "mid", in.changed("", func(i *peer.ICECandidateInit) { i.SDPMid = &mid })},
		handed{trace.HandedEndOfUnknown, "index", in.changed("", func(i *peer.ICECandidateInit) { i.SDPMid, i.SDPMLineIndex = nil, &beyond })},
		handed{trace.HandedEndOfUnknown, "usernameFragment", in.changed("", func(i *peer.ICECandidateInit) { i.UsernameFragment = &mid })},
	)
}

// taking hands over what is to be taken, before and after the answer, and then closes.
func (in *intake) taking(ctx context.Context) error {
	x, err := in.receiver(ctx, trace.ConnTaking, nil)
	if err != nil {
		return err
	}
	if _, err := x.conn.snapshot(ctx, trace.MomentBefore); err != nil {
		return err
	}
	last := len(in.offer.Media) - 1
	beyond := uint16(99)
	all := []handed{
		{trace.HandedPlain, "", in.section(0, host(1, "192.0.2.1", 5001))},
		{trace.HandedPlain, "by index alone", in.changed(host(2, "192.0.2.1", 5002), func(i *peer.ICECandidateInit) { i.SDPMid = nil })},
		{trace.HandedMidOverIndex, "beyond the last section", in.changed(host(3, "192.0.2.1", 5003), func(i *peer.ICECandidateInit) { i.SDPMLineIndex = &beyond })},
		{trace.HandedWithoutUfrag, "", in.changed(host(4, "192.0.2.1", 5004), func(i *peer.ICECandidateInit) { i.UsernameFragment = nil })},
	}
	if last > 0 {
		init := in.section(last, host(5, "192.0.2.1", 5005))
		init.SDPMLineIndex, init.UsernameFragment = new(uint16), nil
		all = append(all, handed{trace.HandedMidOverIndex, "of another section", init})
	}
	for i, tcp := range []string{"active", "passive", "so"} {
		port := 5010 + i
		if tcp == "active" {
			port = 9
		}
		line := fmt.Sprintf("candidate:%d 1 tcp %d 192.0.2.1 %d typ host tcptype %s", 6+i, 1518280447-256*i, port, tcp)
		all = append(all, handed{trace.HandedTCP, tcp, in.section(0, line)})
	}
	if err := in.hand(ctx, x, all...); err != nil {
		return err
	}
	if _, err := x.conn.snapshot(ctx, trace.MomentHanded); err != nil {
		return err
	}
	if err := in.hand(ctx, x, handed{trace.HandedEndOfSection, "", in.section(0, "")}); err != nil {
		return err
	}
	if _, err := x.conn.snapshot(ctx, trace.MomentEnded); err != nil {
		return err
	}
	ends := func(when string) []handed {
		return []handed{{trace.HandedEndOfAll, "null, " + when, nil}, {trace.HandedEndOfAll, "the empty candidate, " + when, &peer.ICECandidateInit{}}}
	}
	if err := in.hand(ctx, x, ends("before the answer")...); err != nil {
		return err
	}
	if err := in.answer(ctx, x); err != nil {
		return err
	}
	if err := in.hand(ctx, x, ends("in stable")...); err != nil {
		return err
	}
	if err := in.finished(ctx, x); err != nil {
		return err
	}
	return in.probe(ctx, x, handed{trace.HandedAfterClose, "", in.section(0, host(9, "192.0.2.1", 5009))})
}

func (in *intake) answer(ctx context.Context, x *extra) error {
	d, err := x.conn.create(ctx, "answer")
	if err != nil {
		return err
	}
	return x.setLocal(ctx, d)
}

// stopped hands over a candidate for a media section that the offer rejects.
func (in *intake) stopped(ctx context.Context) error {
	index := -1
	for i, m := range in.offer.Media {
		if m.Kind == "audio" {
			index = i
		}
	}
	if index < 0 || len(in.offer.Media) < 2 {
		return nil
	}
	rejected := in.offer.Media[index].Mid()
	x, err := in.receiver(ctx, trace.ConnStopped, func(d *wire.Description) {
		d.Media[index].Port = 0
		var group []string
		for _, mid := range d.Mids() {
			if mid != rejected {
				group = append(group, mid)
			}
		}
		d.SetGroup("BUNDLE", group)
	})
	if err != nil {
		return err
	}
	if err := in.answer(ctx, x); err != nil { // which stops the transceiver, if the offer did not
		return err
	}
	if err := in.hand(ctx, x, handed{trace.HandedStopped, "", in.section(index, host(1, "192.0.2.1", 5001))}); err != nil {
		return err
	}
	_, err = x.conn.snapshot(ctx, trace.MomentHanded)
	return err
}

// withoutTrickle takes trickle out of the ICE options.
func withoutTrickle(d *wire.Description) {
	d.RemoveAttr("ice-options")
	for _, m := range d.Media {
		m.RemoveAttr("ice-options")
	}
}

func (in *intake) cannotTrickle(ctx context.Context) error {
	x, err := in.receiver(ctx, trace.ConnNoTrickle, withoutTrickle)
	if err != nil {
		return err
	}
	_, err = x.conn.snapshot(ctx, trace.MomentHanded)
	return err
}

// port is the port of one of the sockets that answer nothing.
func (in *intake) port(n int) int {
	return in.silent[n].LocalAddr().(*net.UDPAddr).Port //nolint:forcetypeassert // it listens on UDP
}

func (in *intake) silentLine(n int) string { return host(n+1, localAddress(), in.port(n)) }

// described puts a candidate into the first section.
func (in *intake) described(d *wire.Description) {
	d.Media[0].AddAttr("candidate", strings.TrimPrefix(in.silentLine(0), "candidate:"))
}

// sectionsEnd says in each section that it has no further candidate.
func (in *intake) sectionsEnd(d *wire.Description) {
	in.described(d)
	for _, m := range d.Media {
		m.AddAttr("end-of-candidates", "")
	}
}

// pairing looks at what becomes of candidates in pairs. What is to make none is
// looked at last, when what came after it elsewhere has made one.
func (in *intake) pairing(ctx context.Context) error {
	if !in.features.Has(peer.FeatureDetailedStats) {
		return nil
	}
	ended := map[string]func(*wire.Description){
		trace.ConnEnded:      in.described,
		trace.ConnSectionEnd: in.sectionsEnd,
		trace.ConnSessionEnd: func(d *wire.Description) { in.described(d); d.AddAttr("end-of-candidates", "") },
	}
	var opened []*extra
	for _, name := range []string{trace.ConnEnded, trace.ConnSectionEnd, trace.ConnSessionEnd} {
		if name == trace.ConnEnded && !in.features.Has(peer.FeatureEndOfICE) {
			continue
		}
		x, err := in.answered(ctx, name, ended[name])
		if err != nil {
			return err
		}
		if name == trace.ConnEnded {
			if err := in.hand(ctx, x, handed{trace.HandedEnd, "", nil}); err != nil {
				return err
			}
		}
		if err := in.hand(ctx, x, handed{trace.HandedAfter, "", in.section(0, in.silentLine(1))}); err != nil {
			return err
		}
		opened = append(opened, x)
	}
	if err := in.together(ctx); err != nil {
		return err
	}
	for _, x := range opened {
		if err := in.paired(ctx, x, in.port(0)); err != nil {
			return err
		}
	}
	return nil
}

func (in *intake) answered(ctx context.Context, name string, edit func(*wire.Description)) (*extra, error) {
	x, err := in.receiver(ctx, name, edit)
	if err != nil {
		return nil, err
	}
	in.began[x] = time.Now()
	return x, in.answer(ctx, x)
}

// together has one candidate in the offer, prohibited ones that are trickled, and
// one that is trickled last.
func (in *intake) together(ctx context.Context) error {
	x, err := in.answered(ctx, trace.ConnPairing, in.described)
	if err != nil {
		return err
	}
	var all []handed
	for i, port := range trace.ProhibitedPorts() {
		all = append(all, handed{trace.HandedProhibitedPort, fmt.Sprint(port), in.section(0, host(10+i, localAddress(), port))})
	}
	all = append(all, handed{trace.HandedTrickled, "", in.changed(in.silentLine(1), func(i *peer.ICECandidateInit) { i.UsernameFragment = nil })})
	if err := in.hand(ctx, x, all...); err != nil {
		return err
	}
	return in.paired(ctx, x, in.port(0), in.port(1))
}
