package check

import (
	"errors"
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/trace"
)

// GradeTrace judges both sides of one session by every check that applies. A session
// in which the harness or the environment broke gives error for each of them,
// one that the pair declares it cannot run gives unsupported. The error says
// that the records are no trace.
func GradeTrace(records []trace.Record, checks []Check) ([]Grade, error) {
	v, err := NewView(records)
	if err != nil {
		return nil, err
	}
	var grades []Grade
	for _, c := range checks {
		for _, side := range trace.Sides() {
			if c.Applies(v.Header, side) {
				grades = append(grades, c.grade(v, side))
			}
		}
	}
	return grades, nil
}

func (c Check) grade(v *View, side trace.Side) Grade {
	g := Grade{Check: c.ID, Side: side}
	switch v.End.Result {
	case trace.EndError:
		g.Outcome, g.Reason = Error, "the session broke: "+v.End.Reason
		if v.End.Stage != "" {
			g.Reason = fmt.Sprintf("the session broke in stage %s: %s", v.End.Stage, v.End.Reason)
		}
		return g
	case trace.EndUnsupported:
		g.Outcome, g.Reason = Unsupported, v.End.Reason
		return g
	}
	if from := v.Header.Source; from != "" && !offline(from, c.ID) {
		g.Outcome, g.Reason = Skipped, from+" does not tell what this needs"
		return g
	}
	peer := v.Header.Peer(side)
	if missing := peer.Features.Missing(c.Needs...); len(missing) > 0 {
		names := make([]string, len(missing))
		for i, f := range missing {
			names[i] = string(f)
		}
		g.Outcome, g.Reason = Unsupported, fmt.Sprintf("%s does not declare %s", peer.ID, strings.Join(names, ", "))
		return g
	}
	findings, err := c.run(v, side)
	switch {
	case errors.Is(err, ErrNoEvidence):
		g.Outcome, g.Reason = Skipped, err.Error()
	case err != nil:
		g.Outcome, g.Reason = Error, err.Error()
	case len(findings) > 0 && c.Level == Observe:
		g.Outcome, g.Findings = Observed, findings
	case len(findings) > 0:
		g.Outcome, g.Findings = Fail, findings
	default:
		g.Outcome = Pass
	}
	return g
}

// run keeps a mistake in a check from ending the run: it is an error of the
// harness.
func (c Check) run(v *View, side trace.Side) (findings []Finding, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("check %s panicked: %v", c.ID, r)
		}
	}()
	return c.Run(v, side)
}
