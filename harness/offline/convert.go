package offline

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// ReadDump makes a trace of each connection in a dump of chrome://webrtc-internals.
// Two connections that made an offer and an answer to each other make one trace; of
// the other end of any other connection the dump has the descriptions alone.
func ReadDump(path string) ([][]trace.Record, error) {
	d, err := readDump(path)
	if err != nil {
		return nil, err
	}
	var traces [][]trace.Record
	met := map[string]bool{}
	for _, name := range d.names() {
		if met[name] {
			continue
		}
		met[name] = true
		c := d.PeerConnections[name]
		first, ok := c.first("setLocalDescription")
		if !ok {
			continue // it negotiated nothing: there is nothing to judge
		}
		at := trace.Offerer
		if first.Type == "answer" {
			at = trace.Answerer
		}
		id := path + " " + name
		ends := map[trace.Side]string{at: name}
		if other := d.partner(name, at); other != "" {
			met[other], ends[at.Other()] = true, other
			id += " and " + other
		}
		traces = append(traces, d.trace(id, ends))
	}
	if len(traces) == 0 {
		return nil, fmt.Errorf("%s: none of its %d connections set a local description: there is nothing to judge", path, len(d.PeerConnections))
	}
	return traces, nil
}

// first is the first description that a method was called with.
func (c connection) first(method string) (peer.SessionDescription, bool) {
	for _, e := range c.Log {
		if e.Type == method {
			return descriptionOf(e.Value)
		}
	}
	return peer.SessionDescription{}, false
}

// partner is the connection that has this one's first description as its remote one.
func (d *dump) partner(name string, at trace.Side) string {
	local, _ := d.PeerConnections[name].first("setLocalDescription")
	for _, other := range d.names() {
		remote, ok := d.PeerConnections[other].first("setRemoteDescription")
		if other != name && ok && remote.Type == local.Type && ufrag(remote.SDP) != "" && ufrag(remote.SDP) == ufrag(local.SDP) {
			return other
		}
	}
	return ""
}

func ufrag(sdp string) string {
	d, err := wire.ParseDescription(sdp)
	if err != nil || len(d.Media) == 0 {
		return ""
	}
	return d.ICEUfrag(d.Media[0])
}

var browserVersion = regexp.MustCompile(`(?:Chrome|Chromium|Edg)/([0-9.]+)`)

// who describes a connection of the dump.
func (d *dump) who(name string) peer.Description {
	p := peer.Description{
		ID: "chrome", Implementation: "libwebrtc", Version: peer.Unknown, VersionSource: "UserAgent of the dump",
		Features: peer.AllFeatures(), Details: map[string]string{"userAgent": d.UserAgent, "connection": name},
	}
	if m := browserVersion.FindStringSubmatch(d.UserAgent); m != nil {
		p.Version = m[1]
	}
	return p
}

// trace merges the logs of both ends, or of the one that there is.
func (d *dump) trace(id string, ends map[trace.Side]string) []trace.Record {
	who := map[trace.Side]peer.Description{}
	var sdp []string
	var steps []step
	for _, side := range trace.Sides() {
		name, seen := ends[side]
		if !seen {
			who[side] = peer.Description{
				ID: "remote", Implementation: peer.Unknown, Version: peer.Unknown, VersionSource: "a dump does not tell", Features: tellsOfDescriptions(),
			}
			continue
		}
		who[side] = d.who(name)
		c := d.PeerConnections[name]
		if local, ok := c.first("setLocalDescription"); ok {
			sdp = append(sdp, local.SDP)
		}
		_, both := ends[side.Other()]
		for _, e := range c.Log {
			steps = append(steps, step{side, e, !both})
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.entry.at().Compare(b.entry.at()) })
	s := begin(SourceDump, id, who[trace.Offerer], who[trace.Answerer], traitsOf(sdp...))
	w := writer{session: s, open: map[string]int{}}
	var last time.Time
	for _, step := range steps {
		last = step.entry.at()
		w.step(step)
	}
	for side, name := range ends {
		if stats, ok := d.PeerConnections[name].stats(); ok {
			s.add(last, trace.Record{Kind: trace.KindStats, Side: side, Stats: &trace.Stats{Moment: trace.MomentConnected, Stats: stats}})
		}
	}
	return s.end(last)
}

// step is an entry with the side that it is of. Alone: nothing else tells of the
// other end.
type step struct {
	side  trace.Side
	entry entry
	alone bool
}

// writer turns entries into records. open are the calls without a return, by side
// and method.
type writer struct {
	*session
	open map[string]int
}

