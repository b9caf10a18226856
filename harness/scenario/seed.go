package scenario

import (
	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Seed returns the situations of the story that Rink began with: a client that
// does not wait for gathering, or whose candidates lack sdpMid and sdpMLineIndex,
// does not connect, and one that is mended does. They are in no other list: what
// they show is the doing of an application, so that no peer is graded by it.
//
// The end that sends is the one that makes the mistake, or has it mended. In all
// of them the other end's candidates are withheld. An end that knew them could
// begin checks, the other end would learn its address from these (a
// peer-reflexive candidate, RFC 8445 section 7.3.1.3), and the pair would connect
// in spite of the mistake. So the pair connects exactly when the sender's
// candidates reach the other end in a form that it takes, and a situation that
// works differs from the one that does not in the repair alone.
func Seed(sender trace.Side) []Scenario {
	strip := signaling.StripCandidates()
	family := []Scenario{
		{
			Name: "seed-hasty", Course: Apart, Policy: sending(sender, signaling.Hasty),
			Title: "sends what createOffer or createAnswer returned, waits for nothing and trickles nothing",
		},
		{
			Name: "seed-unaddressed", Course: Apart,
			Policy: sending(sender, signaling.Repair, strip, signaling.Unaddressed()),
			Title:  "trickles candidates whose sdpMid and sdpMLineIndex are null",
		},
		{
			Name: "seed-awaited", Policy: sending(sender, signaling.Wait),
			Title: "waits for gathering and sends the local description whole",
		},
		{
			Name:   "seed-stamped",
			Policy: sending(sender, signaling.Repair, strip, signaling.Unaddressed(), signaling.Stamped()),
			Title:  "has the same candidates stamped with the sdpMid and sdpMLineIndex of their section",
		},
	}
	for _, s := range family[2:] {
		s.Layout = Media
		s.Name += "-media"
		s.Title += ", with audio, video and data"
		family = append(family, s)
	}
	for i := range family {
		family[i].Family = "seed"
		family[i].Name += "-" + string(sender)
		family[i] = family[i].finished()
	}
	return family
}

// sending is the policy in which one end alone gives its candidates, in that mode
// and with those faults.
func sending(sender trace.Side, mode signaling.Mode, faults ...signaling.Fault) signaling.Policy {
	p := signaling.Policy{Name: "seed", Offerer: signaling.Wait, Answerer: signaling.Wait}
	if sender == trace.Offerer {
		p.Offerer = mode
	} else {
		p.Answerer = mode
	}
	p = p.With(signaling.Drop(sender.Other()))
	for _, f := range faults {
		p = p.With(f.Only(sender))
	}
	return p
}
