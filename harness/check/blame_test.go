package check_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/mutant"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// garbling is a peer that surfaces candidates with a fault, and names a pair of
// its own making.
type garbling struct {
	peer.Peer
	candidate func(*peer.ICECandidateInit)
	stats     func(*peer.Stats)
	deaf      []fake.Defect // of both ends
}

func (p garbling) Open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	conn, err := p.Peer.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	return garblingConnection{conn, p}, nil
}

type garblingConnection struct {
	peer.Connection
	peer garbling
}

func (c garblingConnection) Stats(ctx context.Context) (peer.Stats, error) {
	s, err := c.Connection.Stats(ctx)
	if c.peer.stats != nil {
		c.peer.stats(&s)
	}
	return s, err
}

func (c garblingConnection) Events() <-chan peer.Event {
	out := make(chan peer.Event)
	go func() {
		defer close(out)
		for e := range c.Connection.Events() {
			init, err := peer.ParseCandidateInit(e.Candidate)
			if e.Type == peer.EventICECandidate && err == nil && init != nil && c.peer.candidate != nil {
				c.peer.candidate(init)
				raw, err := json.Marshal(init)
				if err != nil {
					panic(err) // strings and numbers
				}
				e.Candidate = raw
			}
			out <- e
		}
	}()
	return out
}

// meet runs a scenario with p at one side and a fake without a defect at the
// other.
func meet(t *testing.T, name string, p garbling, at trace.Side) []check.Grade {
	t.Helper()
	sc, ok := scenario.ByName(name)
	if !ok {
		t.Fatalf("scenario %q: there is none", name)
	}
	network := fake.NewNetwork()
	peers := map[trace.Side]peer.Peer{at.Other(): network.Peer("healthy-"+string(at.Other()), p.deaf...)}
	p.Peer = network.Peer("garbling-"+string(at), p.deaf...)
	peers[at] = p
	result := scenario.Run(t.Context(), sc, peers[trace.Offerer], peers[trace.Answerer], scenario.Options{ID: name, Seed: 1, Timeouts: mutant.Timeouts(sc)})
	for _, p := range peers {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
	grades, err := check.GradeTrace(result.Records, check.All())
	if err != nil {
		t.Fatal(err)
	}
	return grades
}

// faults are the ways in which a candidate is one that must be refused.
func faults() map[string]garbling {
	text := func(s string) *string { return &s }
	beyond := uint16(9)
	return map[string]garbling{
		"an empty mid":           {candidate: func(i *peer.ICECandidateInit) { i.SDPMid = text("") }},
		"an unknown mid":         {candidate: func(i *peer.ICECandidateInit) { i.SDPMid = text("7") }},
		"an index beyond":        {candidate: func(i *peer.ICECandidateInit) { i.SDPMid, i.SDPMLineIndex = nil, &beyond }},
		"neither mid nor index":  {candidate: func(i *peer.ICECandidateInit) { i.SDPMid, i.SDPMLineIndex = nil, nil }},
		"a line for a candidate": {candidate: func(i *peer.ICECandidateInit) { i.Candidate = "a=" + i.Candidate }},
	}
}

// TestWhoeverSurfacesABadCandidateIsToBlame: an end that refuses what must be
// refused is red nowhere, in no scenario, and the end that surfaced it is red
// in each that hands it over.
func TestWhoeverSurfacesABadCandidateIsToBlame(t *testing.T) {
	t.Parallel()
	var meeting sync.WaitGroup
	seats := make(chan struct{}, 32) // a session waits more than it works
	for name, p := range faults() {
		for _, sc := range scenario.All() {
			for _, at := range trace.Sides() {
				meeting.Go(func() {
					seats <- struct{}{}
					defer func() { <-seats }()
					for _, complaint := range blames(meet(t, sc.Name, p, at), at, sc.Traits.Has(trace.TraitConnects)) {
						t.Errorf("%s, %s, at the %s: %s", name, sc.Name, at, complaint)
					}
				})
			}
		}
	}
	meeting.Wait()
}

// blames says what is wrong with the blame: red is to be at that end, there
// alone, and without a doubt.
func blames(grades []check.Grade, at trace.Side, want bool) []string {
	var wrong []string
	red := false
	for _, g := range grades {
		switch {
		case g.Outcome == check.Error:
			wrong = append(wrong, fmt.Sprintf("%s at the %s: %s", g.Check, g.Side, g.Reason))
		case g.Outcome == check.Fail && g.Side != at:
			wrong = append(wrong, fmt.Sprintf("%s blames the other end: %v", g.Check, g.Findings))
		case g.Outcome == check.Fail:
			red = true
			for _, f := range g.Findings {
				if f.Joint {
					wrong = append(wrong, fmt.Sprintf("%s cannot tell which end it is: %v", g.Check, f))
				}
			}
		}
	}
	if want && !red {
		wrong = append(wrong, "nothing is red at the end that surfaced it")
	}
	return wrong
}

// TestCandidatesThatNobodyCanUseAreTheReason: where the ends do not connect since
// every candidate of one was rightly refused, that one is at fault, and not both.
func TestCandidatesThatNobodyCanUseAreTheReason(t *testing.T) {
	t.Parallel()
	for name, p := range faults() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, d := range fake.Defects() {
				if d.Name == "no-peer-reflexive" {
					p.deaf = []fake.Defect{d}
				}
			}
			said := false
			for _, g := range meet(t, "trickle-full", p, trace.Answerer) {
				if g.Check != "TRICKLE-001" {
					continue
				}
				switch {
				case g.Side == trace.Offerer && g.Outcome != check.Skipped:
					t.Errorf("at the offerer: got %s %v, want it skipped", g.Outcome, g.Findings)
				case g.Side == trace.Answerer:
					said = g.Outcome == check.Fail && !g.Findings[0].Joint && strings.Contains(g.Findings[0].Got, "every candidate has")
				}
			}
			if !said {
				t.Error("the answerer's candidates are not said to be the reason")
			}
		})
	}
}

