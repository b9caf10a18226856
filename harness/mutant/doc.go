// Package mutant proves the rule book: that every check can go red, that none does
// without a cause, and how much of what could go wrong in a real session some check
// notices.
//
// Prove plays each defect of harness/peer/fake and every scenario between healthy
// fakes. Try takes recorded traces of real peers, changes one thing in each copy
// (an event dropped, a field of a candidate flipped, a refusal turned into a
// success) and counts the copies that some check finds fault with. What survives is
// either nothing that a clause speaks of or a hole in the rule book.
package mutant
