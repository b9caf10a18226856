package check

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// saysTrickle reports whether a description has the ICE option trickle.
func saysTrickle(d *wire.Description) bool {
	says := func(options string) bool { return slices.Contains(strings.Fields(options), "trickle") }
	if all, ok := d.Attr("ice-options"); ok && says(all) {
		return true
	}
	return slices.ContainsFunc(d.Media, func(m *wire.Media) bool { v, _ := m.Attr("ice-options"); return says(v) })
}

// place is the section that has a candidate with that port.
func place(d *wire.Description, port int) (index int, ok bool) {
	for i, m := range d.Media {
		for _, line := range m.Candidates() {
			if c, err := wire.ParseCandidate(line); err == nil && c.Port == port {
				return i, true
			}
		}
	}
	return 0, false
}

// placed judges where the accepted candidates of these kinds are in the remote
// description. Absent ones are findings if they are asked for.
func (v *View) placed(side trace.Side, absent bool, kinds ...string) ([]Finding, error) {
	sdp, err := v.remoteAt(side, trace.ConnTaking, trace.MomentHanded)
	if err != nil {
		return nil, err
	}
	d, err := wire.ParseDescription(sdp)
	if err != nil {
		return nil, NoEvidence("the remote description cannot be read: %v", err)
	}
	var found []Finding
	for _, kind := range kinds {
		for _, c := range v.handedOver(side, kind) {
			init, err := peer.ParseCandidateInit(c.Candidate)
			if err != nil || init == nil || c.Return.Error != nil {
				continue // its refusal is another check's
			}
			line, err := wire.ParseCandidate(init.Candidate)
			if err != nil {
				return nil, err // it is ours
			}
			want := 0
			if init.SDPMid != nil {
				want, _ = d.ByMid(*init.SDPMid)
			} else if init.SDPMLineIndex != nil {
				want = int(*init.SDPMLineIndex)
			}
			switch at, ok := place(d, line.Port); {
			case !ok && absent:
				found = merge(found, Finding{Object: "remoteDescription", Got: "without a candidate that was taken", Want: "it in its section", Where: []int{c.N}})
			case ok && at != want:
				found = append(found, Finding{Object: c.label, Got: fmt.Sprintf("in section %d of remoteDescription", at), Want: fmt.Sprint("in section ", want), Where: []int{c.N}})
			}
		}
	}
	return found, nil
}

// midDecides looks into which section a candidate went whose index is another's.
// That candidates are missing altogether is TRICKLE-026's.
func midDecides(v *View, side trace.Side) ([]Finding, error) {
	return v.placed(side, false, trace.HandedMidOverIndex)
}

func remoteDescriptionHasThem(v *View, side trace.Side) ([]Finding, error) {
	found, err := v.placed(side, true, trace.HandedPlain, trace.HandedWithoutUfrag, trace.HandedTCP)
	if err != nil {
		return nil, err
	}
	for _, c := range v.handedOver(side, trace.HandedEndOfSection) {
		sdp, err := v.remoteAt(side, trace.ConnTaking, trace.MomentEnded)
		if err != nil || c.Return.Error != nil {
			return found, err
		}
		if d, err := wire.ParseDescription(sdp); err == nil && !d.Media[0].EndOfCandidates() {
			found = append(found, Finding{
				Object: "remoteDescription", Got: "without a=end-of-candidates after the end was told", Want: "it in its section", Where: []int{c.N},
			})
		}
	}
	return found, nil
}

func stoppedHasNone(v *View, side trace.Side) ([]Finding, error) {
	sdp, err := v.remoteAt(side, trace.ConnStopped, trace.MomentHanded)
	if err != nil {
		return nil, err
	}
	if strings.Contains(sdp, "\r\na=candidate:") {
		return []Finding{{Object: "remoteDescription", Got: "with the candidate of a rejected section", Want: "without it: its transceiver is stopped"}}, nil
	}
	return nil, nil
}

// constructed are the calls of the constructor, by the JSON of their argument.
func (v *View) constructed(side trace.Side) (map[string]Call, error) {
	found := map[string]Call{}
	for _, c := range v.At(trace.ConnSender).Calls(side, "new RTCIceCandidate") {
		if c.Returned && c.Return.Failure == "" {
			found[string(c.Candidate)] = c
		}
	}
	if len(found) == 0 {
		return nil, NoEvidence("the %s constructed no candidate: %s", side, v.End.Reason)
	}
	return found, nil
}

