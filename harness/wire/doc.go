// Package wire reads and writes what WebRTC peers send each other: ICE
// candidate lines (RFC 8839 section 5.1, RFC 6544 section 4.5) and session
// descriptions (RFC 8866).
//
// Its readers are Rink's own. They share no code with any peer, so a fault that
// a peer's writer and reader have in common is still seen. Checks read traces
// with them, and the signalling faults edit descriptions with them. The package
// never repairs what it reads and imports the standard library alone.
//
// Candidate is strict: it is the grammar. Description is strict about structure
// and lenient about content, so that a questionable description can still be
// read and graded line by line.
package wire
