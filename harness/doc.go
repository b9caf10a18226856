// Package harness is the library of Rink: it drives sessions between two WebRTC
// peers, records them, and grades the record against the clauses of the standards.
//
// Data goes one way:
//
//	scenario + two peers  ->  trace  ->  check  ->  expect  ->  report
//
// Where to find what:
//
//   - harness/peer: the contract of a peer; below it pion (in process), chrome
//     (headless, by chromedp), firefox (headless, by WebDriver BiDi), agent (a
//     program in any language), fake (scripted, with defects), and peertest,
//     which every peer's test calls; pionbuild builds agents of other releases
//     of pion
//   - harness/scenario: scenarios as values and the session that runs one
//   - harness/signaling: what carries descriptions and candidates, and its faults
//   - harness/repair: waits for gathering and stamps candidates, for any Connection
//   - harness/trace: the record of a session
//   - harness/wire: independent readers of candidate lines and SDP
//   - harness/check: the rule book
//   - harness/mutant: the proof that every check can go red, and what none notices
//   - harness/offline: traces made of dumps of chrome://webrtc-internals and of SDP files
//   - harness/fingerprint: what a peer does, also where no check grades it, and what changed
//   - harness/expect: the reviewed list of known deviations
//   - harness/run: pairs x scenarios, peers that are started once, the report
//   - harness/report: the report's model and its views
//   - harness/compare: what changed between two sets of reports, and what is noise
//   - harness/upgrade: two versions of pion against the same peers, and where between
//     two versions something changed
//   - harness/netlab: networks of the run's own
//   - harness/icematch: Gomega matchers
//   - harness/cmd/rink: the command
//
// The example runs one session of a peer of one's own.
package harness
