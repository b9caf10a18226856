package mutant

import (
	"fmt"
	"slices"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// changes are all mutants of a trace. None shares what it alters with the trace.
func changes(records []trace.Record) []change {
	var all []change
	for i, r := range records {
		first := len(all)
		switch {
		case r.Event != nil && r.Event.Type != peer.EventLog:
			all = append(all, eventChanges(records, i)...)
		case r.Return != nil && r.Return.Failure == "":
			all = append(all, returnChanges(records, i)...)
		case r.Snapshot != nil:
			all = append(all, snapshotChanges(records, i)...)
		case r.Stats != nil:
			all = append(all, statsChanges(records, i)...)
		}
		if r.Return != nil && r.Return.Description != nil && r.Return.Error == nil {
			all = append(all, descriptionChanges(records, i)...)
		}
		if r.Conn != "" { // of these a check looks at what the probe is for, and at little else
			for j := range all[first:] {
				all[first+j].class += onProbe
			}
		}
	}
	return all
}

// onProbe ends the class of mutants of a further connection (trace.Record.Conn).
const onProbe = " on a probe"

// with returns the trace with one record replaced by others, numbered anew.
func with(records []trace.Record, at int, by ...trace.Record) []trace.Record {
	out := slices.Concat(records[:at], by, records[at+1:])
	return numbered(out)
}

func numbered(records []trace.Record) []trace.Record {
	for i := range records {
		records[i].N = i
	}
	return records
}

func eventChanges(records []trace.Record, at int) []change {
	r := records[at]
	kind := string(r.Event.Type)
	all := []change{
		{"drop-event", kind, func() []trace.Record { return with(records, at) }},
		{"duplicate-event", kind, func() []trace.Record { return with(records, at, r, r) }},
		{"event-too-early", kind, func() []trace.Record { return moved(records, at, first(records, r)) }},
		{"event-too-late", kind, func() []trace.Record { return moved(records, at, last(records, r)) }},
	}
	if next := following(records, at); next > 0 && differ(*r.Event, *records[next].Event) {
		all = append(all, change{"swap-events", kind + " and " + string(records[next].Event.Type), func() []trace.Record {
			out := slices.Clone(records)
			out[at].Event, out[next].Event = out[next].Event, out[at].Event
			return out
		}})
	}
	event := func(class, object string, alter func(e *peer.Event)) {
		all = append(all, change{class, object, func() []trace.Record {
			e := *r.Event
			alter(&e)
			changed := r
			changed.Event = &e
			return with(records, at, changed)
		}})
	}
	for _, other := range others(r.Event.Type, r.Event.State) {
		event("other-state", kind, func(e *peer.Event) { e.State = other })
	}
	if m := r.Event.Message; m != nil {
		event("message", "text", func(e *peer.Event) {
			e.Message = &peer.Message{Binary: m.Binary, Text: m.Text + "x", Bytes: append(slices.Clone(m.Bytes), 0)}
		})
		event("message", "type", func(e *peer.Event) {
			e.Message = &peer.Message{Binary: !m.Binary, Text: string(m.Bytes), Bytes: []byte(m.Text)}
		})
	}
	if r.Event.Type == peer.EventTrack {
		event("track", "kind", func(e *peer.Event) {
			e.Kind = map[peer.Kind]peer.Kind{peer.Audio: peer.Video, peer.Video: peer.Audio}[e.Kind]
		})
		event("track", "mid", func(e *peer.Event) { e.Mid += "9" })
	}
	if r.Event.Type == peer.EventICECandidate {
		all = append(all, candidateChanges(records, at)...)
	}
	return all
}

// differ reports whether a change of places is one.
func differ(a, b peer.Event) bool { return a.Type != b.Type || a.State != b.State }

func sameConnection(a, b trace.Record) bool { return a.Side == b.Side && a.Conn == b.Conn }

// following is the next event of the same connection, 0 where there is none.
func following(records []trace.Record, at int) int {
	for i := at + 1; i < len(records); i++ {
		if records[i].Event != nil && sameConnection(records[at], records[i]) {
			return i
		}
	}
	return 0
}

// first is where the connection's first call is; last is where it is closed.
func first(records []trace.Record, of trace.Record) int {
	return max(slices.IndexFunc(records, func(r trace.Record) bool { return r.Call != nil && sameConnection(r, of) }), 1)
}

func last(records []trace.Record, of trace.Record) int {
	at := slices.IndexFunc(records, func(r trace.Record) bool {
		return r.Call != nil && r.Call.Method == "close" && sameConnection(r, of)
	})
	if at < 0 {
		return len(records) - 1
	}
	return at
}

// moved takes a record elsewhere, with the time of its new place.
func moved(records []trace.Record, from, to int) []trace.Record {
	r := records[from]
	r.T, r.Wall = records[to].T, records[to].Wall
	out := slices.Delete(slices.Clone(records), from, from+1)
	if to > from {
		to--
	}
	return numbered(slices.Insert(out, to, r))
}

// others are the values that a state event could have had instead.
func others(kind peer.EventType, state string) []string {
	values := map[peer.EventType][]string{
		peer.EventSignalingStateChange:     {"stable", "have-local-offer", "have-remote-offer", "closed"},
		peer.EventICEGatheringStateChange:  {"new", "gathering", "complete"},
		peer.EventICEConnectionStateChange: {"new", "checking", "connected", "completed", "disconnected", "failed", "closed"},
		peer.EventConnectionStateChange:    {"new", "connecting", "connected", "disconnected", "failed", "closed"},
	}[kind]
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == state })
}

