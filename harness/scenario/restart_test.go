package scenario_test

import (
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// TestCandidatesOfARestartComeAfterTheDescriptionThatHasTheirUfrag: one that came
// before it would be refused, and rightly.
func TestCandidatesOfARestartComeAfterTheDescriptionThatHasTheirUfrag(t *testing.T) {
	for _, name := range []string{"restart-by-offerer", "restart-by-answerer"} {
		t.Run(name, func(t *testing.T) {
			sc, ok := scenario.ByName(name)
			if !ok {
				t.Fatalf("scenario %s: there is none", name)
			}
			network := fake.NewNetwork()
			offerer, answerer := network.Peer("offerer"), network.Peer("answerer")
			defer offerer.Close()
			defer answerer.Close()
			result := scenario.Run(t.Context(), sc, offerer, answerer, scenario.Options{ID: name, Seed: 1})
			if result.End.Result != trace.EndCompleted {
				t.Fatalf("the session ended %+v, want completed", result.End)
			}
			known, generations := map[trace.Side]map[string]bool{}, map[trace.Side]int{}
			handed := 0
			for _, rec := range result.Records {
				switch {
				case rec.Call == nil || rec.Call.Probe != "":
				case rec.Call.Method == "setRemoteDescription":
					known[rec.Side] = ufragsOf(t, rec.Call.Description)
					generations[rec.Side]++
				case rec.Call.Method == "addIceCandidate":
					init, err := peer.ParseCandidateInit(rec.Call.Candidate)
					if err != nil {
						t.Fatal(err)
					}
					if init == nil || init.Candidate == "" {
						continue
					}
					handed++
					if !known[rec.Side][*init.UsernameFragment] {
						t.Errorf("record %d: the %s is handed a candidate of ufrag %s, and its remote description has %v", rec.N, rec.Side, *init.UsernameFragment, known[rec.Side])
					}
				}
			}
			if generations[trace.Offerer] != 2 || generations[trace.Answerer] != 2 || handed != 8 {
				t.Errorf("got %v descriptions and %d candidates, want two at each end and eight of two hosts, two generations and two ends", generations, handed)
			}
		})
	}
}

func ufragsOf(t *testing.T, d *peer.SessionDescription) map[string]bool {
	t.Helper()
	parsed, err := wire.ParseDescription(d.SDP)
	if err != nil {
		t.Fatal(err)
	}
	ufrags := map[string]bool{}
	for _, m := range parsed.Media {
		ufrags[parsed.ICEUfrag(m)] = true
	}
	return ufrags
}
