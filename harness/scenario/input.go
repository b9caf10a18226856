package scenario

import (
	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

// The courses of the family robustness.
const (
	// HandedCandidates hands each end candidates of every kind.
	HandedCandidates Course = "handed-candidates"
	// Unreachable leaves each end without a candidate that answers.
	Unreachable Course = "unreachable"
)

func inputScenarios() []Scenario {
	sent := func(name, title string, fault signaling.Fault, trait trace.Trait) Scenario {
		p := able.With(fault)
		p.Name = name
		return Scenario{
			Name: "robustness-" + name, Family: "robustness", Title: title, Policy: p,
			Traits: trace.Traits{trait}, EitherTrickles: true,
		}
	}
	return []Scenario{
		{
			Name: "robustness-candidates", Family: "robustness", Alone: true, Course: HandedCandidates,
			Traits: trace.Traits{trace.TraitHandedCandidates}, Title: "take the candidates that are right and refuse the others",
		},
		{
			Name: "robustness-unreachable", Family: "robustness", Alone: true, Slow: true, Waits: DefaultTimeouts().Patience, Course: Unreachable,
			Traits: trace.Traits{trace.TraitUnreachable}, Title: "wait for peer-reflexive candidates before they say failed",
		},
		sent("upper-case", "connects when candidates say UDP", signaling.UpperCase(), trace.TraitUpperCase),
		sent("foreign-name", "connects when a candidate has a name for an address", signaling.ForeignName(), trace.TraitForeignName),
		sent("unknown-type", "connects when a candidate is of an unknown type", signaling.UnknownType(), trace.TraitUnknownType),
		sent("unknown-transport", "connects when a candidate is of an unknown transport", signaling.UnknownTransport(), trace.TraitUnknownTransport),
	}
}

func inputActs() map[Course]act {
	return map[Course]act{
		HandedCandidates: {alone: (*session).handedCandidates},
		Unreachable:      {alone: (*session).unreachable},
	}
}
