package check

import "github.com/webrtc-rink/rink/harness/trace"

// Outcome is the result of one check for one side of one session.
type Outcome string

// The outcomes. Known and Stale are given by harness/expect; grading alone
// gives the other five.
const (
	Pass        Outcome = "pass"
	Fail        Outcome = "fail"
	Known       Outcome = "known"       // failed, and a reviewed expectation says so
	Stale       Outcome = "stale"       // passed, although an expectation says it fails
	Observed    Outcome = "observed"    // a check of level observe has findings: recorded, never failed
	Unsupported Outcome = "unsupported" // the peer declares that it lacks the feature
	Skipped     Outcome = "skipped"     // not judged; Reason says what is missing
	Error       Outcome = "error"       // the harness or the environment broke
)

// Outcomes lists all outcomes, worst first.
func Outcomes() []Outcome {
	return []Outcome{Error, Fail, Stale, Known, Observed, Skipped, Unsupported, Pass}
}

// Red reports whether the outcome makes a run fail.
func (o Outcome) Red() bool { return o == Fail || o == Stale || o == Error }

// Grade is what one check says of one side of one session, before any
// expectation is looked at.
type Grade struct {
	Check    string     `json:"check"`
	Side     trace.Side `json:"side"`
	Outcome  Outcome    `json:"outcome"`
	Reason   string     `json:"reason,omitempty"` // of unsupported, skipped and error
	Findings []Finding  `json:"findings,omitempty"`
}
