// Package datachannel is the family of specs in which each peer opens, fills and closes data channels.
package datachannel

import "github.com/webrtc-rink/rink/suites/spec"

// Register registers the family.
func Register(s *spec.Suite) { s.Family("datachannel", "opens, fills and closes data channels") }
