package check

import (
	"errors"
	"fmt"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Level is how binding a requirement is.
type Level string

// The levels of RFC 2119.
const (
	Must    Level = "must" // MUST and MUST NOT
	Should  Level = "should"
	May     Level = "may"
	Observe Level = "observe" // recorded, never failed
)

// Check is one requirement made executable. It is a value: the same check runs
// in a Ginkgo spec, in `rink check trace.jsonl` and in a unit test.
type Check struct {
	Requirement
	// Needs are the features that the judged peer must declare; without them
	// its outcome is unsupported.
	Needs peer.Features
	// Applies tells from the header alone whether the check says something
	// about this side of this session.
	Applies func(h trace.Header, side trace.Side) bool
	// Run judges one side. It reads nothing but the view. No findings is a
	// pass; ErrNoEvidence says that the trace does not hold what it needs.
	Run func(v *View, side trace.Side) ([]Finding, error)
}

// Finding is one deviation.
type Finding struct {
	// Object is what deviates, without anything volatile ("candidate #2",
	// "iceGatheringState"), so that equal findings group.
	Object string `json:"object"`
	Got    string `json:"got"`
	Want   string `json:"want"`
	// Where is the evidence: record numbers of the trace.
	Where []int `json:"where,omitempty"`
	// Joint says that the deviation is the session's and the trace does not
	// tell which side it is; Why says why.
	Joint bool   `json:"joint,omitempty"`
	Why   string `json:"why,omitempty"`
}

// String is the one line that people read: object, got, want.
func (f Finding) String() string {
	return fmt.Sprintf("%s: got %s, want %s", f.Object, f.Got, f.Want)
}

// ErrNoEvidence is wrapped by the error of a check that cannot judge this
// trace, with what is missing.
var ErrNoEvidence = errors.New("no evidence")

// NoEvidence returns an error that wraps ErrNoEvidence.
func NoEvidence(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrNoEvidence, fmt.Sprintf(format, args...))
}
