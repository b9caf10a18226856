package fingerprint

import (
	"math"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// stateEvents are the four state attributes by the event that says their change.
var stateEvents = []struct {
	name  string
	event peer.EventType
}{
	{"signalingState", peer.EventSignalingStateChange},
	{"iceGatheringState", peer.EventICEGatheringStateChange},
	{"iceConnectionState", peer.EventICEConnectionStateChange},
	{"connectionState", peer.EventConnectionStateChange},
}

// closing is the number of the record that closes the first end: what a peer says
// from there on depends on who closes first.
func (f facts) closing() int {
	n := math.MaxInt
	for _, side := range trace.Sides() {
		for _, c := range f.view.Calls(side, "close") {
			n = min(n, c.N)
		}
	}
	return n
}

// until returns the events of the types before either end was closed.
func (f facts) until(types ...peer.EventType) []check.Event {
	var events []check.Event
	closing := f.closing()
	for _, e := range f.view.Events(f.side, types...) {
		if e.N < closing {
			events = append(events, e)
		}
	}
	return events
}

// states reads the sequence of each state, the states that were read at named
// moments, and which events came at all.
func (f facts) states() {
	for _, s := range stateEvents {
		var seen []string
		for _, e := range f.until(s.event) {
			seen = append(seen, e.State)
		}
		f.sequence("states/"+s.name, seen...)
	}
	for _, e := range f.until() {
		if e.Type != peer.EventLog {
			f.set("states/"+eventPrefix+word(string(e.Type)), present)
		}
	}
	for _, moment := range []string{trace.MomentCreated, trace.MomentGathered, trace.MomentFinal} {
		if s, ok := f.view.Snapshot(f.side, moment); ok {
			f.snapshot("states/"+moment+" ", s)
		}
	}
}

func (f facts) snapshot(at string, s peer.Snapshot) {
	f.set(at+"signalingState", s.SignalingState)
	f.set(at+"iceGatheringState", s.ICEGatheringState)
	f.set(at+"iceConnectionState", s.ICEConnectionState)
	f.set(at+"connectionState", s.ConnectionState)
	f.set(at+"localDescription", typeOf(s.LocalDescription))
	f.set(at+"remoteDescription", typeOf(s.RemoteDescription))
}

func typeOf(d *peer.SessionDescription) string {
	if d == nil {
		return "null"
	}
	return d.Type
}

// eventPrefix stands before the type of an event that came.
const eventPrefix = "event "

// mark is a moment of a session, if it came: the number of its record.
type mark func(f facts) (n int, ok bool)

func event(last bool, good func(check.Event) bool) mark {
	return func(f facts) (n int, ok bool) {
		for _, e := range f.until() {
			if good(e) && (!ok || last) {
				n, ok = e.N, true
			}
		}
		return n, ok
	}
}

func of(t peer.EventType) mark {
	return event(false, func(e check.Event) bool { return e.Type == t })
}

func state(t peer.EventType, value string) mark {
	return event(false, func(e check.Event) bool { return e.Type == t && e.State == value })
}

func candidate(last, null bool) mark {
	return event(last, func(e check.Event) bool {
		return e.Type == peer.EventICECandidate && (string(e.Candidate) == "null") == null
	})
}

func returned(method string) mark {
	return func(f facts) (int, bool) {
		for _, c := range f.view.Calls(f.side, method) {
			if c.Returned {
				return c.ReturnN, true
			}
		}
		return 0, false
	}
}

// pairs are the moments whose order a program may rely on.
var pairs = []struct {
	a, b     string
	atA, atB mark
}{
	{"the null candidate", "iceGatheringState complete", candidate(false, true), state(peer.EventICEGatheringStateChange, "complete")},
	{"the last candidate", "iceGatheringState complete", candidate(true, false), state(peer.EventICEGatheringStateChange, "complete")},
	{"iceGatheringState gathering", "the return of setLocalDescription", state(peer.EventICEGatheringStateChange, "gathering"), returned("setLocalDescription")},
	{"the first candidate", "the return of setLocalDescription", candidate(false, false), returned("setLocalDescription")},
	{"signalingstatechange", "the return of setLocalDescription", of(peer.EventSignalingStateChange), returned("setLocalDescription")},
	{"track", "the return of setRemoteDescription", of(peer.EventTrack), returned("setRemoteDescription")},
	{"negotiationneeded", "the return of createOffer", of(peer.EventNegotiationNeeded), returned("createOffer")},
	{"iceConnectionState checking", "connectionState connecting", state(peer.EventICEConnectionStateChange, "checking"), state(peer.EventConnectionStateChange, "connecting")},
	{"iceConnectionState connected", "connectionState connected", state(peer.EventICEConnectionStateChange, "connected"), state(peer.EventConnectionStateChange, "connected")},
	{"connectionState connected", "open", state(peer.EventConnectionStateChange, "connected"), of(peer.EventChannelOpen)},
	{"datachannel", "open", of(peer.EventDataChannel), of(peer.EventChannelOpen)},
	{"open", "message", of(peer.EventChannelOpen), of(peer.EventMessage)},
}

// orders says of each pair which came first.
func (f facts) orders() {
	for _, p := range pairs {
		a, okA := p.atA(f)
		b, okB := p.atB(f)
		if !okA || !okB {
			continue
		}
		order := "before"
		if b < a {
			order = "after"
		}
		f.set("order/"+p.a+", "+p.b, order)
	}
}
