// Package compare tells what changed between two sets of reports: between two
// versions of a peer, two days, two machines. It is a pure function of reports;
// it runs nothing. rink diff and rink upgrade call it:
//
//	opt, notes := compare.MatchPeers(from, to)
//	d := compare.Reports(from, to, opt)
//	for _, r := range d.Undecided() { ... } // play these again, add the reports, compare again
//	os.Exit(d.ExitCode)
//
// # Cells
//
// A cell is a check, a pair, a scenario and the end that is judged. What is
// compared is how the cell was graded: a deviation (fail or known) is red, for an
// expectation excuses it and does not undo it; pass and stale are green;
// unsupported and skipped are no grade. A session that broke gives no grades.
// It is a cell of its own, with SessionCheck in the place of the check: red when
// it ended in an error, green when it did not.
//
// # Change and noise
//
// Each side has as many runs of a cell as its reports have sessions of it.
//
//   - Green in all runs of the one side and red in all of the other is a change:
//     regressed or fixed. It is sure from SureRuns runs of each side on, three
//     unless told otherwise: the smallest number at which chance alone gives this
//     in at most one of twenty cases (Fisher's exact test, one-sided,
//     1/C(6,3) = 0.05). With two runs a cell that flips half
//     of the time looks changed in one of eight cases, with three in one of 32.
//   - The same change (check, pair, subject, role, direction) in many scenarios is
//     sure in all of them as soon as two of them are sure, so that not all need to
//     be repeated.
//   - A cell that is both red and green on a side is flaky, unless Fisher's exact
//     test (two-sided, on the counts of red and green) says with p of at most Alpha,
//     0.01, that the shares differ: then it regressed or is fixed, and the evidence
//     shows the shares. It is sure from FlakyRuns runs of each side on, ten.
//   - Red in all runs of both sides is unchanged, or changed if no run of the one
//     side found what a run of the other found. Findings that are never the same
//     twice on a side tell nothing.
//
// A cell that one side alone graded is gone or new. If that side graded it in some
// runs only, Fisher's exact test on graded and ungraded runs has to say, too, that
// the sides differ.
//
// Repeating until something is sure is optional stopping: for what flips often
// the true risk is a little higher than the stated one.
//
// A session that broke where nobody, or a peer that is the same on both sides, is
// to blame says nothing about the peers under test: it is listed in Broken and
// its cell stays undecided, unless it happened in every run of a side, SureRuns
// times or more.
//
// # Times
//
// Stage times of sessions that completed are pooled over the scenarios of a pair,
// as many of each scenario from both sides, and compared by the Mann-Whitney U
// test (golang.org/x/perf/benchmath, which is benchstat's method). The scenarios
// differ more than the sides, which makes the test cautious. Reported is what
// has MinSamples times on each side, p of at most Alpha divided by the number
// of tests made (Bonferroni), and medians that differ by 10 % or more.
//
// The sessions of one run share the machine and its load, so that two runs of the
// same version can differ like that. A difference is therefore sure only if every
// run of one side was slower than every run of the other, of SureRuns or more
// each; runs of the two sides should alternate.
package compare
