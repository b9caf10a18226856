package check

import "slices"

// described are the checks that an offer and an answer are enough for.
var described = []string{
	"SDP-001", "SDP-003", "SDP-004", "SDP-005", "SDP-008", "SDP-011", "SDP-012", "SDP-020", "SDP-022", "SDP-023",
	"BUNDLE-001", "BUNDLE-006", "BUNDLE-007", "BUNDLE-010", "BUNDLE-014",
	"DTLS-001", "DTLS-002", "DTLS-012", "DATA-002", "ERR-007", "MEDIA-003",
}

// dumped are the checks that a dump of chrome://webrtc-internals is enough for. It has
// neither the null candidate nor usernameFragment, messages, nor the moments at which a
// session reads states.
var dumped = []string{
	"GATHER-002", "GATHER-003", "GATHER-010", "CAND-001", "CAND-002", "CAND-003", "CAND-008", "CAND-010", "CAND-016", "CAND-017",
	"CAND-018", "CAND-019", "CAND-020", "CAND-021", "GRAM-001", "SDP-009", "STATE-001", "STATE-003", "STATE-008",
	"ROLE-001", "STATS-001", "STATS-004",
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
