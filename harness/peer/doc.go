// Package peer is the contract between Rink and a WebRTC implementation.
//
// A Peer is one implementation with a version; a Connection is one
// RTCPeerConnection of it. Both are shaped after the W3C API
// (https://www.w3.org/TR/webrtc/), so an adapter is a translation and nothing
// more: it never repairs, completes or reorders what its implementation does.
// An empty sdpMid stays an empty sdpMid.
//
// The package is called by the session runner (harness/scenario) and
// implemented by harness/peer/pion, chrome, firefox, agent and fake. It imports
// nothing else of Rink. Every implementation is held to harness/peer/peertest.
package peer
