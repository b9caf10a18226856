package scenario

import (
	"context"
	"fmt"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// The courses of family bundle.
const (
	bundleOffers Course = "bundle-offers" // each end offers with every policy, and answers what is not bundled
	afterAnswer  Course = "after-answer"  // connect, with all candidates delivered after the answer
	oldBundle    Course = "old-bundle"    // the offerer gets an answer of RFC 8843, and may refuse it
	swapped      Course = "swapped"       // two of three transports get the candidates of each other
	deadSection  Course = "dead-section"  // one of three transports never connects
	recycle      Course = "recycle"       // connect, stop the first section, use it again
)

// bundleScenarios are the scenarios of family bundle that this file has the acts of.
func bundleScenarios() []Scenario {
	otherMid := func(receiver trace.Side, trait trace.Trait) Scenario {
		return Scenario{
			Name: "bundle-other-mid-" + string(receiver), Layout: Media, Course: afterAnswer, Slow: true, Traits: trace.Traits{trait},
			Title: "connects by candidates that name the last bundled section, delivered to the " + string(receiver) + " alone",
			Policy: signaling.Policy{
				Name: "other-mid", Offerer: signaling.Trickle, Answerer: signaling.Trickle,
				Faults: []signaling.Fault{signaling.StripCandidates(), signaling.LastOfBundle(), signaling.Drop(receiver)},
			},
		}
	}
	apart := func(name string, fault signaling.Fault) signaling.Policy {
		return signaling.Policy{
			Name: name, Offerer: signaling.Trickle, Answerer: signaling.Trickle,
			Faults: []signaling.Fault{signaling.StripBundle(), signaling.StripCandidates(), fault},
		}
	}
	unbundled := map[trace.Side]peer.Features{
		trace.Offerer: {peer.FeatureUnbundled}, trace.Answerer: {peer.FeatureUnbundled},
	}
	family := []Scenario{
		{Name: "bundle-offers", Alone: true, Course: bundleOffers, Traits: trace.Traits{trace.TraitBundleOffers}, Title: "offers and answers as its bundlePolicy says"},
		otherMid(trace.Offerer, trace.TraitOtherMidOfferer),
		otherMid(trace.Answerer, trace.TraitOtherMidAnswerer),
		{
			Name: "bundle-old-answer", Layout: Media, Course: oldBundle, Traits: trace.Traits{trace.TraitOldBundle},
			Policy: signaling.Policy{Name: "old-bundle", Faults: []signaling.Fault{signaling.OldBundle()}},
			Title:  "takes an answer whose bundled sections have port 0, or refuses it",
		},
		{
			Name: "bundle-partial", Layout: Media, Needs: unbundled, Traits: trace.Traits{trace.TraitPartialBundle},
			Policy: signaling.Policy{Name: "partial-bundle", Faults: []signaling.Fault{signaling.LeaveOutOfBundle(1)}},
			Title:  "gives the section that the group leaves out a transport of its own",
		},
		{
			Name: "bundle-swapped-sections", Layout: Media, Course: swapped, Needs: unbundled, Traits: trace.Traits{trace.TraitSwapped},
			Policy: apart("swapped-sections", signaling.SwapSections(0, 1)),
			Title:  "takes each candidate for the section that signalling names, when those of two are swapped",
		},
		{
			Name: "bundle-dead-section", Layout: Media, Course: deadSection, Needs: unbundled, Slow: true, Traits: trace.Traits{trace.TraitDeadSection},
			Policy: apart("dead-section", signaling.KillSection(1)),
			Title:  "is not connected while one of its three transports is not",
		},
		{
			Name: "bundle-recycled", Layout: Media, Course: recycle, Traits: trace.Traits{trace.TraitRecycled},
			Needs: map[trace.Side]peer.Features{
				trace.Offerer: {peer.FeatureRenegotiation, peer.FeatureTransceivers}, trace.Answerer: {peer.FeatureRenegotiation},
			},
			Title: "stops a section, and uses it again for another",
		},
	}
	for i := range family {
		family[i].Family = "bundle"
	}
	return family
}

func bundleActs() map[Course]act {
	return map[Course]act{
		bundleOffers: {alone: (*session).bundleOffers},
		afterAnswer:  {together: (*session).afterAnswer},
		oldBundle:    {together: (*session).oldBundle},
		swapped:      {together: (*session).swapped},
		deadSection:  {together: (*session).deadSection},
		recycle:      {together: (*session).recycle},
	}
}

// bundleOffers lets one end make an offer by each policy, and answer an offer from
// which the group was taken.
func (s *session) bundleOffers(ctx context.Context, at trace.Side) error {
	if !s.sides[at].desc.Features.Has(peer.FeatureBundlePolicy) || !s.sides[at].desc.Features.Has(peer.FeatureMedia) {
		return nil
	}
	var offer peer.SessionDescription
	for _, policy := range []string{trace.ConnMaxBundle, trace.ConnBalanced, trace.ConnMaxCompat} {
		x, err := s.extra(ctx, at, policy, peer.Configuration{BundlePolicy: policy})
		if err != nil {
			return err
		}
		if offer, err = x.offerFour(ctx); err != nil {
			return err
		}
		// What is missing by then the checks say.
		if _, err := x.until(ctx, s.opt.Timeouts.Gather, func(st *state) bool { return st.gathering == "complete" }); err != nil {
			return err
		}
		if err := s.finished(ctx, x); err != nil {
			return err
		}
	}
	parsed, err := wire.ParseDescription(offer.SDP)
	if err != nil {
		return &stopError{side: at, reason: fmt.Sprintf("the offer with max-compat: %v", err)}
	}
	parsed.RemoveGroup("BUNDLE")
	offer.SDP = parsed.String()
	for name, policy := range map[string]string{trace.ConnAnswersMaxBundle: "max-bundle", trace.ConnAnswersBalanced: "balanced"} {
		x, err := s.extra(ctx, at, name, peer.Configuration{BundlePolicy: policy})
		if err != nil {
			return err
		}
		if err := x.answers(ctx, offer); err != nil {
			return err
		}
		if err := s.finished(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

// offerFour offers audio, two videos and data, and sets the offer.
func (x *extra) offerFour(ctx context.Context) (peer.SessionDescription, error) {
	for _, kind := range []peer.Kind{peer.Audio, peer.Video, peer.Video} {
		if err := x.conn.addTransceiver(ctx, kind, peer.TransceiverInit{}); err != nil {
			return peer.SessionDescription{}, err
		}
	}
	if _, err := x.conn.createDataChannel(ctx, channelLabel); err != nil {
		return peer.SessionDescription{}, err
	}
	offer, err := x.conn.create(ctx, "offer")
	if err != nil {
		return offer, err
	}
	return offer, x.setLocal(ctx, offer)
}

// answers makes an answer, unless the offer is refused.
func (x *extra) answers(ctx context.Context, offer peer.SessionDescription) error {
	ok, err := accepted(x.setRemote(ctx, offer))
	if !ok || err != nil {
		return err
	}
	_, err = x.conn.create(ctx, "answer")
	_, err = accepted(err)
	return err
}

// afterAnswer delivers candidates once both ends know what is bundled: before that a
// section of the offer may still get a transport of its own.
func (s *session) afterAnswer(ctx context.Context) error {
	if err := s.layout(ctx); err != nil {
		return err
	}
	offer, err := s.describe(ctx, trace.Offerer, "offer")
	if err != nil {
		return err
	}
	s.link.Seal(trace.Answerer)
	if err := s.sides[trace.Answerer].setRemote(ctx, offer); err != nil {
		return err
	}
	answer, err := s.describe(ctx, trace.Answerer, "answer")
	if err != nil {
		return err
	}
	s.link.Seal(trace.Offerer)
	if err := s.sides[trace.Offerer].setRemote(ctx, answer); err != nil {
		return err
	}
	s.link.Ready(trace.Answerer)
	s.link.Ready(trace.Offerer)
	// Of an end that does nothing with the candidates nothing more is to come.
	s.opt.Timeouts.Connect = min(s.opt.Timeouts.Connect, 2*s.opt.Timeouts.Apart)
	if err := s.connectAndTalk(ctx); err != nil {
		return err
	}
	return s.finish(ctx)
}

// oldBundle ends where the offerer refuses the answer, which it may.
func (s *session) oldBundle(ctx context.Context) error {
	if err := s.layout(ctx); err != nil {
		return err
	}
	if ok, err := accepted(s.negotiate(ctx)); !ok || err != nil {
		if err != nil {
			return err
		}
		return s.final(ctx)
	}
	if err := s.connectAndTalk(ctx); err != nil {
		return err
	}
	return s.finish(ctx)
}

// swapped shows three transports, of which that of the data channel has its own
// candidates. What the others make of theirs shows a little later.
func (s *session) swapped(ctx context.Context) error {
	if err := s.dataOpens(ctx, "swapped"); err != nil {
		return err
	}
	s.drain(ctx)
	_, _, err := s.watch(ctx, "pairs of three sections", s.opt.Timeouts.Settle, func(o, a *state) (bool, []want) {
		return (o.connected() && a.connected()) || (o.failed() && a.failed()), nil
	}, s.lost)
	if err != nil {
		return err
	}
	if err := s.recordBoth(ctx, trace.MomentConnected); err != nil {
		return err
	}
	return s.final(ctx)
}

// deadSection shows a connection of which one transport never comes up. It is over
// when both ends say that it failed, or when the time to connect is.
func (s *session) deadSection(ctx context.Context) error {
	if err := s.dataOpens(ctx, "dead-section"); err != nil {
		return err
	}
	s.drain(ctx)
	for _, wait := range []struct {
		limit time.Duration
		hold  func(*state) bool
	}{
		{s.opt.Timeouts.Connect, (*state).failed},
		// One state may follow the other.
		{s.opt.Timeouts.Settle, func(st *state) bool { return st.connection == "failed" && st.ice == "failed" }},
	} {
		_, _, err := s.watch(ctx, "fail", wait.limit, func(o, a *state) (bool, []want) { return wait.hold(o) && wait.hold(a), nil }, s.lost)
		if err != nil {
			return err
		}
	}
	if err := s.recordBoth(ctx, trace.MomentConnected); err != nil {
		return err
	}
	return s.final(ctx)
}

// dataOpens waits for the data channel alone, and not for the connection.
func (s *session) dataOpens(ctx context.Context, step string) error {
	if err := s.layout(ctx); err != nil {
		return err
	}
	if err := s.negotiate(ctx); err != nil {
		return err
	}
	s.enter(trace.StageCheck)
	_, missing, err := s.watch(ctx, "the data channel opens", s.opt.Timeouts.Connect, each(func(st *state) (bool, string) {
		_, open := st.open(channelLabel)
		return open, "has the channel open"
	}), s.lost)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return missed("the data channel opens", s.opt.Timeouts.Connect, missing)
	}
	return s.crossing(ctx, step)
}

// recycle takes the second section away, and uses it again for audio that only the
// offerer sends. In the end it stops the first section, for what the next offer makes
// of that; the offer is not set.
func (s *session) recycle(ctx context.Context) error {
	if err := s.established(ctx); err != nil {
		return err
	}
	o := s.sides[trace.Offerer].conn
	for _, step := range []string{"stopped", "recycled"} {
		switch step {
		case "stopped":
			if err := s.stop(ctx, 1); err != nil {
				return err
			}
		case "recycled":
			if err := o.addTransceiver(ctx, peer.Audio, peer.TransceiverInit{Direction: "sendonly"}); err != nil {
				return err
			}
		}
		if err := s.again(ctx, step); err != nil {
			return err
		}
	}
	if err := s.stop(ctx, 0); err != nil {
		return err
	}
	if _, err := o.create(ctx, "offer"); err != nil {
		return err
	}
	return s.finish(ctx)
}

// stop stops the transceiver of a section of the offerer.
func (s *session) stop(ctx context.Context, index int) error {
	mid, err := s.midOf(ctx, trace.Offerer, index)
	if err != nil {
		return err
	}
	return s.sides[trace.Offerer].conn.stopTransceiver(ctx, mid)
}
