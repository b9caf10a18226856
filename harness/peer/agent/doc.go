// Package agent lets a WebRTC implementation in any language take part: a
// program (the agent) answers JSON-RPC 2.0 on its standard input and output,
// method for method the contract of harness/peer. PROTOCOL.md is the
// specification.
//
// Launch runs a program and is the peer.Peer of it; Serve turns a peer.Peer of
// Go into such a program. Neither repairs what it carries.
//
// A program is not trusted. What it writes is bounded, and whatever it does
// instead of answering (crash, hang, write what is no JSON, answer what was not
// asked) ends it: its process group is killed, and every call, pending or
// later, is a *peer.GoneError whose reason says what it did and what it wrote
// to its standard error last.
package agent
