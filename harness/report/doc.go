// Package report holds the model of a run's report: what was run, between whom,
// how every requirement came out, and why.
//
// report.json is the only truth. HTML, Markdown, JUnit, badge and annotations
// are pure functions of it (the packages below this one) and can be written
// again from the file at any time. A run builds it once, from headers and
// verdicts:
//
//	r := report.Build(report.Input{...})
//	err := files.WriteAll("reports/out/"+r.Run.ID, r)
//	os.Exit(report.ExitCode(r))
//
// The format is rink.report/v1, described field by field in schema/report.schema.json.
// Everything is keyed, nothing is positional; times are RFC 3339 in UTC,
// durations milliseconds. Readers ignore keys that they do not know; a breaking
// change gets a new version.
//
// What peers say is untrusted: Safe makes every string valid, visible and of
// bounded length before anything is written.
package report
