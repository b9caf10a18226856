package signaling

import (
	"math/rand/v2"
	"time"

	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// Fault is one thing that happens on the way. Faults are values: they hold no
// state, and compose in a policy in the order given.
type Fault struct {
	Name string
	// From limits the fault to what this end sends; empty is both.
	From  trace.Side
	start func(rng *rand.Rand) handler
}

// Only returns the fault limited to what one end sends.
func (f Fault) Only(from trace.Side) Fault {
	f.From = from
	return f
}

// handler is a fault at work in one session. Nil functions do nothing.
type handler struct {
	name string
	// describe alters a description in place.
	describe func(from trace.Side, typ string, d *wire.Description)
	// candidate returns what is delivered instead of c, nothing to drop it.
	// local is the sender's last description as it was produced.
	candidate func(from trace.Side, local *wire.Description, c Candidate) []Candidate
	// arrange orders all candidates of a generation; it makes the lane wait for
	// the end of gathering.
	arrange  func([]Candidate) []Candidate
	hold     time.Duration
	overtake bool
}

func fixed(name string, h handler) Fault {
	return Fault{Name: name, start: func(*rand.Rand) handler { return h }}
}

const stripCandidates = "strip-candidates"

// StripCandidates removes all candidates from the descriptions, so that they
// travel apart or not at all.
func StripCandidates() Fault {
	return fixed(stripCandidates, handler{describe: func(_ trace.Side, _ string, d *wire.Description) {
		d.RemoveCandidates()
	}})
}

// StripBundle removes the BUNDLE group from the descriptions, so that every
// section needs a transport of its own (RFC 9143).
func StripBundle() Fault {
	return fixed("strip-bundle", handler{describe: func(_ trace.Side, _ string, d *wire.Description) {
		d.RemoveGroup("BUNDLE")
	}})
}

// RejectSection makes one section of the offer impossible to accept: its only
// codec is one that nobody has.
func RejectSection(index int) Fault {
	return fixed("reject-section", handler{describe: func(_ trace.Side, typ string, d *wire.Description) {
		if typ != "offer" || index >= len(d.Media) {
			return
		}
		m := d.Media[index]
		m.Formats = []string{"96"}
		for _, key := range []string{"rtpmap", "fmtp", "rtcp-fb", "ssrc", "ssrc-group", "msid", "rid", "simulcast"} {
			m.RemoveAttr(key)
		}
		m.AddAttr("rtpmap", "96 x-unknown/90000")
	}})
}

// RenameMids gives the i-th section of the first offer the i-th name on the way
// to the answerer, and the old name back on the way to the offerer. Sections
// beyond the names keep theirs.
func RenameMids(names ...string) Fault {
	return Fault{Name: "rename-mids", start: func(*rand.Rand) handler {
		there, back := map[string]string{}, map[string]string{}
		toAnswerer := func(from trace.Side) map[string]string {
			if from == trace.Offerer {
				return there
			}
			return back
		}
		return handler{
			describe: func(from trace.Side, _ string, d *wire.Description) {
				if from == trace.Offerer && len(there) == 0 {
					for i, mid := range d.Mids() {
						if i < len(names) {
							there[mid], back[names[i]] = names[i], mid
						}
					}
				}
				d.RenameMids(toAnswerer(from))
			},
			candidate: func(from trace.Side, _ *wire.Description, c Candidate) []Candidate {
				return one(edit(c, func(m members) {
					if mid, ok := m.text("sdpMid"); ok {
						if name, ok := toAnswerer(from)[mid]; ok {
							m.set("sdpMid", name)
						}
					}
				}))
			},
		}
	}}
}

// Hold keeps the candidates back after the receiver became ready.
func Hold(d time.Duration) Fault { return fixed("hold", handler{hold: d}) }

// Batch delivers all candidates at once when gathering is complete.
func Batch() Fault {
	return fixed("batch", handler{arrange: func(all []Candidate) []Candidate { return all }})
}

// Reorder delivers all candidates in an order drawn from the session's seed,
// never the order in which they came when there are two or more.
func Reorder() Fault {
	return Fault{Name: "reorder", start: func(rng *rand.Rand) handler {
		// Drawn once: both directions use the handler, at the same time and in
		// either order.
		draw := rng.Uint64()
		return handler{arrange: func(all []Candidate) []Candidate {
			if len(all) < 2 {
				return all
			}
			shift := 1 + int(draw%uint64(len(all)-1)) //nolint:gosec // less than len(all)
			return append(append([]Candidate(nil), all[shift:]...), all[:shift]...)
		}}
	}}
}

// Overtake delivers candidates before the receiver has a remote description,
// and once more after it.
func Overtake() Fault { return fixed("overtake", handler{overtake: true}) }

// Drop delivers no candidate of one end, neither apart nor in descriptions.
func Drop(from trace.Side) Fault {
	return fixed("drop", handler{
		describe:  func(_ trace.Side, _ string, d *wire.Description) { d.RemoveCandidates() },
		candidate: func(trace.Side, *wire.Description, Candidate) []Candidate { return nil },
	}).Only(from)
}

// Duplicate delivers each candidate n times.
func Duplicate(n int) Fault {
	return fixed("duplicate", handler{candidate: func(_ trace.Side, _ *wire.Description, c Candidate) []Candidate {
		out := one(c)
		for !c.End() && len(out) < n {
			again := c
			again.Fault = join(c.Fault, "duplicate")
			out = append(out, again)
		}
		return out
	}})
}
