// Package repair is what applications have had to write by hand to make two
// implementations meet: wait until ICE gathering is complete before the local
// description is sent, and give each candidate the sdpMid and sdpMLineIndex of
// its own media section.
//
// It works on any peer.Connection through the public W3C API only. Rink's
// signalling uses it in the policy that says so ("repaired") and nowhere else:
// a peer's own defects stay visible in all other scenarios.
package repair
