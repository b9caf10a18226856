package fake

import (
	"fmt"
	"slices"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/wire"
)

// offered are the sections of the next offer, in the order of RFC 9429 section
// 5.2.2, and the mids of its BUNDLE group: those that there are, one that was
// stopped used again for a new one, and then the rest of what is wanted.
func (c *connection) offered() ([]section, []string) {
	var sections []section
	if c.local != nil {
		for _, m := range c.local.parsed.Media {
			sections = append(sections, c.standing(m))
		}
	}
	taken := map[*transceiver]bool{}
	for _, kind := range c.wanted {
		s := section{kind: kind, fresh: true}
		if kind != "application" {
			t := c.unassigned(peer.Kind(kind), taken)
			if t == nil {
				continue // an offer of the other end has it
			}
			taken[t] = true
			s.direction = t.direction
		}
		s.mid = c.newMid(sections)
		if i := slices.IndexFunc(sections, func(s section) bool { return s.free }); i >= 0 {
			sections[i] = s
		} else {
			sections = append(sections, s)
		}
	}
	var group []string
	kinds := map[string]bool{}
	for i := range sections {
		s := &sections[i]
		if s.rejected {
			continue
		}
		if s.fresh && c.bundles() {
			s.bundled = true
		} else if s.fresh {
			s.bundleOnly = !affords(c.config.BundlePolicy, len(group) == 0, !kinds[s.kind])
		}
		kinds[s.kind] = true
		s.bundled = s.bundled && len(group) > 0
		group = append(group, s.mid)
	}
	return sections, group
}

// newMid is one that no section has or had.
func (c *connection) newMid(sections []section) string {
	c.mids = max(c.mids, len(sections))
	for {
		mid := fmt.Sprint(c.mids)
		c.mids++
		if !slices.ContainsFunc(sections, func(s section) bool { return s.mid == mid }) {
			return mid
		}
	}
}

// bundles reports whether a bundle was agreed on, which a new section joins (RFC 9143
// section 7.5.1).
func (c *connection) bundles() bool {
	if c.settled == nil {
		return false
	}
	group, _ := c.settled.Group("BUNDLE")
	return len(group) > 0
}

// standing is a section of the last description in the next offer. Bundled it stays,
// and one that both ends rejected is free.
func (c *connection) standing(m *wire.Media) section {
	s := section{mid: m.Mid(), kind: m.Kind}
	t := c.of(s.mid)
	s.rejected = m.Rejected() || (t != nil && t.stopped)
	if s.kind != "application" && t != nil {
		s.direction = t.direction
	}
	if c.settled != nil {
		i, _ := c.local.parsed.ByMid(s.mid)
		group, _ := c.settled.Group("BUNDLE")
		s.bundled = slices.Contains(group, s.mid)
		s.free = m.Rejected() && c.carrier(i) == -1
	}
	return s
}

// affords tells whether the policy gives a section a transport of its own
// (https://www.w3.org/TR/webrtc/#rtcbundlepolicy-enum).
func affords(policy string, first, firstOfKind bool) bool {
	switch policy {
	case "max-compat":
		return true
	case "max-bundle":
		return first
	}
	return firstOfKind
}

// affordable tells whether the answer can accept the section: one that is not
// bundled needs a transport of its own (RFC 9429 section 5.3.1).
func (c *connection) affordable(index int) bool {
	offer := c.remote.parsed
	group, _ := offer.Group("BUNDLE")
	if slices.Contains(group, offer.Media[index].Mid()) {
		return true
	}
	first, firstOfKind := true, true
	for _, m := range offer.Media[:index] {
		if !acceptable(m) || m.Rejected() {
			continue
		}
		first, firstOfKind = false, firstOfKind && m.Kind != offer.Media[index].Kind
	}
	return affords(c.config.BundlePolicy, first, firstOfKind)
}
