package scenario_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

func TestEveryScenarioIsNamedOnceAndSaysWhatItDoes(t *testing.T) {
	families := []string{
		"gathering", "candidates", "trickle", "connectivity", "bundle", "robustness", "restart", "api", "lifecycle", "datachannel", "media",
	}
	if diff := cmp.Diff(families, scenario.Families()); diff != "" {
		t.Errorf("families (-want +got):\n%s", diff)
	}
	names, titles, used := map[string]bool{}, map[string]string{}, map[string]bool{}
	for _, s := range scenario.All() {
		if s.Name == "" || strings.Trim(s.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("%q: a name is of small letters, digits and dashes: it becomes part of a file's name", s.Name)
		}
		if names[s.Name] {
			t.Errorf("%s: there are two", s.Name)
		}
		names[s.Name] = true
		if s.Title == "" || titles[s.Title] != "" {
			t.Errorf("%s: title %q is empty or also that of %q", s.Name, s.Title, titles[s.Title])
		}
		titles[s.Title] = s.Name
		if !slices.Contains(families, s.Family) {
			t.Errorf("%s: family %q is none of %v", s.Name, s.Family, families)
		}
		used[s.Family] = true
		if got, ok := scenario.ByName(s.Name); !ok || got.Name != s.Name || got.Title != s.Title {
			t.Errorf("ByName(%q): got %q, %v", s.Name, got.Name, ok)
		}
	}
	for _, f := range families {
		if !used[f] {
			t.Errorf("family %s: no scenario is in it", f)
		}
	}
	if s, ok := scenario.ByName("nothing-like-it"); ok {
		t.Errorf("ByName of an unknown name: got %+v, want none", s)
	}
}

// is tells whether a scenario is what a trait says it is.
type is func(s scenario.Scenario) bool

func modes(offerer, answerer signaling.Mode) is {
	return func(s scenario.Scenario) bool { return s.Policy.Offerer == offerer && s.Policy.Answerer == answerer }
}

func fault(name string) is {
	return func(s scenario.Scenario) bool { return slices.Contains(s.Policy.FaultNames(), name) }
}

func courses(course scenario.Course) is {
	return func(s scenario.Scenario) bool { return s.Course == course }
}

// drops tells whether the candidates of the end are lost.
func drops(from trace.Side) is {
	return func(s scenario.Scenario) bool {
		return slices.ContainsFunc(s.Policy.Faults, func(f signaling.Fault) bool { return f.Name == "drop" && f.From == from })
	}
}

// ofBundle holds for the sessions that need not connect, or not with every transport.
func ofBundle(s scenario.Scenario) bool {
	return s.Traits.Any(trace.TraitSwapped, trace.TraitDeadSection, trace.TraitOldBundle)
}

