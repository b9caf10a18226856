// Package connectivity is the family of specs in which each peer connects.
package connectivity

import "github.com/webrtc-rink/rink/suites/spec"

// Register registers the family.
func Register(s *spec.Suite) { s.Family("connectivity", "connects") }
