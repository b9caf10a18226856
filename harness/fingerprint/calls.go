package fingerprint

import (
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
)

// taken is a call without a refusal.
const taken = "taken"

// calls reads how each method settled: taken, or the name of the error. What was
// handed to addIceCandidate is told apart by what was wrong with it.
func (f facts) calls() {
	outcomes := map[string][]string{}
	for _, rec := range f.view.Records {
		if rec.Side != f.side || rec.Call == nil || outcomes[rec.Call.Method] != nil {
			continue
		}
		outcomes[rec.Call.Method] = []string{}
		for _, c := range f.view.Calls(f.side, rec.Call.Method) {
			if !c.Returned || c.Return.Failure != "" {
				continue
			}
			object := word(c.Method) + input(c)
			how := taken
			if c.Return.Error != nil {
				how = c.Return.Error.Name
			}
			outcomes[object] = append(outcomes[object], how)
		}
	}
	for object, how := range outcomes {
		f.distinct("calls/"+object, how...)
	}
}

// input says what is special about what a call was given.
func input(c check.Call) string {
	if c.Method != "addIceCandidate" {
		return ""
	}
	if c.Probe != "" {
		return " (" + word(strings.ReplaceAll(c.Probe, "-", " ")) + ")"
	}
	init, err := peer.ParseCandidateInit(c.Candidate)
	switch {
	case err != nil:
		return " (no RTCIceCandidateInit)"
	case init == nil:
		return " (null)"
	case init.Candidate == "":
		return " (empty candidate)"
	case init.SDPMid == nil && init.SDPMLineIndex == nil:
		return " (neither mid nor index)"
	case init.SDPMid == nil:
		return " (index alone)"
	case *init.SDPMid == "":
		return " (empty sdpMid)"
	case init.SDPMLineIndex == nil:
		return " (mid alone)"
	}
	return " (mid and index)"
}
