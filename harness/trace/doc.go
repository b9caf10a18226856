// Package trace is the record of a session: every call and its return, every
// event, every description and candidate that signalling carried, states,
// stats, logs, and how the session ended.
//
// A trace is append-only JSON Lines, one Record a line, flushed as it is
// written, so that a killed run leaves it readable up to its last whole line.
// It is written by the session runner (harness/scenario), read by harness/check
// and harness/report, and can be graded again without any peer. It never
// interprets what it records.
package trace
