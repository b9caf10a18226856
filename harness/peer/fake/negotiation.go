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
	return c.createOffer(o.ICERestart)
}

func (c *connection) createOffer(restart bool) (peer.SessionDescription, error) {
	c.toOffer(restart)
	sections, group := c.offered()
	c.included = len(c.wanted)
	return c.created("offer", c.write("actpass", group, sections))
}

func (c *connection) CreateAnswer(context.Context) (peer.SessionDescription, error) {
	defer c.lock()()
	if err := c.usable(); err != nil {
		return peer.SessionDescription{}, err
	}
	return c.createAnswer()
}

func (c *connection) createAnswer() (peer.SessionDescription, error) {
	if c.signaling != "have-remote-offer" && c.signaling != "have-local-pranswer" {
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
	set, err := c.implied(d)
	if err != nil {
		return err
	}
	next, err := c.next("setLocalDescription", true, set.Type)
	if err != nil {
		return err
	}
	if set.Type == "rollback" {
		c.rollBack()
		return nil
	}
	parsed, err := read(set)
	if err != nil {
		return err
	}
	c.renewed(parsed.parsed, set.Type)
	c.applyLocal(parsed)
	if set.Type == "offer" {
		c.assign(parsed.parsed)
	} else {
		c.settle(parsed.parsed, func(d string) string { return d })
	}
	c.turn(next)
	c.gather()
	c.progress()
	return nil
}

func (c *connection) SetRemoteDescription(_ context.Context, d peer.SessionDescription) error {
	defer c.lock()()
	if err := c.usable(); err != nil {
		return err
	}
	// W3C rolls the local offer back by itself.
	overridden := d.Type == "offer" && c.signaling == "have-local-offer"
	next, err := c.next("setRemoteDescription", false, d.Type)
	if err != nil && !overridden {
		return err
	}
	if d.Type == "rollback" {
		c.rollBack()
		return nil
	}
	set, err := read(d)
	if err != nil {
		return err
	}
	if err := c.examine(d.Type, set.parsed); err != nil {
		return err
	}
	if err := c.heard(set.parsed, d.Type); err != nil {
		return err
	}
	nameSections(set.parsed)
	if overridden {
		c.rollBack()
		next = "have-remote-offer"
	}
	c.applyRemote(set)
	if d.Type == "offer" {
		c.associate(set.parsed)
	} else {
		c.settle(set.parsed, reversed)
	}
	c.describedCandidates()
	c.turn(next)
	for _, defect := range c.peer.defects {
		if defect.remote != nil {
			defect.remote(c)
		}
	}
	c.progress()
	return nil
}