// returnChanges turn a success into a refusal, a refusal into a success, and a
// refusal into one of another name.
func returnChanges(records []trace.Record, at int) []change {
	r := records[at]
	if r.Return.Method == "close" {
		return nil
	}
	settle := func(class string, e *peer.Error) change {
		return change{class, r.Return.Method, func() []trace.Record {
			ret := *r.Return
			ret.Error = e
			changed := r
			changed.Return = &ret
			return with(records, at, changed)
		}}
	}
	if r.Return.Error == nil {
		return []change{settle("refused-instead", peer.Errorf(peer.OperationError, "a mutant"))}
	}
	name := peer.InvalidStateError
	if r.Return.Error.Name == name {
		name = peer.OperationError
	}
	return []change{settle("taken-instead", nil), settle("refused-by-another-name", peer.Errorf(name, "a mutant"))}
}

func snapshotChanges(records []trace.Record, at int) []change {
	r := records[at]
	var all []change
	add := func(object string, alter func(s *trace.Snapshot)) {
		all = append(all, change{"snapshot", fmt.Sprintf("%s when %s", object, momentKind(r)), func() []trace.Record {
			s := *r.Snapshot
			alter(&s)
			changed := r
			changed.Snapshot = &s
			return with(records, at, changed)
		}})
	}
	add("signalingState", func(s *trace.Snapshot) {
		s.SignalingState = others(peer.EventSignalingStateChange, s.SignalingState)[0]
	})
	add("iceGatheringState", func(s *trace.Snapshot) {
		s.ICEGatheringState = others(peer.EventICEGatheringStateChange, s.ICEGatheringState)[0]
	})
	add("iceConnectionState", func(s *trace.Snapshot) {
		s.ICEConnectionState = others(peer.EventICEConnectionStateChange, s.ICEConnectionState)[0]
	})
	add("connectionState", func(s *trace.Snapshot) {
		s.ConnectionState = others(peer.EventConnectionStateChange, s.ConnectionState)[0]
	})
	add("localDescription", func(s *trace.Snapshot) { s.LocalDescription = nil })
	add("remoteDescription", func(s *trace.Snapshot) { s.RemoteDescription = nil })
	return all
}

// momentKind is the moment of a snapshot or, on a further connection, that it is of
// one: each of these has names of its own.
func momentKind(r trace.Record) string {
	if r.Conn != "" {
		return "probed"
	}
	if r.Snapshot != nil {
		return r.Snapshot.Moment
	}
	return r.Stats.Moment
}
