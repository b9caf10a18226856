package scenario

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// offersOdd are offers that a conforming peer takes.
func offersOdd() []alteration {
	digest := func(bytes int) string { return strings.TrimSuffix(strings.Repeat("5A:", bytes), ":") }
	return []alteration{
		{name: "unknown-attributes", edit: func(d *wire.Description) {
			everywhere(d, func(_ func(string) (string, bool), set func(string, string), _ func(string) int) {
				set("x-rink", "1 two three=4")
				set("x-rink-flag", "")
			})
		}},
		{name: "ufrag-of-4", edit: having("ice-ufrag", "a+/Z")},
		{name: "ufrag-of-256", edit: having("ice-ufrag", strings.Repeat("a", 256))},
		{name: "pwd-of-22", edit: having("ice-pwd", strings.Repeat("p", 22))},
		{name: "pwd-of-256", edit: having("ice-pwd", strings.Repeat("p", 256))},
		{name: "fingerprint-sha-384", edit: having("fingerprint", "sha-384 "+digest(48))},
		{name: "fingerprint-sha-512", edit: having("fingerprint", "sha-512 "+digest(64))},
		{name: "offer-without-mids", edit: func(d *wire.Description) {
			d.RemoveGroup("BUNDLE")
			lacking("mid")(d)
		}},
		{name: "offer-of-ice-lite", edit: func(d *wire.Description) { d.AddAttr("ice-lite", "") }},
	}
}

// momentAnswered is when the answer was set, and a candidate has come.
const momentAnswered = "answered"

// oddOffers hands each odd offer to a connection of its own and answers it.
func (s *session) oddOffers(ctx context.Context, at trace.Side) error {
	return s.eachOffer(ctx, at, offersOdd(), func(x *extra, a alteration, right peer.SessionDescription) error {
		odd, err := a.apply(right)
		if err != nil {
			return s.unreadable(at, right, err)
		}
		taken, err := accepted(x.conn.setRemote(ctx, odd))
		if err != nil || !taken {
			return err
		}
		return s.answerOdd(ctx, x, a)
	})
}

// answerOdd answers an odd offer; a refusal is for the checks.
func (s *session) answerOdd(ctx context.Context, x *extra, a alteration) error {
	answer, err := x.conn.create(ctx, "answer")
	if ok, err := accepted(err); !ok {
		return err
	}
	if ok, err := accepted(x.conn.setLocal(ctx, answer)); !ok {
		return err
	}
	switch a.name {
	case "offer-without-mids":
		if !x.desc.Features.Has(peer.FeatureTrickle) {
			return nil
		}
		_, err := x.until(ctx, s.opt.Timeouts.Gather, func(st *state) bool { return st.candidates > 0 })
		return err
	case "offer-of-ice-lite":
		return s.recordStats(ctx, x, momentAnswered)
	}
	return nil
}

// recordStats reads the stats of an extra connection, which may learn its role a little
// after its answer was set. A refusal is missing evidence.
func (s *session) recordStats(ctx context.Context, x *extra, moment string) error {
	told := func(stats peer.Stats) bool {
		return slices.ContainsFunc(stats.Transports, func(t peer.TransportStats) bool { return t.ICERole != "" && t.ICERole != "unknown" })
	}
	stats, err := x.conn.stats(ctx)
	for start := time.Now(); err == nil && !told(stats) && time.Since(start) < s.opt.Timeouts.Settle; stats, err = x.conn.stats(ctx) {
		if err := sleep(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
	if err != nil {
		return s.tolerate(err)
	}
	x.conn.keepStats(moment, stats)
	return nil
}

// changedFingerprint hands over second offers whose fingerprint is another one: with
// the credentials of the first, which is to be refused, and with new ones, which is to
// be taken.
func (s *session) changedFingerprint(ctx context.Context, at trace.Side) error {
	f := s.sides[at].desc.Features
	if missing := f.Missing(peer.FeatureDataChannel, peer.FeatureRenegotiation); len(missing) > 0 {
		return nil
	}
	another := having("fingerprint", "sha-256 "+strings.TrimSuffix(strings.Repeat("5A:", 32), ":"))
	restarted := func(d *wire.Description) {
		another(d)
		having("ice-ufrag", "anew")(d)
		having("ice-pwd", strings.Repeat("anew", 6))(d)
	}
	for _, a := range []alteration{{name: "new-fingerprint", edit: another}, {name: "new-fingerprint-with-restart", edit: restarted}} {
		if err := s.secondOffer(ctx, at, a); err != nil {
			return err
		}
	}
	return nil
}

// secondOffer settles a first offer between two connections of the end, and hands over
// a second one that is altered.
func (s *session) secondOffer(ctx context.Context, at trace.Side, a alteration) error {
	maker, err := s.offering(ctx, at, "offers for "+a.name, false)
	if err != nil {
		return err
	}
	answer, x, err := s.answered(ctx, at, maker, a.name)
	if err != nil {
		return err
	}
	if err := x.conn.setLocal(ctx, answer); err != nil {
		return err
	}
	if err := maker.conn.setRemote(ctx, answer); err != nil {
		return err
	}
	// Gathering that is not over is not what a restart is to be tried at.
	if x.desc.Features.Has(peer.FeatureGathering) {
		if _, err := x.until(ctx, s.opt.Timeouts.Gather, func(st *state) bool { return st.gathering == "complete" }); err != nil {
			return err
		}
	}
	right, err := maker.conn.create(ctx, "offer")
	if err != nil {
		return err
	}
	altered, err := a.apply(right)
	if err != nil {
		return s.unreadable(at, right, err)
	}
	if strings.HasSuffix(a.name, "restart") {
		_, err = accepted(x.conn.setRemote(ctx, altered))
		return err
	}
	return s.spoilt(ctx, x, a, altered, right)
}
