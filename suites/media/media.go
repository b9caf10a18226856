// Package media is the family of specs in which each peer sends and receives audio and video.
package media

import "github.com/webrtc-rink/rink/suites/spec"

// Register registers the family.
func Register(s *spec.Suite) { s.Family("media", "sends and receives audio and video") }
