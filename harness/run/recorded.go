package run

import (
	"github.com/webrtc-rink/rink/harness/netlab"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Recorded is the plan of sessions that were recorded earlier, as far as their traces
// tell it and are at one. The seed of the run is in none of them.
func Recorded(j Judge, sessions []Session) Plan {
	return Plan{
		Checks: j.Checks, Expectations: j.Expectations, Filter: "recorded traces", Command: []string{},
		Network:  netlab.Info{Network: netlab.Network(agreed(sessions, func(h trace.Header) string { return h.Network }))},
		Timeouts: scenario.Timeouts{Scale: agreed(sessions, func(h trace.Header) float64 { return h.Scale })},
	}
}

// agreed is the value that all sessions have which have one, else none. What no session
// recorded (package offline) has none.
func agreed[T comparable](sessions []Session, of func(trace.Header) T) T {
	var none, found T
	for _, s := range sessions {
		v := of(s.Header)
		switch {
		case s.Header.Source != "" || v == none || v == found:
		case found != none:
			return none
		default:
			found = v
		}
	}
	return found
}
