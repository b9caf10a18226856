// Package candidates is the family of specs in which each peer signals candidates with the right sdpMid and sdpMLineIndex.
package candidates

import "github.com/webrtc-rink/rink/suites/spec"

// Register registers the family.
func Register(s *spec.Suite) {
	s.Family("candidates", "signals candidates with the right sdpMid and sdpMLineIndex")
}
