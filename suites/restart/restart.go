// Package restart is the family of specs in which each peer restarts ICE.
package restart

import "github.com/webrtc-rink/rink/suites/spec"

// Register registers the family.
func Register(s *spec.Suite) { s.Family("restart", "restarts ICE") }
