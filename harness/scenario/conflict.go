package scenario

import (
	"context"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// roleConflict has both ends make an offer and hands each to the other as an answer, as
// third-party call control can. Both then believe that they control ICE. For DTLS the
// harness decides: the offerer is the server.
func (s *session) roleConflict(ctx context.Context) error {
	if err := s.layout(ctx); err != nil {
		return err
	}
	if _, err := s.sides[trace.Answerer].conn.createDataChannel(ctx, channelLabel+"-too"); err != nil {
		return err
	}
	setup := map[trace.Side]string{trace.Offerer: "passive", trace.Answerer: "active"}
	answers := map[trace.Side]peer.SessionDescription{}
	for _, name := range trace.Sides() {
		offer, err := s.describe(ctx, name, "offer")
		if err != nil {
			return err
		}
		if answers[name], err = asAnswer(offer, setup[name]); err != nil {
			return s.unreadable(name, offer, err)
		}
	}
	for _, name := range trace.Sides() {
		if err := s.sides[name].setRemote(ctx, answers[name.Other()]); err != nil {
			return err
		}
		s.link.Ready(name)
	}
	if err := s.connectAndTalk(ctx); err != nil {
		return err
	}
	return s.finish(ctx)
}

// asAnswer makes an offer the answer to one like it.
func asAnswer(offer peer.SessionDescription, setup string) (peer.SessionDescription, error) {
	d, err := wire.ParseDescription(offer.SDP)
	if err != nil {
		return offer, err
	}
	having("setup", setup)(d)
	return peer.SessionDescription{Type: "answer", SDP: d.String()}, nil
}
