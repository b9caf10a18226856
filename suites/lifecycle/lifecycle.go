// Package lifecycle is the family of specs in which each peer closes, and learns of a close.
package lifecycle

import "github.com/webrtc-rink/rink/suites/spec"

// Register registers the family.
func Register(s *spec.Suite) { s.Family("lifecycle", "closes, and learns of a close") }
