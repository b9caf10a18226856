package check

import (
	"fmt"
	"math"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// applies is the type of Check.Applies; the functions below compose it.
type applies = func(h trace.Header, side trace.Side) bool

// negotiated holds for every session that sets its descriptions.
func negotiated(h trace.Header, _ trace.Side) bool { return h.Traits.Has(trace.TraitConnects) }

// describing holds for every session in which the ends describe themselves to each
// other: in the rest each is tried by itself.
func describing(h trace.Header, _ trace.Side) bool { return h.Traits.Has(trace.TraitData) }

func having(traits ...trace.Trait) applies {
	return func(h trace.Header, _ trace.Side) bool { return h.Traits.Any(traits...) }
}

func without(traits ...trace.Trait) applies {
	return func(h trace.Header, _ trace.Side) bool { return !h.Traits.Any(traits...) }
}

func on(want trace.Side) applies {
	return func(_ trace.Header, side trace.Side) bool { return side == want }
}

func family(name string) applies {
	return func(h trace.Header, _ trace.Side) bool { return h.Family == name }
}

func not(condition applies) applies {
	return func(h trace.Header, side trace.Side) bool { return !condition(h, side) }
}

// all holds where every one holds.
func all(conditions ...applies) applies {
	return func(h trace.Header, side trace.Side) bool {
		for _, holds := range conditions {
			if !holds(h, side) {
				return false
			}
		}
		return true
	}
}

// either holds where one of them holds.
func either(conditions ...applies) applies {
	return func(h trace.Header, side trace.Side) bool {
		for _, holds := range conditions {
			if holds(h, side) {
				return true
			}
		}
		return false
	}
}

// sectionName is how findings call a media section: without anything of it that
// changes from run to run, so that equal findings of many sessions group.
func sectionName(index int, kind string) string {
	return fmt.Sprintf("section %d (%s)", index, kind)
}

// text shows a string member of a candidate, null included.
func text(s *string) string {
	if s == nil {
		return "null"
	}
	return fmt.Sprintf("%q", *s)
}

// number shows a number member of a candidate, null included.
func number(n *uint16) string {
	if n == nil {
		return "null"
	}
	return fmt.Sprint(*n)
}

// shown names a state; the empty one is that nothing was said.
func shown(state string) string {
	if state == "" {
		return "no event"
	}
	return state
}

// closing returns when the side was closed: what comes later is the harness's
// doing. Times compare what records do not: an event is written when it is read,
// which is after it came.
func (v *View) closing(side trace.Side) float64 {
	if calls := v.Calls(side, "close"); len(calls) > 0 {
		return calls[0].T
	}
	return math.Inf(1)
}

// states returns the events of one kind before the close.
func (v *View) states(side trace.Side, kinds ...peer.EventType) []Event {
	var found []Event
	end := v.closing(side)
	for _, e := range v.Events(side, kinds...) {
		if e.T <= end {
			found = append(found, e)
		}
	}
	return found
}
