package check

import (
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

func roleChecks() []Check {
	data := peer.Features{peer.FeatureDataChannel}
	full := either(all(having(trace.TraitLiteOfferer), on(trace.Answerer)), all(having(trace.TraitLiteAnswerer), on(trace.Offerer)))
	return []Check{
		{
			Requirement: requirement("ROLE-002"), Needs: data,
			Applies: either(having(trace.TraitOddOffers), all(having(trace.TraitLiteOfferer), on(trace.Answerer))), Run: controlsLite,
		},
		{Requirement: requirement("ROLE-003"), Needs: data, Applies: full, Run: altered},
		{Requirement: requirement("ROLE-004"), Needs: data, Applies: having(trace.TraitRoleConflict), Run: altered},
	}
}

// controlsLite reads the role of a full agent that answers a lite one.
func controlsLite(v *View, side trace.Side) ([]Finding, error) {
	const probe = "offer-of-ice-lite"
	at, moment := v, trace.MomentConnected
	if v.Header.Traits.Has(trace.TraitOddOffers) {
		at, moment = v.At(probe), "answered"
		if found, err := takes(probe)(v, side); err != nil || len(found) > 0 {
			return found, err
		}
	}
	stats, _ := at.Stats(side, moment)
	var found []Finding
	told := false
	for _, t := range stats.Transports {
		told = told || t.ICERole == "controlling" || t.ICERole == "controlled"
		if t.ICERole == "controlled" {
			found = append(found, Finding{Object: "iceRole", Got: t.ICERole, Want: "controlling, towards an ice-lite offerer"})
		}
	}
	if !told {
		return nil, NoEvidence("the %s does not say which role it has: %s", side, v.End.Reason)
	}
	return found, nil
}
