package check

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

func restartChecks() []Check {
	restarts := peer.Features{peer.FeatureRestart}
	with := func(more ...peer.Feature) peer.Features { return append(slices.Clone(restarts), more...) }
	probed := having(trace.TraitRestartProbes)
	return slices.Concat([]Check{
		{
			// A later offer without a restart is judged wherever there is one.
			Requirement: requirement("RESTART-001"), Needs: peer.Features{peer.FeatureRenegotiation},
			Applies: either(restarting, all(having(trace.TraitAddedSection), on(trace.Offerer))), Run: credentialsChange,
		},
		{Requirement: requirement("RESTART-002"), Needs: with(peer.FeatureNegotiationNeeded), Applies: probed, Run: restartFlag},
		{Requirement: requirement("RESTART-003"), Needs: with(peer.FeatureNegotiationNeeded), Applies: probed, Run: restartBeforeNegotiation},
		{Requirement: requirement("RESTART-004"), Needs: restarts, Applies: restarted, Run: answerRestarts},
		{Requirement: requirement("RESTART-005"), Needs: with(peer.FeatureGathering, peer.FeatureTrickle), Applies: restart, Run: gathersAgain},
		{Requirement: requirement("RESTART-006"), Needs: restarts, Applies: restart, Run: flowsOn},
		{Requirement: requirement("RESTART-007"), Needs: restarts, Applies: restart, Run: keepsDTLS},
		{Requirement: requirement("RESTART-008"), Needs: with(peer.FeatureStates), Applies: restart, Run: statesOnRestart},
		{Requirement: requirement("RESTART-009"), Needs: restarts, Applies: probed, Run: answerRefused(trace.ConnRestartUnchanged, trace.ProbeUnchangedAnswer)},
		{Requirement: requirement("RESTART-010"), Needs: restarts, Applies: probed, Run: answerRefused(trace.ConnRestartAlone, trace.ProbeRestartingAnswer)},
		{Requirement: requirement("RESTART-012"), Needs: restarts, Applies: probed, Run: keepsICERole},
		{Requirement: requirement("RESTART-013"), Needs: restarts, Applies: probed, Run: unappliedChangesNothing},
		{Requirement: requirement("RESTART-014"), Needs: restarts, Applies: restart, Run: keepsSetup},
		{Requirement: requirement("TRICKLE-028"), Needs: restarts, Applies: restart, Run: staleUnused},
	}, gatheringProbeChecks())
}

// restart holds for sessions that restart ICE, restarting for the end that makes the
// offer and restarted for the other.
var restart = having(trace.TraitRestartByOfferer, trace.TraitRestartByAnswerer)

func restarting(h trace.Header, side trace.Side) bool {
	return h.Traits.Has(trace.TraitRestartByOfferer) && side == trace.Offerer ||
		h.Traits.Has(trace.TraitRestartByAnswerer) && side == trace.Answerer
}

func restarted(h trace.Header, side trace.Side) bool { return restarting(h, side.Other()) }

// restarts reports whether the call asks for a restart by its options.
func (c Call) restarts() bool {
	var o peer.OfferOptions
	return c.Method == "createOffer" && json.Unmarshal(c.Options, &o) == nil && o.ICERestart
}

// restartOffer is the call that made the restart offer.
func (v *View) restartOffer() (Call, error) {
	for _, side := range trace.Sides() {
		for _, c := range v.Calls(side, "createOffer") {
			if c.restarts() && c.OK() && c.Return.Description != nil {
				return c, nil
			}
		}
	}
	return Call{}, NoEvidence("no offer restarted ICE: %s", v.End.Reason)
}

// restartAnswer is the call that made its answer.
func (v *View) restartAnswer(side trace.Side) (Call, error) {
	offer, err := v.restartOffer()
	if err != nil {
		return Call{}, err
	}
	for _, c := range v.Calls(side, "createAnswer") {
		if c.N > offer.N && c.OK() && c.Return.Description != nil {
			return c, nil
		}
	}
	return Call{}, NoEvidence("no answer to the restart was made: %s", v.End.Reason)
}

// credential is what ICE credentials a section has.
type credential struct{ ufrag, pwd string }

// credentialsOf are those of each section that has its own, by mid.
func credentialsOf(d *wire.Description) map[string]credential {
	all := map[string]credential{}
	for _, m := range d.Media {
		if c := (credential{d.ICEUfrag(m), d.ICEPwd(m)}); !m.Rejected() && c.ufrag != "" {
			all[m.Mid()] = c
		}
	}
	return all
}

