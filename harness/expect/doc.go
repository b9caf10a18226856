// Package expect holds the reviewed list of deviations that peers are known to
// have, and judges grades against it.
//
// An expectation never hides anything. A check that fails as expected becomes
// known, which is green but always shown with its reason and issue. A check
// that passes although an expectation says it fails becomes stale, which is red
// until the entry is deleted. An error is never excused.
//
// Expectations are YAML, one file per peer:
//
//	peer: pion                     # a peer id; pion also stands for every pion@VERSION
//	expectations:
//	  - check: CAND-002            # or checks: [CAND-002, CAND-003]
//	    versions: "< 4.0.8"        # constraint on the peer's version; left out: every version
//	    role: answerer             # offerer or answerer; left out: both
//	    scenarios: ["unbundled-*"] # globs; left out: every scenario
//	    against: ["chrome*"]       # globs on the other peer's id; left out: every peer
//	    finding: "sdpMid \"\""     # covers only findings whose line contains this
//	    sometimes: true            # a pass is no news; the reason says why
//	    joint: true                # covers joint findings, at both ends of the session
//	    since: 2026-11-25          # day of the review
//	    reason: ICECandidate.ToJSON always sends an empty sdpMid
//	    issue: https://github.com/pion/webrtc/pull/2990
//
// peer, check, since, reason and issue are required.
package expect