// initMembers are those of an argument of the constructor.
func initMembers(raw json.RawMessage) (map[string]any, error) {
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("%.200q is no JSON object: %w", raw, err)
	}
	return m, nil
}

// asJSON shows a value that JSON gave.
func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

// fourMembers asks toJSON for the four members and the values that were given.
func fourMembers(v *View, side trace.Side) ([]Finding, error) {
	calls, err := v.constructed(side)
	if err != nil {
		return nil, err
	}
	var found []Finding
	for _, raw := range slices.Sorted(maps.Keys(calls)) {
		c := calls[raw]
		if c.Return.Error != nil || c.Return.Object == nil {
			continue // its refusal is another check's
		}
		given, err := initMembers(c.Candidate)
		if err != nil {
			return nil, err
		}
		got, err := initMembers(c.Return.Object.JSON)
		if err != nil {
			found = append(found, Finding{Object: "toJSON", Got: "no object", Want: "an object", Where: []int{c.ReturnN}})
			continue
		}
		want := map[string]any{"candidate": "", "sdpMid": nil, "sdpMLineIndex": nil, "usernameFragment": nil}
		for name := range want {
			if value, ok := given[name]; ok {
				want[name] = value
			}
		}
		for _, name := range slices.Sorted(maps.Keys(got)) {
			if _, ok := want[name]; !ok {
				found = merge(found, Finding{Object: "toJSON", Got: "the member " + name, Want: "the four members", Where: []int{c.ReturnN}})
			}
		}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			if _, ok := got[name]; !ok {
				found = merge(found, Finding{Object: "toJSON", Got: "no member " + name, Want: "the four members", Where: []int{c.ReturnN}})
			} else if got[name] != want[name] {
				found = merge(found, Finding{Object: "toJSON: " + name, Got: asJSON(got[name]), Want: asJSON(want[name]), Where: []int{c.ReturnN}})
			}
		}
	}
	return found, nil
}

func constructorNeedsASection(v *View, side trace.Side) ([]Finding, error) {
	calls, err := v.constructed(side)
	if err != nil {
		return nil, err
	}
	var found []Finding
	for _, raw := range slices.Sorted(maps.Keys(calls)) {
		c := calls[raw]
		given, err := initMembers(c.Candidate)
		if err != nil {
			return nil, err
		}
		want, got := "an object", "an object"
		if given["sdpMid"] == nil && given["sdpMLineIndex"] == nil {
			want = peer.TypeError
		}
		if c.Return.Error != nil {
			got = c.Return.Error.Name
		}
		if got != want {
			found = merge(found, Finding{Object: "new RTCIceCandidate", Got: got, Want: want, Where: []int{c.N, c.ReturnN}})
		}
	}
	return found, nil
}

func constructorKeepsText(v *View, side trace.Side) ([]Finding, error) {
	calls, err := v.constructed(side)
	if err != nil {
		return nil, err
	}
	for _, c := range calls {
		given, err := initMembers(c.Candidate)
		if err != nil {
			return nil, err
		}
		if text, _ := given["candidate"].(string); text == "" || strings.HasPrefix(text, "candidate:") || c.Return.Error != nil || c.Return.Object == nil {
			continue
		}
		got, err := initMembers(c.Return.Object.JSON)
		if err != nil {
			return nil, err
		}
		var found []Finding
		if got["candidate"] != given["candidate"] {
			found = append(found, Finding{Object: "a candidate that cannot be parsed", Got: fmt.Sprintf("%q", got["candidate"]), Want: fmt.Sprintf("%q, kept", given["candidate"]), Where: []int{c.ReturnN}})
		}
		f := c.Return.Object.Fields
		if f.Foundation != nil || f.Component != nil || f.Priority != nil || f.Address != nil || f.Protocol != nil || f.Port != nil || f.Type != nil {
			found = append(found, Finding{Object: "the attributes of a candidate that cannot be parsed", Got: "values", Want: "null", Where: []int{c.ReturnN}})
		}
		return found, nil
	}
	return nil, NoEvidence("the %s did not construct the candidate that cannot be parsed", side)
}
