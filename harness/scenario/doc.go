// Package scenario holds scenarios as values and the session that runs one: it
// brings up a connection at each of two peers, lets signalling
// (harness/signaling) carry what they say, and records everything in a trace.
//
// A session judges nothing. It ends completed, stopped (a peer refused or did
// not do what the scenario needs), in error (the harness or a peer's process
// broke) or unsupported; the trace says at which stage and what was missing.
// harness/run calls it for many pairs; a test of your own can call Run for one.
package scenario
