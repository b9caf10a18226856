// Package check is the rule book: the requirements of the standards, and for
// each a Check, which is a pure function from a trace to findings.
//
// A check reads a trace with harness/wire and never with the parser of a peer.
// It runs in a Ginkgo spec, in `rink check trace.jsonl` and in a unit test over
// a trace that harness/peer/fake made with a named defect: every check has one
// that turns it red.
//
// IDs are API. They are those of requirements.tsv, never reused, and listed in
// a golden catalogue.
package check
