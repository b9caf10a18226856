package fake

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// onLine changes the string of each candidate that is not the empty one.
func onLine(change func(line wire.Candidate) wire.Candidate) func(*connection, peer.Event) []peer.Event {
	return onCandidate(func(_ *connection, i *peer.ICECandidateInit) bool {
		if line, err := wire.ParseCandidate(i.Candidate); err == nil {
			i.Candidate = change(line).String()
		}
		return true
	})
}

// held keeps the events that match back, and says them once another has been said.
func held(hold func(e peer.Event) bool, until func(e peer.Event) bool) func(*connection, peer.Event) []peer.Event {
	kept := map[*connection][]peer.Event{}
	return func(c *connection, e peer.Event) []peer.Event {
		switch {
		case hold(e):
			kept[c] = append(kept[c], e)
			return nil
		case until(e):
			out := append([]peer.Event{e}, kept[c]...)
			delete(kept, c)
			return out
		}
		return []peer.Event{e}
	}
}

func isState(kind peer.EventType, state string) func(peer.Event) bool {
	return func(e peer.Event) bool { return e.Type == kind && e.State == state }
}

func isEmpty(e peer.Event) bool {
	init, err := peer.ParseCandidateInit(e.Candidate)
	return e.Type == peer.EventICECandidate && err == nil && init != nil && init.Candidate == ""
}

// dropsEmpty does not surface the empty candidates of some sections.
func dropsEmpty(of func(mid string) bool) func(*connection, peer.Event) []peer.Event {
	return func(_ *connection, e peer.Event) []peer.Event {
		if init, err := peer.ParseCandidateInit(e.Candidate); isEmpty(e) && err == nil && of(*init.SDPMid) {
			return nil
		}
		return []peer.Event{e}
	}
}

func surfacedDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	const data = "candidates-data"
	complete := isState(peer.EventICEGatheringStateChange, "complete")
	return []Defect{
		{
			Name: "null-before-complete", Check: "GATHER-006", Scenario: data, Side: offerer,
			event: held(complete, isNull),
		},
		{
			Name: "no-empty-candidate", Check: "GATHER-007", Scenario: data, Side: answerer,
			event: dropsEmpty(func(string) bool { return true }),
		},
		{
			Name: "an-empty-candidate-for-one-section", Check: "GATHER-007", Scenario: "candidates-unbundled", Side: offerer,
			event: dropsEmpty(func(mid string) bool { return mid != "0" }),
		},
		{
			Name: "describes-no-end", Check: "GATHER-008", Scenario: "trickle-none", Side: answerer,
			described: func(d *wire.Description) { d.Media[0].RemoveAttr("end-of-candidates") },
		},
		{
			Name: "gathers-for-nothing", Check: "GATHER-010", Scenario: "candidates-probed-offers", Side: answerer,
			call: func(c *connection, call *Call, do func() error) error {
				err := do()
				if call.Method == "setLocalDescription" && err == nil && !strings.Contains(call.Description.SDP, "\r\nm=") {
					defer c.lock()()
					c.emit(peer.Event{Type: peer.EventICEGatheringStateChange, State: "complete"})
					c.emitCandidate(nil)
				}
				return err
			},
		},
		{
			Name: "one-port-for-all-sections", Check: "GATHER-013", Scenario: "candidates-unbundled", Side: answerer,
			event: onLine(func(line wire.Candidate) wire.Candidate { line.Port = 20000; return line }),
			Also:  []string{"GATHER-004"},
		},
		{
			Name: "gathers-loopback", Check: "GATHER-014", Scenario: data, Side: offerer,
			event: onLine(func(line wire.Candidate) wire.Candidate {
				if strings.HasSuffix(line.Address, ".2") {
					line.Address = "127.0.0.1"
				}
				return line
			}),
		},
		{
			Name: "surfaces-a-candidate-again", Check: "GATHER-015", Scenario: data, Side: answerer,
			event: func(_ *connection, e peer.Event) []peer.Event {
				if e.Type != peer.EventICECandidate || isNull(e) || isEmpty(e) {
					return []peer.Event{e}
				}
				return []peer.Event{e, e}
			},
		},
		{
			Name: "surfaces-before-it-applies", Check: "GATHER-019", Scenario: data, Side: answerer,
			event: func(c *connection, e peer.Event) []peer.Event {
				if e.Type == peer.EventICECandidate {
					e.Seen = &peer.Seen{SignalingState: c.signaling, ICEGatheringState: c.gathering, ICEConnectionState: c.ice, ConnectionState: c.state}
				}
				return []peer.Event{e}
			},
		},
		{
			Name: "surfaces-for-the-rejected", Check: "CAND-021", Scenario: "candidates-rejected-first", Side: answerer,
			Also: []string{"CAND-008"}, // whose index is that of the section that the mid names
			event: onCandidate(func(c *connection, i *peer.ICECandidateInit) bool {
				*i.SDPMid, *i.SDPMLineIndex = c.local.parsed.Media[0].Mid(), 0
				return true
			}),
		},
	}
}

func candidateFieldDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	const data = "candidates-data"
	return []Defect{
		{
			Name: "attributes-of-another-candidate", Check: "CAND-012", Scenario: data, Side: offerer,
			event: func(_ *connection, e peer.Event) []peer.Event {
				if e.Type == peer.EventICECandidate && !isNull(e) && !isEmpty(e) {
					fields := fieldsOf(candidateLine(1, 1))
					e.Fields = &fields
				}
				return []peer.Event{e}
			},
		},
		{
			Name: "one-priority-for-all", Check: "CAND-016", Scenario: data, Side: answerer,
			event: onLine(func(line wire.Candidate) wire.Candidate { line.Priority = 2130706431; return line }),
		},
		{
			Name: "one-foundation-for-all", Check: "CAND-018", Scenario: data, Side: offerer,
			event: onLine(func(line wire.Candidate) wire.Candidate { line.Foundation = "1"; return line }),
		},
		{
			Name: "surfaces-component-two", Check: "CAND-019", Scenario: data, Side: answerer,
			event: onLine(func(line wire.Candidate) wire.Candidate {
				line.Component, line.Priority = 2, line.Priority-1
				return line
			}),
		},
		{
			Name: "host-with-raddr", Check: "CAND-020", Scenario: data, Side: offerer,
			event: onLine(func(line wire.Candidate) wire.Candidate {
				line.HasRelated, line.RelatedAddress, line.RelatedPort = true, line.Address, line.Port
				return line
			}),
		},
		{
			Name: "describes-a-candidate-without-type", Check: "GRAM-001", Scenario: data, Side: answerer,
			described: func(d *wire.Description) {
				d.Media[0].AddAttr("candidate", fmt.Sprintf("9 1 udp 1 %s 9", hostAddress(0)))
			},
		},
	}
}

func sayingDefects() []Defect {
	return []Defect{
		{
			Name: "says-connected-twice", Check: "STATE-008", Scenario: "connect-data", Side: trace.Answerer,
			Also:  []string{"STATE-002"}, // which allows no step from connected to connected
			event: onState(peer.EventConnectionStateChange, "connected", "connected", "connected"),
		},
		{
			Name: "connecting-before-checking", Check: "STATE-004", Scenario: "connect-data", Side: trace.Offerer,
			event: overtaken(
				isState(peer.EventICEConnectionStateChange, "checking"), isState(peer.EventConnectionStateChange, "connecting"),
			),
		},
		{
			Name: "answers-as-controlling", Check: "ROLE-001", Also: []string{"STATS-005"}, Scenario: "connect-data", Side: trace.Answerer,
			stats: func(s *peer.Stats) {
				for i := range s.Transports {
					s.Transports[i].ICERole = "controlling"
				}
			},
		},
	}
}

// overtaken is held, and the handler of the event that overtakes reads the attributes as
// the one that was held has left them.
func overtaken(hold, until func(e peer.Event) bool) func(*connection, peer.Event) []peer.Event {
	late := held(hold, until)
	return func(c *connection, e peer.Event) []peer.Event {
		out := late(c, e)
		if until(e) {
			out[0].Seen = &peer.Seen{SignalingState: c.signaling, ICEConnectionState: out[len(out)-1].State, ConnectionState: e.State, LocalDescription: c.local != nil}
		}
		return slices.Clip(out)
	}
}
