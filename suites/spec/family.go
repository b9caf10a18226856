package spec

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2" //nolint:revive // as Ginkgo's specs are written
	. "github.com/onsi/gomega"    //nolint:revive // as Gomega's assertions are written

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/expect"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Family registers the scenarios of a family between all pairs. The sentence is
// what a peer of them does: "gathers to completion".
func (s *Suite) Family(family, sentence string) {
	s.families[family] = true
	Describe(sentence, Label(family), func() {
		for _, pair := range s.plan.Pairs {
			Context(pair.String(), Label(labelsOf(pair)...), func() {
				for _, sc := range s.plan.Scenarios {
					if sc.Family == family {
						s.container(sentence, pair, sc)
					}
				}
			})
		}
	})
}

// labelsOf are the peers of a pair, each once.
func labelsOf(p run.Pair) []string {
	return slices.Compact([]string{p.Offerer, p.Answerer})
}

// container registers one session and the requirements that it is graded by.
func (s *Suite) container(sentence string, pair run.Pair, sc scenario.Scenario) {
	job := run.Job{Pair: pair, Scenario: sc}
	checks := s.graders(sc)
	plan := planned{job: job}
	Context(fmt.Sprintf("%s (%s)", sc.Title, sc.Name), Ordered, ContinueOnFailure, func() {
		var session run.Session
		BeforeAll(func(ctx SpecContext) {
			var err error
			session, err = s.session(ctx, job)
			Expect(err).NotTo(HaveOccurred())
			switch session.End.Result {
			case trace.EndUnsupported:
				Skip("unsupported: " + session.End.Reason)
			case trace.EndError:
				Fail(fmt.Sprintf("the harness or the environment broke in stage %s: %s\n%s", session.End.Stage, session.End.Reason, session.Trace))
			}
		})
		for _, c := range checks {
			text := c.Title + " [" + c.ID + "]"
			labels := Label(c.ID, string(c.Level))
			plan.texts = append(plan.texts, strings.Join([]string{sentence, pair.String(), sc.Title, "(" + sc.Name + ")", text}, " "))
			plan.labels = append(plan.labels, append(append(labelsOf(pair), sc.Family), labels...))
			It(text, labels, s.constraint(c), func() { judge(c, session) })
		}
	})
	s.sessions.plan(plan)
}

// graders are the checks that say something about a scenario.
func (s *Suite) graders(sc scenario.Scenario) []check.Check {
	h := trace.Header{Scenario: sc.Name, Family: sc.Family, Traits: sc.Traits}
	return slices.DeleteFunc(slices.Clone(s.plan.Checks), func(c check.Check) bool {
		return c.Applies != nil && !c.Applies(h, trace.Offerer) && !c.Applies(h, trace.Answerer)
	})
}

func (s *Suite) constraint(c check.Check) ComponentSemVerConstraints {
	all := ComponentSemVerConstraints{}
	for _, limit := range s.options.Constraints {
		if limit.Check == c.ID {
			all[limit.Component] = append(all[limit.Component], limit.Versions)
		}
	}
	return all
}

// judge turns the verdicts of one check into the outcome of its spec.
func judge(c check.Check, session run.Session) {
	var red, reasons []string
	judged := false
	for _, v := range session.Verdicts {
		if v.Grade.Check != c.ID {
			continue
		}
		switch {
		case v.Outcome.Red():
			red = append(red, deviation(c, session, v))
		case v.Outcome == check.Known:
			judged = true
			noteKnown(session, v)
		case v.Outcome == check.Pass:
			judged = true
		default:
			reasons = append(reasons, fmt.Sprintf("%s: %s %s: %s", v.Outcome, session.Header.Peer(v.Grade.Side).ID, v.Grade.Side, v.Grade.Reason))
		}
	}
	if len(red) > 0 {
		Fail(strings.Join(red, "\n") + "\n" + background(c, session))
	}
	if !judged {
		Skip(strings.Join(reasons, "; "))
	}
}

// deviation says what one end did: requirement, peer, got and want first, and
// nothing that changes from run to run.
func deviation(c check.Check, session run.Session, v expect.Verdict) string {
	who := fmt.Sprintf("%s %s %s as %s", v.Outcome, c.ID, session.Header.Peer(v.Grade.Side).ID, v.Grade.Side)
	var lines []string
	for _, f := range v.Grade.Findings {
		line := who + ": " + f.String()
		if f.Joint {
			line += " (cannot tell which end: " + f.Why + ")"
		}
		lines = append(lines, line)
	}
	switch {
	case v.Outcome == check.Stale:
		lines = append(lines, fmt.Sprintf("%s: passes, although %s says that it fails: delete the entry", who, v.Entry.Where()))
	case len(lines) == 0:
		lines = append(lines, who+": "+v.Grade.Reason)
	}
	return strings.Join(lines, "\n")
}

// background is what a reader of a failure wants next.
func background(c check.Check, session run.Session) string {
	h := session.Header
	played := report.Report{Run: report.Run{Network: h.Network, TimeoutScale: h.Scale}}
	lines := []string{"", c.Statement}
	for _, ref := range c.Refs {
		lines = append(lines, ref.Title+" "+ref.URL)
	}
	return strings.Join(append(lines,
		"trace: "+session.Trace,
		"again: "+played.Reproduce(report.Pair(session.Pair()), h.Scenario, c.ID)), "\n")
}

// noteKnown attaches a known deviation to the spec. The value is JSON already:
// parallel processes would turn a Go value into a map.
func noteKnown(session run.Session, v expect.Verdict) {
	var lines []string
	for _, f := range v.Grade.Findings {
		lines = append(lines, f.String())
	}
	data, err := json.Marshal(map[string]any{
		"check": v.Grade.Check, "peer": session.Header.Peer(v.Grade.Side).ID, "role": v.Grade.Side, "findings": lines,
		"reason": v.Entry.Reason, "issue": v.Entry.Issue, "entry": v.Entry.Where(),
	})
	Expect(err).NotTo(HaveOccurred())
	AddReportEntry("known deviation", string(data), ReportEntryVisibilityFailureOrVerbose)
}
