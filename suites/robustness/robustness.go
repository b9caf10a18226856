// Package robustness is the family of specs in which each peer takes what it must and refuses what it must.
package robustness

import "github.com/webrtc-rink/rink/suites/spec"

// Register registers the family.
func Register(s *spec.Suite) { s.Family("robustness", "takes what it must and refuses what it must") }
