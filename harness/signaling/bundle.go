package signaling

import (
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// LeaveOutOfBundle takes one section out of the BUNDLE group of the offer, so that
// the answerer may not bundle it.
func LeaveOutOfBundle(index int) Fault {
	return fixed("leave-out-of-bundle", handler{describe: func(_ trace.Side, typ string, d *wire.Description) {
		mids, bundles := d.Group("BUNDLE")
		if typ != "offer" || !bundles || index >= len(d.Media) {
			return
		}
		mid := d.Media[index].Mid()
		d.SetGroup("BUNDLE", slices.DeleteFunc(mids, func(m string) bool { return m == mid }))
	}})
}

// OldBundle writes the bundled sections of an answer as RFC 8843 section 7.3 had
// them, before RFC 9143 changed it: port 0 and bundle-only in all but the tagged one.
func OldBundle() Fault {
	return fixed("old-bundle", handler{describe: func(_ trace.Side, typ string, d *wire.Description) {
		mids, bundles := d.Group("BUNDLE")
		if typ != "answer" || !bundles || len(mids) == 0 {
			return
		}
		for _, mid := range mids[1:] {
			if _, m := d.ByMid(mid); m != nil && !m.Rejected() {
				m.Port = 0
				m.RemoveAttr("bundle-only")
				m.AddAttr("bundle-only", "")
			}
		}
	}})
}

// LastOfBundle says of every candidate that it is of the last section of the bundle,
// instead of the tagged one.
func LastOfBundle() Fault {
	return fixed("last-of-bundle", handler{candidate: func(_ trace.Side, local *wire.Description, c Candidate) []Candidate {
		if local == nil {
			return one(c)
		}
		mids, _ := local.Group("BUNDLE")
		if len(mids) == 0 {
			return one(c)
		}
		index, section := local.ByMid(mids[len(mids)-1])
		if section == nil {
			return one(c)
		}
		return one(edit(c, func(m members) {
			m.set("sdpMid", section.Mid())
			m.set("sdpMLineIndex", index)
		}))
	}})
}

// SwapSections says of the candidates of one section that they are of the other, and
// the other way round.
func SwapSections(a, b int) Fault {
	return fixed("swap-sections", handler{candidate: func(_ trace.Side, local *wire.Description, c Candidate) []Candidate {
		if local == nil || a >= len(local.Media) || b >= len(local.Media) {
			return one(c)
		}
		return one(edit(c, func(m members) {
			address(local, m)
			index, _ := m.number("sdpMLineIndex")
			switch index {
			case a:
				index = b
			case b:
				index = a
			}
			m.set("sdpMid", local.Media[index].Mid())
			m.set("sdpMLineIndex", index)
			// The fragment says the section too, and would contradict.
			if _, ok := m.text("usernameFragment"); ok {
				m.set("usernameFragment", local.ICEUfrag(local.Media[index]))
			}
		}))
	}})
}

// deadPort is where nobody answers: above the ports that systems give out by themselves.
const deadPort = "65500"

// KillSection gives every candidate of one section a port where nobody answers, so that
// its transport has something to check and never connects.
func KillSection(index int) Fault {
	return fixed("kill-section", handler{candidate: func(_ trace.Side, local *wire.Description, c Candidate) []Candidate {
		if local == nil {
			return one(c)
		}
		return one(edit(c, func(m members) {
			address(local, m)
			if i, _ := m.number("sdpMLineIndex"); i != index {
				return
			}
			line, _ := m.text("candidate")
			if fields := strings.Split(line, " "); len(fields) > 5 {
				fields[5] = deadPort
				m.set("candidate", strings.Join(fields, " "))
			}
		}))
	}})
}