// localBefore is the last local description that was taken before record n.
func (v *View) localBefore(side trace.Side, n int) (*wire.Description, error) {
	var d *wire.Description
	for _, c := range v.Calls(side, "setLocalDescription") {
		if c.N > n || !c.OK() || c.Description == nil || c.Description.SDP == "" {
			continue
		}
		if parsed, err := wire.ParseDescription(c.Description.SDP); err == nil {
			d = parsed
		}
	}
	if d == nil {
		return nil, NoEvidence("the %s set no local description: %s", side, v.End.Reason)
	}
	return d, nil
}

// compared judges the credentials of a description by those of the one before it.
func compared(object string, was, now *wire.Description, changes bool, where ...int) []Finding {
	before, after := credentialsOf(was), credentialsOf(now)
	var found []Finding
	for i, m := range now.Media {
		old, both := before[m.Mid()]
		c, ok := after[m.Mid()]
		if !both || !ok {
			continue
		}
		var got []string
		for _, part := range []struct {
			name     string
			was, now string
		}{{"ice-ufrag", old.ufrag, c.ufrag}, {"ice-pwd", old.pwd, c.pwd}} {
			switch {
			case changes && part.was == part.now:
				got = append(got, "the "+part.name+" of before")
			case !changes && part.was != part.now:
				got = append(got, "another "+part.name)
			}
		}
		want := "the ufrag and pwd of before"
		if changes {
			want = "a new ufrag and a new pwd"
		}
		for _, g := range got {
			found = append(found, Finding{Object: object + ", " + sectionName(i, m.Kind), Got: g, Want: want, Where: where})
		}
	}
	return found
}

// credentialsChange compares each offer of a side with its local description at that
// time.
func credentialsChange(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	judged := 0
	for _, c := range v.Calls(side, "createOffer") {
		was, err := v.localBefore(side, c.N)
		if err != nil || !c.OK() || c.Return.Description == nil {
			continue // the first offer of the side, or none
		}
		now, err := wire.ParseDescription(c.Return.Description.SDP)
		if err != nil {
			continue // SDP-001 and its kind read it
		}
		judged++
		object := "offer"
		if c.restarts() {
			object = "restart offer"
		}
		found = append(found, compared(object, was, now, c.restarts(), c.ReturnN)...)
	}
	if judged == 0 {
		return nil, NoEvidence("the %s made no later offer: %s", side, v.End.Reason)
	}
	return found, nil
}

func answerRestarts(v *View, side trace.Side) ([]Finding, error) {
	answer, err := v.restartAnswer(side)
	if err != nil {
		return nil, err
	}
	was, err := v.localBefore(side, answer.N)
	if err != nil {
		return nil, err
	}
	now, err := wire.ParseDescription(answer.Return.Description.SDP)
	if err != nil {
		return nil, NoEvidence("the answer cannot be read: %v", err)
	}
	return compared("answer to the restart", was, now, true, answer.ReturnN), nil
}

// role is the DTLS role of a side as the first answer settled it.
func (v *View) role(side trace.Side) (string, error) {
	answer, err := v.localBefore(trace.Answerer, v.firstAnswer())
	if err != nil {
		return "", err
	}
	for _, m := range answer.Media {
		switch setup := answer.Setup(m); {
		case m.Rejected() || setup == "":
		case setup == "active" && side == trace.Offerer:
			return "passive", nil
		case setup == "passive" && side == trace.Offerer:
			return "active", nil
		default:
			return setup, nil
		}
	}
	return "", NoEvidence("the first answer has no a=setup")
}

// firstAnswer is the record at which the first answer was set.
func (v *View) firstAnswer() int {
	for _, l := range v.sides[trace.Answerer].local {
		if l.Type == "answer" {
			return l.N
		}
	}
	return 0
}

func keepsSetup(v *View, side trace.Side) ([]Finding, error) {
	made, object, want := Call{}, "restart offer", "actpass"
	var err error
	if restarting(v.Header, side) {
		made, err = v.restartOffer()
	} else {
		object = "answer to the restart"
		if want, err = v.role(side); err == nil {
			made, err = v.restartAnswer(side)
		}
	}
	if err != nil {
		return nil, err
	}
	d, err := wire.ParseDescription(made.Return.Description.SDP)
	if err != nil {
		return nil, NoEvidence("the description cannot be read: %v", err)
	}
	var found []Finding
	for i, m := range d.Media {
		if setup := d.Setup(m); !m.Rejected() && setup != "" && setup != want {
			found = append(found, Finding{
				Object: object + ", " + sectionName(i, m.Kind), Got: "a=setup:" + setup, Want: fmt.Sprintf("a=setup:%s", want), Where: []int{made.ReturnN},
			})
		}
	}
	return found, nil
}
