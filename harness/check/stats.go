package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

func statsChecks() []Check {
	return []Check{{
		Requirement: requirement("STATS-004"), Needs: peer.Features{peer.FeatureSelectedPair},
		Applies: negotiated, Run: samePair,
	}}
}

// pair is a selected pair by its ports: addresses may be hidden.
type pair struct {
	protocol      string
	local, remote int
}

func (p pair) mirrored() pair { return pair{p.protocol, p.remote, p.local} }

func (v *View) pairs(side trace.Side) []pair {
	stats, ok := v.Stats(side, trace.MomentConnected)
	if !ok {
		return nil
	}
	var found []pair
	for _, t := range stats.Transports {
		if t.Local == nil || t.Remote == nil {
			continue
		}
		p := pair{strings.ToLower(t.Local.Protocol), t.Local.Port, t.Remote.Port}
		if !slices.Contains(found, p) {
			found = append(found, p)
		}
	}
	return found
}

// samePair compares the selected pairs of the two ends, which the session read
// until they agreed or the time for it was over.
func samePair(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	_, told := v.Stats(side, trace.MomentConnected)
	_, asked := v.Stats(side.Other(), trace.MomentConnected)
	if !told && !asked { // else this end refused
		return nil, NoEvidence("the session read no stats of the %s: %s", side, v.End.Reason)
	}
	mine, its := v.pairs(side), v.pairs(side.Other())
	const why = "the two ends contradict each other, and the trace does not tell which of them is wrong"
	switch other := v.Header.Peer(side.Other()); {
	case len(mine) == 0:
		return []Finding{{Object: "selected pair", Got: "none", Want: "the pair that the connection uses"}}, nil
	case !other.Features.Has(peer.FeatureSelectedPair):
		return nil, NoEvidence("%s does not declare %s, so that nothing can be compared", other.ID, peer.FeatureSelectedPair)
	case len(its) == 0:
		return nil, NoEvidence("the %s names no selected pair; that is counted there", side.Other())
	}
	if len(mine) != len(its) {
		if v.Header.Traits.Any(trace.TraitUnbundled, trace.TraitPartialBundle) {
			return nil, NoEvidence("the ends name %d and %d pairs; BUNDLE-009 and BUNDLE-016 count them", len(mine), len(its))
		}
		return []Finding{{
			Object: "selected pair", Got: fmt.Sprintf("%d pairs", len(mine)), Want: fmt.Sprintf("%d, as the %s names", len(its), side.Other()),
			Joint: true, Why: why,
		}}, nil
	}
	for _, p := range mine {
		if !slices.Contains(its, p.mirrored()) {
			return []Finding{{
				Object: "selected pair", Got: "another than the " + string(side.Other()) + " names", Want: "the same pair seen from this end",
				Joint: true, Why: why,
			}}, nil
		}
	}
	return nil, nil
}