// meanings says for each trait of a scenario what it is that has it: neither may
// be without the other.
func meanings() map[trace.Trait]is {
	return map[trace.Trait]is{
		trace.TraitData:  func(s scenario.Scenario) bool { return !s.Alone },
		trace.TraitMedia: func(s scenario.Scenario) bool { return s.Layout == scenario.Media },
		trace.TraitConnects: func(s scenario.Scenario) bool {
			return !s.Alone && !ofBundle(s) && s.Course != scenario.CreateOnly && s.Course != scenario.Unverified && s.Course != scenario.RoleConflict
		},
		trace.TraitCreateOnly:    func(s scenario.Scenario) bool { return s.Course == scenario.CreateOnly },
		trace.TraitAddedSection:  func(s scenario.Scenario) bool { return s.Course == scenario.AddSection },
		trace.TraitSilentServers: func(s scenario.Scenario) bool { return s.SilentServers },
		trace.TraitMaxBundle:     func(s scenario.Scenario) bool { return s.BundlePolicy == "max-bundle" },
		trace.TraitMaxCompat:     func(s scenario.Scenario) bool { return s.BundlePolicy == "max-compat" },
		trace.TraitHalfTrickle:   func(s scenario.Scenario) bool { return s.Family == "trickle" && modes("wait", "trickle")(s) },
		trace.TraitMirrorTrickle: modes(signaling.Trickle, signaling.Wait),
		trace.TraitNoTrickle: func(s scenario.Scenario) bool {
			return s.Family == "trickle" && modes(signaling.Wait, signaling.Wait)(s)
		},
		trace.TraitRepaired:      modes(signaling.Repair, signaling.Repair),
		trace.TraitUnbundled:     func(s scenario.Scenario) bool { return fault("strip-bundle")(s) && !ofBundle(s) },
		trace.TraitRejectedFirst: fault("reject-section"),
		trace.TraitRenamedMids:   fault("rename-mids"),
		trace.TraitLate:          fault("hold"),
		trace.TraitOvertaking:    fault("overtake"),
		trace.TraitOfferDropped: func(s scenario.Scenario) bool {
			return drops(trace.Offerer)(s) && !s.Traits.Any(trace.TraitOtherMidOfferer, trace.TraitOtherMidAnswerer)
		},
		trace.TraitAnswerDropped: func(s scenario.Scenario) bool {
			return drops(trace.Answerer)(s) && !s.Traits.Any(trace.TraitOtherMidOfferer, trace.TraitOtherMidAnswerer)
		},
		trace.TraitReordered:      fault("reorder"),
		trace.TraitDuplicated:     fault("duplicate"),
		trace.TraitMidOnly:        fault("mid-only"),
		trace.TraitIndexOnly:      fault("index-only"),
		trace.TraitNeither:        fault("neither"),
		trace.TraitUnknownMid:     fault("unknown-mid"),
		trace.TraitEmptyCandidate: fault("empty-candidate"),
		trace.TraitExtensions:     fault("extensions"),
		// Of remote descriptions.
		trace.TraitSpoiltOffers:        courses(scenario.SpoiltOffers),
		trace.TraitSpoiltAnswers:       courses(scenario.SpoiltAnswers),
		trace.TraitOddOffers:           courses(scenario.OddOffers),
		trace.TraitChangedFingerprint:  courses(scenario.ChangedFingerprint),
		trace.TraitBadServers:          courses(scenario.BadServers),
		trace.TraitSessionLevel:        func(s scenario.Scenario) bool { return fault("session-level")(s) || fault("overridden")(s) },
		trace.TraitSeveralFingerprints: func(s scenario.Scenario) bool { return fault("fingerprint-before")(s) || fault("fingerprint-after")(s) },
		trace.TraitWrongOffer: func(s scenario.Scenario) bool {
			return fault("wrong-fingerprint")(s) && s.Policy.Faults[0].From == trace.Offerer
		},
		trace.TraitWrongAnswer: func(s scenario.Scenario) bool {
			return fault("wrong-fingerprint")(s) && s.Policy.Faults[0].From == trace.Answerer
		},
		trace.TraitWeakHash:      fault("weak-fingerprint"),
		trace.TraitEarlyHello:    courses(scenario.EarlyHello),
		trace.TraitRoleConflict:  courses(scenario.RoleConflict),
		trace.TraitPassiveAnswer: func(s scenario.Scenario) bool { return s.Config[trace.Answerer].AnsweringDTLSRole == "server" },
		trace.TraitLiteOfferer:   func(s scenario.Scenario) bool { return s.Config[trace.Offerer].Lite },
		trace.TraitLiteAnswerer:  func(s scenario.Scenario) bool { return s.Config[trace.Answerer].Lite },
		// Of the family robustness.
		trace.TraitUpperCase:        fault("upper-case"),
		trace.TraitForeignName:      fault("foreign-name"),
		trace.TraitUnknownType:      fault("unknown-type"),
		trace.TraitUnknownTransport: fault("unknown-transport"),
		trace.TraitHandedCandidates: func(s scenario.Scenario) bool { return s.Course == scenario.HandedCandidates },
		trace.TraitUnreachable:      func(s scenario.Scenario) bool { return s.Course == scenario.Unreachable },
	}
}

