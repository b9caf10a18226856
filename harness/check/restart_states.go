package check

import (
	"cmp"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// restartBegins is the call by which a side has to do with the restart first: the one
// that made the offer, or the one that set it.
func (v *View) restartBegins(side trace.Side) (Call, error) {
	offer, err := v.restartOffer()
	if err != nil || restarting(v.Header, side) {
		return offer, err
	}
	for _, c := range v.Calls(side, "setRemoteDescription") {
		if c.N > offer.N && c.Description != nil && c.Description.Type == "offer" {
			return c, nil
		}
	}
	return Call{}, NoEvidence("the %s did not get the restart offer: %s", side, v.End.Reason)
}

// gathersAgain looks at what a side says of gathering from the moment at which it has
// to do with the restart.
func gathersAgain(v *View, side trace.Side) ([]Finding, error) {
	begin, err := v.restartBegins(side)
	if err != nil {
		return nil, err
	}
	set, local := v.setAfter(side, begin)
	if set == nil {
		return nil, NoEvidence("the %s set no description of the restart: %s", side, v.End.Reason)
	}
	var states []string
	var where []int
	for _, e := range v.states(side, peer.EventICEGatheringStateChange) {
		if e.T >= begin.T {
			states, where = append(states, e.State), append(where, e.N)
		}
	}
	var found []Finding
	if !slices.Equal(states, []string{"gathering", "complete"}) {
		found = append(found, Finding{
			Object: "iceGatheringState", Got: strings.Join(append([]string{"complete"}, states...), ", "), Want: "complete, gathering, complete", Where: where,
		})
	}
	ufrags := map[string]bool{}
	for _, c := range credentialsOf(local) {
		ufrags[c.ufrag] = true
	}
	before, after := 0, 0
	for _, c := range v.RealCandidates(side) {
		if c.T < begin.T {
			before++
			continue
		}
		if c.T > v.closing(side) {
			break
		}
		after++
		if ufrag := c.ufrag(); ufrag != "" && !ufrags[ufrag] {
			found = merge(found, Finding{Object: "candidates after the restart", Got: "a ufrag that the new local description does not have", Want: "the new ufrag", Where: []int{c.N}})
		}
	}
	if before > 0 && after == 0 {
		found = append(found, Finding{Object: "candidates after the restart", Got: "none", Want: "those of the new generation"})
	}
	return found, nil
}

// ufrag is the generation that a candidate names, "" where it names none.
func (c Candidate) ufrag() string {
	if c.Init.UsernameFragment != nil {
		return *c.Init.UsernameFragment
	}
	fields := strings.Fields(c.Init.Candidate)
	if i := slices.Index(fields, "ufrag"); i >= 0 && i+1 < len(fields) {
		return fields[i+1]
	}
	return ""
}

// setAfter is the first local description that a side took after that call.
func (v *View) setAfter(side trace.Side, after Call) (*Call, *wire.Description) {
	for _, c := range v.Calls(side, "setLocalDescription") {
		if c.N > after.N && c.OK() && c.Description != nil {
			if d, err := wire.ParseDescription(c.Description.SDP); err == nil {
				return &c, d
			}
		}
	}
	return nil, nil
}

// restartTransitions are the changes of iceConnectionState over a restart: those of
// W3C's RTCIceTransportState, of which a restart makes completed to connected and
// disconnected and failed to checking. The pair of before still works, so that
// connected stays.
var restartTransitions = map[string][]string{
	"checking":     {"connected", "completed", "disconnected", "failed"},
	"connected":    {"completed", "disconnected"},
	"completed":    {"connected", "disconnected"},
	"disconnected": {"checking", "connected", "completed", "failed"},
	"failed":       {"checking"},
}

func statesOnRestart(v *View, side trace.Side) ([]Finding, error) {
	begin, err := v.restartBegins(side)
	if err != nil {
		return nil, err
	}
	state, names, bad := "new", []string(nil), false
	var where []int
	for _, e := range v.states(side, peer.EventICEConnectionStateChange) {
		if e.T < begin.T {
			state = e.State
			continue
		}
		if names == nil {
			names = []string{state}
		}
		bad = bad || !slices.Contains(restartTransitions[state], e.State)
		state = e.State
		names, where = append(names, state), append(where, e.N)
	}
	const want = "connected stays, completed becomes connected, disconnected and failed become checking"
	if bad {
		return []Finding{{Object: "iceConnectionState", Got: strings.Join(names, ", "), Want: want, Where: where}}, nil
	}
	if up := state == "connected" || state == "completed"; !up && v.End.Result == trace.EndCompleted {
		return []Finding{{Object: "iceConnectionState", Got: state + " after the restart", Want: "connected or completed", Where: where}}, nil
	}
	return nil, nil
}

// overRestart are the stats of a side before and after the restart.
func (v *View) overRestart(side trace.Side) (before, after peer.Stats, err error) {
	before, hadBefore := v.Stats(side, trace.MomentBeforeRestart)
	after, hasAfter := v.Stats(side, trace.MomentRestarted)
	if !hadBefore || !hasAfter {
		return before, after, NoEvidence("the session has not the stats of the %s before and after the restart: %s", side, v.End.Reason)
	}
	return before, after, nil
}

// keepsICERole compares the roles of two connections of the peer before the controlled
// one restarts, once it has set its offer, and after it. Both are the peer's, so that
// a role that changes to repair a conflict is its own doing, too.
func keepsICERole(v *View, side trace.Side) ([]Finding, error) {
	var found []Finding
	for _, end := range []string{"-a", "-b"} {
		at := v.At(trace.ConnRestartRoles + end)
		before, after, err := at.overRestart(side)
		if err != nil {
			return nil, err
		}
		was, is := only(before, iceRole), only(after, iceRole)
		if was == "" || is == "" {
			return nil, NoEvidence("the stats of the %s do not say one iceRole", side)
		}
		if offered, ok := at.Stats(side, trace.MomentRestartOffered); ok && is == was {
			is = cmp.Or(only(offered, iceRole), is)
		}
		if was != is {
			found = append(found, Finding{Object: "iceRole", Got: is + " over the restart", Want: was + ", as before"})
		}
	}
	return found, nil
}

func iceRole(t peer.TransportStats) string   { return t.ICERole }
func dtlsRole(t peer.TransportStats) string  { return t.DTLSRole }
func dtlsState(t peer.TransportStats) string { return t.DTLSState }

// only is what all transports say, "" where they differ or one says nothing.
func only(s peer.Stats, of func(peer.TransportStats) string) string {
	value := ""
	for i, t := range s.Transports {
		if i > 0 && of(t) != value {
			return ""
		}
		value = of(t)
	}
	return value
}

// keepsDTLS looks at what a new association would change: the certificate that the
// descriptions and stats name, the state and role of the transport, the channels.
func keepsDTLS(v *View, side trace.Side) ([]Finding, error) {
	begin, err := v.restartBegins(side)
	if err != nil {
		return nil, err
	}
	var found []Finding
	was, errWas := v.localBefore(side, begin.N)
	if _, is := v.setAfter(side, begin); errWas == nil && is != nil {
		for _, key := range []string{"fingerprint", "tls-id"} {
			if a, b := valuesOf(was, key), valuesOf(is, key); !slices.Equal(a, b) {
				found = append(found, Finding{Object: "a=" + key, Got: "another after the restart", Want: "that of before", Where: []int{begin.N}})
			}
		}
	}
	before, after, err := v.overRestart(side)
	if err != nil {
		return found, err
	}
	if state := only(after, dtlsState); state != "" && state != "connected" {
		found = append(found, Finding{Object: "DTLS transport", Got: state + " after the restart", Want: "connected"})
	}
	for _, t := range before.Transports {
		for _, u := range after.Transports {
			if t.LocalFingerprint != "" && u.LocalFingerprint != "" && t.ID == u.ID && t.LocalFingerprint != u.LocalFingerprint {
				found = append(found, Finding{Object: "DTLS certificate", Got: "another after the restart", Want: "that of before"})
			}
		}
	}
	if a, b := only(before, dtlsRole), only(after, dtlsRole); a != "" && b != "" && a != b {
		found = append(found, Finding{Object: "dtlsRole", Got: b + " after the restart", Want: a + ", as before"})
	}
	return found, nil
}

// valuesOf are the different values of an attribute, sorted, at session and section.
func valuesOf(d *wire.Description, key string) []string {
	var all []string
	if value, ok := d.Attr(key); ok {
		all = append(all, value)
	}
	for _, m := range d.Media {
		if !m.Rejected() {
			all = append(all, m.Attrs(key)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
