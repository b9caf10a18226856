package icematch

import (
	"errors"
	"fmt"
	"strings"

	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
)

// HaveGathered succeeds for an End that said iceGatheringState complete and
// surfaced at least one candidate
// (https://www.w3.org/TR/webrtc/#rtcicegatheringstate-enum).
func HaveGathered() types.GomegaMatcher {
	return judgement{want: "to have gathered to completion", judge: func(e End) ([]string, error) {
		var missing []string
		state := "new"
		for _, event := range e.view.Events(e.side, peer.EventICEGatheringStateChange) {
			state = event.State
		}
		if state != "complete" {
			missing = append(missing, fmt.Sprintf("iceGatheringState: got %s, want complete", state))
		}
		if len(e.Candidates()) == 0 {
			missing = append(missing, "candidates: got none, want at least one")
		}
		return missing, nil
	}}
}

// BeConnectedWith succeeds for an End that is connected with the other one: both
// report it, both name the same selected pair, and the session's nonce crossed
// the data channel in both directions.
func BeConnectedWith(other End) types.GomegaMatcher {
	return judgement{want: "to be connected with " + other.String(), judge: func(e End) ([]string, error) {
		if other.view != e.view || other.side == e.side {
			return nil, fmt.Errorf("%s: want the other end of the same session", other)
		}
		var missing []string
		for _, end := range []End{e, other} {
			found, err := check.Connected(end.view, end.side)
			if err != nil && !errors.Is(err, check.ErrNoEvidence) {
				return nil, err
			}
			if err != nil {
				missing = append(missing, fmt.Sprintf("%s: %v", end, err))
			}
			missing = append(missing, lines(end, found)...)
		}
		return missing, nil
	}}
}

// Meet succeeds for an End that the check of that ID judges without a finding.
// That the check does not apply, or cannot judge this trace, is an error: it
// would say nothing.
func Meet(id string) types.GomegaMatcher {
	return judgement{want: "to meet " + id, judge: func(e End) ([]string, error) {
		c, err := check.ByID(id)
		if err != nil {
			return nil, err
		}
		if c.Applies != nil && !c.Applies(e.view.Header, e.side) {
			return nil, fmt.Errorf("%s does not apply to the %s of %s", id, e.side, e.view.Header.Scenario)
		}
		found, err := c.Run(e.view, e.side)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		return lines(e, found), nil
	}}
}

func lines(e End, found []check.Finding) []string {
	var all []string
	for _, f := range found {
		all = append(all, fmt.Sprintf("%s: %s", e, f))
	}
	return all
}

// judgement matches an End by what it lacks.
type judgement struct {
	want  string
	judge func(End) (missing []string, err error)
}

func (j judgement) look(actual any) ([]string, error) {
	e, ok := actual.(End)
	if !ok || e.view == nil {
		return nil, fmt.Errorf("expected %s: got %s, want an icematch.End", j.want, format.Object(actual, 0))
	}
	return j.judge(e)
}

// Match implements types.GomegaMatcher.
func (j judgement) Match(actual any) (bool, error) {
	missing, err := j.look(actual)
	return err == nil && len(missing) == 0, err
}

// FailureMessage implements types.GomegaMatcher.
func (j judgement) FailureMessage(actual any) string {
	missing, _ := j.look(actual)
	return fmt.Sprintf("Expected %s\n%s\n%s", actual, j.want, strings.Join(missing, "\n"))
}

// NegatedFailureMessage implements types.GomegaMatcher.
func (j judgement) NegatedFailureMessage(actual any) string {
	return fmt.Sprintf("Expected %s\nnot %s", actual, j.want)
}