func TestTraitsSayWhatTheScenarioIs(t *testing.T) {
	seen := map[trace.Trait]bool{}
	for _, s := range scenario.All() {
		for _, trait := range s.Traits {
			seen[trait] = true
		}
		for trait, holds := range meanings() {
			// Later families share faults and modes with these, and have traits of their own.
			own := slices.Contains([]string{"gathering", "candidates", "trickle", "connectivity"}, s.Family)
			if got, want := s.Traits.Has(trait), holds(s); got != want && (got || own) {
				t.Errorf("%s has the trait %s: got %v, want %v", s.Name, trait, got, want)
			}
		}
		// What these two stand for, other scenarios have as well.
		if s.Traits.Has(trace.TraitFullTrickle) && !(modes(signaling.Trickle, signaling.Trickle)(s) && fault("strip-candidates")(s)) {
			t.Errorf("%s: says full-trickle, and its policy is %+v", s.Name, s.Policy)
		}
		if s.Traits.Has(trace.TraitEarly) && !(modes("", "")(s) && s.EitherTrickles) {
			t.Errorf("%s: says early, and need not trickle", s.Name)
		}
	}
	for trait := range meanings() {
		if !seen[trait] {
			t.Errorf("trait %s: no scenario has it", trait)
		}
	}
}

func TestEveryWayOfSignallingIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, s := range slices.Concat(scenario.All(), scenario.Seed(trace.Offerer)) {
		used[fmt.Sprintf("%s/%s", s.Policy.Offerer, s.Policy.Answerer)] = true
		for _, f := range s.Policy.FaultNames() {
			used[f] = true
		}
		if s.Policy.Name == "" && len(s.Policy.Faults) > 0 {
			t.Errorf("%s: its policy has faults and no name", s.Name)
		}
	}
	faults := []signaling.Fault{
		signaling.StripCandidates(), signaling.StripBundle(), signaling.RejectSection(0), signaling.RenameMids("a"),
		signaling.Hold(1), signaling.Batch(), signaling.Reorder(), signaling.Overtake(), signaling.Drop(trace.Offerer),
		signaling.Duplicate(2), signaling.MidOnly(), signaling.IndexOnly(), signaling.Addressed(), signaling.Neither(),
		signaling.UnknownMid(), signaling.Extensions("a b"), signaling.EmptyCandidate(),
		signaling.Unaddressed(), signaling.Stamped(),
		signaling.SessionLevel(), signaling.Overridden(), signaling.FingerprintBefore(), signaling.FingerprintAfter(),
		signaling.WrongFingerprint(), signaling.WeakFingerprint(), signaling.OfferSetup("active"),
		signaling.UpperCase(), signaling.ForeignName(), signaling.UnknownType(), signaling.UnknownTransport(),
	}
	want := []string{"trickle/trickle", "wait/trickle", "trickle/wait", "wait/wait", "repair/repair", "hasty/wait"}
	for _, f := range faults {
		want = append(want, f.Name)
	}
	for _, way := range want {
		if !used[way] {
			t.Errorf("%s: no scenario signals that way", way)
		}
	}
}

func TestAllReturnsNewValues(t *testing.T) {
	first := scenario.All()
	first[0].Traits[0], first[0].Name = "spoilt", "spoilt"
	if again := scenario.All()[0]; again.Name == "spoilt" || again.Traits.Has("spoilt") {
		t.Errorf("got %q with %v after somebody changed an earlier copy", again.Name, again.Traits)
	}
}

func TestEveryScenarioCompletesBetweenHealthyPeers(t *testing.T) {
	t.Parallel()
	for _, sc := range scenario.All() {
		t.Run(sc.Name, func(t *testing.T) {
			t.Parallel()
			result := newPair(t).play(t.Context(), t, sc.Name, brief())
			end := result.End
			if end.Result != trace.EndCompleted || end.Stage != trace.StageClose || end.Side != "" || end.Reason != "" {
				t.Errorf("got %+v, want it completed in stage close", end)
			}
			first, last := result.Records[0], result.Records[len(result.Records)-1]
			if h := first.Session; h == nil || h.Scenario != sc.Name || h.ID != sc.Name || h.Seed != 1 || !slices.Equal(h.Traits, sc.Traits) {
				t.Errorf("the first record: got %+v, want the header of %s", first.Session, sc.Name)
			}
			if last.End == nil || *last.End != end {
				t.Errorf("the last record: got %+v, want the end %+v", last.End, end)
			}
		})
	}
}

