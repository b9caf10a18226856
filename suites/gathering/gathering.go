// Package gathering is the family of specs in which each peer gathers to completion.
package gathering

import "github.com/webrtc-rink/rink/suites/spec"

// Register registers the family.
func Register(s *spec.Suite) { s.Family("gathering", "gathers to completion") }
