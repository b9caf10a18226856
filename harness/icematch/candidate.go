package icematch

import (
	"fmt"

	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/matchers"
	"github.com/onsi/gomega/types"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/wire"
)

// HaveSDPMid succeeds for a peer.ICECandidateInit (or a pointer to one) whose
// sdpMid is the string or satisfies the matcher. A null sdpMid satisfies
// gomega.BeNil alone; it is not the empty string.
func HaveSDPMid(want any) types.GomegaMatcher {
	return member{name: "sdpMid", want: matcherOf(want), get: func(c peer.ICECandidateInit) (any, error) {
		if c.SDPMid == nil {
			return nil, nil
		}
		return *c.SDPMid, nil
	}}
}

// HaveMLineIndex succeeds for a candidate whose sdpMLineIndex is the number or
// satisfies the matcher. A null index satisfies gomega.BeNil alone.
func HaveMLineIndex(want any) types.GomegaMatcher {
	return member{name: "sdpMLineIndex", want: numberOf(want), get: func(c peer.ICECandidateInit) (any, error) {
		if c.SDPMLineIndex == nil {
			return nil, nil
		}
		return int(*c.SDPMLineIndex), nil
	}}
}

// HaveUsernameFragment succeeds for a candidate whose usernameFragment is the
// string or satisfies the matcher.
func HaveUsernameFragment(want any) types.GomegaMatcher {
	return member{name: "usernameFragment", want: matcherOf(want), get: func(c peer.ICECandidateInit) (any, error) {
		if c.UsernameFragment == nil {
			return nil, nil
		}
		return *c.UsernameFragment, nil
	}}
}

// HaveCandidateType succeeds for a candidate of that type (host, srflx, prflx,
// relay; RFC 8839 §5.1) as harness/wire reads its line.
func HaveCandidateType(want any) types.GomegaMatcher {
	return member{name: "candidate type", want: matcherOf(want), get: func(c peer.ICECandidateInit) (any, error) {
		line, err := wire.ParseCandidate(c.Candidate)
		if err != nil {
			return nil, err
		}
		return line.Type, nil
	}}
}

// member matches one member of a candidate.
type member struct {
	name string
	want types.GomegaMatcher
	get  func(peer.ICECandidateInit) (any, error)
}

func (m member) value(actual any) (any, error) {
	switch c := actual.(type) {
	case peer.ICECandidateInit:
		return m.get(c)
	case *peer.ICECandidateInit:
		if c != nil {
			return m.get(*c)
		}
	}
	return nil, fmt.Errorf("%s: got %s, want a peer.ICECandidateInit", m.name, format.Object(actual, 0))
}

// Match implements types.GomegaMatcher.
func (m member) Match(actual any) (bool, error) {
	got, err := m.value(actual)
	if err != nil {
		return false, err
	}
	ok, err := m.want.Match(got)
	if err != nil && got == nil { // most matchers refuse nil; here it is an ordinary value
		return false, nil
	}
	return ok, err
}

// FailureMessage implements types.GomegaMatcher.
func (m member) FailureMessage(actual any) string {
	got, _ := m.value(actual)
	return fmt.Sprintf("%s of\n%s\n%s", m.name, format.Object(actual, 1), m.want.FailureMessage(got))
}

// NegatedFailureMessage implements types.GomegaMatcher.
func (m member) NegatedFailureMessage(actual any) string {
	got, _ := m.value(actual)
	return fmt.Sprintf("%s of\n%s\n%s", m.name, format.Object(actual, 1), m.want.NegatedFailureMessage(got))
}

func matcherOf(want any) types.GomegaMatcher {
	if m, ok := want.(types.GomegaMatcher); ok {
		return m
	}
	if want == nil {
		return &matchers.BeNilMatcher{}
	}
	return &matchers.EqualMatcher{Expected: want}
}

func numberOf(want any) types.GomegaMatcher {
	if m, ok := want.(types.GomegaMatcher); ok || want == nil {
		return matcherOf(m)
	}
	return &matchers.BeNumericallyMatcher{Comparator: "==", CompareTo: []any{want}}
}
