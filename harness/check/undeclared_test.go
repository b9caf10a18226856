package check_test

import (
	"context"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/mutant"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// terse is a peer that has neither candidate events nor a name for its selected
// pairs, and says so.
type terse struct{ peer.Peer }

func (p terse) Describe() peer.Description {
	d := p.Peer.Describe()
	d.Features = d.Features.Without(peer.FeatureTrickle, peer.FeatureSelectedPair)
	return d
}

func (p terse) Open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	conn, err := p.Peer.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	return terseConnection{conn}, nil
}

type terseConnection struct{ peer.Connection }

func (c terseConnection) Stats(ctx context.Context) (peer.Stats, error) {
	s, err := c.Connection.Stats(ctx)
	for i := range s.Transports {
		s.Transports[i].Local, s.Transports[i].Remote = nil, nil
	}
	return s, err
}

func (c terseConnection) Events() <-chan peer.Event {
	out := make(chan peer.Event)
	go func() {
		defer close(out)
		for e := range c.Connection.Events() {
			if e.Type != peer.EventICECandidate {
				out <- e
			}
		}
	}()
	return out
}

// early is a peer whose selected pairs have a peer-reflexive remote candidate, as
// when the other end's checks overtake its candidates.
type early struct{ peer.Peer }

func (p early) Open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	conn, err := p.Peer.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	return earlyConnection{conn}, nil
}

type earlyConnection struct{ peer.Connection }

func (c earlyConnection) Stats(ctx context.Context) (peer.Stats, error) {
	s, err := c.Connection.Stats(ctx)
	for i := range s.Transports {
		if remote := s.Transports[i].Remote; remote != nil {
			remote.Type = "prflx"
		}
	}
	return s, err
}

// TestWhatIsNotDeclaredTurnsNothingRed: a peer is not blamed for what it says that
// it lacks, and what it has is judged all the same.
func TestWhatIsNotDeclaredTurnsNothingRed(t *testing.T) {
	t.Parallel()
	forgets, picky := fake.Defect{}, fake.Defect{}
	for _, d := range fake.Defects() {
		switch d.Name {
		case "forgets-a-transport":
			forgets = d
		case "needs-the-index":
			picky = d
		}
	}
	for _, tc := range []struct {
		scenario string
		defect   fake.Defect
		want     map[string]check.Outcome // at the offerer, which is the terse one
	}{
		{"trickle-none", fake.Defect{}, map[string]check.Outcome{"GATHER-004": check.Unsupported, "TRICKLE-004": check.Pass}},
		{"candidates-unbundled", fake.Defect{}, map[string]check.Outcome{"BUNDLE-009": check.Pass}},
		{"candidates-unbundled", forgets, map[string]check.Outcome{"BUNDLE-009": check.Fail}},
		{"trickle-mid-only", fake.Defect{}, map[string]check.Outcome{"TRICKLE-015": check.Pass}},
		{"trickle-mid-only", picky, map[string]check.Outcome{"TRICKLE-015": check.Fail}},
		{"trickle-late", fake.Defect{}, map[string]check.Outcome{"TRICKLE-006": check.Pass}},
	} {
		t.Run(tc.scenario+" "+tc.defect.Name, func(t *testing.T) {
			sc, _ := scenario.ByName(tc.scenario)
			network := fake.NewNetwork()
			offerer, answerer := terse{network.Peer("offerer", tc.defect)}, network.Peer("answerer")
			defer offerer.Close()
			defer answerer.Close()
			result := scenario.Run(t.Context(), sc, offerer, answerer, scenario.Options{ID: sc.Name, Seed: 1, Timeouts: mutant.Timeouts(sc)})
			grades, err := check.GradeTrace(result.Records, check.All())
			if err != nil {
				t.Fatal(err)
			}
			judged := 0
			for _, g := range grades {
				want, asked := tc.want[g.Check]
				switch {
				case asked && g.Side == trace.Offerer:
					judged++
					if g.Outcome != want {
						t.Errorf("%s: got %s (%s) %v, want %s", g.Check, g.Outcome, g.Reason, g.Findings, want)
					}
				case g.Outcome == check.Fail || g.Outcome == check.Error:
					t.Errorf("%s at the %s: got %s (%s) %v, want it not red", g.Check, g.Side, g.Outcome, g.Reason, g.Findings)
				}
			}
			if judged != len(tc.want) {
				t.Errorf("got %d of %d grades asked for; the session ended %+v", judged, len(tc.want), result.End)
			}
		})
	}
}

// TestACheckThatOvertakesADescriptionIsOfAHostCandidate: the candidates of a peer
// without candidate events are in its description.
func TestACheckThatOvertakesADescriptionIsOfAHostCandidate(t *testing.T) {
	t.Parallel()
	sc, _ := scenario.ByName("connect-data")
	network := fake.NewNetwork()
	offerer, answerer := early{network.Peer("offerer")}, terse{network.Peer("answerer")}
	defer offerer.Close()
	defer answerer.Close()
	result := scenario.Run(t.Context(), sc, offerer, answerer, scenario.Options{ID: sc.Name, Seed: 1, Timeouts: mutant.Timeouts(sc)})
	c, err := check.ByID("CONN-002")
	if err != nil {
		t.Fatal(err)
	}
	grades, err := check.GradeTrace(result.Records, []check.Check{c})
	if err != nil {
		t.Fatal(err)
	}
	outcomes := map[trace.Side]check.Outcome{}
	for _, g := range grades {
		outcomes[g.Side] = g.Outcome
	}
	if outcomes[trace.Offerer] != check.Pass {
		t.Errorf("at the offerer: got %v, want pass; the session ended %+v", grades, result.End)
	}
}
