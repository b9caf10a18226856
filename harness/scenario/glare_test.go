package scenario_test

import (
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// TestGlareCarriesTheCandidatesOfAnEndThatDoesNotTrickle: they are in its local
// description alone, not in what createOffer returns.
func TestGlareCarriesTheCandidatesOfAnEndThatDoesNotTrickle(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	for _, end := range []*odd{p.offerer, p.answerer} {
		end.features = end.Peer.Describe().Features.Without(peer.FeatureTrickle)
		end.hear = func(e peer.Event) []peer.Event {
			if e.Type == peer.EventICECandidate {
				return nil
			}
			return []peer.Event{e}
		}
	}
	tr := p.play(t.Context(), t, "api-glare", brief())
	carried := 0
	for _, r := range tr.Records {
		if r.Kind != trace.KindCall || r.Call.Method != "setRemoteDescription" || !strings.HasPrefix(r.Conn, "glare-") {
			continue
		}
		carried++
		if !strings.Contains(r.Call.Description.SDP, "a=candidate:") {
			t.Errorf("record %d: %s of %s was carried without its candidates", r.N, r.Call.Description.Type, r.Conn)
		}
	}
	if carried == 0 {
		t.Error("no description was carried under glare")
	}
}
