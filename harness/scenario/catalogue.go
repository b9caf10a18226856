package scenario

import (
	"time"

	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

// lateHold is how long late candidates are held back: longer than any
// implementation waits before its first retransmissions, shorter than any gives
// up (RFC 8863 asks for 39.5 s).
const lateHold = 2 * time.Second

// Signalling that several scenarios share.
var (
	full    = signaling.Policy{Name: "full-trickle", Offerer: signaling.Trickle, Answerer: signaling.Trickle, Faults: []signaling.Fault{signaling.StripCandidates()}}
	able    = signaling.Policy{Name: "able-trickle", Faults: []signaling.Fault{signaling.StripCandidates()}}
	half    = signaling.Policy{Name: "half-trickle", Offerer: signaling.Wait, Answerer: signaling.Trickle}
	mirror  = signaling.Policy{Name: "mirror-trickle", Offerer: signaling.Trickle, Answerer: signaling.Wait}
	none    = signaling.Policy{Name: "no-trickle", Offerer: signaling.Wait, Answerer: signaling.Wait}
	stamped = signaling.Policy{Name: "repaired", Offerer: signaling.Repair, Answerer: signaling.Repair, Faults: []signaling.Fault{signaling.StripCandidates()}}
)

// All returns the scenarios in their order. Each call returns new values.
func All() []Scenario {
	var all []Scenario
	for _, family := range [][]Scenario{
		gathering(), candidates(), trickle(), trickleMedia(), connectivity(),
		fieldScenarios(), bundleScenarios(), inputScenarios(), descriptionScenarios(), restartScenarios(), apiScenarios(), lifecycleScenarios(), channelScenarios(), mediaScenarios(),
	} {
		all = append(all, family...)
	}
	for i := range all {
		all[i] = all[i].finished()
	}
	return all
}

// Families lists the families in their order.
func Families() []string {
	return []string{
		"gathering", "candidates", "trickle", "connectivity", "bundle", "robustness", "restart", "api", "lifecycle", "datachannel", "media",
	}
}

// finished fills what follows from the rest.
func (s Scenario) finished() Scenario {
	if s.Layout == "" {
		s.Layout = Data
	}
	if s.Course == "" {
		s.Course = Connect
	}
	traits := trace.Traits{trace.TraitData}
	switch {
	case s.Alone:
		traits = nil
	case s.Course == CreateOnly:
		traits = append(traits, trace.TraitCreateOnly)
	case s.Course == Apart, s.Traits.Any(trace.TraitSwapped, trace.TraitDeadSection, trace.TraitOldBundle): // nothing that a requirement asks for
	case s.Course == Unverified, s.Course == RoleConflict: // no answer is made, or none that may connect
	default:
		traits = append(traits, trace.TraitConnects)
	}
	if s.Layout == Media {
		traits = append(traits, trace.TraitMedia)
	}
	s.Traits = append(traits, s.Traits...)
	return s
}

func gathering() []Scenario {
	return []Scenario{
		{
			Name: "gathering-not-started", Family: "gathering", Course: CreateOnly,
			Title: "creating descriptions does not start gathering",
		},
		{
			Name: "gathering-silent-servers", Family: "gathering", SilentServers: true, Slow: true,
			Title:  "gathers to completion although no STUN or TURN server answers",
			Traits: trace.Traits{trace.TraitSilentServers},
		},
	}
}

func candidates() []Scenario {
	family := []Scenario{
		{Name: "candidates-data", Title: "surfaces candidates of one data section"},
		{Name: "candidates-bundled", Layout: Media, Title: "surfaces candidates of three bundled sections"},
		{
			Name: "candidates-max-bundle", Layout: Media, BundlePolicy: "max-bundle", Traits: trace.Traits{trace.TraitMaxBundle},
			Title: "surfaces candidates of a max-bundle offer",
		},
		{
			Name: "candidates-max-compat", Layout: Media, BundlePolicy: "max-compat", Traits: trace.Traits{trace.TraitMaxCompat},
			// The offerer gathers for every section first: a fast answer would bundle
			// them while it does.
			Policy: half,
			Title:  "surfaces candidates of each section of a max-compat offer",
		},
		{
			Name: "candidates-unbundled", Layout: Media, Traits: trace.Traits{trace.TraitUnbundled},
			Policy: signaling.Policy{Name: "unbundled", Faults: []signaling.Fault{signaling.StripBundle()}},
			Title:  "surfaces candidates of each section when nothing is bundled",
		},
		{
			Name: "candidates-rejected-first", Layout: Media, Traits: trace.Traits{trace.TraitRejectedFirst},
			Policy: signaling.Policy{Name: "rejected-first", Faults: []signaling.Fault{signaling.RejectSection(0)}},
			Title:  "counts a rejected first section in sdpMLineIndex",
		},
		{
			Name: "candidates-renamed-mids", Layout: Media, Traits: trace.Traits{trace.TraitRenamedMids},
			Policy: signaling.Policy{Name: "renamed-mids", Faults: []signaling.Fault{signaling.RenameMids("foo", "b-1", "z")}},
			Title:  "uses the offer's mids when they are words",
		},
		{
			Name: "candidates-descending-mids", Layout: Media, Traits: trace.Traits{trace.TraitRenamedMids},
			Policy: signaling.Policy{Name: "descending-mids", Faults: []signaling.Fault{signaling.RenameMids("2", "1", "0")}},
			Title:  "uses the offer's mids when they are descending numbers",
		},
		{
			Name: "candidates-added-section", Course: AddSection, Traits: trace.Traits{trace.TraitAddedSection},
			Title: "keeps its candidates right when a second offer adds a section",
		},
	}
	for i := range family {
		family[i].Family = "candidates"
	}
	return family
}

func trickle() []Scenario {
	sent := func(name, title string, p signaling.Policy, traits ...trace.Trait) Scenario {
		// What is asked of the end that takes candidates does not need two that give
		// them.
		either := p.Name == able.Name
		p.Name = name
		return Scenario{Name: "trickle-" + name, Family: "trickle", Title: title, Policy: p, Traits: traits, EitherTrickles: either}
	}
	family := []Scenario{
		sent("full", "connects when all candidates are trickled", full, trace.TraitFullTrickle),
		sent("half", "connects when the offer has all candidates and the answerer trickles", half, trace.TraitHalfTrickle),
		sent("mirror", "connects when the offerer trickles and the answer has all candidates", mirror, trace.TraitMirrorTrickle),
		sent("none", "connects when both wait for gathering and nothing is trickled", none, trace.TraitNoTrickle),
		sent("batched", "connects when all candidates come at once", able.With(signaling.Batch())),
		sent("late", "connects when candidates are held back for two seconds", able.With(signaling.Hold(lateHold)), trace.TraitLate),
		sent("early", "takes candidates before it has answered", able.With(signaling.Addressed()), trace.TraitEarly),
		sent("overtaking", "connects when candidates overtake the answer and are sent again", able.With(signaling.Overtake().Only(trace.Answerer)), trace.TraitOvertaking),
		sent("offerer-dropped", "connects when the offerer's candidates are lost", full.With(signaling.Drop(trace.Offerer)), trace.TraitOfferDropped),
		sent("answerer-dropped", "connects when the answerer's candidates are lost", full.With(signaling.Drop(trace.Answerer)), trace.TraitAnswerDropped),
		sent("reordered", "connects when candidates come in another order", able.With(signaling.Reorder()), trace.TraitReordered),
		sent("duplicated", "connects when each candidate comes three times", able.With(signaling.Addressed(), signaling.Duplicate(3)), trace.TraitDuplicated),
		sent("mid-only", "takes candidates with sdpMid alone", able.With(signaling.MidOnly()), trace.TraitMidOnly),
		sent("index-only", "takes candidates with sdpMLineIndex alone", able.With(signaling.IndexOnly()), trace.TraitIndexOnly),
		sent("neither", "refuses candidates with neither sdpMid nor sdpMLineIndex", able.With(signaling.Neither()), trace.TraitNeither),
		sent("unknown-mid", "refuses candidates with an unknown sdpMid", able.With(signaling.UnknownMid()), trace.TraitUnknownMid),
		sent("empty-candidate", "takes the empty candidate as the end of candidates", able.With(signaling.EmptyCandidate()), trace.TraitEmptyCandidate),
		sent("extensions", "takes candidates with unknown extensions", able.With(signaling.Extensions("foo bar generation 0 network-cost 10")), trace.TraitExtensions),
		sent("repaired", "connects when candidates are stamped after gathering", stamped, trace.TraitRepaired),
	}
	return family
}

// trickleMedia repeats the modes that matter with three sections.
func trickleMedia() []Scenario {
	var family []Scenario
	for _, s := range trickle() {
		if s.Traits.Any(trace.TraitFullTrickle, trace.TraitHalfTrickle, trace.TraitMirrorTrickle, trace.TraitNoTrickle, trace.TraitRepaired) {
			s.Layout = Media
			s.Name += "-media"
			s.Title += ", with audio, video and data"
			family = append(family, s)
		}
	}
	return family
}

func connectivity() []Scenario {
	return []Scenario{
		{Name: "connect-data", Family: "connectivity", Payloads: true, Title: "connects with a data channel"},
		{Name: "connect-media", Family: "connectivity", Payloads: true, Layout: Media, Title: "connects with audio, video and data"},
	}
}
