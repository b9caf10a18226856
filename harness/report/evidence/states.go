package evidence

import (
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// maxChanges is how many changes of states are shown; marked ones come on top.
const maxChanges = 120

// Timeline is the states of both ends over time.
type Timeline struct {
	Lanes   []Lane
	Changes []Change // in the order of time
	Left    int      // changes that are left out
}

// Lane is one state attribute of one end.
type Lane struct {
	Side  trace.Side
	Name  string // W3C: signalingState, ...
	First string // the state that W3C gives a new connection
}

// Change is a state that an end says to have entered.
type Change struct {
	N     int
	T     float64
	Lane  int // of Timeline.Lanes
	State string
	Marks []Mark
}

// attribute is the name and the first state of what an event changes.
func attribute(e peer.EventType) (name, first string) {
	switch e {
	case peer.EventSignalingStateChange:
		return "signalingState", "stable"
	case peer.EventICEGatheringStateChange:
		return "iceGatheringState", "new"
	case peer.EventICEConnectionStateChange:
		return "iceConnectionState", "new"
	case peer.EventConnectionStateChange:
		return "connectionState", "new"
	}
	return "", ""
}

// timeline has a lane for each attribute, whether it changes or not: that it never
// does may be what matters.
func (t *reading) timeline() Timeline {
	var line Timeline
	lanes := map[Lane]int{}
	for _, side := range trace.Sides() {
		for _, e := range []peer.EventType{
			peer.EventSignalingStateChange, peer.EventICEGatheringStateChange, peer.EventICEConnectionStateChange, peer.EventConnectionStateChange,
		} {
			name, first := attribute(e)
			l := Lane{side, name, first}
			lanes[l] = len(line.Lanes)
			line.Lanes = append(line.Lanes, l)
		}
	}
	t.each(func(n int, r *trace.Record) {
		if r.Event == nil {
			return
		}
		name, first := attribute(r.Event.Type)
		at, ok := lanes[Lane{r.Side, name, first}]
		if !ok {
			return
		}
		c := Change{N: n, T: r.T, Lane: at, State: oneLine(r.Event.State, maxPoint), Marks: t.marked(n)}
		if len(line.Changes) < maxChanges || len(line.Changes) < maxMarked && len(c.Marks) > 0 {
			line.Changes = append(line.Changes, c)
		} else {
			line.Left++
		}
	})
	return line
}
