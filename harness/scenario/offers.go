package scenario

import (
	"context"
	"fmt"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// ProbedOffers: each end by itself makes offers, and answers ones that were altered.
const ProbedOffers Course = "probed-offers"

// fieldScenarios are the scenarios of family candidates that this file has the acts of.
func fieldScenarios() []Scenario {
	return []Scenario{{
		Name: "candidates-probed-offers", Family: "candidates", Course: ProbedOffers, Alone: true,
		Title:  "makes right offers by itself, and answers what older ends offer",
		Traits: trace.Traits{trace.TraitProbedOffers},
	}}
}

func fieldActs() map[Course]act {
	return map[Course]act{ProbedOffers: {alone: probeOffers}}
}

// connections is how many further ones show that credentials are random.
const connections = 4

func probeOffers(s *session, ctx context.Context, at trace.Side) error {
	nothing, since, err := s.withoutSections(ctx, at)
	if err != nil {
		return err
	}
	for n := range connections {
		x, _, err := s.offersAlone(ctx, at, fmt.Sprintf("%s%d", trace.ConnOfferCredentials, n+1), false)
		if err != nil {
			return err
		}
		if err := s.finished(ctx, x); err != nil {
			return err
		}
	}
	if err := s.offersGathered(ctx, at); err != nil {
		return err
	}
	if err := s.answersAltered(ctx, at); err != nil {
		return err
	}
	// Nothing is to happen for as long as GATHER-001 asks, from the time it was set.
	quiet := max(s.opt.Timeouts.Quiet-time.Since(since), 0)
	if _, err := nothing.until(ctx, quiet, func(st *state) bool { return st.ended }); err != nil {
		return err
	}
	if _, err := nothing.conn.snapshot(ctx, trace.MomentFinal); s.tolerate(err) != nil {
		return err
	}
	return s.finished(ctx, nothing)
}

// withoutSections sets an offer that has no section, and returns the connection and
// when that was.
func (s *session) withoutSections(ctx context.Context, at trace.Side) (*extra, time.Time, error) {
	x, err := s.extra(ctx, at, trace.ConnOfferNothing, peer.Configuration{})
	if err != nil {
		return nil, time.Time{}, err
	}
	offer, err := x.conn.create(ctx, "offer")
	if err == nil {
		err = x.conn.setLocal(ctx, offer)
	}
	_, err = accepted(err)
	return x, time.Now(), err
}

// offersAlone opens a further connection with the sections that the end can have, and
// creates an offer. A refusal leaves the offer empty.
func (s *session) offersAlone(ctx context.Context, at trace.Side, name string, media bool) (*extra, peer.SessionDescription, error) {
	var offer peer.SessionDescription
	x, err := s.extra(ctx, at, name, peer.Configuration{})
	if err != nil {
		return nil, offer, err
	}
	if media && x.desc.Features.Has(peer.FeatureMedia) {
		for _, kind := range []peer.Kind{peer.Audio, peer.Video} {
			if _, err := accepted(x.conn.addTrack(ctx, kind)); err != nil {
				return x, offer, err
			}
		}
	}
	if x.desc.Features.Has(peer.FeatureDataChannel) {
		_, err := x.conn.createDataChannel(ctx, channelLabel)
		if _, err := accepted(err); err != nil {
			return x, offer, err
		}
	}
	offer, err = x.conn.create(ctx, "offer")
	_, err = accepted(err)
	return x, offer, err
}

// offersGathered offers, gathers and offers again: the second offer knows candidates.
func (s *session) offersGathered(ctx context.Context, at trace.Side) error {
	x, offer, err := s.offersAlone(ctx, at, trace.ConnOfferGathered, false)
	if err != nil {
		return err
	}
	if ok, err := accepted(x.conn.setLocal(ctx, offer)); !ok || err != nil {
		return err
	}
	if x.desc.Features.Has(peer.FeatureGathering) {
		ok, err := x.until(ctx, s.opt.Timeouts.Gather, func(st *state) bool { return st.gathering == "complete" })
		if err != nil {
			return err
		}
		if !ok {
			s.rec.Logf(at, "%s: iceGatheringState is not complete after %v", trace.ConnOfferGathered, s.opt.Timeouts.Gather)
		}
	}
	_, err = x.conn.create(ctx, "offer")
	if _, err := accepted(err); err != nil {
		return err
	}
	return s.finished(ctx, x)
}

// oldOffer is an offer in which one thing is not as the end wrote it.
type oldOffer struct {
	conn  string
	probe string // of the offer, where it is to be refused
	rtp   bool   // is about sections of RTP
	edit  func(d *wire.Description)
}

var oldOffers = []oldOffer{
	{conn: trace.ConnOfferNoOptions, edit: func(d *wire.Description) { removeEverywhere(d, "ice-options") }},
	{conn: trace.ConnOfferICE2, edit: func(d *wire.Description) {
		removeEverywhere(d, "ice-options")
		d.AddAttr("ice-options", "trickle ice2")
	}},
	{conn: trace.ConnOfferNoTLSID, edit: func(d *wire.Description) { removeEverywhere(d, "tls-id") }},
	{conn: trace.ConnOfferLegacyData, edit: func(d *wire.Description) {
		for _, m := range d.Media {
			if m.Kind == "application" { // as browsers wrote it before RFC 8841
				m.Proto, m.Formats = "DTLS/SCTP", []string{"5000"}
				m.RemoveAttr("sctp-port")
				m.AddAttr("sctpmap", "5000 webrtc-datachannel 256")
			}
		}
	}},
	{conn: trace.ConnOfferLegacyRTP, rtp: true, edit: onRTP(func(m *wire.Media) { m.Proto = "RTP/SAVPF" })},
	{conn: trace.ConnOfferRTCP, rtp: true, edit: onRTP(func(m *wire.Media) { m.SetAttr("rtcp", "9 IN IP4 0.0.0.0") })},
	{conn: trace.ConnOfferNoRTCP, rtp: true, edit: onRTP(func(m *wire.Media) { m.RemoveAttr("rtcp") })},
	{conn: trace.ConnOfferCryptoBeside, rtp: true, edit: onRTP(addCrypto)},
	{conn: trace.ConnOfferCryptoAlone, rtp: true, probe: trace.ProbeSDES, edit: func(d *wire.Description) {
		removeEverywhere(d, "fingerprint")
		onRTP(addCrypto)(d)
	}},
}

// addCrypto adds the keys of an example in RFC 4568 section 9.1.
func addCrypto(m *wire.Media) {
	m.AddAttr("crypto", "1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz")
}

func onRTP(edit func(m *wire.Media)) func(*wire.Description) {
	return func(d *wire.Description) {
		for _, m := range d.Media {
			if m.Kind != "application" {
				edit(m)
			}
		}
	}
}

func removeEverywhere(d *wire.Description, key string) {
	d.RemoveAttr(key)
	for _, m := range d.Media {
		m.RemoveAttr(key)
	}
}

// answersAltered hands altered offers of the end to further connections of it.
func (s *session) answersAltered(ctx context.Context, at trace.Side) error {
	source, offer, err := s.offersAlone(ctx, at, "source", true)
	if err != nil {
		return err
	}
	parsed, err := wire.ParseDescription(offer.SDP)
	if err != nil {
		s.rec.Logf(at, "source: the offer cannot be altered: %v", err)
		return s.finished(ctx, source)
	}
	for _, a := range oldOffers {
		altered := parsed.Clone()
		a.edit(altered)
		if a.rtp && !source.desc.Features.Has(peer.FeatureMedia) {
			continue
		}
		if err := s.answers(ctx, at, a, peer.SessionDescription{Type: "offer", SDP: altered.String()}); err != nil {
			return err
		}
	}
	return s.finished(ctx, source)
}

func (s *session) answers(ctx context.Context, at trace.Side, a oldOffer, offer peer.SessionDescription) error {
	x, err := s.extra(ctx, at, a.conn, peer.Configuration{})
	if err != nil {
		return err
	}
	ok, err := accepted(x.conn.probing(a.probe).setRemote(ctx, offer))
	if err != nil {
		return err
	}
	if ok {
		_, err := x.conn.create(ctx, "answer")
		if _, err := accepted(err); err != nil {
			return err
		}
	}
	return s.finished(ctx, x)
}
