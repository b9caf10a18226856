// Package fingerprint reads the behaviour of a peer off recorded sessions, also
// where no check grades it, and says in words what changed between two versions.
//
// Of takes the trace of one session and gives the Print of one end: stable names
// of what was seen, such as
//
//	trickle-full/offerer to chrome/offer/section 0 (application)/a=setup
//
// which are the scenario, the role and the opponent (together the cell), and the
// object. What is drawn anew in every session (credentials, ports, addresses,
// session ids, synchronisation sources) is replaced by its form. Merge adds up
// the prints of one version: a name whose value differs between repeats of its
// cell is unstable, and is never compared. Diff compares two versions and gives
// one sentence for a change, however many scenarios show it.
//
// Behaviour depends on the opponent, so that only equal cells are compared: a peer
// that met Chrome with a peer that met Chrome. The opponent of a peer that met its
// own kind is called itself. Sessions between two versions give cells that have no
// equal, and are left out.
//
// What can depend on the time that things take (orders of events, sequences of
// states, statistics, how a session ends) is compared with more care: see Diff.
//
// The package is called by the upgrade gate. It knows no peer and runs no session.
package fingerprint
