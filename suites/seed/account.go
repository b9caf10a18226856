package seed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/icematch"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// account is what the trace of one session shows of a situation.
type account struct {
	session  run.Session
	view     *check.View
	sender   trace.Side // who makes the mistake, or has it mended
	receiver trace.Side
	ends     map[trace.Side]icematch.End
}

func newAccount(s run.Session, sender trace.Side) (account, error) {
	a := account{session: s, sender: sender, receiver: sender.Other()}
	records, err := trace.ReadFile(s.Trace)
	if err != nil {
		return a, err
	}
	if a.view, err = check.NewView(records); err != nil {
		return a, fmt.Errorf("%s: %w", s.Trace, err)
	}
	offerer, answerer, err := icematch.Ends(records)
	a.ends = map[trace.Side]icematch.End{trace.Offerer: offerer, trace.Answerer: answerer}
	return a, err
}

// id is the peer at one end.
func (a account) id(side trace.Side) string { return a.session.Header.Peer(side).ID }

// local is the description of one end once its gathering was complete; the error
// says that it never was.
func (a account) local(side trace.Side) (*wire.Description, error) {
	s, ok := a.view.Snapshot(side, trace.MomentGathered)
	if !ok || s.LocalDescription == nil {
		return nil, fmt.Errorf("%s: the %s has not gathered: %s", a.session.Trace, side, a.session.End.Reason)
	}
	return wire.ParseDescription(s.LocalDescription.SDP)
}

// gathered counts the candidates that one end had to give.
func (a account) gathered(side trace.Side) (int, error) {
	d, err := a.local(side)
	if err != nil {
		return 0, err
	}
	return candidatesOf(d), nil
}

func candidatesOf(d *wire.Description) int {
	n := 0
	for _, m := range d.Media {
		n += len(m.Candidates())
	}
	return n
}

// described counts the candidates in the descriptions that one end was given.
func (a account) described(to trace.Side) (int, error) {
	calls := a.view.Calls(to, "setRemoteDescription")
	if len(calls) == 0 {
		return 0, fmt.Errorf("%s: the %s was given no description: %s", a.session.Trace, to, a.session.End.Reason)
	}
	n := 0
	for _, c := range calls {
		d, err := wire.ParseDescription(c.Description.SDP)
		if err != nil {
			return 0, fmt.Errorf("%s: record %d: %w", a.session.Trace, c.N, err)
		}
		n += candidatesOf(d)
	}
	return n, nil
}

// handed lists the candidates that one end was given by addIceCandidate.
func (a account) handed(to trace.Side) ([]peer.ICECandidateInit, error) {
	var all []peer.ICECandidateInit
	for _, c := range a.view.Calls(to, "addIceCandidate") {
		init, err := peer.ParseCandidateInit(c.Candidate)
		if err != nil {
			return nil, fmt.Errorf("%s: record %d: %w", a.session.Trace, c.N, err)
		}
		if init != nil {
			all = append(all, *init)
		}
	}
	return all, nil
}

// taken is what became of a call that was not refused.
const taken = "taken"

// answers lists how one end settled each addIceCandidate: taken, the name of the
// DOMException, or what broke.
func (a account) answers(of trace.Side) []string {
	var all []string
	for _, c := range a.view.Calls(of, "addIceCandidate") {
		switch {
		case !c.Returned:
			all = append(all, "never returned")
		case c.Return.Failure != "":
			all = append(all, c.Return.Failure)
		case c.Return.Error != nil:
			all = append(all, c.Return.Error.Name)
		default:
			all = append(all, taken)
		}
	}
	return all
}

// joined lists the ends that say that they are connected.
func (a account) joined() []string {
	var all []string
	for _, side := range trace.Sides() {
		if a.view.Reports(side) {
			all = append(all, a.ends[side].String())
		}
	}
	return all
}

// connects reports whether the session was judged to have connected, at both ends.
func (a account) connects() bool { return len(a.session.Verdicts) > 0 && len(a.wanting()) == 0 }

// wanting lists what either end lacks of a connection, and no expectation excuses.
func (a account) wanting() []string {
	var all []string
	for _, v := range a.session.Verdicts {
		if v.Outcome == check.Pass || v.Outcome == check.Known {
			continue
		}
		lines := []string{v.Grade.Reason}
		for _, f := range v.Grade.Findings {
			lines = append(lines, f.String())
		}
		all = append(all, fmt.Sprintf("%s: %s %s", a.ends[v.Grade.Side], v.Outcome, strings.Join(lines, " ")))
	}
	return all
}

// words say in a few of them what happened.
func (a account) words() string {
	switch a.session.End.Result {
	case trace.EndUnsupported:
		return "– unsupported"
	case trace.EndError:
		return "! error"
	}
	if a.connects() {
		return "✓ connects"
	}
	if len(a.joined()) > 0 {
		return "✗ an end connects"
	}
	inside, err := a.described(a.receiver)
	answers := slices.Compact(a.answers(a.receiver))
	switch {
	case err == nil && inside == 0 && len(answers) == 0:
		return "✗ " + a.id(a.receiver) + " gets no candidate"
	case err == nil && inside == 0 && len(answers) == 1 && answers[0] != taken:
		return "✗ " + a.id(a.receiver) + " refuses each, " + answers[0]
	}
	return "✗ does not connect"
}
