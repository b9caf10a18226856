package harness_test

import (
	"context"
	"fmt"

	"github.com/pion/webrtc/v3"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer/pion"
	"github.com/webrtc-rink/rink/harness/scenario"
)

// One session between a pion with settings of one's own and a plain one, graded
// by the requirements on sdpMid. Any two values that implement peer.Peer will do.
func Example() {
	var settings webrtc.SettingEngine
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	mine, err := pion.New(pion.Options{ID: "mine", SettingEngine: &settings})
	if err != nil {
		panic(err)
	}
	defer mine.Close() //nolint:errcheck // an example
	theirs, err := pion.New(pion.Options{})
	if err != nil {
		panic(err)
	}
	defer theirs.Close() //nolint:errcheck // an example

	sc, _ := scenario.ByName("trickle-full")
	result := scenario.Run(context.Background(), sc, mine, theirs, scenario.Options{})
	checks, err := check.Select("CAND-00[1-3]")
	if err != nil {
		panic(err)
	}
	grades, err := check.GradeTrace(result.Records, checks)
	if err != nil {
		panic(err)
	}
	fmt.Println(result.End.Result)
	for _, g := range grades {
		for _, f := range g.Findings {
			fmt.Println(g.Check, g.Side, f)
		}
	}
	// Output:
	// completed
	// CAND-002 offerer candidates: got sdpMid "", want one of the local description's mids: "0"
	// CAND-002 answerer candidates: got sdpMid "", want one of the local description's mids: "0"
}
