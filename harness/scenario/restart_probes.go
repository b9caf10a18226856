package scenario

import (
	"context"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// The courses that try each end by itself.
const (
	RestartProbes   Course = "restart-probes"
	GatheringProbes Course = "gathering-probes"
)

var rollback = peer.SessionDescription{Type: "rollback"}

// restartProbes tries restarts with a peer of the same kind.
func (s *session) restartProbes(ctx context.Context, at trace.Side) error {
	f := s.sides[at].desc.Features
	if !f.Has(peer.FeatureRestart) || !f.Has(peer.FeatureDataChannel) {
		return nil
	}
	var fresh, flag func() error
	if f.Has(peer.FeatureNegotiationNeeded) {
		fresh = s.withExtra(ctx, at, trace.ConnRestartFresh, peer.Configuration{}, func(x *extra) error { return s.restartFresh(ctx, x) })
		flag = s.withTwins(ctx, at, trace.ConnRestartFlag, func(t *twins) error { return s.restartFlag(ctx, t, f.Has(peer.FeatureRollback)) })
	}
	return several(
		fresh, flag,
		s.withTwins(ctx, at, trace.ConnRestartUnchanged, func(t *twins) error { return unchangedAnswer(ctx, t) }),
		s.withTwins(ctx, at, trace.ConnRestartAlone, func(t *twins) error { return restartingAnswer(ctx, t) }),
		s.withTwins(ctx, at, trace.ConnRestartRoles, func(t *twins) error { return restartOfTheControlled(ctx, t) }),
		s.withTwins(ctx, at, trace.ConnRestartUnapplied, func(t *twins) error { return unapplied(ctx, t, f.Has(peer.FeatureRollback)) }),
	)
}

// restartFresh calls restartIce before anything is negotiated, and then gives a
// reason to negotiate: so it is known that the event would have been heard.
func (s *session) restartFresh(ctx context.Context, x *extra) error {
	if err := x.conn.restartICE(ctx); err != nil {
		return err
	}
	if _, err := x.until(ctx, s.opt.Timeouts.Quiet, func(st *state) bool { return st.asked > 0 }); err != nil {
		return err
	}
	if _, err := x.conn.createDataChannel(ctx, channelLabel); err != nil {
		return err
	}
	_, err := x.until(ctx, s.opt.Timeouts.Flow, func(st *state) bool { return st.asked > 0 })
	return err
}

// restartFlag calls restartIce in stable. The offers that follow restart until an
// answer has completed one of them.
func (s *session) restartFlag(ctx context.Context, t *twins, rollsBack bool) error {
	asked := 0
	t.a.board.read(func() { asked = t.a.state.asked })
	if err := t.a.conn.restartICE(ctx); err != nil {
		return err
	}
	if _, err := t.a.until(ctx, t.limits.Flow, func(st *state) bool { return st.asked > asked }); err != nil {
		return err
	}
	if _, err := t.a.conn.offer(ctx, peer.OfferOptions{}); err != nil {
		return err
	}
	offer, err := t.a.conn.offer(ctx, peer.OfferOptions{})
	if err != nil {
		return err
	}
	if rollsBack {
		if err := t.a.conn.setLocal(ctx, offer); err != nil {
			return err
		}
		if err := t.a.conn.setLocal(ctx, rollback); err != nil {
			return err
		}
	}
	if err := t.negotiate(ctx, peer.OfferOptions{}); err != nil {
		return err
	}
	_, err = t.a.conn.offer(ctx, peer.OfferOptions{})
	return err
}

// unchangedAnswer answers a restart offer with the answer to the offer before it.
func unchangedAnswer(ctx context.Context, t *twins) error {
	offer, err := t.a.conn.offer(ctx, peer.OfferOptions{ICERestart: true})
	if err != nil {
		return err
	}
	if err := t.a.conn.setLocal(ctx, offer); err != nil {
		return err
	}
	_, err = accepted(t.a.conn.probing(trace.ProbeUnchangedAnswer).setRemote(ctx, t.answer))
	return err
}

// restartingAnswer answers an offer that does not restart with other credentials.
func restartingAnswer(ctx context.Context, t *twins) error {
	offer, err := t.a.conn.offer(ctx, peer.OfferOptions{})
	if err != nil {
		return err
	}
	if err := t.a.conn.setLocal(ctx, offer); err != nil {
		return err
	}
	if err := t.b.conn.setRemote(ctx, offer); err != nil {
		return err
	}
	answer, err := t.b.conn.create(ctx, "answer")
	if err != nil {
		return err
	}
	answer.SDP, err = recredentialed(answer.SDP)
	if err != nil {
		return &stopError{side: t.b.name, reason: err.Error()}
	}
	_, err = accepted(t.a.conn.probing(trace.ProbeRestartingAnswer).setRemote(ctx, answer))
	return err
}

// restartOfTheControlled lets the end restart that did not make the first offer. Its
// stats are also read before the other end knows: what they say then is no answer to a
// conflict.
func restartOfTheControlled(ctx context.Context, t *twins) error {
	if err := t.connected(ctx); err != nil {
		return err
	}
	if err := readStats(ctx, trace.MomentBeforeRestart, t.a, t.b); err != nil {
		return err
	}
	offer, err := t.b.conn.offer(ctx, peer.OfferOptions{ICERestart: true})
	if err != nil {
		return err
	}
	if err := t.b.conn.setLocal(ctx, offer); err != nil {
		return err
	}
	if err := readStats(ctx, trace.MomentRestartOffered, t.b); err != nil {
		return err
	}
	ufrag, _ := generation(offer.SDP)
	if offer, err = regathered(ctx, t.b.side, ufrag, t.limits.Gather); err != nil {
		return err
	}
	if err := t.answerTo(ctx, t.b, t.a, offer); err != nil {
		return err
	}
	if err := t.cross(ctx, trace.MomentRestarted); err != nil {
		return err
	}
	return readStats(ctx, trace.MomentRestarted, t.a, t.b)
}

// recredentialed gives each section that has ICE credentials others.
func recredentialed(sdp string) (string, error) {
	d, err := wire.ParseDescription(sdp)
	if err != nil {
		return "", err
	}
	for i := range d.Session {
		replaceCredentials(&d.Session[i])
	}
	for _, m := range d.Media {
		for i := range m.Lines {
			replaceCredentials(&m.Lines[i])
		}
	}
	return d.String(), nil
}

// replaceCredentials changes a line that holds one of the two.
func replaceCredentials(l *wire.Line) {
	for _, key := range []string{"ice-ufrag:", "ice-pwd:"} {
		if l.Type == 'a' && strings.HasPrefix(l.Value, key) {
			l.Value = key + "rinkHasMadeItUpItself1234"
		}
	}
}

// unapplied makes a restart offer and does not set it, and then sets another and rolls
// it back.
func unapplied(ctx context.Context, t *twins, rollsBack bool) error {
	if err := t.connected(ctx); err != nil {
		return err
	}
	if err := t.cross(ctx, "before"); err != nil {
		return err
	}
	if _, err := t.a.conn.snapshot(ctx, trace.MomentBeforeRestart); err != nil {
		return err
	}
	offer, err := t.a.conn.offer(ctx, peer.OfferOptions{ICERestart: true})
	if err != nil {
		return err
	}
	if err := t.cross(ctx, trace.MomentRestartCreated); err != nil {
		return err
	}
	if _, err := t.a.conn.snapshot(ctx, trace.MomentRestartCreated); err != nil || !rollsBack {
		return err
	}
	if err := t.a.conn.setLocal(ctx, offer); err != nil {
		return err
	}
	if err := t.a.conn.setLocal(ctx, rollback); err != nil {
		return err
	}
	if err := t.cross(ctx, trace.MomentRolledBack); err != nil {
		return err
	}
	_, err = t.a.conn.snapshot(ctx, trace.MomentRolledBack)
	return err
}

// gatheringProbes tries what is told of gathering without another end.
func (s *session) gatheringProbes(ctx context.Context, at trace.Side) error {
	f := s.sides[at].desc.Features
	if !f.Has(peer.FeatureDataChannel) {
		return nil
	}
	var pool, rolled, config func() error
	if f.Has(peer.FeatureTrickle) {
		pool = s.withExtra(ctx, at, trace.ConnGatheringPool, peer.Configuration{ICECandidatePoolSize: 1}, func(x *extra) error { return s.pooled(ctx, x) })
	}
	if f.Has(peer.FeatureRollback) && f.Has(peer.FeatureGathering) {
		rolled = s.withExtra(ctx, at, trace.ConnGatheringRollback, peer.Configuration{}, func(x *extra) error { return s.gatheringRolledBack(ctx, x) })
	}
	if f.Has(peer.FeatureSetConfiguration) {
		config = s.withTwins(ctx, at, trace.ConnGatheringConfiguration, func(t *twins) error { return s.reconfigured(ctx, t) })
	}
	return several(pool, rolled, config)
}

// pooled gives the pool time to fill, and then asks for what is in it.
func (s *session) pooled(ctx context.Context, x *extra) error {
	if _, err := x.conn.createDataChannel(ctx, channelLabel); err != nil {
		return err
	}
	offer, err := x.conn.create(ctx, "offer")
	if err != nil {
		return err
	}
	if _, err := x.until(ctx, s.opt.Timeouts.Quiet, func(st *state) bool { return st.candidates > 0 }); err != nil {
		return err
	}
	if err := x.conn.setLocal(ctx, offer); err != nil {
		return err
	}
	_, err = x.until(ctx, s.opt.Timeouts.Gather, func(st *state) bool { return st.ended || st.completed > 0 })
	return err
}

// gatheringRolledBack sets a first offer and takes it back at once.
func (s *session) gatheringRolledBack(ctx context.Context, x *extra) error {
	if _, err := x.conn.createDataChannel(ctx, channelLabel); err != nil {
		return err
	}
	offer, err := x.conn.create(ctx, "offer")
	if err != nil {
		return err
	}
	if err := x.conn.setLocal(ctx, offer); err != nil {
		return err
	}
	if err := x.conn.setLocal(ctx, rollback); err != nil {
		return err
	}
	if _, err := x.conn.snapshot(ctx, trace.MomentRolledBack); err != nil {
		return err
	}
	if _, err := x.until(ctx, s.opt.Timeouts.Quiet, func(*state) bool { return false }); err != nil {
		return err
	}
	_, err = x.conn.snapshot(ctx, trace.MomentFinal)
	return err
}

// reconfigured allows only relayed candidates, of which there are none, once host
// candidates were gathered.
func (s *session) reconfigured(ctx context.Context, t *twins) error {
	if err := t.a.conn.setConfiguration(ctx, peer.Configuration{ICETransportPolicy: "relay"}); err != nil {
		return err
	}
	var gathered int
	t.a.board.read(func() { gathered = t.a.state.completed })
	if _, err := t.a.until(ctx, s.opt.Timeouts.Quiet, func(st *state) bool { return st.completed > gathered }); err != nil {
		return err
	}
	offer, err := t.a.conn.offer(ctx, peer.OfferOptions{})
	if err != nil {
		return err
	}
	if err := t.a.conn.setLocal(ctx, offer); err != nil {
		return err
	}
	if _, err := t.a.until(ctx, t.limits.Settle, func(st *state) bool { return st.completed > gathered }); err != nil {
		return err
	}
	_, err = t.a.conn.snapshot(ctx, trace.MomentFinal)
	return err
}
