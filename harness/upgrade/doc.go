// Package upgrade tells what changes when pion changes: it builds two versions as
// agents, lets both meet the same peers, and compares what came of it. What
// differs is played again until it is sure, or the budget is used up.
//
//	from, _ := upgrade.ParseSubject("v3.2.40", nil)
//	to, _ := upgrade.ParseSubject("v3.3.6", nil)
//	answer, err := upgrade.Gate{From: from, To: to, ...}.Run(ctx, progress)
//
// Bisect asks for one check, or one name of the fingerprint, where between two
// releases it changed, and then which module did it.
//
// `rink upgrade` and `rink bisect` are front ends of it.
package upgrade
