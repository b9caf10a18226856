package scenario

import (
	"context"
	"fmt"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// everyDirection are those of W3C RTCRtpTransceiverDirection, but for stopped.
// The first keeps the answerer's track out of the section: it may not send there.
var everyDirection = []string{"sendonly", "sendrecv", "recvonly", "inactive"}

// directions has one end answer itself: an offer with every direction, against every
// direction that the answering connection wants. That has one track, which the first
// section takes that receives (RFC 9429 section 5.10); the rest only receive, where no
// direction can be set. The offer is of sections that send and receive; its directions
// are written into it, so that an end can be asked that cannot make such an offer.
func (s *session) directions(ctx context.Context, at trace.Side) error {
	features := s.sides[at].desc.Features
	if !features.Has(peer.FeatureMedia) {
		return nil
	}
	wanted := []string{""}
	if features.Has(peer.FeatureTransceivers) {
		wanted = everyDirection
	}
	from, err := s.extra(ctx, at, trace.ConnDirectionsOffer, peer.Configuration{})
	if err != nil {
		return err
	}
	to, err := s.extra(ctx, at, trace.ConnDirectionsAnswer, peer.Configuration{})
	if err != nil {
		return err
	}
	offer, err := from.offerDirections(ctx, len(wanted))
	if err != nil {
		return err
	}
	if err := to.conn.addTrack(ctx, peer.Audio); err != nil {
		return err
	}
	if err := to.setRemote(ctx, offer); err != nil {
		return err
	}
	if err := to.want(ctx, offer, wanted); err != nil {
		return err
	}
	answer, err := to.conn.create(ctx, "answer")
	if err != nil {
		return err
	}
	if err := to.setLocal(ctx, answer); err != nil {
		return err
	}
	if err := from.setRemote(ctx, answer); err != nil {
		return err
	}
	for _, x := range []*extra{from, to} {
		if _, err := x.conn.snapshot(ctx, trace.MomentFinal); s.tolerate(err) != nil {
			return err
		}
		if err := s.finished(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

// offerDirections sets an offer of audio sections, and returns it with every direction
// that often.
func (x *extra) offerDirections(ctx context.Context, times int) (peer.SessionDescription, error) {
	for range times * len(everyDirection) {
		if err := x.conn.addTransceiver(ctx, peer.Audio, peer.TransceiverInit{}); err != nil {
			return peer.SessionDescription{}, err
		}
	}
	offer, err := x.conn.create(ctx, "offer")
	if err != nil {
		return offer, err
	}
	if err := x.setLocal(ctx, offer); err != nil {
		return offer, err
	}
	d, err := x.parsed(offer)
	if err != nil {
		return offer, err
	}
	for i, m := range d.Media {
		for _, direction := range everyDirection {
			m.RemoveAttr(direction)
		}
		m.AddAttr(everyDirection[i%len(everyDirection)], "")
	}
	offer.SDP = d.String()
	return offer, nil
}

func (x *extra) parsed(d peer.SessionDescription) (*wire.Description, error) {
	parsed, err := wire.ParseDescription(d.SDP)
	if err != nil {
		return nil, &stopError{side: x.name, reason: fmt.Sprintf("the %s with every direction: %v", d.Type, err)}
	}
	return parsed, nil
}

// want sets the directions of the sections of the offer: each for one section of every
// offered direction.
func (x *extra) want(ctx context.Context, offer peer.SessionDescription, wanted []string) error {
	d, err := x.parsed(offer)
	if err != nil {
		return err
	}
	for i, m := range d.Media {
		direction := wanted[i/len(everyDirection)%len(wanted)]
		if direction == "" {
			continue
		}
		if err := x.conn.setDirection(ctx, m.Mid(), direction); err != nil {
			return err
		}
	}
	return nil
}
