package fake

import (
	"context"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/wire"
)

func (c *connection) CreateOffer(_ context.Context, o peer.OfferOptions) (peer.SessionDescription, error) {
	defer c.lock()()
	if err := c.usable(); err != nil {
		return peer.SessionDescription{}, err
	}
	c.toOffer(o.ICERestart)
	sections, group := c.offered()
	return c.created("offer", c.write("actpass", group, sections))
}

func (c *connection) CreateAnswer(context.Context) (peer.SessionDescription, error) {
	defer c.lock()()
	if err := c.usable(); err != nil {
		return peer.SessionDescription{}, err
	}
	if c.signaling != "have-remote-offer" {
		return peer.SessionDescription{}, peer.Errorf(peer.InvalidStateError, "createAnswer in state %s", c.signaling)
	}
	c.toAnswer()
	offered, bundles := c.remote.parsed.Group("BUNDLE")
	var sections []section
	var group []string
	for i, m := range c.remote.parsed.Media {
		s := section{mid: m.Mid(), kind: m.Kind, rejected: !acceptable(m) || !c.affordable(i) || c.stoppedAt(m)}
		s.formats, s.direction = m.Formats, c.answerDirection(m)
		if !s.rejected && bundles && slices.Contains(offered, s.mid) {
			s.bundled = len(group) > 0
			group = append(group, s.mid)
		}
		sections = append(sections, s)
	}
	return c.created("answer", c.write(c.answeringSetup(), group, sections))
}

// acceptable reports whether the fake has a codec for the section.
func acceptable(m *wire.Media) bool {
	return m.Kind == "application" || slices.ContainsFunc(m.Attrs("rtpmap"), func(v string) bool {
		return strings.Contains(v, "opus/") || strings.Contains(v, "VP8/")
	})
}

// created passes a description through the defect's hands.
func (c *connection) created(typ string, d *wire.Description) (peer.SessionDescription, error) {
	c.furnish(typ, d)
	for _, defect := range c.peer.defects {
		if defect.created != nil {
			defect.created(c, d)
		}
	}
	return peer.SessionDescription{Type: typ, SDP: d.String()}, nil
}

func (c *connection) SetLocalDescription(_ context.Context, d *peer.SessionDescription) error {
	defer c.lock()()
	if err := c.usable(); err != nil {
		return err
	}
	if d == nil {
		return peer.Errorf(peer.NotSupportedError, "a fake has no parameterless setLocalDescription")
	}
	if d.Type == "rollback" {
		return c.rollBack()
	}
	want, next := "stable", "have-local-offer"
	if d.Type == "answer" {
		want, next = "have-remote-offer", "stable"
	}
	if c.signaling != want {
		return peer.Errorf(peer.InvalidStateError, "setLocalDescription(%s) in state %s", d.Type, c.signaling)
	}
	parsed, err := wire.ParseDescription(d.SDP)
	if err != nil {
		return peer.Errorf(peer.OperationError, "%v", err)
	}
	c.renewed(parsed, d.Type)
	if c.offerer = d.Type == "offer"; c.offerer {
		c.pending(true)
	}
	c.local = &described{*d, parsed}
	if c.offerer {
		c.assign(parsed)
	} else {
		c.settle(parsed, func(d string) string { return d })
	}
	c.emit(peer.Event{Type: peer.EventSignalingStateChange, State: next})
	if next == "stable" {
		c.agreed()
	}
	c.gather()
	c.progress()
	return nil
}

func (c *connection) SetRemoteDescription(_ context.Context, d peer.SessionDescription) error {
	defer c.lock()()
	if err := c.usable(); err != nil {
		return err
	}
	if d.Type == "rollback" {
		return c.rollBack()
	}
	want, next := "stable", "have-remote-offer"
	if d.Type == "answer" {
		want, next = "have-local-offer", "stable"
	}
	if c.signaling != want {
		return peer.Errorf(peer.InvalidStateError, "setRemoteDescription(%s) in state %s", d.Type, c.signaling)
	}
	parsed, err := wire.ParseDescription(d.SDP)
	if err != nil {
		return peer.Errorf(peer.OperationError, "%v", err)
	}
	if err := c.examine(d.Type, parsed); err != nil {
		return err
	}
	if err := c.heard(parsed, d.Type); err != nil {
		return err
	}
	if d.Type == "offer" {
		c.pending(false)
	}
	nameSections(parsed)
	c.remote = &described{d, parsed}
	if d.Type == "offer" {
		c.associate(parsed)
	} else {
		c.settle(parsed, reversed)
	}
	c.describedCandidates()
	c.emit(peer.Event{Type: peer.EventSignalingStateChange, State: next})
	if next == "stable" {
		c.agreed()
	}
	for _, defect := range c.peer.defects {
		if defect.remote != nil {
			defect.remote(c)
		}
	}
	c.progress()
	return nil
}