func (w *writer) step(s step) {
	at, side, value := s.entry.at(), s.side, s.entry.Value
	switch kind := s.entry.Type; {
	case kind == "createOffer", kind == "createAnswer":
		w.called(at, side, trace.Call{Method: kind})
	case kind == "setLocalDescription", kind == "setRemoteDescription":
		d, ok := descriptionOf(value)
		call := trace.Call{Method: kind}
		if ok {
			call.Description = &d
		}
		if s.alone && ok && kind == "setLocalDescription" {
			defer w.call(at, side.Other(), trace.Call{Method: "setRemoteDescription", Description: &d}, trace.Return{})
		}
		if s.alone && ok && kind == "setRemoteDescription" {
			method := "createOffer"
			if d.Type != "offer" {
				method = "createAnswer"
			}
			w.call(at, side.Other(), trace.Call{Method: method}, trace.Return{Description: &d})
			w.call(at, side.Other(), trace.Call{Method: "setLocalDescription", Description: &d}, trace.Return{})
		}
		w.called(at, side, call)
	case kind == "addIceCandidate":
		w.called(at, side, trace.Call{Method: kind, Candidate: candidateOf(value)})
	case strings.HasSuffix(kind, "OnSuccess"):
		ret := trace.Return{}
		if d, ok := descriptionOf(value); ok {
			ret.Description = &d
		}
		w.returned(at, side, strings.TrimSuffix(kind, "OnSuccess"), ret)
	case strings.HasSuffix(kind, "OnFailure"), strings.HasSuffix(kind, "Failed"):
		method := strings.TrimSuffix(strings.TrimSuffix(kind, "OnFailure"), "Failed")
		w.returned(at, side, method, trace.Return{Error: peer.Errorf(peer.OperationError, "%s", value)})
	case kind == "close":
		w.called(at, side, trace.Call{Method: kind})
	default:
		w.event(at, side, s.entry)
	}
}

func (w *writer) called(at time.Time, side trace.Side, call trace.Call) {
	w.calls++
	call.ID = w.calls
	w.open[string(side)+call.Method] = call.ID
	w.add(at, trace.Record{Kind: trace.KindCall, Side: side, Call: &call})
}

func (w *writer) returned(at time.Time, side trace.Side, method string, ret trace.Return) {
	id, ok := w.open[string(side)+method]
	if !ok {
		return
	}
	delete(w.open, string(side)+method)
	ret.Call, ret.Method = id, method
	w.add(at, trace.Record{Kind: trace.KindReturn, Side: side, Return: &ret})
}

// event records what the connection said; what is no event of the contract becomes
// a line of the log.
func (w *writer) event(at time.Time, side trace.Side, e entry) {
	kind, known := map[string]peer.EventType{
		"onicecandidate": peer.EventICECandidate, "icecandidate": peer.EventICECandidate,
		"onsignalingstatechange": peer.EventSignalingStateChange, "signalingstatechange": peer.EventSignalingStateChange,
		"oniceconnectionstatechange": peer.EventICEConnectionStateChange, "iceconnectionstatechange": peer.EventICEConnectionStateChange,
		"onconnectionstatechange": peer.EventConnectionStateChange, "connectionstatechange": peer.EventConnectionStateChange,
		"onicegatheringstatechange": peer.EventICEGatheringStateChange, "icegatheringstatechange": peer.EventICEGatheringStateChange,
		"onnegotiationneeded": peer.EventNegotiationNeeded, "negotiationneeded": peer.EventNegotiationNeeded,
	}[e.Type]
	if !known {
		w.add(at, trace.Record{Kind: trace.KindLog, Side: side, Log: e.Type + " " + e.Value})
		return
	}
	event := peer.Event{Type: kind}
	switch kind {
	case peer.EventICECandidate:
		event.Candidate = candidateOf(e.Value)
	case peer.EventNegotiationNeeded:
	default:
		event.State = strings.Trim(e.Value, `"`)
	}
	w.add(at, trace.Record{Kind: trace.KindEvent, Side: side, Event: &event})
}

// descriptionOf reads {"type":"offer","sdp":"v=0..."}, and what Chrome wrote before
// version 124: "type: offer, sdp: v=0...".
func descriptionOf(value string) (peer.SessionDescription, bool) {
	var d peer.SessionDescription
	if json.Unmarshal([]byte(value), &d) == nil {
		return d, d.SDP != ""
	}
	typ, sdp, ok := strings.Cut(value, ", sdp: ")
	typ, named := strings.CutPrefix(typ, "type: ")
	return peer.SessionDescription{Type: typ, SDP: sdp}, ok && named && sdp != ""
}

var oldCandidate = regexp.MustCompile(`^sdpMid: (.*?), sdpMLineIndex: (\d+), candidate: (.*?)(?:, url: .*|, relayProtocol: .*)?$`)

// candidateOf reads the JSON of a candidate, and what Chrome wrote before. What is
// neither is passed on, so that the checks say that it is none.
func candidateOf(value string) json.RawMessage {
	if json.Valid([]byte(value)) {
		return json.RawMessage(value)
	}
	if m := oldCandidate.FindStringSubmatch(value); m != nil {
		raw, err := json.Marshal(map[string]any{"sdpMid": m[1], "sdpMLineIndex": json.Number(m[2]), "candidate": m[3]})
		if err == nil {
			return raw
		}
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return json.RawMessage("null")
	}
	return raw
}
