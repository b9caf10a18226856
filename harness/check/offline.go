package check

import "slices"

// described are the checks that an offer and an answer are enough for.
var described = []string{
	"SDP-001", "SDP-011", "SDP-020",
}

// dumped are the checks that a dump of chrome://webrtc-internals is enough for. It has
// neither the null candidate nor usernameFragment, messages, nor the moments at which a
// session reads states.
var dumped = []string{
	"GATHER-002", "GATHER-003", "CAND-001", "CAND-002", "CAND-003", "CAND-010", "CAND-017", "STATE-001", "STATE-003", "STATS-004",
}

// offline reports whether a check can judge a trace that was made of that source.
func offline(source, id string) bool {
	switch source {
	case "sdp":
		return slices.Contains(described, id)
	case "webrtc-internals":
		return slices.Contains(described, id) || slices.Contains(dumped, id)
	}
	return false
}
