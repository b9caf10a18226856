// Package bundle is the family of specs in which each peer bundles as its policy says.
package bundle

import "github.com/webrtc-rink/rink/suites/spec"

// Register registers the family.
func Register(s *spec.Suite) { s.Family("bundle", "bundles as its policy says") }
