// Package api is the family of specs in which each peer keeps the state machine of the API.
package api

import "github.com/webrtc-rink/rink/suites/spec"

// Register registers the family.
func Register(s *spec.Suite) { s.Family("api", "keeps the state machine of the API") }
