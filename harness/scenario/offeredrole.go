package scenario

import (
	"context"
	"slices"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// offeredRole is an ordinary session in which the DTLS roles are not the usual ones. It goes no
// further than an answer that does not take that: two clients, or two servers, wait for
// each other for ever.
func (s *session) offeredRole(ctx context.Context) error {
	if err := s.layout(ctx); err != nil {
		return err
	}
	err := s.negotiateWith(ctx, func(offer, answer peer.SessionDescription) error {
		if role := sameRole(offer, answer); role != "" {
			return &stopError{side: trace.Answerer, reason: "the answer to an offer with setup:" + role + " says setup:" + role + " too"}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.connectAndTalk(ctx); err != nil {
		return err
	}
	if err := s.readChannel(ctx, trace.Offerer); err != nil {
		return err
	}
	return s.finish(ctx)
}

// readChannel reads the attributes of the session's channel at an end that has them.
func (s *session) readChannel(ctx context.Context, name trace.Side) error {
	side := s.sides[name]
	if !side.desc.Features.Has(peer.FeatureChannelState) {
		return nil
	}
	var h peer.ChannelHandle
	s.board.read(func() { h, _ = side.state.open(channelLabel) })
	_, err := side.conn.channel(ctx, h)
	_, err = accepted(err)
	return err
}

// sameRole is the a=setup that both descriptions have, active or passive.
func sameRole(offer, answer peer.SessionDescription) string {
	roles := func(d peer.SessionDescription) []string {
		parsed, err := wire.ParseDescription(d.SDP)
		if err != nil {
			return nil // for the checks
		}
		var all []string
		for _, m := range parsed.Media {
			all = append(all, parsed.Setup(m))
		}
		return all
	}
	theirs := roles(answer)
	for _, role := range roles(offer) {
		if (role == "active" || role == "passive") && slices.Contains(theirs, role) {
			return role
		}
	}
	return ""
}
