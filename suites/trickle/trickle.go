// Package trickle is the family of specs in which each peer connects in every trickle mode.
package trickle

import "github.com/webrtc-rink/rink/suites/spec"

// Register registers the family.
func Register(s *spec.Suite) { s.Family("trickle", "connects in every trickle mode") }
