package scenario

import (
	"slices"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Scenario is what a session does: a media layout, a way of signalling, a
// configuration of each end and a course of events. It is a value; Name is its
// identity in reports and filters.
type Scenario struct {
	Name   string
	Family string // gathering, candidates, trickle, connectivity; seed, see Seed
	Title  string // one sentence that reads after "offerer -> answerer"
	Layout Layout
	Policy signaling.Policy
	Course Course
	// BundlePolicy is the offerer's, where the scenario asks for one.
	BundlePolicy string
	// Config is what else an end is configured with.
	Config map[trace.Side]peer.Configuration
	// SilentServers gives both ends STUN and TURN servers that never answer.
	SilentServers bool
	// EitherTrickles leaves it to each end whether it trickles; one of them has to.
	EitherTrickles bool
	// Payloads sends text and binary messages after the nonce.
	Payloads bool
	Traits   trace.Traits
	// Needs are features that an end must declare beyond what Layout, Policy
	// and Course ask for.
	Needs map[trace.Side]peer.Features
	// Alone: each end is tried by itself, and they do not meet. Such a session asks for
	// no feature; what an end does not declare it is not asked for.
	Alone bool
	// Slow marks purposeful waits of more than a few seconds.
	Slow bool
	// Waits is how long a slow scenario waits at the least, where that is most of a run's
	// time: the longest begin first.
	Waits time.Duration
}

// Layout is which sections the first offer has, in this order.
type Layout string

// The layouts.
const (
	Data  Layout = "data"  // one data channel
	Media Layout = "media" // audio, video, and a data channel
)

// Course is what happens in a session.
type Course string

// The courses.
const (
	Connect    Course = "connect"     // offer, answer, connect, talk, close
	CreateOnly Course = "create-only" // descriptions are created and no local one is set
	AddSection Course = "add-section" // connect, then a second offer with one more section
	Apart      Course = "apart"       // offer, answer, and neither end connects
)

// Requirements returns the features that the end must declare for the scenario
// to be run at all.
func (s Scenario) Requirements(side trace.Side) peer.Features {
	if s.Alone {
		return nil
	}
	needs := peer.Features{peer.FeatureDataChannel}
	if s.Layout == Media {
		needs = append(needs, peer.FeatureMedia)
	}
	if s.Course == AddSection {
		needs = append(needs, peer.FeatureRenegotiation, peer.FeatureMedia)
	}
	if s.SilentServers {
		needs = append(needs, peer.FeatureICEServers)
	}
	if s.BundlePolicy != "" && side == trace.Offerer {
		needs = append(needs, peer.FeatureBundlePolicy)
	}
	if s.Traits.Has(trace.TraitUnbundled) {
		needs = append(needs, peer.FeatureUnbundled)
	}
	if s.mode(side) == signaling.Trickle {
		needs = append(needs, peer.FeatureTrickle)
	}
	for _, f := range s.Needs[side] {
		if !needs.Has(f) {
			needs = append(needs, f)
		}
	}
	return needs
}

// mode is how the policy asks the end to send; empty leaves it to the peer.
func (s Scenario) mode(side trace.Side) signaling.Mode {
	if side == trace.Answerer {
		return s.Policy.Answerer
	}
	return s.Policy.Offerer
}

// kinds lists the media that an end sends. Where the first section cannot be
// accepted, the answerer has no track for it: it could not send it.
func (s Scenario) kinds(side trace.Side) []peer.Kind {
	if side == trace.Answerer && s.Traits.Has(trace.TraitRejectedFirst) {
		return []peer.Kind{peer.Video}
	}
	return []peer.Kind{peer.Audio, peer.Video}
}

// Unsupported tells whether a pair cannot run the scenario, with the end that
// lacks something and a sentence that says what.
func (s Scenario) Unsupported(offerer, answerer peer.Description) (trace.Side, string) {
	for _, side := range trace.Sides() {
		d := offerer
		if side == trace.Answerer {
			d = answerer
		}
		if missing := d.Features.Missing(s.Requirements(side)...); len(missing) > 0 {
			names := make([]string, len(missing))
			for i, f := range missing {
				names[i] = string(f)
			}
			return side, d.ID + " as " + string(side) + " does not declare " + strings.Join(names, ", ")
		}
	}
	if s.EitherTrickles && !offerer.Features.Has(peer.FeatureTrickle) && !answerer.Features.Has(peer.FeatureTrickle) {
		return trace.Answerer, "neither " + offerer.ID + " nor " + answerer.ID + " declares " + string(peer.FeatureTrickle)
	}
	return "", ""
}

// modeFor is how an end sends: what the policy asks for, else what the peer can
// do.
func (s Scenario) modeFor(side trace.Side, f peer.Features) signaling.Mode {
	if mode := s.mode(side); mode != "" {
		return mode
	}
	if f.Has(peer.FeatureTrickle) {
		return signaling.Trickle
	}
	return signaling.Wait
}

// policyFor is the policy between these two: where it is left to an end whether
// it trickles, and it waits, its description keeps the candidates.
func (s Scenario) policyFor(offerer, answerer peer.Description) signaling.Policy {
	p := s.Policy
	for side, d := range map[trace.Side]peer.Description{trace.Offerer: offerer, trace.Answerer: answerer} {
		if s.mode(side) == "" && s.modeFor(side, d.Features) == signaling.Wait {
			p = p.Keeping(side)
		}
	}
	return p
}

// ByName returns the scenario of that name.
func ByName(name string) (Scenario, bool) {
	all := All()
	i := slices.IndexFunc(all, func(s Scenario) bool { return s.Name == name })
	if i < 0 {
		return Scenario{}, false
	}
	return all[i], true
}
