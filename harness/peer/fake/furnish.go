package fake

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/wire"
)

// furniture is what descriptions of one connection have in common.
type furniture struct {
	made int // descriptions that it created: their sess-version
}

// furnish gives a description that was written what every description has (RFC 9429
// sections 5.2 and 5.3): an origin, the ICE options, credentials for each transport, a
// tls-id, and what has been gathered.
func (c *connection) furnish(typ string, d *wire.Description) {
	c.made++
	for i, l := range d.Session {
		if l.Type == 'o' {
			d.Session[i].Value = fmt.Sprintf("- %d %d IN IP4 0.0.0.0", 4000000000+c.number, c.made)
		}
	}
	options, tls := []string{"trickle", "ice2"}, true
	if typ == "answer" {
		options = slices.DeleteFunc(options, func(option string) bool { return !offersOption(c.remote.parsed, option) })
		tls = slices.ContainsFunc(c.remote.parsed.Media, func(m *wire.Media) bool { _, ok := m.Attr("tls-id"); return ok })
		for i, m := range d.Media {
			if i < len(c.remote.parsed.Media) {
				m.Proto = c.remote.parsed.Media[i].Proto
			}
		}
	}
	d.RemoveAttr("ice-options")
	if len(options) > 0 {
		d.AddAttr("ice-options", strings.Join(options, " "))
	}
	for i, m := range d.Media {
		if ownTransport(m) {
			c.credit(i, m)
			if tls {
				m.SetAttr("tls-id", fmt.Sprintf("tls%020d", c.number))
			}
		}
	}
	c.listGathered(d, true)
}

// offersOption reports whether a description has the ICE option.
func offersOption(d *wire.Description, option string) bool {
	all, _ := d.Attr("ice-options")
	for _, m := range d.Media {
		more, _ := m.Attr("ice-options")
		all += " " + more
	}
	return slices.Contains(strings.Fields(all), option)
}

// credit gives a section that has a transport of its own credentials of its own: those
// that it has, or new ones.
func (c *connection) credit(index int, m *wire.Media) {
	suffix := ""
	if index > 0 {
		suffix = fmt.Sprintf("/%d", index)
	}
	if c.local != nil {
		if _, was := c.local.parsed.ByMid(m.Mid()); was != nil && ownTransport(was) {
			suffix = strings.TrimPrefix(c.local.parsed.ICEUfrag(was), base(c.local.parsed.ICEUfrag(was)))
		}
	}
	m.SetAttr("ice-ufrag", c.ufrag+suffix)
	m.SetAttr("ice-pwd", c.pwd+suffix)
}

// base is the part of a ufrag that all transports of a connection share.
func base(ufrag string) string {
	name, _, _ := strings.Cut(ufrag, "/")
	return name
}

// listGathered writes what was gathered into the sections that it was gathered for:
// the candidates, that there are no more, and in a description that is created the
// default candidate (RFC 9429 section 5.2.2).
func (c *connection) listGathered(d *wire.Description, defaults bool) {
	for i, m := range d.Media {
		m.RemoveAttr("candidate")
		m.RemoveAttr("end-of-candidates")
		if len(c.homes[i]) == 0 || m.Rejected() || !ownTransport(m) {
			continue
		}
		for n, port := range c.homes[i] {
			m.AddAttr("candidate", strings.TrimPrefix(candidateLine(n, port), "candidate:"))
		}
		if c.gathering == "complete" {
			m.AddAttr("end-of-candidates", "")
		}
		if defaults {
			m.Port = c.homes[i][0]
			for n, l := range m.Lines {
				if l.Type == 'c' {
					m.Lines[n].Value = "IN IP4 " + hostAddress(0)
				}
			}
		}
	}
}