// TestContradictingPairsAreJoint: which of two ends names the wrong pair cannot be
// told.
func TestContradictingPairsAreJoint(t *testing.T) {
	t.Parallel()
	p := garbling{stats: func(s *peer.Stats) {
		for _, t := range s.Transports {
			if t.Local != nil { // the other of the two that a fake surfaces
				t.Local.Port++
				t.Local.Address, t.Local.Foundation, t.Local.Priority = "192.0.2.2", "2", t.Local.Priority-256
			}
		}
	}}
	joint := 0
	for _, g := range meet(t, "trickle-full", p, trace.Answerer) {
		if g.Outcome != check.Fail {
			continue
		}
		if g.Check != "STATS-004" || len(g.Findings) != 1 || !g.Findings[0].Joint {
			t.Errorf("%s at the %s: got %v, want one joint finding of STATS-004", g.Check, g.Side, g.Findings)
		}
		joint++
	}
	if joint != 2 {
		t.Errorf("got %d joint findings, want one at each end", joint)
	}
}

// TestNamesForMulticastAreNoEvidence: an end that is handed nothing but mDNS names
// may have no way to resolve them, as one that uses no trickled candidate.
func TestNamesForMulticastAreNoEvidence(t *testing.T) {
	t.Parallel()
	p := garbling{candidate: func(i *peer.ICECandidateInit) {
		i.Candidate = "candidate:1 1 udp 2122260223 0b5c64d9-6ae2-4d6b-8bcd-53e9d1d9e1a1.local 50000 typ host"
	}}
	for _, d := range fake.Defects() {
		if d.Name == "deaf-to-trickled" {
			p.deaf = []fake.Defect{d}
		}
	}
	for _, tt := range []struct{ check, scenario string }{
		{"TRICKLE-010", "trickle-answerer-dropped"},
		{"BUNDLE-008", "bundle-other-mid-answerer"},
	} {
		graded := 0
		for _, g := range meet(t, tt.scenario, p, trace.Offerer) {
			if g.Check != tt.check {
				continue
			}
			graded++
			if g.Outcome == check.Fail {
				t.Errorf("%s at the %s: got %v", g.Check, g.Side, g.Findings)
			}
		}
		if graded == 0 {
			t.Errorf("%s was not graded in %s", tt.check, tt.scenario)
		}
	}
}
