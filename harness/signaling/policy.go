package signaling

import (
	"slices"

	"github.com/webrtc-rink/rink/harness/trace"
)

// Mode is how one end gives its candidates to signalling.
type Mode string

// The modes.
const (
	// Trickle sends the description as it was created and each candidate as it
	// is surfaced (RFC 8838).
	Trickle Mode = "trickle"
	// Wait sends the local description when gathering is complete, and no
	// candidate apart from it.
	Wait Mode = "wait"
	// Repair waits for the end of gathering and sends the candidates of the
	// local description apart from it, stamped by harness/repair.
	Repair Mode = "repair"
	// Hasty sends the description as it was created, waits for nothing and gives
	// no candidate: what an application does that has not heard of gathering.
	Hasty Mode = "hasty"
)

// Policy is how signalling behaves in a scenario. The zero value is plain full
// trickle with the descriptions as they were created.
type Policy struct {
	Name     string
	Offerer  Mode
	Answerer Mode
	Faults   []Fault
}

// With returns the policy with more faults at the end.
func (p Policy) With(faults ...Fault) Policy {
	p.Faults = append(slices.Clone(p.Faults), faults...)
	return p
}

// Keeping returns the policy without a fault that takes the candidates out of the
// descriptions of that end.
func (p Policy) Keeping(end trace.Side) Policy {
	var faults []Fault
	for _, f := range p.Faults {
		switch {
		case f.Name != stripCandidates || f.From == end.Other():
			faults = append(faults, f)
		case f.From == "":
			faults = append(faults, f.Only(end.Other()))
		}
	}
	p.Faults = faults
	return p
}

// FaultNames lists the faults in their order.
func (p Policy) FaultNames() []string {
	names := make([]string, len(p.Faults))
	for i, f := range p.Faults {
		names[i] = f.Name
	}
	return names
}
