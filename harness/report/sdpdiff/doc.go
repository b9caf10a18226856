// Package sdpdiff tells readers how two session descriptions differ in what they
// mean: an offer and its answer, the same description by two versions of a peer, or
// a description before and after signalling carried it. It goes by media section and
// attribute, not by line, and says of each difference whether it has to be there.
//
// It is an aid and gives no verdicts: the checks do. A row that is a conflict names
// the clause that it is against, so that a reader knows where to look.
//
// All that it returns is of bounded size, whatever it is given.
package sdpdiff