func TestAFeatureThatIsNotDeclaredMakesTheScenarioUnsupported(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		scenario string
		side     trace.Side
		without  peer.Features
		want     string // empty: it runs
	}{
		{"connect-data", trace.Offerer, peer.Features{peer.FeatureDataChannel}, "fake-offerer as offerer does not declare datachannel"},
		{"connect-media", trace.Answerer, peer.Features{peer.FeatureMedia, peer.FeatureDataChannel}, "fake-answerer as answerer does not declare datachannel, media"},
		{"trickle-full", trace.Answerer, peer.Features{peer.FeatureTrickle}, "fake-answerer as answerer does not declare trickle"},
		{"trickle-half", trace.Offerer, peer.Features{peer.FeatureTrickle}, ""},
		{"trickle-half", trace.Answerer, peer.Features{peer.FeatureTrickle}, "fake-answerer as answerer does not declare trickle"},
		{"trickle-mid-only", trace.Offerer, peer.Features{peer.FeatureTrickle}, ""},
		{"trickle-early", trace.Answerer, peer.Features{peer.FeatureTrickle}, ""},
		{"candidates-max-compat", trace.Offerer, peer.Features{peer.FeatureBundlePolicy}, "fake-offerer as offerer does not declare bundle-policy"},
		{"candidates-max-compat", trace.Answerer, peer.Features{peer.FeatureBundlePolicy}, ""},
		{"candidates-unbundled", trace.Answerer, peer.Features{peer.FeatureUnbundled}, "fake-answerer as answerer does not declare unbundled"},
		{"candidates-added-section", trace.Offerer, peer.Features{peer.FeatureRenegotiation}, "fake-offerer as offerer does not declare renegotiation"},
		{"gathering-silent-servers", trace.Offerer, peer.Features{peer.FeatureICEServers}, "fake-offerer as offerer does not declare ice-servers"},
	} {
		t.Run(fmt.Sprintf("%s without %v at the %s", tc.scenario, tc.without, tc.side), func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			o := p.at(tc.side)
			o.features = o.Peer.Describe().Features.Without(tc.without...)
			opened := make(chan struct{}, 2)
			p.offerer.open = func(context.Context, peer.Configuration) error { opened <- struct{}{}; return nil }
			end := p.play(t.Context(), t, tc.scenario, brief()).End
			if tc.want == "" {
				if end.Result != trace.EndCompleted {
					t.Errorf("got %+v, want it completed", end)
				}
				return
			}
			if end.Result != trace.EndUnsupported || end.Stage != trace.StageLaunch || end.Side != tc.side || end.Reason != tc.want {
				t.Errorf("got %+v, want unsupported at the %s: %s", end, tc.side, tc.want)
			}
			if len(opened) > 0 {
				t.Error("a connection was opened all the same")
			}
		})
	}
}

// TestAPairThatAPeerCannotNameIsNotWaitedFor: the other end names its own, and the
// two never agree.
func TestAPairThatAPeerCannotNameIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	for _, side := range trace.Sides() {
		p := newPair(t)
		o := p.at(side)
		o.features = o.Peer.Describe().Features.Without(peer.FeatureSelectedPair)
		o.stats = func(s *peer.Stats) {
			for i := range s.Transports {
				s.Transports[i].Local, s.Transports[i].Remote = nil, nil
			}
		}
		limits := brief()
		limits.Settle = 2 * patience // which hangs the test
		if end := p.play(t.Context(), t, "connect-data", limits).End; end.Result != trace.EndCompleted {
			t.Errorf("without selected-pair at the %s: got %+v, want it completed", side, end)
		}
	}
}

func TestNeedsOfAScenarioComeOnTop(t *testing.T) {
	s := named(t, "connect-data")
	s.Needs = map[trace.Side]peer.Features{trace.Answerer: {peer.FeatureRollback, peer.FeatureDataChannel}}
	want := peer.Features{peer.FeatureDataChannel, peer.FeatureRollback}
	if diff := cmp.Diff(want, s.Requirements(trace.Answerer)); diff != "" {
		t.Errorf("of the answerer (-want +got):\n%s", diff)
	}
	if got := s.Requirements(trace.Offerer); got.Has(peer.FeatureRollback) {
		t.Errorf("of the offerer: got %v, want no rollback", got)
	}
}
