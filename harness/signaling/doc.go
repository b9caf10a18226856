// Package signaling carries descriptions and candidates between the two ends of
// a session, and is the place where they are held, altered, lost or repeated.
//
// A Policy is a value: how each end sends (Mode), and the Faults on the way,
// which compose in their order. A Link is a policy at work in one session. Every
// act is recorded in the trace. The package knows nothing of peers: the session
// (harness/scenario) hands it what one end said and delivers what comes out at
// the other.
package signaling
